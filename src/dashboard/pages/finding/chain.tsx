import { Glyph, type Status } from '../../parts/glyph.tsx';
import { Panel } from '../../parts/panel.tsx';
import { Value } from '../../parts/value.tsx';
import { t } from '../../texts/index.ts';
import type { EvidenceView, FindingView } from '../../views.ts';

type Layer = NonNullable<EvidenceView['chain']>[number];
type Role = 'overruled' | 'decides' | 'unasked';

/** Before what decides: overruled; after it: nobody asks any more. */
export function rolesOf(chain: readonly Layer[]): Role[] {
  const at = chain.findIndex(({ decides }) => decides);
  return chain.map(({ decides }, index) => (decides ? 'decides' : index < at ? 'overruled' : 'unasked'));
}

interface ChainProps {
  finding: FindingView;
  line: EvidenceView;
  meaning: string;
  status: Status;
  type: string | undefined;
}

/** How the value comes about, station by station; the drawing repeats in lines what the list says in words. */
export function Chain({ line, meaning, status, type }: ChainProps) {
  const chain = line.chain ?? [];
  const roles = rolesOf(chain);
  return (
    <Panel
      title={t('finding.chain')}
      note={
        <>
          {meaning} <code>{line.fact}</code>
        </>
      }
      class="chain"
    >
      <ol class={`stations of-${Math.min(chain.length + 1, 4)}`}>
        {chain.map((layer, at) => (
          <Station
            key={`${layer.layer} ${layer.path}`}
            layer={layer}
            role={roles[at] ?? 'unasked'}
            number={at + 1}
            type={type}
          />
        ))}
        <li class={`station result s-${status}`}>
          <svg class="track" viewBox="0 0 100 16" preserveAspectRatio="none" aria-hidden="true">
            <path class="thick" d="M0 8H44" />
          </svg>
          <Glyph status={status} large />
          <div class="box">
            <p class="title">{t('chain.effective')}</p>
            <p class="tag">{t('chain.gives', { status: t(`status.${status}`) })}</p>
            <p class="big">
              {line.unavailable === undefined ? <Value value={line.value} type={type} /> : '?'}
            </p>
          </div>
        </li>
      </ol>
    </Panel>
  );
}

interface StationProps {
  layer: Layer;
  role: Role;
  number: number;
  type: string | undefined;
}

function Station({ layer, role, number, type }: StationProps) {
  return (
    <li class={`station ${role}`}>
      <svg class="track" viewBox="0 0 100 16" preserveAspectRatio="none" aria-hidden="true">
        {role !== 'overruled' && number > 1 && (
          <path class={role === 'decides' ? 'thin' : 'thick'} d="M0 8H44" />
        )}
        {role === 'overruled' ? (
          <>
            <path class="dashed" d="M56 8H92" />
            <path class="cross" d="M91 3l4 10M95 3l-4 10" />
          </>
        ) : (
          <path class="thick" d="M56 8H100" />
        )}
      </svg>
      <svg class="dot" viewBox="0 0 16 16" aria-hidden="true">
        <circle cx="8" cy="8" r="6" />
      </svg>
      <div class="box">
        <p class="title">
          {number} · {t(`layer.${layer.layer}`)}
        </p>
        <p class="tag">{t(`chain.${role}`)}</p>
        <p class="big">
          {role === 'overruled' ? (
            <s>
              <Value value={layer.value} type={type} />
            </s>
          ) : (
            <Value value={layer.value} type={type} />
          )}
        </p>
        <code>{layer.path}</code>
      </div>
    </li>
  );
}

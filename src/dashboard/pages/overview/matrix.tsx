import { useState } from 'preact/hooks';
import { Glyph, type Status, Weight } from '../../parts/glyph.tsx';
import { say, t, tOr } from '../../texts/index.ts';
import type { MatrixTarget, MatrixView } from '../../views.ts';
import { Cell, ThemeCell } from './cell.tsx';
import { HeadRows } from './columns.tsx';
import { useRoving, useTurned } from './grid.ts';
import { byProduct, cellsOf, rollUp, tells } from './rollup.ts';

/** Up to here the names of the policies get what the columns leave. */
const few = 8;

export const legend = [
  ['violation', 'legend.violation'],
  ['violation_minor', 'legend.violation_minor'],
  ['unknown', 'status.unknown'],
  ['stale', 'status.stale'],
  ['pass', 'status.pass'],
  ['waived', 'status.waived'],
  ['not_applicable', 'status.not_applicable'],
] as const satisfies readonly (readonly [Status, string])[];

export function Legend() {
  return (
    <ul class="legend" aria-label={t('legend.label')}>
      {legend.map(([status, key]) => (
        <li key={status}>
          <Glyph status={status} /> {t(key)}
        </li>
      ))}
    </ul>
  );
}

export function MatrixPanel({ data, now }: { data: MatrixView; now: number }) {
  const [only, setOnly] = useState(false);
  const [folded, fold] = useTurned();
  const table = useRoving<HTMLTableElement>();
  const groups = byProduct(data.targets);
  const targets = groups.flat();
  const firsts = new Set(groups.map((group) => group[0]?.id));
  return (
    <section class="panel matrix">
      <header>
        <h2>{t('overview.matrix')}</h2>
        <Legend />
        <button type="button" aria-pressed={only} onClick={() => setOnly(!only)}>
          {t('overview.only')}
        </button>
      </header>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls sideways must be reached by keyboard */}
      <section class="sideways" tabIndex={0} aria-label={t('overview.matrix')}>
        <table ref={table} class={targets.length <= few ? 'few' : ''}>
          <colgroup>
            <col class="label" />
            {targets.map(({ id }) => (
              <col key={id} class={firsts.has(id) ? 'target first' : 'target'} />
            ))}
          </colgroup>
          <HeadRows groups={groups} now={now} />
          {data.themes.map((theme) => (
            <tbody key={theme.id}>
              <tr class="theme">
                <th scope="row">
                  <button
                    type="button"
                    data-stop
                    tabIndex={-1}
                    aria-expanded={!folded.has(theme.id)}
                    onClick={() => fold(theme.id)}
                  >
                    {say(theme.title)} <small>{theme.policies.length}</small>
                  </button>
                </th>
                {targets.map((target) => (
                  <td key={target.id} class={firsts.has(target.id) ? 'first' : ''}>
                    <ThemeCell of={rollUp(cellsOf(target, theme.policies))} />
                  </td>
                ))}
              </tr>
              {!folded.has(theme.id) &&
                theme.policies
                  .filter((id) => !only || tells(targets.flatMap(({ cells }) => cells[id] ?? [])))
                  .map((id) => <PolicyRow key={id} id={id} data={data} targets={targets} firsts={firsts} />)}
            </tbody>
          ))}
        </table>
      </section>
      <footer>
        <p>{t('overview.foot')}</p>
        <p class="keys" aria-hidden="true">
          <kbd>Enter</kbd> {t('keys.open')} <kbd>?</kbd> {t('keys.title')}
        </p>
      </footer>
    </section>
  );
}

interface RowProps {
  id: string;
  data: MatrixView;
  targets: readonly MatrixTarget[];
  firsts: ReadonlySet<string | undefined>;
}

function PolicyRow({ id, data, targets, firsts }: RowProps) {
  const policy = data.policies.find((each) => each.id === id);
  if (policy === undefined) return null;
  return (
    <tr>
      <th scope="row">
        <span class="policy">
          <a href={`/policies/${id}`} data-stop tabIndex={-1}>
            {say(policy.title)}
          </a>
          <small>{policy.clauses[0]}</small>
          <Weight severity={policy.severity} />
          <span class="sr">{tOr('severity', policy.severity)}</span>
        </span>
      </th>
      {targets.map((target) => {
        const cell = target.cells[id];
        return (
          <td key={target.id} class={firsts.has(target.id) ? 'first' : ''}>
            {cell !== undefined && <Cell cell={cell} policy={id} where={{ target: target.id }} />}
          </td>
        );
      })}
    </tr>
  );
}

import { useState } from 'preact/hooks';
import { mayOperate, send, useLoaded } from '../api.ts';
import { elapsed, number, time } from '../format.ts';
import { live } from '../live.ts';
import { asked, FilterBar } from '../parts/filterbar.tsx';
import { Glyph, type Status } from '../parts/glyph.tsx';
import { Pager } from '../parts/pager.tsx';
import { LoadState, Panel } from '../parts/panel.tsx';
import { Head } from '../parts/shell.tsx';
import { TableCell } from '../parts/tablecell.tsx';
import { place } from '../router.ts';
import { t } from '../texts/index.ts';
import type { MatrixView, ScansView, ScanView } from '../views.ts';
import { targetChoices } from './choices.ts';
import { progressOf } from './overview/columns.tsx';

const pageSize = '40';
const filters = ['target', 'state'];
const ended = ['complete', 'partial', 'failed', 'interrupted'] as const;

export const scanSigns: Readonly<Record<ScanView['state'], Status>> = {
  queued: 'not_applicable',
  running: 'not_applicable',
  complete: 'pass',
  partial: 'unknown',
  failed: 'unknown',
  interrupted: 'unknown',
};

export function Scans() {
  const { data: matrix } = useLoaded<MatrixView>('/api/v1/matrix');
  const after = place.value.searchParams.get('after');
  const under = live.value.scans.map(({ scan }) => scan).join(' ');
  const loaded = useLoaded<ScansView>(asked('/api/v1/scans', filters, { after, limit: pageSize }), under);
  const { data } = loaded;
  return (
    <>
      <Head title={t('nav.scans')}>
        {under !== '' && t('scans.running', { n: number(live.value.scans.length) })}
      </Head>
      <Now
        targets={matrix?.targets.filter(({ vendor }) => vendor !== 'declared').map(({ id }) => id) ?? []}
      />
      <div class="toolbar">
        <FilterBar
          choices={[
            ...targetChoices(matrix, false),
            {
              name: 'state',
              label: t('scans.outcome'),
              options: [['', t('filter.any')], ...ended.map((each) => [each, t(`scan.${each}`)] as const)],
            },
          ]}
        />
      </div>
      <LoadState of={loaded} />
      {data !== null && (
        <section class="panel list" aria-label={t('nav.scans')}>
          {data.scans.length === 0 ? (
            <p class="empty">{place.value.search === '' ? t('overview.empty') : t('list.none')}</p>
          ) : (
            <Table scans={data.scans} />
          )}
          <footer>
            <p>{t('scans.foot')}</p>
            <Pager next={data.next_cursor} />
          </footer>
        </section>
      )}
    </>
  );
}

/** What runs now, told by the server as it goes on; and a button for what is to run. */
function Now({ targets }: { targets: readonly string[] }) {
  const [chosen, choose] = useState('');
  const [said, say] = useState('');
  const { scans } = live.value;
  const start = async (event: SubmitEvent): Promise<void> => {
    event.preventDefault();
    const wanted = chosen === '' ? targets : [chosen];
    try {
      for (const target of wanted)
        await send('POST', `/api/v1/targets/${encodeURIComponent(target)}/scans`, {});
      say(t('scans.asked', { n: number(wanted.length) }));
    } catch (error) {
      say((error as Error).message);
    }
  };
  return (
    <Panel title={t('scans.now')} class="now">
      <div role="status" class="progress">
        {scans.length === 0 ? (
          <p class="empty">{t('scans.idle')}</p>
        ) : (
          <ul class="lines">
            {scans.map(({ scan, target }) => (
              <li key={scan}>
                <span class="what">
                  <a href={`/scans/${encodeURIComponent(scan)}`}>{target}</a>
                </span>
                <b>{progressOf(target)}</b>
              </li>
            ))}
          </ul>
        )}
      </div>
      {mayOperate() && (
        <form class="start" onSubmit={start}>
          <label for="scan-target">{t('filter.target')}</label>
          <select id="scan-target" value={chosen} onChange={(event) => choose(event.currentTarget.value)}>
            <option value="">{t('filter.any')}</option>
            {targets.map((id) => (
              <option key={id} value={id}>
                {id}
              </option>
            ))}
          </select>
          <button type="submit" class="main">
            {t('scans.start')}
          </button>
          <span role="status" class="note">
            {said}
          </span>
        </form>
      )}
    </Panel>
  );
}

function Table({ scans }: { scans: ScansView['scans'] }) {
  return (
    <table class="evidence cards">
      <thead>
        <tr>
          <th scope="col">{t('scans.asked.at')}</th>
          <th scope="col">{t('filter.target')}</th>
          <th scope="col">{t('scans.outcome')}</th>
          <th scope="col" class="end">
            {t('scans.sources')}
          </th>
          <th scope="col" class="end">
            {t('scans.took')}
          </th>
        </tr>
      </thead>
      <tbody>
        {scans.map((scan) => (
          <tr key={scan.id} class={scanSigns[scan.state] === 'unknown' ? 'hatched' : ''}>
            <th scope="row" class="nowrap">
              <a href={`/scans/${encodeURIComponent(scan.id)}`}>
                {scan.requested_at === null ? scan.id : time(scan.requested_at)}
              </a>
            </th>
            <TableCell label={t('filter.target')}>{scan.target}</TableCell>
            <TableCell label={t('scans.outcome')}>
              <Outcome of={scan} />
            </TableCell>
            <TableCell label={t('scans.sources')} class="end">
              {scan.not_seen > 0 && (
                <span class="where">
                  <Glyph status="unknown" /> {t('scans.unseen', { n: number(scan.not_seen) })} ·{' '}
                </span>
              )}
              {t('scans.whole', { n: number(scan.asked - scan.not_seen), total: number(scan.asked) })}
            </TableCell>
            <TableCell label={t('scans.took')} class="end">
              {elapsed(scan.started_at, scan.finished_at) ?? '–'}
            </TableCell>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

export function Outcome({
  of: { state, error, target, id },
}: {
  of: Pick<ScanView, 'state' | 'error' | 'target' | 'id'>;
}) {
  const runs = live.value.scans.some(({ scan }) => scan === id);
  if (runs) return <b>{progressOf(target)}</b>;
  return (
    <>
      <Glyph status={scanSigns[state]} /> {t(`scan.${state}`)}
      {error !== null && <small>{error.code}</small>}
    </>
  );
}

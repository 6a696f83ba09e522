import { useLoaded } from '../api.ts';
import { elapsed, number, time } from '../format.ts';
import { live } from '../live.ts';
import { LoadState, Panel } from '../parts/panel.tsx';
import { Head } from '../parts/shell.tsx';
import { SourcesTable } from '../parts/sources.tsx';
import { say, t, tOr } from '../texts/index.ts';
import type { ScanView } from '../views.ts';
import { Outcome } from './scans.tsx';

/** One scan: how far it is or how it ended, which sources answered and what could not be seen. */
export function Scan({ id }: { id: string }) {
  const runs = live.value.scans.find(({ scan }) => scan === id);
  const loaded = useLoaded<ScanView>(`/api/v1/scans/${encodeURIComponent(id)}`, runs?.phase);
  const scan = loaded.data;
  const missing = scan?.sources.filter(({ state }) => state !== 'complete').length ?? 0;
  const rest = Object.entries(scan?.counts ?? {});
  return (
    <>
      <Head title={t('scan.title')}>
        <a href="/scans">{t('nav.scans')}</a>
        {scan !== null && ` · ${scan.target}`}
      </Head>
      <LoadState of={loaded} />
      {scan !== null && (
        <>
          <Panel title={scan.target} note={<code>{scan.id}</code>}>
            <dl class="facts" aria-live="polite">
              <div>
                <dt>{t('scans.outcome')}</dt>
                <dd>
                  <Outcome of={scan} />
                </dd>
              </div>
              <Moment label={t('scans.asked.at')} at={scan.requested_at} />
              <Moment label={t('scans.began')} at={scan.started_at} />
              <Moment label={t('scans.ended')} at={scan.finished_at} />
              <div>
                <dt>{t('scans.took')}</dt>
                <dd>{elapsed(scan.started_at, scan.finished_at) ?? '–'}</dd>
              </div>
              {rest.map(([name, count]) => (
                <div key={name}>
                  <dt>{tOr('scan.count', name)}</dt>
                  <dd>{number(count)}</dd>
                </div>
              ))}
            </dl>
            {scan.error !== null && (
              <p class="problem">
                {say(scan.error.message)} ({scan.error.code})
              </p>
            )}
          </Panel>
          <Panel
            title={t('scans.notseen')}
            note={missing === 0 ? t('scans.all') : t('scans.missing', { n: number(missing) })}
            class="scroll"
          >
            {scan.sources.length === 0 ? (
              <p class="empty">{t('scans.nosource')}</p>
            ) : (
              <SourcesTable sources={scan.sources} />
            )}
          </Panel>
        </>
      )}
    </>
  );
}

function Moment({ label, at }: { label: string; at: string | null }) {
  return (
    <div>
      <dt>{label}</dt>
      <dd>{at === null ? '–' : time(at)}</dd>
    </div>
  );
}

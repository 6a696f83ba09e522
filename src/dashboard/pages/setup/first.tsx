import { useEffect, useState } from 'preact/hooks';
import { call } from '../../api.ts';
import { number } from '../../format.ts';
import { Panel } from '../../parts/panel.tsx';
import { violationsHref } from '../../router.ts';
import { t } from '../../texts/index.ts';
import { s } from '../../texts/setup.ts';
import type { ScanView } from '../../views.ts';

const everyMs = 1_000;

/** The first scan while it runs, and where its findings stand. */
export function FirstScan({
  target,
  scan,
  onMore,
}: {
  target: string;
  scan: string | null;
  onMore: () => void;
}) {
  const [state, setState] = useState<ScanView | null>(null);
  const over = state !== null && state.state !== 'queued' && state.state !== 'running';
  useEffect(() => {
    if (scan === null || over) return;
    const read = (): void => {
      call<ScanView>(`/api/v1/scans/${encodeURIComponent(scan)}`)
        .then(setState)
        .catch(() => {});
    };
    read();
    const timer = setInterval(read, everyMs);
    return () => clearInterval(timer);
  }, [scan, over]);
  return (
    <Panel title={s('step.scan', { target })} note={s('step', { n: 5 })} class="setup">
      <p role="status">
        {scan === null && s('restart')}
        {scan !== null && !over && s('scanning', { n: number(state?.progress?.subjects ?? 0) })}
        {over && s(`scanned.${state.state === 'failed' ? 'failed' : 'done'}`)}
      </p>
      {over && state.state !== 'failed' && (
        <p>
          {t('status.violation')}: <b>{number(state.counts['violation'] ?? 0)}</b> · {t('status.unknown')}:{' '}
          <b>{number(state.counts['unknown'] ?? 0)}</b> · {t('status.pass')}:{' '}
          <b>{number(state.counts['pass'] ?? 0)}</b>
        </p>
      )}
      <p class="buttons">
        {over && (
          <>
            <a class="button main" href={violationsHref({ target })}>
              {s('violations')}
            </a>{' '}
            <a class="button" href={`/targets/${encodeURIComponent(target)}`}>
              {s('sources')}
            </a>{' '}
          </>
        )}
        <button type="button" onClick={onMore}>
          {s('more')}
        </button>
      </p>
    </Panel>
  );
}

import { useEffect, useMemo } from 'preact/hooks';
import { useLoaded } from '../../api.ts';
import { number, time } from '../../format.ts';
import { live } from '../../live.ts';
import { LoadState } from '../../parts/panel.tsx';
import { Head } from '../../parts/shell.tsx';
import { t } from '../../texts/index.ts';
import type { MatrixView } from '../../views.ts';
import { lastVisit, noteVisit } from '../../visit.ts';
import { progressOf } from './columns.tsx';
import { Figures } from './figures.tsx';
import { MatrixPanel } from './matrix.tsx';
import { News, Steps } from './news.tsx';
import { PhoneList } from './phone.tsx';
import { sumOf } from './rollup.ts';

export function Overview() {
  const loaded = useLoaded<MatrixView>('/api/v1/matrix');
  const { data, at } = loaded;
  const before = useMemo(() => lastVisit(Date.now()), []);
  const totals = data === null ? null : sumOf(data.targets);
  const scanned = data?.targets.some(({ seen_at }) => seen_at !== null) ?? false;
  useEffect(() => {
    if (totals !== null && scanned) noteVisit(totals, Date.now());
  }, [totals, scanned]);
  const now = Date.now();
  return (
    <>
      <Head title={t('nav.overview')}>
        {data !== null && at !== null && (
          <>
            {time(new Date(at).toISOString())} · {t('overview.systems', { n: data.targets.length })} ·{' '}
            {t('overview.rooms', {
              n: number(data.targets.reduce((sum, { rooms }) => sum + (rooms ?? 0), 0)),
            })}
          </>
        )}
      </Head>
      <p class="running" role="status">
        {live.value.scans
          .map(({ target }) => t('overview.scanning', { target, n: progressOf(target) ?? '' }))
          .join(' · ')}
      </p>
      <LoadState of={loaded} />
      {data !== null && totals !== null && !scanned && <p class="empty">{t('overview.empty')}</p>}
      {data !== null && totals !== null && scanned && (
        <>
          <Figures totals={totals} before={before} />
          <div class="pair">
            <News since={before?.at ?? null} />
            <Steps steps={data.steps} />
          </div>
          <MatrixPanel data={data} now={now} />
          <PhoneList data={data} now={now} />
        </>
      )}
    </>
  );
}

import { useEffect, useMemo } from 'preact/hooks';
import { useLoaded } from '../../api.ts';
import { number, time } from '../../format.ts';
import { live } from '../../live.ts';
import { Lazy } from '../../parts/lazy.tsx';
import { LoadState } from '../../parts/panel.tsx';
import { Head } from '../../parts/shell.tsx';
import { place } from '../../router.ts';
import { t } from '../../texts/index.ts';
import type { MatrixView } from '../../views.ts';
import { lastVisit, noteVisit } from '../../visit.ts';
import { progressOf } from './columns.tsx';
import { Figures } from './figures.tsx';
import { MatrixPanel } from './matrix.tsx';
import { News, Steps } from './news.tsx';
import { PhoneList } from './phone.tsx';
import { ProductMatrix } from './productmatrix.tsx';
import { keyOf } from './products.ts';
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
      {data?.targets.length === 0 && (
        <Lazy key="setup" load={() => import('../setup/setup.tsx').then(({ SetupSteps }) => SetupSteps)} />
      )}
      {data !== null && totals !== null && !scanned && data.targets.length > 0 && (
        <p class="empty">{t('overview.empty')}</p>
      )}
      {data !== null && totals !== null && scanned && (
        <>
          <Figures totals={totals} before={before} />
          <div class="pair">
            <News since={before?.at ?? null} />
            <Steps steps={data.steps} />
          </div>
          <Columns data={data} now={now} />
          <PhoneList data={data} now={now} />
        </>
      )}
    </>
  );
}

/** Up to here every system has a column of its own. */
const many = 40;

function Columns({ data, now }: { data: MatrixView; now: number }) {
  const key = place.value.searchParams.get('product');
  if (data.targets.length <= many) return <MatrixPanel data={data} now={now} />;
  if (key === null) return <ProductMatrix data={data} />;
  const targets = data.targets.filter((target) => keyOf(target) === key);
  return (
    <>
      <p class="crumbs">
        <a href="/">{t('overview.whole')}</a>
      </p>
      <MatrixPanel data={{ ...data, targets }} now={now} />
    </>
  );
}

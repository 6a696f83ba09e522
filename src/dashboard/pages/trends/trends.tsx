import { useLoaded } from '../../api.ts';
import { day, number, scoreSpan, share } from '../../format.ts';
import { Glyph, type Status } from '../../parts/glyph.tsx';
import { LoadState, Panel } from '../../parts/panel.tsx';
import { Head } from '../../parts/shell.tsx';
import { go, place, withQuery } from '../../router.ts';
import { say, t } from '../../texts/index.ts';
import type { PoliciesView, TargetsView, TrendsView } from '../../views.ts';
import { Chart, type Layer } from './chart.tsx';
import { TrendTable } from './table.tsx';

const spans = [30, 90, 365, 730] as const;
const preset = 90;

/** From the bottom up; each with its sign, because colour alone says nothing. */
const bands = ['violation', 'waived', 'unknown', 'pass'] as const satisfies readonly Status[];
type Point = TrendsView['points'][number];

/** How the verdicts went from day to day. What was not seen is a band of its own. */
export function Trends() {
  const query = place.value.searchParams;
  const asked = new URLSearchParams({ days: query.get('days') ?? String(preset) });
  for (const name of ['target', 'policy'] as const) {
    const value = query.get(name);
    if (value !== null) asked.set(name, value);
  }
  const loaded = useLoaded<TrendsView>(`/api/v1/trends?${asked}`);
  const { data } = loaded;
  const single = data?.targets.length === 1 && data.policy === null;
  return (
    <>
      <Head title={t('nav.trends')}>
        {data !== null && `${day(data.from)} – ${day(data.to)} · ${data.timezone}`}
      </Head>
      <Choices />
      <LoadState of={loaded} />
      {data !== null && data.points.length === 0 && <p class="empty">{t('overview.empty')}</p>}
      {data !== null && data.points.length > 0 && (
        <>
          <Verdicts points={data.points} />
          {single && <Scores points={data.points} />}
          {!single && <p class="note">{t('trends.single')}</p>}
          <Panel title={t('trends.table')} note={t('trends.table.note')} class="scroll">
            <TrendTable points={data.points} scores={single} />
          </Panel>
        </>
      )}
    </>
  );
}

function Choices() {
  const targets = useLoaded<TargetsView>('/api/v1/targets').data?.targets ?? [];
  const policies = useLoaded<PoliciesView>('/api/v1/policies').data?.policies ?? [];
  const any = ['', t('filter.any')] as const;
  const choices = [
    ['target', t('filter.target'), [any, ...targets.map(({ id }) => [id, id] as const)]],
    ['policy', t('filter.policy'), [any, ...policies.map(({ id, title }) => [id, say(title)] as const)]],
    ['days', t('trends.span'), spans.map((each) => [String(each), t('filter.days', { n: each })] as const)],
  ] as const;
  return (
    <div class="toolbar">
      <div class="filters">
        {choices.map(([name, label, options]) => (
          <label key={name}>
            {label}
            <select
              value={place.value.searchParams.get(name) ?? (name === 'days' ? String(preset) : '')}
              onChange={(event) => go(withQuery({ [name]: event.currentTarget.value || null }), true)}
            >
              {options.map(([value, text]) => (
                <option key={value} value={value}>
                  {text}
                </option>
              ))}
            </select>
          </label>
        ))}
      </div>
    </div>
  );
}

function Verdicts({ points }: { points: readonly Point[] }) {
  const sums = points.map((point) => {
    let sum = 0;
    return bands.map((band) => {
      sum += point[band];
      return sum;
    });
  });
  const layers = bands
    .map(
      (colour, at): Layer => ({
        colour,
        hatched: colour === 'unknown',
        values: sums.map((each) => each[at] ?? null),
      }),
    )
    .reverse();
  const [first, last] = [points[0], points.at(-1)];
  const label = t('trends.verdicts.label', {
    from: day(first?.day ?? ''),
    to: day(last?.day ?? ''),
    moves: bands.map((band) => `${t(`status.${band}`)} ${moveOf(first, last, band)}`).join('; '),
  });
  return (
    <Panel title={t('trends.verdicts')} note={t('trends.verdicts.note')} class="trend">
      <ul class="legend">
        {[...bands].reverse().map((band) => (
          <li key={band}>
            <Glyph status={band} /> {t(`status.${band}`)} <b>{number(last?.[band] ?? 0)}</b>
          </li>
        ))}
      </ul>
      <Chart days={points.map((point) => point.day)} layers={layers} label={label} format={number} />
      {points.length < 2 && <p class="note">{t('trends.short')}</p>}
      {(last?.stale ?? 0) > 0 && (
        <p class="note">
          <Glyph status="stale" /> {t('trends.stale', { n: last?.stale ?? 0 })}
        </p>
      )}
    </Panel>
  );
}

const moveOf = (first: Point | undefined, last: Point | undefined, band: (typeof bands)[number]): string =>
  `${number(first?.[band] ?? 0)} → ${number(last?.[band] ?? 0)}`;

/** The span of the score: hatched between what is certain and what might be. */
function Scores({ points }: { points: readonly Point[] }) {
  const layers: Layer[] = [
    { colour: 'unknown', hatched: true, values: points.map(({ score }) => score?.high ?? null) },
    { colour: 'ink', values: points.map(({ score }) => score?.low ?? null) },
  ];
  const last = points.findLast(({ score }) => score !== null)?.score;
  if (last == null) return null;
  const span = scoreSpan(last.low, last.high);
  return (
    <Panel title={t('row.score')} note={t('row.score.note')} class="trend">
      <p>
        {t('trends.score.now')} <b>{span}</b> · {t('row.seen')} {share(last.seen)}
      </p>
      <Chart
        days={points.map((point) => point.day)}
        layers={layers}
        label={t('trends.score.label', { span })}
        top={1}
        format={(value) => share(value)}
      />
    </Panel>
  );
}

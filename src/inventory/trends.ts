import type { Kysely } from 'kysely';
import type { Database, TrendsTable } from '../store/index.ts';

/** One day of one target, or of the sum of several. */
export interface TrendPoint {
  /** YYYY-MM-DD in the configured time zone. */
  day: string;
  pass: number;
  violation: number;
  waived: number;
  unknown: number;
  score: { low: number; high: number; seen: number } | null;
  /** Known by then. */
  targets: number;
  /** Looked at on that day. */
  scanned: number;
  /** Not looked at for so long that what was met counts as not seen; a violation stays one until it is seen again. */
  stale: number;
}

export interface TrendQuestion {
  policy: string;
  targets: readonly { id: string; freshness: number }[];
  /** In rising order, without gaps. */
  days: readonly string[];
  now: number;
}

/** How the days are stored, and for each target the last one before them: what was known then still holds for a while. */
export async function readTrends(db: Kysely<Database>, asked: TrendQuestion): Promise<TrendsTable[]> {
  const [from = '', to = ''] = [asked.days[0], asked.days.at(-1)];
  const ids = asked.targets.map(({ id }) => id);
  if (ids.length === 0) return [];
  const own = db.selectFrom('trends').where('policy', '=', asked.policy).where('target', 'in', ids);
  const before = await own
    .select('target')
    .select((expression) => expression.fn.max('day').as('day'))
    .where('day', '<', from)
    .groupBy('target')
    .execute();
  const rows = await own.selectAll().where('day', '>=', from).where('day', '<=', to).execute();
  for (const { target, day } of before) {
    const last = await own
      .selectAll()
      .where('target', '=', target)
      .where('day', '=', day as string)
      .execute();
    rows.push(...last);
  }
  return rows;
}

/** One point a day; null before anything was known. */
export function seriesOf(
  target: { id: string; freshness: number },
  rows: readonly TrendsTable[],
  { days, now }: Pick<TrendQuestion, 'days' | 'now'>,
): (TrendPoint | null)[] {
  const own = new Map(rows.filter((row) => row.target === target.id).map((row) => [row.day, row]));
  const [first = ''] = days;
  let last = [...own.values()].filter(({ day }) => day < first).sort((a, b) => (a.day < b.day ? 1 : -1))[0];
  return days.map((day) => {
    const today = own.get(day);
    last = today ?? last;
    if (last === undefined) return null;
    const end = Math.min(now, endOf(day));
    const stale = end - last.seen_at > target.freshness * 1000;
    return pointOf(day, last, { scanned: today !== undefined, stale });
  });
}

/** In UTC: an hour or two more or less decide nothing about a day. */
const endOf = (day: string): number => Date.parse(`${day}T23:59:59Z`);

function pointOf(day: string, row: TrendsTable, { scanned, stale }: { scanned: boolean; stale: boolean }) {
  const { pass, violation, waived, unknown, low, high, seen } = row;
  const whole = { day, targets: 1, scanned: scanned ? 1 : 0, stale: stale ? 1 : 0 };
  if (stale) {
    const score = high === null ? null : { low: 0, high, seen: 1 - high };
    return { ...whole, pass: 0, violation, waived, unknown: unknown + pass, score };
  }
  const score = low === null || high === null || seen === null ? null : { low, high, seen };
  return { ...whole, pass, violation, waived, unknown, score };
}

const summed = ['pass', 'violation', 'waived', 'unknown', 'targets', 'scanned', 'stale'] as const;

/** Of several targets; a score is one target's. */
export function sumOf(series: readonly (readonly (TrendPoint | null)[])[], days: readonly string[]) {
  return days.map((day, at): TrendPoint | null => {
    const points = series.flatMap((one) => one[at] ?? []);
    if (points.length === 0) return null;
    const sum: TrendPoint = {
      day,
      pass: 0,
      violation: 0,
      waived: 0,
      unknown: 0,
      score: null,
      targets: 0,
      scanned: 0,
      stale: 0,
    };
    for (const point of points) for (const key of summed) sum[key] += point[key];
    return points.length === 1 ? { ...sum, score: points[0]?.score ?? null } : sum;
  });
}

/** The days from `from` to `to`, both of them. */
export function daysBetween(from: string, to: string): string[] {
  const days: string[] = [];
  for (let at = Date.parse(`${from}T00:00:00Z`); at <= Date.parse(`${to}T00:00:00Z`); at += 86_400_000) {
    days.push(new Date(at).toISOString().slice(0, 10));
  }
  return days;
}

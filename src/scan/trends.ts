import type { SourceOutcome } from '../../adapters/contract/subject.ts';
import { localDate } from '../config/dates.ts';
import type { Config } from '../config/types.ts';
import { coveredOf, sourcesOf } from '../inventory/targets.ts';
import type { Count } from '../policy/tally.ts';
import { verdicts } from '../policy/types.ts';
import type { Store, StoreTransaction, TargetsTable, TrendsTable } from '../store/index.ts';
import type { Bind, BoundPolicies } from './bind.ts';
import type { TargetSummary } from './record.ts';

export interface TrendDeps {
  store: Store;
  bind: Bind;
  config: Pick<Config, 'targets' | 'policies' | 'timezone'>;
}

/** Every policy of one target, and first of all the whole: how the last scan that saw anything left it. */
export async function noteTrends(deps: TrendDeps): Promise<void> {
  for (const { id } of deps.config.targets) {
    await deps.store.transaction(async (tx) => {
      const row = await tx.db.selectFrom('targets').selectAll().where('id', '=', id).executeTakeFirst();
      if (row === undefined) return;
      await backfill(tx, id, deps.config.timezone);
      for (const point of currentTrends(deps, row)) await save(tx, point);
    });
  }
}

/** As they would be noted now; empty where nothing was seen yet. */
export function currentTrends({ bind, config }: Omit<TrendDeps, 'store'>, row: TargetsTable): TrendsTable[] {
  const target = config.targets.find(({ id }) => id === row.id);
  const seenAt = Math.max(0, ...Object.values(coveredOf(row)));
  if (target === undefined || seenAt === 0 || row.report_json === null) return [];
  const report = JSON.parse(row.report_json) as Partial<TargetSummary>;
  const { counts, tally = {}, score } = report;
  if (counts === undefined) return [];
  const bound = bind({ vendor: target.vendor, parameters: config.policies, live: target.live !== null });
  const common = { target: row.id, day: localDate(seenAt, config.timezone), seen_at: seenAt };
  const none = { low: null, high: null, seen: null };
  const outcomes = Object.values(sourcesOf(row)).map(({ outcome }) => outcome);
  const waived = Object.values(tally).reduce((sum, count) => sum + count.waived, 0);
  const whole: TrendsTable = {
    ...common,
    policy: '',
    pass: counts.pass,
    violation: counts.violation - waived,
    waived,
    unknown: counts.unknown,
    ...(score == null ? none : { low: score.low, high: score.high, seen: score.seen }),
  };
  const policies = [...sums(tally, bound, outcomes)].map(
    ([policy, { pass, violation, waived: spared, unknown }]) => ({
      ...common,
      ...none,
      policy,
      pass,
      violation: violation - spared,
      waived: spared,
      unknown,
    }),
  );
  return [whole, ...policies];
}

type Sum = Pick<Count, 'pass' | 'violation' | 'waived' | 'unknown'>;

/** By policy, over all kinds of subject; what could not even be listed is one that was not seen. */
function sums(
  tally: Readonly<Record<string, Count>>,
  bound: BoundPolicies,
  outcomes: readonly SourceOutcome[],
): Map<string, Sum> {
  const found = new Map<string, Sum>();
  const add = (policy: string, count: Sum): void => {
    const sum = found.get(policy) ?? { pass: 0, violation: 0, waived: 0, unknown: 0 };
    for (const key of Object.keys(sum) as (keyof Sum)[]) sum[key] += count[key];
    found.set(policy, sum);
  };
  for (const [key, count] of Object.entries(tally)) add(key.slice(key.indexOf('/') + 1), count);
  for (const kind of ['room', 'recording'] as const) {
    if (Object.keys(tally).some((key) => key.startsWith(`${kind}/`))) continue;
    for (const { policy } of bound.unlisted(kind, outcomes)) {
      add(policy, { pass: 0, violation: 0, waived: 0, unknown: 1 });
    }
  }
  return found;
}

/** Of the time before there were notes, what the scans themselves counted: without waivers and score. */
async function backfill(tx: StoreTransaction, target: string, timezone: string): Promise<void> {
  const known = await tx.db
    .selectFrom('trends')
    .select('day')
    .where('policy', '=', '')
    .where('target', '=', target)
    .limit(1)
    .executeTakeFirst();
  if (known !== undefined) return;
  const scans = await tx.db
    .selectFrom('scans')
    .select(['finished_at', 'counts_json'])
    .where('target', '=', target)
    .where('recorded', '=', 1)
    .where('state', 'in', ['complete', 'partial'])
    .where('finished_at', 'is not', null)
    .orderBy('finished_at')
    .execute();
  const days = new Map<string, TrendsTable>();
  for (const { finished_at: at, counts_json } of scans) {
    const counts = JSON.parse(counts_json) as Partial<TargetSummary['counts']>;
    if (at === null || verdicts.some((verdict) => counts[verdict] === undefined)) continue;
    const { pass = 0, violation = 0, unknown = 0 } = counts;
    const day = localDate(at, timezone);
    const none = { waived: 0, low: null, high: null, seen: null };
    days.set(day, { policy: '', target, day, seen_at: at, pass, violation, unknown, ...none });
  }
  for (const point of days.values()) await save(tx, point);
}

async function save(tx: StoreTransaction, point: TrendsTable): Promise<void> {
  const { policy: _, target: __, day: ___, ...values } = point;
  await tx.db
    .insertInto('trends')
    .values(point)
    .onConflict((conflict) => conflict.columns(['policy', 'target', 'day']).doUpdateSet(values))
    .execute();
}

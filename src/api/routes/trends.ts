import { localDate } from '../../config/dates.ts';
import { rfc3339 } from '../../findings/detail.ts';
import { daysBetween, readTrends, seriesOf, sumOf } from '../../inventory/trends.ts';
import { currentTrends } from '../../scan/trends.ts';
import type { TargetsTable, TrendsTable } from '../../store/index.ts';
import type { Api, ApiDeps } from '../deps.ts';
import { requireKnown } from '../filters.ts';
import { reading, sees } from '../plugins/auth.ts';
import { problems, secured } from '../schemas/common.ts';
import { Trends, TrendsQuery } from '../schemas/trend.ts';

const day = 86_400_000;

/** How the numbers of verdicts went from day to day; what nobody looked at for too long counts as not seen. */
export function registerTrends(app: Api, deps: ApiDeps): void {
  const { store, config, now } = deps;
  app.get(
    '/api/v1/trends',
    {
      config: { scopes: reading },
      schema: {
        tags: ['findings'],
        security: secured,
        summary: 'Verdicts by day, of all targets or of some, of all policies or of one',
        querystring: TrendsQuery,
        response: { 200: Trends, ...problems(400) },
      },
    },
    async (request) => {
      const { target, policy, days: wanted } = request.query;
      await requireKnown(request, { target, policy: policy === undefined ? undefined : [policy] }, deps);
      const at = now();
      const targets = config.targets.filter(({ id }) => sees(request, id) && (target?.includes(id) ?? true));
      const to = localDate(at, config.timezone);
      const from = new Date(Date.parse(`${to}T00:00:00Z`) - (wanted - 1) * day).toISOString().slice(0, 10);
      const days = daysBetween(from, to);
      const asked = { policy: policy ?? '', targets, days, now: at };
      const known = await readTrends(store.db, asked);
      const rows = withCurrent(known, await currentRows(deps, asked));
      const points = sumOf(
        targets.map((one) => seriesOf(one, rows.get(one.id) ?? [], asked)),
        days,
      );
      return {
        from,
        to,
        timezone: config.timezone,
        policy: policy ?? null,
        targets: targets.map(({ id }) => id),
        generated_at: rfc3339(at),
        points: points.flatMap((point) => point ?? []),
      };
    },
  );
}

/** What is noted only every few minutes is shown at once. */
async function currentRows(
  deps: ApiDeps,
  { targets, policy }: { targets: readonly { id: string }[]; policy: string },
): Promise<TrendsTable[]> {
  if (targets.length === 0) return [];
  const ids = targets.map(({ id }) => id);
  const stored = deps.store.db.selectFrom('targets').selectAll().where('state', '=', 'configured');
  const rows: TargetsTable[] = await stored.where('id', 'in', ids).execute();
  return rows.flatMap((row) => currentTrends(deps, row)).filter((row) => row.policy === policy);
}

/** By target; today's replace those that were noted today. */
function withCurrent(
  known: readonly TrendsTable[],
  current: readonly TrendsTable[],
): Map<string, TrendsTable[]> {
  const rows = new Map<string, Map<string, TrendsTable>>();
  for (const row of [...known, ...current]) {
    const own = rows.get(row.target) ?? new Map<string, TrendsTable>();
    own.set(row.day, row);
    rows.set(row.target, own);
  }
  return new Map([...rows].map(([target, own]) => [target, [...own.values()]]));
}

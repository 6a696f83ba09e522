import type { ConfiguredTarget } from '../config/types.ts';
import { severities } from '../policy/types.ts';
import type { Store } from '../store/index.ts';
import { listTargets, timeOrNull } from './queries.ts';

/** Flat numbers only. */
export type Summary = Record<string, number>;

export async function readSummary(
  store: Store,
  configured: readonly ConfiguredTarget[],
  visible: readonly string[] | null,
  now: number,
): Promise<Summary> {
  const targets = (await listTargets(store, configured, visible, now)).filter(
    ({ state }) => state === 'configured',
  );
  let query = store.db
    .selectFrom('findings')
    .select(['status', 'verdict', 'severity', (expression) => expression.fn.countAll<number>().as('number')])
    .where('status', 'in', ['open', 'waived'])
    .groupBy(['status', 'verdict', 'severity']);
  let rooms = store.db
    .selectFrom('subjects')
    .select((expression) => expression.fn.countAll<number>().as('number'))
    .where('kind', '=', 'room')
    .where('state', 'in', ['present', 'no_longer_visible']);
  if (visible !== null) {
    const names = visible.length === 0 ? [''] : visible;
    query = query.where('target', 'in', names);
    rooms = rooms.where('target', 'in', names);
  }
  const summary: Summary = {
    targets: targets.length,
    targets_fresh: targets.filter((target) => target.fresh).length,
    targets_failed: targets.filter((target) => target.last_scan?.state === 'failed').length,
    rooms: (await rooms.executeTakeFirst())?.number ?? 0,
    violations: 0,
    unknowns: 0,
    waived: 0,
  };
  for (const severity of severities) summary[`violations_${severity}`] = 0;
  for (const row of await query.execute()) addTo(summary, row);
  return summary;
}

function addTo(
  summary: Summary,
  row: { status: string; verdict: string; severity: string; number: number },
): void {
  const add = (key: string): void => {
    summary[key] = (summary[key] ?? 0) + row.number;
  };
  if (row.status === 'waived') add('waived');
  else if (row.verdict === 'unknown') add('unknowns');
  else {
    add('violations');
    add(`violations_${row.severity}`);
  }
}

export interface CoverageView {
  target: string;
  vendor: string;
  last_scan_at: string | null;
  score: unknown;
  /** One line per clause, as of the last scan that saw anything. */
  coverage: unknown[];
}

export async function readCoverage(store: Store, visible: readonly string[] | null): Promise<CoverageView[]> {
  let query = store.db.selectFrom('targets').selectAll().where('state', '=', 'configured').orderBy('id');
  if (visible !== null) query = query.where('id', 'in', visible.length === 0 ? [''] : visible);
  return (await query.execute()).map((row) => {
    const report = row.report_json === null ? {} : JSON.parse(row.report_json);
    return {
      target: row.id,
      vendor: row.vendor,
      last_scan_at: timeOrNull(row.last_scan_at),
      score: report.score ?? null,
      coverage: report.coverage ?? [],
    };
  });
}

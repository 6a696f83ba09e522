import { sql } from 'kysely';
import { coveredOf, sourcesOf } from '../../inventory/targets.ts';
import { severities } from '../../policy/types.ts';
import { listReceivers } from '../../push/queries.ts';
import { checksOf } from '../../report/matrix/checks.ts';
import { Overdue } from '../../scan/overdue.ts';
import type { Store } from '../../store/index.ts';
import type { ApiDeps } from '../deps.ts';
import type { Family, Sample } from './family.ts';

type Deps = Pick<ApiDeps, 'store' | 'config' | 'now'>;

/** Numbers of an unchanged store are not counted again before. */
const longestMs = 60_000;

/** What the store knows. Counting runs over open findings once per change of the feed, however often it is asked. */
export class Stored {
  readonly #deps: Deps;
  readonly #overdue: Overdue;
  #kept: { change: string; at: number; families: Promise<Family[]> } | null = null;

  constructor(deps: Deps) {
    this.#deps = deps;
    this.#overdue = new Overdue(deps.config.timezone);
  }

  async read(): Promise<Family[]> {
    const { store, now, config } = this.#deps;
    const { epoch, head } = await store.feed();
    const change = `${epoch}:${head}`;
    const kept = this.#kept;
    if (kept === null || kept.change !== change || now() - kept.at > longestMs) {
      this.#kept = { change, at: now(), families: count(this.#deps) };
    }
    try {
      const families = (await this.#kept?.families) ?? [];
      const fresh = await freshness(this.#deps);
      return [
        ...families,
        ...fresh,
        checks([...families, ...fresh]),
        await lateness(this.#deps, this.#overdue),
        gauge('roomwarden_feed_sequence', 'Number of the newest event of the feed.', [
          { labels: {}, value: head },
        ]),
        ...(await receivers(store, config)),
      ];
    } catch (error) {
      this.#kept = null;
      throw error;
    }
  }
}

function gauge(name: string, help: string, samples: readonly Sample[]): Family {
  return { name, help, type: 'gauge', samples };
}

async function count(deps: Deps): Promise<Family[]> {
  return [...(await findings(deps)), ...(await reports(deps)), await successes(deps), await size(deps.store)];
}

async function findings({ store, config }: Deps): Promise<Family[]> {
  const rows = await store.db
    .selectFrom('findings')
    .select(['status', 'target', 'vendor', 'policy', 'verdict', 'severity'])
    .select((expression) => expression.fn.countAll<number>().as('number'))
    .where('status', 'in', ['open', 'waived'])
    .groupBy(['status', 'target', 'vendor', 'policy', 'verdict', 'severity'])
    .execute();
  const open = new Map<string, Sample & { value: number }>();
  for (const { id, vendor } of config.targets) {
    for (const severity of severities) {
      const labels = { target: id, vendor, severity };
      open.set(`${id} ${severity}`, { labels, value: 0 });
    }
  }
  for (const { status, verdict, target, severity, number } of rows) {
    const sum = open.get(`${target} ${severity}`);
    if (status === 'open' && verdict === 'violation' && sum !== undefined) sum.value += Number(number);
  }
  return [
    gauge(
      'roomwarden_findings',
      'Findings that are open or waived now.',
      rows.map(({ number, ...labels }) => ({ labels, value: Number(number) })),
    ),
    gauge('roomwarden_open_violations', 'Open violations by severity, also where there are none.', [
      ...open.values(),
    ]),
  ];
}

interface Report {
  counts?: Record<string, number>;
  rooms?: { seen: number };
  score?: { low: number | null; high: number | null };
}

/** As of the last scan of each target that saw anything. */
async function reports({ store, config }: Deps): Promise<Family[]> {
  const rows = await store.db
    .selectFrom('targets')
    .select(['id', 'vendor', 'report_json', 'sources_json', 'last_scan_at'])
    .where('state', '=', 'configured')
    .orderBy('id')
    .execute();
  const configured = new Set(config.targets.map(({ id }) => id));
  const known = rows.filter(({ id }) => configured.has(id));
  const [verdicts, rooms, scores, sources, ended]: Sample[][] = [[], [], [], [], []];
  for (const row of known) {
    const target = { target: row.id, vendor: row.vendor };
    const report: Report = row.report_json === null ? {} : JSON.parse(row.report_json);
    for (const [verdict, value] of Object.entries(report.counts ?? {})) {
      verdicts?.push({ labels: { ...target, verdict }, value });
    }
    if (report.rooms !== undefined) rooms?.push({ labels: target, value: report.rooms.seen });
    for (const bound of ['low', 'high'] as const) {
      const value = report.score?.[bound] ?? null;
      if (value !== null) scores?.push({ labels: { ...target, bound }, value });
    }
    for (const [source, { outcome }] of Object.entries(sourcesOf(row))) {
      // One that was not asked is neither.
      if (outcome.state === 'skipped') continue;
      sources?.push({ labels: { ...target, source }, value: outcome.state === 'complete' ? 1 : 0 });
    }
    if (row.last_scan_at !== null) ended?.push({ labels: target, value: row.last_scan_at / 1000 });
  }
  return [
    gauge('roomwarden_verdicts', 'Verdicts of the last scan, over all its subjects.', verdicts ?? []),
    gauge('roomwarden_rooms', 'Rooms that the last scan saw.', rooms ?? []),
    gauge(
      'roomwarden_score_ratio',
      'Share of the duties that are met: low counts what is unknown as violated, high as met.',
      scores ?? [],
    ),
    gauge(
      'roomwarden_source_readable',
      '1: the source answered completely at the last scan. One that is not configured is left out.',
      sources ?? [],
    ),
    gauge('roomwarden_last_scan_timestamp_seconds', 'End of the last scan, however it ended.', ended ?? []),
  ];
}

async function successes({ store, config }: Deps): Promise<Family> {
  // By the index for each: grouping would read every scan that retention still keeps.
  const rows = await store.db
    .selectFrom('targets')
    .select((select) => [
      'id',
      select
        .selectFrom('scans')
        .select('finished_at')
        .whereRef('scans.target', '=', 'targets.id')
        .where('state', '=', 'complete')
        .orderBy('requested_at', 'desc')
        .limit(1)
        .as('at'),
    ])
    .execute();
  const ended = new Map(rows.map(({ id, at }) => [id, at]));
  const samples = config.targets.flatMap(({ id, vendor }) => {
    const at = ended.get(id) ?? null;
    return at === null ? [] : [{ labels: { target: id, vendor }, value: Number(at) / 1000 }];
  });
  return gauge(
    'roomwarden_last_successful_scan_timestamp_seconds',
    'End of the last scan that read everything.',
    samples,
  );
}

/** Depends on the clock, so it is never kept. A target that was never scanned is not fresh. */
async function freshness({ store, config, now }: Deps): Promise<Family[]> {
  const rows = await store.db.selectFrom('targets').select(['id', 'covered_json']).execute();
  const known = new Map(rows.map((row) => [row.id, row]));
  const fresh = config.targets.map(({ id, vendor, freshness: limit }) => {
    const row = known.get(id);
    const seen = row === undefined ? undefined : coveredOf(row).deployment;
    const is = seen !== undefined && now() - seen <= limit * 1000;
    return { labels: { target: id, vendor }, value: is ? 1 : 0 };
  });
  const limits = config.targets.map(({ id, vendor, freshness: limit }) => ({
    labels: { target: id, vendor },
    value: limit,
  }));
  return [
    gauge('roomwarden_target_fresh', '1: the last look is not older than allowed.', fresh),
    gauge('roomwarden_target_freshness_seconds', 'How old a look may be.', limits),
  ];
}

/** As the page and reports count them: what is too old was not seen, whatever the last scan gave. */
function checks(families: readonly Family[]): Family {
  const samplesOf = (name: string): readonly Sample[] =>
    families.find((family) => family.name === name)?.samples ?? [];
  const given = new Map<string, Record<string, number>>();
  for (const { labels, value } of samplesOf('roomwarden_verdicts')) {
    const { target = '', verdict = '' } = labels;
    given.set(target, { ...given.get(target), [verdict]: value });
  }
  const samples = samplesOf('roomwarden_target_fresh').flatMap(({ labels, value }): Sample[] => {
    const { unknown, stale, pass, not_applicable } = checksOf(given.get(labels['target'] ?? ''), value === 1);
    const states = { unseen: unknown, stale, met: pass, not_applicable };
    return Object.entries(states).map(([state, number]) => ({ labels: { ...labels, state }, value: number }));
  });
  return gauge(
    'roomwarden_checks',
    'Verdicts as they count now: what is too old is unseen and, of that, stale.',
    samples,
  );
}

/** Depends on the clock as well. Targets without a schedule are left out. */
async function lateness({ store, config, now }: Deps, overdue: Overdue): Promise<Family> {
  const late = await overdue.read(store, config.targets, now());
  const samples = config.targets.flatMap(({ id, vendor }) => {
    const value = late.get(id) ?? null;
    return value === null ? [] : [{ labels: { target: id, vendor }, value }];
  });
  return gauge(
    'roomwarden_target_late_seconds',
    'How long the planned scan waits beyond its time; 0: on time.',
    samples,
  );
}

async function size(store: Store): Promise<Family> {
  const query =
    store.dialect === 'sqlite'
      ? sql<{
          bytes: number;
        }>`select page_count * page_size as bytes from pragma_page_count(), pragma_page_size()`
      : sql<{ bytes: number }>`select pg_database_size(current_database()) as bytes`;
  const { rows } = await query.execute(store.db);
  const samples = rows.map(({ bytes }) => ({ labels: {}, value: Number(bytes) }));
  return gauge('roomwarden_store_size_bytes', 'Size of the database.', samples);
}

async function receivers(store: Store, config: Deps['config']): Promise<Family[]> {
  const all = await listReceivers(store, config);
  const each = (value: (receiver: (typeof all)[number]) => number | null): Sample[] =>
    all.flatMap((receiver) => {
      const number = value(receiver);
      return number === null ? [] : [{ labels: { receiver: receiver.id }, value: number }];
    });
  const name = (end: string): string => `roomwarden_receiver_${end}`;
  return [
    gauge(
      name('position'),
      'Number of the last event that is done with.',
      each(({ position }) => position),
    ),
    gauge(
      name('behind_events'),
      'Numbers of the feed still ahead.',
      each(({ behind }) => behind),
    ),
    gauge(
      name('failed_attempts'),
      'Failed ones in a row; 0 = it takes events.',
      each(({ attempts }) => attempts),
    ),
    gauge(
      name('dead_letters'),
      'Events that were set aside.',
      each(({ dead_letters }) => dead_letters),
    ),
    gauge(
      name('last_delivery_timestamp_seconds'),
      'When it last took something.',
      each(({ delivered_at }) => (delivered_at === null ? null : Date.parse(delivered_at) / 1000)),
    ),
  ];
}

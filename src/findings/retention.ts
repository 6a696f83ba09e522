import type { Expression, Kysely, SqlBool } from 'kysely';
import type { Config } from '../config/types.ts';
import { dropBooks } from '../inventory/books.ts';
import type { Database, Store, StoreTransaction, SubjectsTable } from '../store/index.ts';
import { forgetEvents } from './forget.ts';
import { loseTraces } from './traces.ts';

export interface RetentionDeps {
  store: Store;
  /** Seconds. */
  retention: Config['retention'];
  /** Ids of the configured receivers. */
  receivers: readonly string[];
  /** Aborted: what is left waits for the next run. */
  signal?: AbortSignal;
}

type Table = keyof Database;
export type Deleted = Partial<Record<Table, number>>;

/** Rows of one small transaction: others get their turn in between. */
const batch = 500;

interface Limits {
  /** Nothing older than these moments stays; milliseconds UTC. */
  events: number;
  resolved: number;
  gone_rooms: number;
  scans: number;
  audit_log: number;
  trends: number;
  now: number;
}

const day = 86_400_000;
/** After so long the queue gives a scan to another instance. */
const longestScan = day / 4;

type Rule = (deps: RetentionDeps, limits: Limits) => Promise<number>;

/**
 * How long each table keeps its rows; a new table needs its line here. `null`: no personal data, kept for good.
 * In this order: what is found by another row goes before it.
 */
export const rules: Readonly<Record<Table, Rule | null>> = {
  meta: null,
  events: (deps, { events, now }) => forgetEvents(deps, events, now),
  dead_letters: (deps, { events }) =>
    sweep(deps, 'dead_letters', ['receiver', 'seq'], (where) => where('at', '<', events)),
  receivers: forgetReceivers,
  subjects: forgetSubjects,
  books: ({ store }) => dropBooks(store),
  notes: (deps, { gone_rooms }) =>
    sweep(deps, 'notes', ['target', 'session'], (where) => where('at', '<', gone_rooms)),
  findings: (deps, { resolved }) =>
    sweep(deps, 'findings', ['uid'], (where) =>
      where.and([where('status', 'in', ['resolved', 'closed']), where('resolved_at', '<', resolved)]),
    ),
  // Deleted with their attempt; what a crash left, as soon as no scan can still need it.
  slice_lines: (deps, { now }) =>
    sweep(deps, 'slice_lines', ['scan', 'fence', 'slice', 'chunk'], (where) =>
      where('at', '<', now - longestScan),
    ),
  splits: (deps, { now }) =>
    sweep(deps, 'splits', ['scan', 'fence'], (where) => where('at', '<', now - longestScan)),
  scans: (deps, { scans }) => sweep(deps, 'scans', ['id'], (where) => where('requested_at', '<', scans)),
  waivers: (deps, { resolved }) =>
    sweep(deps, 'waivers', ['id'], (where) =>
      where.or([where('until', '<', resolved), where('revoked_at', '<', resolved)]),
    ),
  attestations: (deps, { resolved }) =>
    sweep(deps, 'attestations', ['id'], (where) =>
      where.or([where('valid_until', '<', resolved), where('revoked_at', '<', resolved)]),
    ),
  aftercare: (deps, { resolved }) =>
    sweep(deps, 'aftercare', ['waiver'], (where) => where('at', '<', resolved)),
  targets: forgetTargets,
  // The audit log names tokens by their id: they stay as long as it does.
  tokens: (deps, { audit_log }) =>
    sweep(deps, 'tokens', ['id'], (where) =>
      where.or([where('expires_at', '<', audit_log), where('revoked_at', '<', audit_log)]),
    ),
  sessions: (deps, { now }) => sweep(deps, 'sessions', ['hash'], (where) => where('expires_at', '<', now)),
  instances: (deps, { now }) => sweep(deps, 'instances', ['id'], (where) => where('seen_at', '<', now - day)),
  trends: (deps, { trends }) =>
    sweep(deps, 'trends', ['policy', 'target', 'day'], (where) => where('day', '<', utcDay(trends))),
  audit_log: (deps, { audit_log }) =>
    sweep(deps, 'audit_log', ['id'], (where) => where('at', '<', audit_log)),
};

/** Deletes what is older than its time, in small transactions. @returns how many rows, of the tables where there were some */
export async function keepToRetention(deps: RetentionDeps, now: number): Promise<Deleted> {
  const { retention } = deps;
  const limits: Limits = {
    events: now - retention.events * 1000,
    resolved: now - retention.resolved * 1000,
    gone_rooms: now - retention.gone_rooms * 1000,
    scans: now - retention.scans * 1000,
    audit_log: now - retention.audit_log * 1000,
    trends: now - retention.trends * 1000,
    now,
  };
  const deleted: Deleted = {};
  for (const [table, rule] of Object.entries(rules) as [Table, Rule | null][]) {
    const rows = (await rule?.(deps, limits)) ?? 0;
    if (rows > 0) deleted[table] = rows;
  }
  return deleted;
}

/** A day more or less, by the time zone, is all the same here. */
const utcDay = (at: number): string => new Date(at).toISOString().slice(0, 10);

/** As much of kysely's expression builder as the rules need; columns are checked by the store itself. */
interface Where {
  (column: string, operator: '=' | '<' | 'in', value: unknown): Expression<SqlBool>;
  and(all: Expression<SqlBool>[]): Expression<SqlBool>;
  or(any: Expression<SqlBool>[]): Expression<SqlBool>;
}

/** No engine but one knows DELETE with LIMIT: keys are read first. */
async function sweep(
  deps: RetentionDeps,
  table: Table,
  key: readonly string[],
  over: (where: Where) => Expression<SqlBool>,
): Promise<number> {
  return inSteps(deps, async ({ db }) => {
    const loose = db as unknown as Kysely<Record<string, Record<string, unknown>>>;
    const keys = loose
      .selectFrom(table)
      .select([...key])
      .where((where) => over(where as unknown as Where))
      .limit(batch);
    const rows = await ours(deps, keys).execute();
    for (const row of rows) {
      let query = loose.deleteFrom(table);
      for (const column of key) query = query.where(column, '=', row[column]);
      await query.execute();
    }
    return rows.length;
  });
}

/**
 * What a scan or a push writes at this moment is not read: it comes back to life, and neither waits for the other. What
 * is read nobody changes until the end of the transaction.
 */
function ours<Q extends { forUpdate(): Q; skipLocked(): Q }>({ store }: RetentionDeps, query: Q): Q {
  return store.dialect === 'sqlite' ? query : query.forUpdate().skipLocked();
}

async function inSteps(
  { store, signal }: RetentionDeps,
  step: (tx: StoreTransaction) => Promise<number>,
): Promise<number> {
  for (let total = 0; ; ) {
    if (signal?.aborted === true) return total;
    const done = await store.transaction(step);
    total += done;
    if (done < batch) return total;
  }
}

/** Rooms and recordings that are gone, meetings that ended, and whatever a target had that left the configuration. */
async function forgetSubjects(deps: RetentionDeps, { gone_rooms }: Limits): Promise<number> {
  const gone = (where: Where): Expression<SqlBool> =>
    where.and([where('state', 'in', ['gone', 'ended']), where('changed_at', '<', gone_rooms)]);
  const dropped = await inSteps(deps, (tx) => dropSubjects(deps, tx, gone));
  return (
    dropped +
    (await ofRemoved(deps, gone_rooms, (tx, id) =>
      dropSubjects(deps, tx, (where) => where('target', '=', id)),
    ))
  );
}

async function dropSubjects(
  deps: RetentionDeps,
  { db }: StoreTransaction,
  over: (where: Where) => Expression<SqlBool>,
): Promise<number> {
  const keys = db
    .selectFrom('subjects')
    .select(['target', 'kind', 'id'])
    .where((where) => over(where as unknown as Where))
    .limit(batch);
  const rows = await ours(deps, keys).execute();
  for (const [target, kind, ids] of grouped(rows)) {
    await loseTraces(db, { target, kind, ids });
    await db
      .deleteFrom('subjects')
      .where('target', '=', target)
      .where('kind', '=', kind)
      .where('id', 'in', ids)
      .execute();
  }
  return rows.length;
}

async function forgetTargets(deps: RetentionDeps, { resolved }: Limits): Promise<number> {
  return ofRemoved(deps, resolved, async (tx, id) => {
    await tx.db.deleteFrom('targets').where('id', '=', id).execute();
    return 1;
  });
}

/** In steps for each target that left the configuration before; held, so that none is being scanned again meanwhile. */
async function ofRemoved(
  deps: RetentionDeps,
  before: number,
  step: (tx: StoreTransaction, id: string) => Promise<number>,
): Promise<number> {
  const removed = (db: Kysely<Database>) =>
    db.selectFrom('targets').select('id').where('state', '=', 'removed').where('removed_at', '<', before);
  let total = 0;
  for (const { id } of await removed(deps.store.db).execute()) {
    total += await inSteps(deps, async (tx) => {
      await tx.lock(`target ${id}`);
      const still = await removed(tx.db).where('id', '=', id).executeTakeFirst();
      return still === undefined ? 0 : step(tx, id);
    });
  }
  return total;
}

function grouped(
  rows: readonly Pick<SubjectsTable, 'target' | 'kind' | 'id'>[],
): [target: string, kind: SubjectsTable['kind'], ids: string[]][] {
  const groups = new Map<string, [string, SubjectsTable['kind'], string[]]>();
  for (const { target, kind, id } of rows) {
    const key = JSON.stringify([target, kind]);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [target, kind, [id]]);
    else group[2].push(id);
  }
  return [...groups.values()];
}

/** Of receivers that left the configuration nothing is needed once the events they had not got are gone. */
async function forgetReceivers({ store, receivers }: RetentionDeps, { events }: Limits): Promise<number> {
  const { numDeletedRows } = await store.db
    .deleteFrom('receivers')
    .where('id', 'not in', ['', ...receivers])
    .where((where) => where.or([where('delivered_at', 'is', null), where('delivered_at', '<', events)]))
    .where((where) => where.or([where('failed_at', 'is', null), where('failed_at', '<', events)]))
    .executeTakeFirst();
  return Number(numDeletedRows);
}

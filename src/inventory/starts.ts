import type { ScansTable, Store } from '../store/index.ts';

/**
 * When the newest scan of each target was asked for, for the schedule; its end where retention has taken the scan itself.
 * @param latest what is told of a later time was told by a wrong clock
 */
export async function lastStarts(
  { db }: Pick<Store, 'db'>,
  targets: readonly string[],
  latest = Number.MAX_SAFE_INTEGER,
): Promise<Map<string, number>> {
  const starts = new Map<string, number>();
  if (targets.length === 0) return starts;
  // By the index for each: grouping would read every scan that retention still keeps.
  const rows = await db
    .selectFrom('targets')
    .select((select) => [
      'id',
      'last_scan_at',
      select
        .selectFrom('scans')
        .select((scans) => scans.fn.max('requested_at').as('at'))
        .whereRef('scans.target', '=', 'targets.id')
        .where('requested_at', '<=', latest)
        .as('at'),
    ])
    .where('id', 'in', targets)
    .execute();
  for (const { id, last_scan_at, at } of rows) {
    const last = at ?? last_scan_at;
    if (last !== null && last <= latest) starts.set(id, last);
  }
  // Nothing was ever recorded of these.
  const others = targets.filter((id) => !starts.has(id));
  if (others.length === 0) return starts;
  const asked = await db
    .selectFrom('scans')
    .select(['target', (expression) => expression.fn.max('requested_at').as('at')])
    .where('target', 'in', others)
    .where('requested_at', '<=', latest)
    .groupBy('target')
    .execute();
  for (const { target, at } of asked) starts.set(target, at);
  return starts;
}

export interface LastTurn {
  /** Start of the newest scan that began; null: none ever did. */
  began: number | null;
  /** Since when a scan that has not begun waits; null: none does. */
  waits: number | null;
}

/**
 * What is known of each target's scans; a target that has none is left out.
 * @param latest what is told of a later time was told by a wrong clock
 */
export async function lastTurns(
  { db }: Pick<Store, 'db'>,
  targets: readonly string[],
  latest = Number.MAX_SAFE_INTEGER,
): Promise<Map<string, LastTurn>> {
  const turns = new Map<string, LastTurn>();
  if (targets.length === 0) return turns;
  const begun = await db
    .selectFrom('targets')
    .select((select) => [
      'id',
      'last_scan_at',
      select
        .selectFrom('scans')
        .select('started_at')
        .whereRef('scans.target', '=', 'targets.id')
        .where('requested_at', '<=', latest)
        .where('started_at', '<=', latest)
        .orderBy('requested_at', 'desc')
        .limit(1)
        .as('began'),
    ])
    .where('id', 'in', targets)
    .execute();
  for (const { id, last_scan_at, began } of begun) {
    const ended = last_scan_at !== null && last_scan_at <= latest ? last_scan_at : null;
    turns.set(id, { began: began ?? ended, waits: null });
  }
  const others = targets.filter((id) => (turns.get(id)?.began ?? null) === null);
  const unrecorded = await begunOf(db, others, latest);
  for (const [id, began] of unrecorded) turns.set(id, { began, waits: null });
  const waiting = await db
    .selectFrom('scans')
    .select(['target', 'requested_at'])
    .where('state', '=', 'queued')
    .where('target', 'in', targets)
    .execute();
  for (const { target, requested_at } of waiting) {
    turns.set(target, { began: turns.get(target)?.began ?? null, waits: requested_at });
  }
  return turns;
}

/** Of targets without a recorded scan there are few scans. */
async function begunOf(
  db: Store['db'],
  targets: readonly string[],
  latest: number,
): Promise<Map<string, number>> {
  if (targets.length === 0) return new Map();
  const rows = await db
    .selectFrom('scans')
    .select(['target', (expression) => expression.fn.max('started_at').as('began')])
    .where('target', 'in', targets)
    .where('started_at', '<=', latest)
    .groupBy('target')
    .execute();
  return new Map(rows.flatMap(({ target, began }) => (began === null ? [] : [[target, began] as const])));
}

/** The newest scan of each target, by the index; those that were never recorded are asked for one by one. */
export async function newestScans(
  { db }: Store,
  targets: readonly string[],
  recorded: ReadonlyMap<string, unknown>,
): Promise<Map<string, ScansTable>> {
  const scans = await db
    .selectFrom('targets')
    .innerJoin('scans', (join) =>
      join.on('scans.id', '=', (select) =>
        select
          .selectFrom('scans as each')
          .select('each.id')
          .whereRef('each.target', '=', 'targets.id')
          .orderBy('each.requested_at', 'desc')
          .limit(1),
      ),
    )
    .selectAll('scans')
    .execute();
  const newest = new Map(scans.map((scan) => [scan.target, scan]));
  for (const target of targets) {
    if (recorded.has(target)) continue;
    const query = db.selectFrom('scans').selectAll().where('target', '=', target);
    const scan = await query.orderBy('requested_at', 'desc').limit(1).executeTakeFirst();
    if (scan !== undefined) newest.set(target, scan);
  }
  return newest;
}

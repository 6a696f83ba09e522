import type { ExpressionBuilder, SelectQueryBuilder } from 'kysely';
import { type Covered, coveredOf } from '../inventory/targets.ts';
import type { Catalogue } from '../policy/catalogue.ts';
import type { Database, FindingsTable, Store } from '../store/index.ts';
import { Bytes } from './bytes.ts';
import { readCursor, writeCursor } from './cursor.ts';
import { rfc3339 } from './detail.ts';
import type { FindingFilter } from './filter.ts';
import type { IdView } from './native.ts';
import { nativeOf, type Seen, writeNative } from './nativeText.ts';
import { keysOfRoom } from './roomKeys.ts';
import { severityRank } from './severity.ts';
import type { Cause, EventKind, NativeFinding } from './types.ts';
import { countedKeys, type Keys, type Place, worstKeys } from './worst.ts';

export type { FindingFilter } from './filter.ts';

export interface QueryDeps {
  store: Store;
  catalogue: Catalogue;
  now(): number;
  /** Seconds, by target; a target that is no longer configured has none. */
  freshness: ReadonlyMap<string, number>;
}

export interface Page {
  limit: number;
  after?: string;
}

export interface FindingsPage {
  findings: NativeFinding[];
  next_cursor: string | null;
  has_more: boolean;
}

/** Most severe first. @throws {CursorError} */
export async function listFindings(
  deps: QueryDeps,
  filter: FindingFilter,
  page: Page,
  view: IdView,
): Promise<FindingsPage> {
  const { rows, seen, ...rest } = await pageOf(deps, filter, page);
  return { ...rest, findings: rows.map((row) => nativeOf(row, seen(row), deps.catalogue, view)) };
}

/** Of one finding as JSON. */
const usualBytes = 4_000;

export interface TextPage extends Omit<FindingsPage, 'findings'> {
  /** Each finding as JSON, with a comma between two. */
  text: Buffer;
  /** Half-open, milliseconds: while the store is as it was, the page reads the same in this time. */
  holds: Holds;
}

export interface Holds {
  from: number;
  until: number;
}

/** The same page as text, and how long it stays true without any change: findings become stale by time alone. */
export async function listText(
  deps: QueryDeps,
  filter: FindingFilter,
  page: Page,
  view: IdView,
): Promise<TextPage> {
  const { rows, seen, holds, ...rest } = await pageOf(deps, filter, page);
  const out = new Bytes(rows.length * usualBytes);
  const telling = { catalogue: deps.catalogue, view };
  for (const row of rows) {
    if (out.length > 0) out.text(',');
    writeNative(out, row, seen(row), telling);
  }
  return { ...rest, holds, text: out.take() };
}

interface RowsPage extends Omit<FindingsPage, 'findings'> {
  rows: Row[];
  seen(row: Row): Seen;
  holds: Holds;
}

async function pageOf(deps: QueryDeps, filter: FindingFilter, page: Page): Promise<RowsPage> {
  const place = page.after === undefined ? null : readCursor(page.after, 'number', 'string');
  const rows = await rowsOf(deps.store, filter, place, page.limit + 1);
  const covered = await coveredByTarget(deps.store);
  const shown = rows.slice(0, page.limit);
  const last = shown.at(-1);
  const more = rows.length > page.limit && last !== undefined;
  const now = deps.now();
  const holds: Holds = { from: 0, until: Number.MAX_SAFE_INTEGER };
  for (const row of shown) {
    const turn = staleFrom(deps, row, seenAt(row, covered));
    if (turn === null) continue;
    if (turn <= now) holds.from = Math.max(holds.from, turn);
    else holds.until = Math.min(holds.until, turn);
  }
  return {
    rows: shown,
    seen(row) {
      const lastSeenAt = seenAt(row, covered);
      const turn = staleFrom(deps, row, lastSeenAt);
      return { lastSeenAt, stale: turn !== null && turn <= now };
    },
    holds,
    next_cursor: more ? writeCursor([last.severity_rank, last.uid]) : null,
    has_more: more,
  };
}

async function rowsOf(
  store: Store,
  filter: FindingFilter,
  place: Place | null,
  limit: number,
): Promise<Row[]> {
  const rows = await pageQuery(
    store,
    filter.room === undefined
      ? worstKeys(store, filter, place, limit)
      : await keysOfRoom(store, filter, filter.room, place, limit),
  ).execute();
  // Keys came in order, but a join promises none.
  return rows.sort((one, other) => other.severity_rank - one.severity_rank || (one.uid < other.uid ? -1 : 1));
}

/** Whole rows of the keys of one page. */
export function pageQuery(store: Store, keys: Keys) {
  return store.db
    .selectFrom(keys.as('page'))
    .innerJoin('findings', 'findings.uid', 'page.uid')
    .leftJoin('subjects', (join) =>
      join
        .onRef('subjects.target', '=', 'findings.target')
        .onRef('subjects.kind', '=', 'findings.kind')
        .onRef('subjects.id', '=', 'findings.subject_id'),
    )
    .selectAll('findings')
    .select(['subjects.unseen as unseen', 'subjects.last_seen_at as subject_seen_at']);
}

/** Number of findings, counted up to a limit. */
export async function countFindings(deps: QueryDeps, filter: FindingFilter, most = 10_000): Promise<number> {
  const { store } = deps;
  const keys =
    filter.room === undefined
      ? countedKeys(store, filter, most)
      : await keysOfRoom(store, filter, filter.room, null, most);
  const row = await store.db
    .selectFrom(keys.as('counted'))
    .select((expression) => expression.fn.countAll<number>().as('number'))
    .executeTakeFirstOrThrow();
  return Number(row.number);
}

export function filtered(store: Store, filter: FindingFilter) {
  let query: SelectQueryBuilder<Database, 'findings', object> = store.db.selectFrom('findings');
  const { visible, target, vendor, policy, severity, kind, room, changedSince, cause } = filter;
  const { verdict = 'violation', status = 'open' } = filter;
  if (visible !== null) query = query.where('findings.target', 'in', oneOf(visible));
  if (target !== undefined) query = query.where('findings.target', 'in', oneOf(target));
  if (vendor !== undefined) query = query.where('findings.vendor', 'in', oneOf(vendor));
  if (policy !== undefined) query = query.where('findings.policy', 'in', oneOf(policy));
  if (severity !== undefined) query = query.where('findings.severity_rank', '>=', severityRank(severity));
  if (kind !== undefined) query = query.where('findings.kind', '=', kind);
  if (room !== undefined) {
    query = query
      .where('findings.kind', '=', 'room')
      .where((where: ExpressionBuilder<Database, 'findings'>) =>
        where.or([where('findings.subject_ref', '=', room), where('findings.subject_id', '=', room)]),
      );
  }
  if (verdict !== 'all') query = query.where('findings.verdict', '=', verdict);
  if (status !== 'all') query = query.where('findings.status', '=', status);
  if (cause === 'none') query = query.where('findings.cause_key', 'is', null);
  else if (cause !== undefined) query = query.where('findings.cause_key', '=', cause);
  if (changedSince !== undefined) query = query.where('findings.changed_at', '>=', changedSince);
  return query;
}

/** An empty list means nothing, not everything. */
const oneOf = (values: readonly string[]): readonly string[] => (values.length === 0 ? [''] : values);

export interface HistoryEntry {
  seq: number;
  event: EventKind;
  at: string;
  cause: Cause | null;
  policy_version: number | null;
  severity: string | null;
  verdict: string | null;
  status: string | null;
}

/** One finding with what happened to it, oldest first. */
export async function readFinding(
  deps: QueryDeps,
  uid: string,
  view: IdView,
): Promise<{ finding: NativeFinding; history: HistoryEntry[] } | null> {
  const row = await deps.store.db
    .selectFrom('findings')
    .leftJoin('subjects', (join) =>
      join
        .onRef('subjects.target', '=', 'findings.target')
        .onRef('subjects.kind', '=', 'findings.kind')
        .onRef('subjects.id', '=', 'findings.subject_id'),
    )
    .selectAll('findings')
    .select(['subjects.unseen as unseen', 'subjects.last_seen_at as subject_seen_at'])
    .where('findings.uid', '=', uid)
    .executeTakeFirst();
  if (row === undefined) return null;
  const events = await deps.store.db
    .selectFrom('events')
    .select(['seq', 'kind', 'at', 'cause', 'policy_version', 'severity', 'verdict', 'status'])
    .where('uid', '=', uid)
    .orderBy('seq')
    .execute();
  const history = events.map(
    ({ kind, at, cause, ...rest }): HistoryEntry => ({
      ...rest,
      event: kind as EventKind,
      at: rfc3339(at),
      cause: cause as Cause | null,
    }),
  );
  const lastSeenAt = seenAt(row, await coveredByTarget(deps.store));
  const turn = staleFrom(deps, row, lastSeenAt);
  const stale = turn !== null && turn <= deps.now();
  return { finding: nativeOf(row, { lastSeenAt, stale }, deps.catalogue, view), history };
}

async function coveredByTarget(store: Store): Promise<Map<string, Covered>> {
  const rows = await store.db.selectFrom('targets').select(['id', 'covered_json']).execute();
  return new Map(rows.map((row) => [row.id, coveredOf(row)]));
}

type Row = FindingsTable & { unseen: number | null; subject_seen_at: number | null };

const seenAt = (row: Row, covered: Map<string, Covered>): number | null =>
  row.unseen === 1 ? row.subject_seen_at : (covered.get(row.target)?.[row.kind] ?? null);

/** First moment at which it counts as stale, milliseconds; null: never, as it is over or nothing says how fresh it must be. */
function staleFrom(deps: QueryDeps, row: Row, lastSeenAt: number | null): number | null {
  const freshness = deps.freshness.get(row.target);
  const open = row.status === 'open' || row.status === 'waived';
  if (!open || freshness === undefined) return null;
  return Math.floor((lastSeenAt ?? row.changed_at) + freshness * 1000) + 1;
}

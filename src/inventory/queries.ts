import type { SourceOutcome } from '../../adapters/contract/subject.ts';
import type { ConfiguredTarget } from '../config/types.ts';
import { readCursor, writeCursor } from '../findings/cursor.ts';
import { rfc3339 } from '../findings/detail.ts';
import { type IdView, nameWithoutId } from '../findings/native.ts';
import type { Bilingual } from '../policy/types.ts';
import type { ScansTable, Store, SubjectState, SubjectsTable, TargetsTable } from '../store/index.ts';
import { newestScans } from './starts.ts';
import { coveredOf, sourcesOf } from './targets.ts';

export interface ScanView {
  id: string;
  target: string;
  state: ScansTable['state'];
  requested_at: string;
  started_at: string | null;
  finished_at: string | null;
  error: { code: string; message: Bilingual } | null;
  sources: SourceOutcome[];
  counts: Record<string, number>;
}

export interface TargetView {
  id: string;
  vendor: string;
  state: 'configured' | 'removed';
  schedule: string | null;
  /** Seconds. */
  freshness: number | null;
  /** False: never scanned completely, or longer ago than `freshness`. */
  fresh: boolean;
  last_scan: ScanView | null;
  sources: (SourceOutcome & { answered_at: string | null })[];
  /** Rooms, verdict counts, score and coverage as of the last scan that saw anything; empty before the first. */
  report: Record<string, unknown>;
}

export async function readScan(store: Store, id: string): Promise<ScanView | null> {
  const row = await store.db.selectFrom('scans').selectAll().where('id', '=', id).executeTakeFirst();
  return row === undefined ? null : scanView(row);
}

export interface ScanFilter {
  /** What the caller may see; null = all. */
  visible: readonly string[] | null;
  target?: readonly string[];
  state?: readonly ScansTable['state'][];
}

/** Newest first. @throws {CursorError} */
export async function listScans(
  { db }: Pick<Store, 'db'>,
  { visible, target, state }: ScanFilter,
  { limit, after }: { limit: number; after?: string },
): Promise<{ scans: ScanView[]; next_cursor: string | null; has_more: boolean }> {
  let query = db
    .selectFrom('scans')
    .selectAll()
    .orderBy('requested_at', 'desc')
    .orderBy('id', 'desc')
    .limit(limit + 1);
  if (visible !== null) query = query.where('target', 'in', visible.length === 0 ? [''] : visible);
  if (target !== undefined) query = query.where('target', 'in', target.length === 0 ? [''] : target);
  if (state !== undefined) query = query.where('state', 'in', state);
  if (after !== undefined) {
    const [at, id] = readCursor(after, 'number', 'string');
    query = query.where((where) =>
      where.or([
        where('requested_at', '<', at),
        where.and([where('requested_at', '=', at), where('id', '<', id)]),
      ]),
    );
  }
  const rows = await query.execute();
  const shown = rows.slice(0, limit);
  const last = shown.at(-1);
  const more = rows.length > limit && last !== undefined;
  return {
    scans: shown.map(scanView),
    next_cursor: more ? writeCursor([last.requested_at, last.id]) : null,
    has_more: more,
  };
}

function scanView(row: ScansTable): ScanView {
  return {
    id: row.id,
    target: row.target,
    state: row.state,
    requested_at: rfc3339(row.requested_at),
    started_at: timeOrNull(row.started_at),
    finished_at: timeOrNull(row.finished_at),
    error: row.error_json === null ? null : JSON.parse(row.error_json),
    sources: JSON.parse(row.sources_json),
    counts: JSON.parse(row.counts_json),
  };
}

export const timeOrNull = (ms: number | null): string | null => (ms === null ? null : rfc3339(ms));

/** Configured targets in their order, then those that were removed. */
export async function listTargets(
  store: Store,
  configured: readonly ConfiguredTarget[],
  visible: readonly string[] | null,
  now: number,
): Promise<TargetView[]> {
  const rows = new Map(
    (await store.db.selectFrom('targets').selectAll().execute()).map((row) => [row.id, row]),
  );
  const ids = [...new Set([...configured.map((target) => target.id), ...rows.keys()])];
  const shown = ids.filter((id) => visible === null || visible.includes(id));
  const newest = await newestScans(store, shown, rows);
  const known = new Map(configured.map((target) => [target.id, target]));
  return shown.map((id) => targetView(id, known.get(id), rows.get(id), { scan: newest.get(id), now }));
}

function targetView(
  id: string,
  target: ConfiguredTarget | undefined,
  row: TargetsTable | undefined,
  { scan, now }: { scan: ScansTable | undefined; now: number },
): TargetView {
  const seen = row === undefined ? undefined : coveredOf(row).deployment;
  const sources = row === undefined ? {} : sourcesOf(row);
  return {
    id,
    vendor: target?.vendor ?? row?.vendor ?? '',
    state: target === undefined ? 'removed' : 'configured',
    schedule: target?.schedule ?? null,
    freshness: target?.freshness ?? null,
    fresh: target !== undefined && seen !== undefined && now - seen <= target.freshness * 1000,
    last_scan: scan === undefined ? null : scanView(scan),
    sources: Object.values(sources).map(({ outcome, answered_at }) => ({
      ...outcome,
      answered_at: timeOrNull(answered_at),
    })),
    report: row?.report_json == null ? {} : JSON.parse(row.report_json),
  };
}

export interface RoomView {
  id?: string;
  ref: string;
  name: string | null;
  state: SubjectState;
  tags: string[];
  first_seen_at: string;
  last_seen_at: string;
  violations: number;
  unknowns: number;
}

export interface RoomsPage {
  rooms: RoomView[];
  next_cursor: string | null;
  has_more: boolean;
}

/** By ref, so that a cursor holds no id. @throws {CursorError} */
export async function listRooms(
  store: Store,
  target: string,
  page: { limit: number; after?: string; state?: SubjectState | 'all' },
  view: IdView,
): Promise<RoomsPage> {
  const { limit, after, state = 'all' } = page;
  const place = after === undefined ? null : readCursor(after, 'string')[0];
  const rows = await roomsQuery(store, { target, state, place, limit: limit + 1 }).execute();
  const shown = rows.slice(0, limit);
  const counts = await openCounts(
    store,
    target,
    shown.map((row) => row.id),
  );
  const covered = await coveredRoom(store, target);
  const last = shown.at(-1);
  const more = rows.length > limit && last !== undefined;
  return {
    rooms: shown.map((row) => ({ ...roomView(row, covered, view), ...countsOf(counts, row.id) })),
    next_cursor: more ? writeCursor([last.ref]) : null,
    has_more: more,
  };
}

interface RoomsRange {
  target: string;
  state: SubjectState | 'all';
  /** Behind this ref. */
  place: string | null;
  limit: number;
}

/** State and order are those of an index; facts, the larger part of a row, are not read. */
export function roomsQuery({ db }: Pick<Store, 'db'>, { target, state, place, limit }: RoomsRange) {
  let query = db
    .selectFrom('subjects')
    .select(['id', 'ref', 'name', 'state', 'tags_json', 'first_seen_at', 'last_seen_at', 'unseen'])
    .where('target', '=', target)
    .where('kind', '=', 'room')
    .orderBy('ref')
    .limit(limit);
  if (state !== 'all') query = query.where('state', '=', state);
  return place === null ? query : query.where('ref', '>', place);
}

export async function findRoom(store: Store, target: string, idOrRef: string): Promise<SubjectsTable | null> {
  const rows = await store.db
    .selectFrom('subjects')
    .selectAll()
    .where('target', '=', target)
    .where('kind', '=', 'room')
    .where((where) => where.or([where('id', '=', idOrRef), where('ref', '=', idOrRef)]))
    .execute();
  return rows.find((row) => row.id === idOrRef) ?? rows[0] ?? null;
}

export async function coveredRoom(store: Store, target: string): Promise<number | null> {
  const row = await store.db
    .selectFrom('targets')
    .select('covered_json')
    .where('id', '=', target)
    .executeTakeFirst();
  return row === undefined ? null : (coveredOf(row).room ?? null);
}

export function roomView(
  row: Pick<
    SubjectsTable,
    'id' | 'ref' | 'name' | 'state' | 'tags_json' | 'first_seen_at' | 'last_seen_at' | 'unseen'
  >,
  covered: number | null,
  view: IdView,
): Omit<RoomView, 'violations' | 'unknowns'> {
  const seen = row.unseen === 1 ? row.last_seen_at : Math.max(row.last_seen_at, covered ?? 0);
  return {
    ...(view === 'plain' ? { id: row.id } : {}),
    ref: row.ref,
    name: view === 'plain' ? row.name : nameWithoutId(row.name, row.id),
    state: row.state,
    tags: JSON.parse(row.tags_json),
    first_seen_at: rfc3339(row.first_seen_at),
    last_seen_at: rfc3339(seen),
  };
}

type Counts = Map<string, { violations: number; unknowns: number }>;

const countsOf = (counts: Counts, id: string): { violations: number; unknowns: number } =>
  counts.get(id) ?? { violations: 0, unknowns: 0 };

/** Open findings of the rooms' own; aggregated unknowns belong to the target. */
async function openCounts(store: Store, target: string, ids: readonly string[]): Promise<Counts> {
  const counts: Counts = new Map();
  if (ids.length === 0) return counts;
  const rows = await store.db
    .selectFrom('findings')
    .select(['subject_id', 'verdict', (expression) => expression.fn.countAll<number>().as('number')])
    .where('target', '=', target)
    .where('kind', '=', 'room')
    .where('subject_id', 'in', ids)
    .where('status', '=', 'open')
    .groupBy(['subject_id', 'verdict'])
    .execute();
  for (const { subject_id, verdict, number } of rows) {
    const count = countsOf(counts, subject_id);
    if (verdict === 'violation') count.violations = number;
    else count.unknowns = number;
    counts.set(subject_id, count);
  }
  return counts;
}

/** What the store says: right at once, where the queue of another instance is asked only every so often. */
export function activeIn({ last_scan }: Pick<TargetView, 'last_scan'>): string | null {
  return last_scan !== null && ['queued', 'running'].includes(last_scan.state) ? last_scan.id : null;
}

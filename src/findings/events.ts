import type { Catalogue } from '../policy/catalogue.ts';
import type { EventsTable, FindingsTable, Store } from '../store/index.ts';
import { CursorError, readCursor, writeCursor } from './cursor.ts';
import { rfc3339 } from './detail.ts';
import { type IdView, toNative } from './native.ts';
import { coreOf } from './row.ts';
import type { Cause, EventKind, NativeFinding } from './types.ts';

export interface EventView {
  seq: number;
  event: EventKind;
  at: string;
  cause: Cause | null;
  policy_version: number | null;
  target: string | null;
  uid: string | null;
  /** As it was after this event. */
  finding?: NativeFinding;
  /** `baseline` and `heartbeat`. */
  counts?: Record<string, unknown>;
}

export interface EventsPage {
  events: EventView[];
  /** Always there; on an empty page the one that was sent. */
  next_cursor: string;
  has_more: boolean;
}

export interface EventsQuery {
  /** What the caller may see; null = all. */
  visible: readonly string[] | null;
  after?: string;
  limit: number;
  /** Half-open range of the time of recording, milliseconds. */
  since?: number;
  until?: number;
}

/** Oldest first. @throws {CursorError} `expired` after a restore or when events before the cursor's are gone */
export async function listEvents(
  deps: { store: Store; catalogue: Catalogue },
  { visible, after, limit, since, until }: EventsQuery,
  view: IdView,
): Promise<EventsPage> {
  const { store, catalogue } = deps;
  const from = await positionOf(store, after);
  let query = store.db
    .selectFrom('events')
    .selectAll()
    .where('seq', '>', from)
    .orderBy('seq')
    .limit(limit + 1);
  if (visible !== null) query = query.where('target', 'in', visible.length === 0 ? [''] : visible);
  if (since !== undefined) query = query.where('at', '>=', since);
  if (until !== undefined) query = query.where('at', '<', until);
  const rows = await query.execute();
  const shown = rows.slice(0, limit);
  const last = shown.at(-1)?.seq ?? from;
  return {
    events: shown.map((row) => viewOf(row, catalogue, view)),
    next_cursor: writeCursor([store.epoch, last]),
    has_more: rows.length > limit,
  };
}

async function positionOf(store: Store, after: string | undefined): Promise<number> {
  const row = await store.db
    .selectFrom('meta')
    .select('value')
    .where('key', '=', 'feed_floor')
    .executeTakeFirst();
  const floor = Number(row?.value ?? 0);
  if (after === undefined) return floor;
  const [epoch, seq] = readCursor(after, 'string', 'number');
  if (epoch !== store.epoch || seq < floor)
    throw new CursorError('expired', writeCursor([store.epoch, floor]));
  return seq;
}

/** As the feed and the receivers are told it. */
export function viewOf(row: EventsTable, catalogue: Catalogue, view: IdView): EventView {
  const event: EventView = {
    seq: row.seq,
    event: row.kind as EventKind,
    at: rfc3339(row.at),
    cause: row.cause as Cause | null,
    policy_version: row.policy_version,
    target: row.target,
    uid: row.uid,
  };
  const snapshot = JSON.parse(row.snapshot_json) as Record<string, unknown>;
  if (row.uid === null) event.counts = snapshot;
  else event.finding = toNative(coreOf(snapshot as unknown as FindingsTable), catalogue, view);
  return event;
}

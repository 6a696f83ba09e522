import type { Catalogue } from '../policy/catalogue.ts';
import { type Epochs, eventId, type FeedState, type FindingsTable, type Store } from '../store/index.ts';
import { Bytes } from './bytes.ts';
import { CursorError, numberIn, readCursor, writeCursor } from './cursor.ts';
import { rfc3339 } from './detail.ts';
import { isErased } from './erased.ts';
import { type EventsFilter, eventRows, newestQuery, type ToldEvent } from './eventRows.ts';
import { writeEvent } from './eventText.ts';
import { type IdView, toNative } from './native.ts';
import { coreOf } from './row.ts';
import type { Cause, EventKind, NativeFinding } from './types.ts';

export interface EventView {
  /** Stays the same however often the event is read or sent. */
  id: string;
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
  /** What it was about has been erased; only its number, kind, time and target are left. */
  erased?: true;
}

export interface EventsPage {
  events: EventView[];
  /** Always there; on an empty page the one that was sent. */
  next_cursor: string;
  has_more: boolean;
}

export interface EventsQuery extends EventsFilter {
  /** A cursor, or the id of an event. */
  after?: string;
  limit: number;
  /** Nothing beyond this number. */
  last?: number;
}

export interface EventsDeps {
  store: Store;
  catalogue: Catalogue;
}

/**
 * Oldest first. Where a cursor stands is looked at after its events were read: had retention taken some of them
 * meanwhile, it would show.
 * @throws {CursorError} `expired` after a restore or when events before the cursor's are gone
 */
export async function listEvents(deps: EventsDeps, query: EventsQuery, view: IdView): Promise<EventsPage> {
  const { rows, epochs, ...rest } = await eventsPage(deps, query);
  return { ...rest, events: rows.map((row) => viewOf(row, epochs, deps.catalogue, view)) };
}

/** Of one event as JSON, beyond what it keeps: what its policy says, in two languages. */
const usualBytes = 1_200;

export interface EventsText extends Omit<EventsPage, 'events'> {
  /** Each event as JSON, made when it is asked for. */
  text(): Buffer;
}

/** The same page as text. @param end stands behind each event @throws {CursorError} */
export async function listEventsText(
  deps: EventsDeps,
  query: EventsQuery,
  view: IdView,
  end: string,
): Promise<EventsText> {
  const { rows, epochs, ...rest } = await eventsPage(deps, query);
  const telling = { catalogue: deps.catalogue, view };
  const text = (): Buffer => {
    const out = new Bytes(rows.reduce((sum, row) => sum + row.snapshot_json.length + usualBytes, 0));
    for (const row of rows) {
      writeEvent(out, row, epochs, telling);
      out.text(end);
    }
    return out.take();
  };
  return { ...rest, text };
}

interface EventRows extends Omit<EventsPage, 'events'> {
  rows: ToldEvent[];
  epochs: Epochs;
}

async function eventsPage(
  { store }: EventsDeps,
  { after, limit, last, ...filter }: EventsQuery,
): Promise<EventRows> {
  const from = await positionOf(store, after);
  const rows = await eventRows(store, filter, { from, last, limit: limit + 1 });
  const { epoch, epochs } = await holds(store, after, from);
  const shown = rows.slice(0, limit);
  return {
    rows: shown,
    epochs,
    next_cursor: writeCursor([epoch, shown.at(-1)?.seq ?? from]),
    has_more: rows.length > limit,
  };
}

export interface Span {
  /** Number of the last event in it. */
  last: number;
  /** Where the next answer begins. */
  cursor: string;
  hasMore: boolean;
}

/** How far a long answer reaches that begins after this cursor, known before its first line. @throws {CursorError} */
export async function spanOf(
  store: Store,
  filter: EventsFilter,
  after: string | undefined,
  most: number,
): Promise<Span> {
  const from = await positionOf(store, after);
  const newest = await newestQuery(store, filter, from).executeTakeFirst();
  const { epoch } = await holds(store, after, from);
  const end = newest?.seq ?? from;
  const last = Math.min(end, from + most);
  return { last, cursor: writeCursor([epoch, last]), hasMore: last < end };
}

async function positionOf(store: Store, after: string | undefined): Promise<number> {
  if (after === undefined) return (await store.feed()).floor;
  return numberIn(after) ?? readCursor(after, 'string', 'number')[1];
}

/** A cursor beyond the end was given by a store that has been set back since. */
async function holds(store: Store, after: string | undefined, from: number): Promise<FeedState> {
  const state = await store.feed();
  const within = from >= state.floor && from <= state.head;
  if (within && (after === undefined || (await isOfHere(store, state, after, from)))) return state;
  throw new CursorError('expired', writeCursor([state.epoch, state.floor]));
}

/** An event of a former life that is still here was the same one then, and so was everything before it. */
async function isOfHere(store: Store, state: FeedState, after: string, from: number): Promise<boolean> {
  if (numberIn(after) === null) return readCursor(after, 'string', 'number')[0] === state.epoch;
  if (eventId(state.epochs, from) !== after) return false;
  if (from === state.floor) return true;
  const row = await store.db.selectFrom('events').select('seq').where('seq', '=', from).executeTakeFirst();
  return row !== undefined;
}

/** Of one row of the feed, for whoever reads it: REST or a receiver. */
export function viewOf(row: ToldEvent, epochs: Epochs, catalogue: Catalogue, view: IdView): EventView {
  const event: EventView = {
    id: eventId(epochs, row.seq),
    seq: row.seq,
    event: row.kind as EventKind,
    at: rfc3339(row.at),
    cause: row.cause as Cause | null,
    policy_version: row.policy_version,
    target: row.target,
    uid: row.uid,
  };
  if (isErased(row)) return { ...event, erased: true };
  const snapshot = JSON.parse(row.snapshot_json) as Record<string, unknown>;
  if (row.uid === null) event.counts = snapshot;
  else event.finding = toNative(coreOf(snapshot as unknown as FindingsTable), catalogue, view);
  return event;
}

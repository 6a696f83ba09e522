import { type SelectQueryBuilder, sql } from 'kysely';
import type { Database, EventsTable, Store } from '../store/index.ts';

/** Which events are meant. */
export interface EventsFilter {
  /** What the caller may see; null = all. */
  visible: readonly string[] | null;
  /** Half-open range of the time of recording, milliseconds. */
  since?: number;
  until?: number;
}

interface Stretch {
  /** Behind this number. */
  from: number;
  /** Up to this one. */
  last?: number | undefined;
}

/** What an event tells; the other columns are for finding it. */
export const toldColumns = [
  'events.seq',
  'events.at',
  'events.kind',
  'events.cause',
  'events.policy_version',
  'events.target',
  'events.uid',
  'events.snapshot_json',
] as const;

export type ToldEvent = Pick<
  EventsTable,
  'seq' | 'at' | 'kind' | 'cause' | 'policy_version' | 'target' | 'uid' | 'snapshot_json'
>;

type Reader = Pick<Store, 'db' | 'dialect'>;
type Keys = SelectQueryBuilder<Database, 'events', { seq: number }>;

/** With more targets than these the feed is walked, not that of each target. */
const mostRanges = 64;

/** Whole events, oldest first. */
export async function eventRows(
  reader: Reader,
  filter: EventsFilter,
  { limit, ...stretch }: Stretch & { limit: number },
): Promise<ToldEvent[]> {
  const rows = await eventsQuery(reader, filter, stretch, limit).execute();
  return rows.sort((one, other) => one.seq - other.seq);
}

/** What a filter leaves out is left out within an index; without one the table itself is in order. */
export function eventsQuery(reader: Reader, filter: EventsFilter, stretch: Stretch, limit: number) {
  const { db } = reader;
  const { visible, since, until } = filter;
  if (visible === null && since === undefined && until === undefined) {
    return within(db.selectFrom('events').select(toldColumns), stretch).orderBy('seq').limit(limit);
  }
  const keys = ranges(reader, filter, stretch, (range) => range.orderBy('seq').limit(limit));
  return db
    .selectFrom(keys.as('page'))
    .innerJoin('events', 'events.seq', 'page.seq')
    .select(toldColumns) as never as SelectQueryBuilder<Database, 'events', ToldEvent>;
}

/** Number of the newest event. */
export function newestQuery(reader: Reader, filter: EventsFilter, from: number): Keys {
  return ranges(reader, filter, { from }, (range) => range.orderBy('seq', 'desc').limit(1));
}

/** Each target's events are a range of an index that is in order; the engine merges them. */
function ranges(
  { db, dialect }: Reader,
  { visible, since, until }: EventsFilter,
  stretch: Stretch,
  ordered: (range: Keys) => Keys,
): Keys {
  const range = (): Keys => {
    let query = within(db.selectFrom('events').select('events.seq'), stretch);
    if (since !== undefined) query = query.where('at', '>=', since);
    return until === undefined ? query : query.where('at', '<', until);
  };
  if (visible === null) return ordered(range());
  const targets = visible.length === 0 ? [''] : [...new Set(visible)];
  // As an expression it cannot draw the engine to another index, whose order would be a wrong one.
  if (targets.length > mostRanges) return ordered(range().where(sql<string>`target || ''`, 'in', targets));
  const each = targets.map((target) => range().where('target', '=', target));
  // PostgreSQL merges ranges only where each says by itself in which order and how far it is read.
  const nested = each.map((one) => db.selectFrom(ordered(one).as('range')).select('seq') as never as Keys);
  return ordered(
    (each.length === 1 || dialect === 'sqlite' ? each : nested).reduce((all, one) => all.unionAll(one)),
  );
}

function within<O>(
  query: SelectQueryBuilder<Database, 'events', O>,
  { from, last }: Stretch,
): SelectQueryBuilder<Database, 'events', O> {
  const behind = query.where('seq', '>', from);
  return last === undefined ? behind : behind.where('seq', '<=', last);
}

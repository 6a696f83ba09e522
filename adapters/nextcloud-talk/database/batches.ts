import { type Reason, reason } from '../../contract/fact.ts';
import { rangesAt } from '../../contract/slices.ts';
import type { SqlRow } from '../../contract/sql.ts';
import type { KeyRange } from '../../contract/subject.ts';
import type { TalkSession } from './session.ts';
import { roomsPerBatch } from './statements.ts';
import { wholeOf } from './values.ts';

export interface Batch {
  rows: SqlRow[];
  ids: readonly number[];
  /** How else these rooms are asked about: all that lie between two ids, or one by one. */
  by: '' | ' by room';
  parameters: readonly number[];
}

const notRising = reason('invalid_answer', 'rooms do not come in the order of their ids');

/**
 * By key, not by offset: a room that comes or goes meanwhile shifts nothing.
 * @returns null once all have come
 */
export async function* batchesIn(
  session: TalkSession,
  range: KeyRange | null,
): AsyncGenerator<Batch, Reason | null> {
  const last = range?.to == null ? [] : [Number(range.to) - 1];
  const name = last.length === 0 ? 'rooms' : 'rooms of a slice';
  let from = range === null ? -1 : Number(range.from) - 1;
  for (;;) {
    const rows: SqlRow[] = [];
    const failed = await session.each('Q1', name, [from, ...last], (row) => void rows.push(row));
    const ids = risingIds(rows, from);
    if (ids === null) return failed ?? notRising;
    const to = ids.at(-1) ?? from;
    if (rows.length > 0) yield { rows, ids, by: '', parameters: [from, to] };
    if (failed !== null || rows.length < roomsPerBatch) return failed;
    from = to;
  }
}

/**
 * As far as there are such rooms.
 * @returns null once all have come
 */
export async function* batchesOf(
  session: TalkSession,
  tokens: readonly string[],
): AsyncGenerator<Batch, Reason | null> {
  for (let at = 0; at < tokens.length; at += roomsPerBatch) {
    const some = tokens.slice(at, at + roomsPerBatch);
    const asked = new Set<unknown>(some);
    const rows: SqlRow[] = [];
    const failed = await session.each('Q1', 'rooms by token', filled(some), (row) => {
      // A database may take small letters for large ones.
      if (asked.has(row['token'])) rows.push(row);
    });
    const ids = risingIds(rows, -1);
    if (ids === null) return failed ?? notRising;
    if (rows.length > 0) yield { rows, ids, by: ' by room', parameters: filled(ids) };
    if (failed !== null) return failed;
  }
  return null;
}

/** The rooms cut into ranges of so many each; null: there are no more than that, or it cannot be told. */
export async function rangesOf(session: TalkSession, size: number): Promise<KeyRange[] | null> {
  if (session.gap('Q1') !== null) return null;
  const rows = await session.ifGiven('cuts', [size]);
  const cuts = rows === null ? null : risingIds(rows, 0);
  return cuts === null || cuts.length === 0 ? null : rangesAt(cuts.map(String), '0');
}

function filled<T>(some: readonly T[]): T[] {
  return Array.from({ length: roomsPerBatch }, (_, place) => some[Math.min(place, some.length - 1)] as T);
}

/** Null where the ids do not rise from row to row. */
function risingIds(rows: readonly SqlRow[], from: number): number[] | null {
  const ids: number[] = [];
  let last = from;
  for (const { id } of rows) {
    const own = wholeOf(id);
    if (own === undefined || own <= last) return null;
    last = own;
    ids.push(own);
  }
  return ids;
}

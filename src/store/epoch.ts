import { randomBytes } from 'node:crypto';
import { type Kysely, sql } from 'kysely';
import type { Database } from './schema.ts';

/** Lives of the feed with the first number of each, oldest first. An event keeps the id of the life it was told in. */
export type Epochs = readonly (readonly [epoch: string, from: number])[];

export interface FeedState {
  /** Of the cursors that are handed out now. */
  epoch: string;
  epochs: Epochs;
  /** Events up to this number are deleted. */
  floor: number;
  /** Numbers up to this one are never given again, whether their events are here or not. */
  head: number;
}

/** Stays the same however often the event is read, also after a restore. */
export function eventId(epochs: Epochs, seq: number): string {
  const [epoch] = epochs.findLast(([, from]) => from <= seq) ?? epochs[0] ?? [''];
  return `${epoch}-${seq}`;
}

const newest = '';

/** In one statement: between two, retention may take the last event and say so in a place that was read before. */
export async function feedState(db: Kysely<Database>): Promise<FeedState> {
  const keys = ['epoch', 'epochs', 'feed_floor', 'feed_head'];
  const rows = await db
    .selectFrom('meta')
    .select(['key', 'value'])
    .where('key', 'in', keys)
    .unionAll(
      db
        .selectFrom('events')
        .select([sql.lit(newest).as('key'), sql<string>`coalesce(cast(max(seq) as text), '0')`.as('value')]),
    )
    .execute();
  const meta = new Map(rows.map((row) => [row.key, row.value]));
  const epoch = meta.get('epoch') ?? '';
  const floor = Number(meta.get('feed_floor') ?? 0);
  return {
    epoch,
    epochs: JSON.parse(meta.get('epochs') ?? JSON.stringify([[epoch, 1]])) as Epochs,
    floor,
    head: Math.max(Number(meta.get(newest)), floor, Number(meta.get('feed_head') ?? 0)),
  };
}

export async function setMeta(db: Kysely<Database>, key: string, value: string): Promise<void> {
  await db
    .insertInto('meta')
    .values({ key, value })
    .onConflict((conflict) => conflict.column('key').doUpdateSet({ value }))
    .execute();
}

/**
 * After the store was set back: cursors of before are void, and new events get numbers above every known one.
 * @param told highest number that is known to have been given; 0 where nothing is known
 */
export async function beginEpoch(db: Kysely<Database>, told: number): Promise<string> {
  const { epochs, head } = await feedState(db);
  const next = Math.max(head, told);
  const epoch = randomBytes(8).toString('hex');
  await setMeta(db, 'epoch', epoch);
  await setMeta(db, 'epochs', JSON.stringify([...epochs, [epoch, next + 1]]));
  await setMeta(db, 'feed_head', String(next));
  await db.deleteFrom('meta').where('key', 'in', ['backup', 'place']).execute();
  return epoch;
}

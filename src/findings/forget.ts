import type { Kysely } from 'kysely';
import { latestAt } from '../inventory/clock.ts';
import { setMeta } from '../store/epoch.ts';
import type { Database, Store } from '../store/index.ts';
import { emptied } from './erased.ts';

const batch = 1_000;
/** Numbers behind the oldest event that stays in which single ones may be too old: scans that ran at the same time. */
const nearby = 20_000;

/**
 * Events end from the oldest on, without a hole: up to the first that is young enough to stay. One that is too old but
 * stands behind that one is emptied and goes with the next. A time days ahead of now is a clock that was wrong, and
 * holds nothing back.
 * @returns number of events
 */
export async function forgetEvents(
  { store, signal }: { store: Store; signal?: AbortSignal },
  before: number,
  now: number,
): Promise<number> {
  // What is less far ahead is told while this runs, or by a clock a little ahead.
  const wrong = latestAt(now);
  // In this order: what others write in between stands behind the last old one, whether it is found young or not yet.
  const old = await lastOld(store, before, wrong);
  const young = await store.db
    .selectFrom('events')
    .select('seq')
    .where('at', '>=', before)
    .where('at', '<=', wrong)
    .orderBy('seq')
    .limit(1)
    .executeTakeFirst();
  const { floor, head } = await store.feed();
  const end = young === undefined ? old : young.seq - 1;
  for (let from = floor; from < end; from += batch) {
    if (signal?.aborted === true) return from - floor;
    await store.transaction((tx) => cut(tx.db, Math.min(from + batch, end)));
  }
  const { numUpdatedRows } = await store.db
    .updateTable('events')
    .set(emptied)
    .where('seq', '>', end)
    .where('seq', '<=', Math.min(head, end + nearby))
    .where('at', '<', before)
    .where('snapshot_json', '!=', emptied.snapshot_json)
    .executeTakeFirst();
  return Math.max(0, end - floor) + Number(numUpdatedRows);
}

/** Where nothing young is left, everything up to here goes. */
async function lastOld(store: Store, before: number, wrong: number): Promise<number> {
  const row = await store.db
    .selectFrom('events')
    .select((expression) => expression.fn.max('seq').as('seq'))
    .where((where) => where.or([where('at', '<', before), where('at', '>', wrong)]))
    .executeTakeFirst();
  return row?.seq ?? 0;
}

/** Readers learn from the floor that what they ask for is gone: it moves with the rows. */
async function cut(db: Kysely<Database>, upTo: number): Promise<void> {
  await db.deleteFrom('dead_letters').where('seq', '<=', upTo).execute();
  await db.deleteFrom('events').where('seq', '<=', upTo).execute();
  await setMeta(db, 'feed_floor', String(upTo));
}

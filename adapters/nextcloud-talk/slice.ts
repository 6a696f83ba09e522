import type { AdapterContext, Target } from '../contract/adapter.ts';
import { valueIn } from '../contract/seen.ts';
import type { SliceItem } from '../contract/slices.ts';
import type { KeyRange } from '../contract/subject.ts';
import { type DatabaseBasis, TalkDatabase } from './database/talk-database.ts';
import type { Surroundings } from './facts/observation.ts';
import type { TalkSettings } from './settings.ts';
import { RoomTeller } from './teller.ts';

/** What a slice of the stored rooms has to know of the rest of its scan. */
export interface Basis {
  surroundings: Surroundings;
  database: DatabaseBasis;
}

/** Stored rooms by the ids of their rows. Nextcloud itself is not asked. */
export async function* collectSlice(
  target: Target<TalkSettings>,
  context: AdapterContext,
  basis: unknown,
  range: KeyRange,
): AsyncGenerator<SliceItem> {
  const { surroundings, database: known } = basis as Basis;
  const { database: address } = target.settings;
  if (address === undefined) throw new Error('a slice of a target without a database');
  const database = await TalkDatabase.resume(target, context, address, known);
  const teller = new RoomTeller(target, context, surroundings);
  try {
    for await (const room of database.rooms(valueIn(surroundings.anonymous.defaultPermissions), range))
      for (const subject of teller.stored(room, undefined)) yield { subject };
  } finally {
    database.close();
  }
  const { count: rooms, unreadable } = database;
  yield { end: { counts: { ...teller.counted, rooms, unreadable }, gaps: database.gapsSince(known) } };
}

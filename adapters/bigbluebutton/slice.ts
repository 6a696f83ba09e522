import type { AdapterContext } from '../contract/adapter.ts';
import type { SliceItem } from '../contract/slices.ts';
import type { KeyRange } from '../contract/subject.ts';
import { type Basis, seenBy } from './basis.ts';
import { type BigBlueButtonTarget, openDatabase } from './configuration.ts';
import { emptyTally } from './outcomes.ts';
import { type RoomScan, roomsIn } from './stored-rooms.ts';

/** Stored rooms by the ids of their meetings. The server itself is not asked. */
export async function* collectSlice(
  target: BigBlueButtonTarget,
  context: AdapterContext,
  basis: unknown,
  range: KeyRange,
): AsyncGenerator<SliceItem> {
  const known = basis as Basis;
  const database = await openDatabase(target, context, known.view);
  if (database === null) throw new Error('a slice of a target without a database');
  const tally = emptyTally();
  const none = new Map();
  const scan: RoomScan = {
    database,
    target,
    context,
    seen: seenBy(target, known),
    tally,
    told: { bySession: none, doubtful: none, over: [] },
  };
  for await (const item of roomsIn(scan, database, range, new Set()))
    if ('subject' in item) yield { subject: item.subject };
  const { count, hidden, failed } = tally.stored;
  yield { end: { counts: { rooms: count, hidden }, gaps: failed === null ? {} : { GS: failed } } };
}

import { type Reason, reason } from '../contract/fact.ts';
import { valueIn } from '../contract/seen.ts';
import type { Slices } from '../contract/slices.ts';
import type { KeyRange, Subject } from '../contract/subject.ts';
import type { TalkDatabase } from './database/talk-database.ts';
import { nothingHeld } from './database/types.ts';
import { type Observation, type SortedRoom, surroundingsOf } from './facts/observation.ts';
import type { Basis } from './slice.ts';
import type { RoomTeller } from './teller.ts';

const notStored = reason(
  'incomplete',
  'the database has no such room (it came meanwhile, or it is another database)',
);
const cameLate = reason('incomplete', 'a room came to the database while its rooms were read');

export interface RoomScan {
  observation: Observation;
  database: TalkDatabase | null;
  teller: RoomTeller;
  slices: Slices | undefined;
}

/** All rooms: those of the database with what the API shows of them, then those that only it shows. */
export async function* roomsOf({ observation, database, teller, slices }: RoomScan): AsyncGenerator<Subject> {
  if (database === null) {
    for (const sorted of observation.rooms) yield* teller.shown(sorted);
    return;
  }
  const scan: StoredScan = {
    observation,
    database,
    teller,
    visible: new Map(observation.rooms.map((sorted) => [sorted.room.token, sorted])),
    mask: valueIn(observation.anonymous.defaultPermissions),
  };
  const ranges = slices === undefined ? null : await database.split(slices.size);
  if (slices === undefined || ranges === null) yield* merged(scan, database.rooms(scan.mask));
  else yield* dividedRooms(scan, slices, ranges);
}

interface StoredScan extends Pick<RoomScan, 'observation' | 'teller'> {
  database: TalkDatabase;
  /** What the API shows and was not told yet, by token. */
  visible: Map<string, SortedRoom>;
  mask: number | undefined;
}

async function* merged(
  { observation, database, teller, visible }: StoredScan,
  rooms: ReturnType<TalkDatabase['rooms']>,
): AsyncGenerator<Subject> {
  for await (const stored of rooms) {
    const { token } = stored.room;
    yield* teller.stored(stored, visible.get(token));
    visible.delete(token);
  }
  const why: Reason = database.ended ?? notStored;
  for (const sorted of visible.values())
    yield* teller.shown({ ...sorted, held: nothingHeld(observation.now, why) });
}

/**
 * Slices collect rooms that are told by their own rows alone. Those that the API shows, and those with breakout rooms,
 * are told here; slices leave out their rows.
 */
async function* dividedRooms(
  scan: StoredScan,
  slices: Slices,
  ranges: readonly KeyRange[],
): AsyncGenerator<Subject> {
  const { observation, database, teller, visible, mask } = scan;
  const own = [...new Set([...visible.keys(), ...(await database.parents())])];
  const told = new Set(visible.keys());
  for await (const subject of merged(scan, database.picked(own, mask))) {
    told.add(subject.id);
    yield subject;
  }
  if (database.ended !== null) return;
  const basis: Basis = { surroundings: surroundingsOf(observation), database: await database.basis() };
  const owned = new Set(own);
  for await (const item of slices.collect(basis, ranges)) {
    if ('lost' in item) database.miss(item.lost);
    else if ('end' in item) {
      const { rooms, unreadable, ...counted } = item.end.counts;
      database.add({ rooms, unreadable }, item.end.gaps);
      teller.count(counted);
    } else if (!owned.has(item.subject.id)) yield item.subject;
    else if (!told.has(item.subject.id)) database.miss(cameLate);
  }
}

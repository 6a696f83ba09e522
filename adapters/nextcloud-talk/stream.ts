import { type Reason, reason } from '../contract/fact.ts';
import { valueIn } from '../contract/seen.ts';
import { withStored } from './database/stored-room.ts';
import type { StoredRoom, TalkDatabase } from './database/talk-database.ts';
import { nothingHeld } from './database/types.ts';
import type { Observation, SortedRoom } from './facts/observation.ts';
import { kindOf } from './facts/room-kind.ts';

const notStored = reason(
  'incomplete',
  'the database has no such room (it came meanwhile, or it is another database)',
);

/** The database counts breakout rooms with their parent. */
const noChildren: SortedRoom[] = [];

/** All rooms: those of the database as they come, with what the API shows of them, then those that only it shows. */
export async function* roomsOf(
  observation: Observation,
  database: TalkDatabase | null,
  counted: Record<string, number>,
): AsyncGenerator<SortedRoom> {
  if (database === null) {
    yield* observation.rooms;
    return;
  }
  const visible = new Map(observation.rooms.map((sorted) => [sorted.room.token, sorted]));
  const mask = valueIn(observation.anonymous.defaultPermissions);
  for await (const stored of database.rooms(mask)) {
    const { token } = stored.room;
    const sorted = merged(stored, visible.get(token));
    visible.delete(token);
    if ('counted' in sorted.kind) counted[sorted.kind.counted] = (counted[sorted.kind.counted] ?? 0) + 1;
    yield sorted;
  }
  const why: Reason = database.ended ?? notStored;
  for (const sorted of visible.values()) yield { ...sorted, held: nothingHeld(observation.now, why) };
}

/** What the list of joinable rooms shows is stored too, without its dummies. */
function merged({ room, held, people }: StoredRoom, shown: SortedRoom | undefined): SortedRoom {
  const own = shown?.room.view === 'member' ? withStored(shown.room, room) : room;
  const seen = shown?.people !== undefined && !('reason' in shown.people) ? shown.people : people;
  return { room: own, kind: kindOf(own), children: noChildren, people: seen, stored: room, held };
}

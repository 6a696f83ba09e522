import { type Ms, type Reason, reason } from '../contract/fact.ts';
import { type Answer, has } from '../contract/seen.ts';
import { nothingHeld } from './database/types.ts';
import type { SortedRoom } from './facts/observation.ts';
import { kindOf } from './facts/room-kind.ts';
import { type Room, readRoom } from './schema.ts';

export interface ListedRooms {
  rooms: Room[];
  failed: Reason | null;
  /** Elements without a token, and second ones with the same. */
  unreadable: number;
}

export function readRooms(answer: Answer, view: Room['view']): ListedRooms {
  if ('reason' in answer) return { rooms: [], failed: answer.reason, unreadable: 0 };
  if (!Array.isArray(answer.data)) {
    return { rooms: [], failed: reason('invalid_answer', 'ocs.data is not a list'), unreadable: 0 };
  }
  const rooms = new Map<string, Room>();
  let unreadable = 0;
  for (const element of answer.data as unknown[]) {
    const room = readRoom(answer, element, view);
    if (room === null || rooms.has(room.token)) unreadable += 1;
    else rooms.set(room.token, room);
  }
  return { rooms: [...rooms.values()], failed: null, unreadable };
}

/** The member's view wins; breakout rooms go to their parent. */
export function sortRooms(member: readonly Room[], outside: readonly Room[], now: Ms): SortedRoom[] {
  const held = nothingHeld(now);
  const own = new Set(member.map(({ token }) => token));
  const all = [...member, ...outside.filter(({ token }) => !own.has(token))];
  const sorted = all.map((room): SortedRoom => ({ room, kind: kindOf(room), children: [], held }));
  const byToken = new Map(sorted.map((entry) => [entry.room.token, entry]));
  for (const entry of sorted) {
    const { room, kind } = entry;
    if (!('counted' in kind) || kind.counted !== 'breakout' || !has(room.objectId)) continue;
    byToken.get(room.objectId.value)?.children.push(entry);
  }
  return sorted;
}

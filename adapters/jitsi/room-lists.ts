import { type Reason, reason } from '../contract/fact.ts';
import type { Census, CensusRoom } from './census.ts';
import type { Conference, Conferences } from './jicofo.ts';
import { knownRead, type Read, unknownRead } from './known.ts';
import { isAuxiliaryRoom, type RoomAddress, roomAddress, roomOfNode } from './room-name.ts';
import type { RoomSeen } from './seen.ts';

/** A room that is named in the configuration or by a list of the server. */
export interface Candidate {
  address: RoomAddress;
  from: RoomSeen['from'];
  census: Read<CensusRoom>;
  conference: Read<Conference>;
  /** A whole list of what is running lacks it. */
  absent: boolean;
}

export interface Candidates {
  rooms: Candidate[];
  /** Breakout, lobby and health-check rooms. */
  auxiliary: number;
}

interface Lists {
  running: Read<Census>;
  conferences: Read<Conferences>;
}

/** Configured rooms and those of the lists, each once. */
export function candidatesOf(configured: readonly string[], lists: Lists, muc: string | null): Candidates {
  const census = indexed(lists.running, muc);
  const conferences = indexed(lists.conferences, muc);
  const auxiliary = new Set([...census.auxiliary, ...conferences.auxiliary]);
  const found = new Map<string, Pick<Candidate, 'address' | 'from'>>();
  const take = (address: RoomAddress, from: Candidate['from']): void => {
    if (isAuxiliaryRoom(address.node)) auxiliary.add(address.node);
    else if (!found.has(address.node)) found.set(address.node, { address, from });
  };
  for (const name of configured) take(roomAddress(name), 'configuration');
  for (const node of census.rooms.keys()) take(roomOfNode(node), 'N1');
  for (const node of conferences.rooms.keys()) take(roomOfNode(node), 'K1');
  const rooms = [...found.values()].map((room): Candidate => {
    const { node } = room.address;
    const complete = [census, conferences].filter((list) => list.missing.code === 'not_running');
    return {
      ...room,
      census: entryOf(census, node),
      conference: entryOf(conferences, node),
      absent: complete.some((list) => !list.rooms.has(node)),
    };
  });
  return { rooms, auxiliary: auxiliary.size };
}

interface Index<T> {
  rooms: Map<string, T>;
  auxiliary: string[];
  /** Why a room is not in it. */
  missing: Reason;
}

/** By local part; rooms of other services (breakout, lobby, recorders) are no meetings of their own. */
function indexed<T extends { jid: string }>(
  list: Read<{ rooms: readonly T[]; damaged: Reason | null }>,
  muc: string | null,
): Index<T> {
  if (list.state === 'unknown') return { rooms: new Map(), auxiliary: [], missing: list.reason };
  const rooms = new Map<string, T>();
  const auxiliary: string[] = [];
  for (const room of list.value.rooms) {
    const at = room.jid.lastIndexOf('@');
    const service = room.jid.slice(at + 1);
    const own =
      muc === null ? !/^(?:breakout|lobby|internal-muc|internal\.auth)\./.test(service) : service === muc;
    if (own) rooms.set(room.jid.slice(0, at), room);
    else auxiliary.push(room.jid);
  }
  const { damaged } = list.value;
  const missing =
    damaged === null
      ? reason('not_running', 'the list of running rooms lacks it')
      : reason('incomplete', damaged.detail);
  return { rooms, auxiliary, missing };
}

function entryOf<T>(list: Index<T>, node: string): Read<T> {
  const entry = list.rooms.get(node);
  return entry === undefined ? unknownRead(list.missing) : knownRead(entry);
}

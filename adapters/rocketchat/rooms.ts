import { type Reason, reason } from '../contract/fact.ts';
import { has, type Seen, valueIn } from '../contract/seen.ts';
import type { Listing } from './pages.ts';
import { RecordReader, type RoomRecord } from './room-record.ts';

/** One list of rooms, read. */
export interface RoomList {
  listing: Listing;
  rooms: Map<string, RoomRecord>;
  /** Elements without an id, and second ones with the same. */
  unreadable: number;
}

export function readRoomList(listing: Listing, key: string): RoomList {
  const rooms = new Map<string, RoomRecord>();
  const reader = new RecordReader(key);
  let unreadable = 0;
  for (const element of listing.elements) {
    const room = reader.read(element);
    if (room === null || rooms.has(room.id)) unreadable += 1;
    else rooms.set(room.id, room);
  }
  return { listing, rooms, unreadable };
}

export function isWhole({ listing, unreadable }: RoomList): boolean {
  return listing.failed === null && listing.gap === null && unreadable === 0;
}

/**
 * A room in the view of all lists. `main` is what the administrators' list shows; where that was not read, the full
 * document. Fields that both have are believed only where they agree: a discussion must not become a channel because
 * one answer lost the field.
 */
export interface Room {
  id: string;
  main: RoomRecord;
  /** From `channels.list` or `groups.listAll`; the administrators' list has no retention and no join code. */
  full: RoomRecord | null;
  /** The full one where it is another than the main one. */
  other: RoomRecord | null;
  t: Seen<string>;
  prid: Seen<string>;
  teamId: Seen<string>;
  teamMain: Seen<boolean>;
  archived: Seen<boolean>;
  /** Why the rest of a public channel cannot be believed: it should stand in the list of channels. */
  doubt: Reason | null;
}

export function mergeRooms(admin: RoomList, channels: RoomList, groups: RoomList): Room[] {
  const full = new Map([...groups.rooms, ...channels.rooms]);
  const ids = new Set([...admin.rooms.keys(), ...full.keys()]);
  return [...ids].flatMap((id) => {
    const [first, second] = [admin.rooms.get(id), full.get(id)];
    const main = first ?? second;
    return main === undefined
      ? []
      : [merged(id, main, first === undefined ? null : (second ?? null), second ?? null, channels, groups)];
  });
}

function merged(
  id: string,
  main: RoomRecord,
  other: RoomRecord | null,
  full: RoomRecord | null,
  channels: RoomList,
  groups: RoomList,
): Room {
  return {
    id,
    main,
    full,
    other,
    t: agreed(main.t, other?.t),
    prid: agreed(main.prid, other?.prid),
    teamId: agreed(main.teamId, other?.teamId),
    teamMain: agreed(main.teamMain, other?.teamMain),
    archived: agreed(main.archived, other?.archived),
    doubt: full === null ? doubtOf(main, channels, groups) : null,
  };
}

/** Only channels of a team the auditor is not in are missing from the list of channels; of private rooms none is. */
function doubtOf(main: RoomRecord, channels: RoomList, groups: RoomList): Reason | null {
  const t = valueIn(main.t);
  const missing = (t === 'c' && isWhole(channels) && !has(main.teamId)) || (t === 'p' && isWhole(groups));
  return missing ? reason('conflicting', 'only one of two lists has the room') : null;
}

function agreed<T>(first: Seen<T>, second: Seen<T> | undefined): Seen<T> {
  if (second === undefined || (has(first) && has(second) && first.value === second.value)) return first;
  if (!has(first) && !first.absent) return first;
  if (!has(second) && !second.absent) return { ...second };
  if (!has(first) && !has(second)) return first;
  const { source, locator, at, path } = first;
  return {
    source,
    locator,
    at,
    path,
    reason: reason('conflicting', `two lists differ in ${path}`),
    absent: false,
  };
}

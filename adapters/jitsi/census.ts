import { cleanText, type Ms, type Reason, reason } from '../contract/fact.ts';
import { knownRead, type Read, unknownRead } from './known.ts';

/** A running room in the list of the HTTP module; null = that field could not be read. */
export interface CensusRoom {
  jid: string;
  /** Without the conference focus. */
  participants: number | null;
  createdAt: Ms | null;
}

export interface Census {
  rooms: CensusRoom[];
  /** What was wrong with an entry that had to be left out. */
  damaged: Reason | null;
}

/** The module sends no content type, and a page's answer has status 200 too: only the shape counts. */
export function readCensus(text: string): Read<Census> {
  const invalid = unknownRead(reason('invalid_answer', 'neither a page nor a list of rooms'));
  const body = parsed(text);
  if (typeof body !== 'object' || body === null || !('room_census' in body)) return invalid;
  const list = body.room_census;
  // An empty table of Lua is written as an object by older modules.
  if (typeof list === 'object' && list !== null && !Array.isArray(list) && Object.keys(list).length === 0)
    return knownRead({ rooms: [], damaged: null });
  if (!Array.isArray(list)) return invalid;
  const census: Census = { rooms: [], damaged: null };
  for (const entry of list as unknown[]) {
    const room = roomOf(entry);
    if (room === null) census.damaged ??= reason('invalid_answer', 'a room without a name in the list');
    else census.rooms.push(room);
  }
  return knownRead(census);
}

function roomOf(entry: unknown): CensusRoom | null {
  if (typeof entry !== 'object' || entry === null) return null;
  const { room_name: name, participants, created_time: created } = entry as Record<string, unknown>;
  if (typeof name !== 'string' || !/^[^@]+@[^@]+$/.test(name)) return null;
  return {
    jid: cleanText(name.toLowerCase()),
    participants: countOf(participants),
    createdAt: typeof created === 'string' && /^\d{10,16}$/.test(created) ? Number(created) : null,
  };
}

/** Services that are taken off may make it negative: nobody is there. */
export function countOf(value: unknown): number | null {
  return typeof value === 'number' && Number.isSafeInteger(value) ? Math.max(0, value) : null;
}

export function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

import type { FactSource } from '../../contract/adapter.ts';
import { type Fact, hole, known, reason } from '../../contract/fact.ts';
import type { RoomSeen, Seen } from '../seen.ts';
import {
  type Bit,
  bitFact,
  derived,
  type Facts,
  knownBit,
  later,
  never,
  noBit,
  notGiven,
  notObservable,
  rows,
} from './base.ts';
import { passwordRequired, waitingRoom, x6 } from './room.ts';

export const liveRows: FactSource[] = [
  ...rows('meeting_running', ['X6', 'true']),
  later('meeting_running_time', 'N1', 'value', 'prosody_http'),
  ...rows('meeting_running_time', ['X6', 'value']),
  later('meeting_recording_in_progress', 'K1', 'both', 'jicofo'),
  later('meeting_locked', 'N3', 'both', 'room_info'),
  ...rows('meeting_locked', ['X6', 'both'], ['X2', 'false']),
  later('participants_total', 'N1', 'value', 'prosody_http'),
  later('participants_total', 'K1', 'value', 'jicofo'),
  ...rows('participants_total', ['X6', 'value']),
  later('participants_unauthenticated', 'K1', 'value', 'jicofo'),
  later('participants_dial_in_unnamed', 'K1', 'value', 'jicofo'),
  never('participants_waiting', 'lobby rooms do not answer outsiders'),
];

/** Judged and dropped; asked for only where the target says why. */
export function liveFacts(seen: Seen, room: RoomSeen): Facts {
  return {
    meeting_running: known(true, x6(seen, room.info === 'hidden' ? 'error forbidden' : 'result')),
    meeting_running_time: runningTime(seen, room),
    meeting_recording_in_progress: notGiven('jicofo'),
    meeting_locked: bitFact(locked(seen, room)),
    participants_total: total(seen, room),
    participants_unauthenticated: notGiven('jicofo'),
    participants_dial_in_unnamed: notGiven('jicofo'),
    participants_waiting: hole(notObservable('lobby rooms do not answer outsiders')),
  };
}

/** The right password passes the lobby, so only a lobby without one keeps everybody out. */
function locked(seen: Seen, room: RoomSeen): Bit {
  const lobby = waitingRoom(seen, room);
  if (lobby.value === false) return { ...lobby, evidence: derived(lobby.evidence) };
  if (lobby.value === null) return lobby;
  const password = passwordRequired(seen, room);
  if (password.value === null) return password;
  return knownBit(!password.value, ...derived(password.evidence), ...lobby.evidence);
}

function field(seen: Seen, room: RoomSeen, name: string): Bit | number {
  const at = x6(seen, name);
  if (room.info === 'hidden') return noBit(notObservable('the server answers forbidden', 'prosody_http'), at);
  const text = room.info.form.get(name);
  if (text === undefined || !/^\d{1,16}$/.test(text))
    return noBit(reason('invalid_answer', `${name} is no number`), at);
  return Number(text);
}

/** The conference focus is an occupant too. */
function total(seen: Seen, room: RoomSeen): Fact {
  const occupants = field(seen, room, 'muc#roominfo_occupants');
  if (typeof occupants !== 'number') return bitFact(occupants);
  return known(Math.max(0, occupants - 1), x6(seen, 'muc#roominfo_occupants'));
}

function runningTime(seen: Seen, room: RoomSeen): Fact {
  const created = field(seen, room, 'muc#roominfo_created_timestamp');
  if (typeof created !== 'number') return bitFact(created);
  return known(
    Math.max(0, Math.floor((seen.at - created) / 1000)),
    x6(seen, 'muc#roominfo_created_timestamp'),
  );
}

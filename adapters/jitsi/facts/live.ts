import type { FactSource } from '../../contract/adapter.ts';
import {
  type Evidence,
  type Fact,
  hole,
  known,
  type Quantity,
  type Reason,
  reason,
} from '../../contract/fact.ts';
import type { Members } from '../jicofo.ts';
import { isUnread, type RoomSeen, type Seen } from '../seen.ts';
import {
  type Bit,
  bitFact,
  derived,
  evidence,
  type Facts,
  infoOf,
  keyed,
  knownBit,
  never,
  noBit,
  notObservable,
  rows,
} from './base.ts';
import { passwordRequired, waitingRoom, x6 } from './doors.ts';
import { emptyTokensRefused } from './guests.ts';
import { fieldBit, noneKnows } from './witness.ts';

export const liveRows: FactSource[] = [
  keyed('meeting_running', 'N1', 'both', 'prosody_http'),
  keyed('meeting_running', 'K1', 'both', 'jicofo'),
  ...rows('meeting_running', ['X6', 'true']),
  keyed('meeting_running', 'N3', 'true', 'room_info'),
  keyed('meeting_running', 'X8', 'true', 'account'),
  keyed('meeting_running_time', 'N1', 'value', 'prosody_http'),
  ...rows('meeting_running_time', ['X6', 'value']),
  keyed('meeting_recording_in_progress', 'K1', 'both', 'jicofo'),
  keyed('meeting_locked', 'N3', 'both', 'room_info'),
  keyed('meeting_locked', 'K1', 'both', 'jicofo'),
  keyed('meeting_locked', 'X8', 'both', 'account'),
  ...rows('meeting_locked', ['X6', 'both'], ['X2', 'false']),
  keyed('participants_total', 'N1', 'value', 'prosody_http'),
  keyed('participants_total', 'K1', 'value', 'jicofo'),
  keyed('participants_total', 'N2', 'value', 'prosody_http'),
  ...rows('participants_total', ['X6', 'value']),
  keyed('participants_unauthenticated', 'K1', 'value', 'jicofo'),
  keyed('participants_dial_in_unnamed', 'K1', 'value', 'jicofo'),
  never('participants_waiting', 'lobby rooms do not answer outsiders'),
];

/** Judged and dropped; asked for only where the target says why. */
export function liveFacts(seen: Seen, room: RoomSeen): Facts {
  return {
    meeting_running: bitFact(running(seen, room)),
    meeting_running_time: runningTime(seen, room),
    meeting_recording_in_progress: bitFact(
      fieldBit(seen, 'K1', 'jibri_count', room.conference, ({ recorders }) =>
        recorders === null ? null : recorders > 0,
      ),
    ),
    meeting_locked: bitFact(locked(seen, room)),
    participants_total: total(seen, room),
    participants_unauthenticated: unauthenticated(seen, room),
    participants_dial_in_unnamed: ofMembers(seen, room, ({ telephones }) => telephones),
    participants_waiting: hole(notObservable('lobby rooms do not answer outsiders')),
  };
}

/** A lobby that stays keeps an empty room, so counts come before mere existence. */
function running(seen: Seen, room: RoomSeen): Bit {
  const some = (count: number | null): boolean | null => (count === null ? null : count > 0);
  const ways: Bit[] = [
    fieldBit(seen, 'N1', 'participants', room.census, ({ participants }) => some(participants)),
    fieldBit(seen, 'K1', 'participant_count', room.conference, ({ participants }) => some(participants)),
  ];
  if (!isUnread(room.info))
    ways.push(knownBit(true, x6(seen, room.info === 'hidden' ? 'error forbidden' : 'result')));
  if (room.shown.state === 'known') ways.push(knownBit(true, evidence(seen, 'N3', 'conference')));
  if (room.form.state === 'known') ways.push(knownBit(true, evidence(seen, 'X8', 'muc#owner')));
  return ways.find((bit) => bit.value !== null) ?? noneKnows(ways);
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

interface Counted {
  value: number | null;
  reason: Reason;
  at: Evidence;
}

function field(seen: Seen, room: RoomSeen, name: string): Counted {
  const at = x6(seen, name);
  const info = infoOf(seen, room, 'prosody_http');
  if ('value' in info) return { value: null, reason: info.reason, at };
  const text = info.form.get(name);
  const invalid = reason('invalid_answer', `${name} is no number`);
  const value = text !== undefined && /^\d{1,16}$/.test(text) ? Number(text) : null;
  return { value, reason: invalid, at };
}

function counted(
  at: Evidence,
  answer: { state: 'known'; value: number | null } | { state: 'unknown'; reason: Reason },
): Counted {
  if (answer.state === 'unknown') return { value: null, reason: answer.reason, at };
  return { value: answer.value, reason: reason('invalid_answer', `${at.path} is no number`), at };
}

function firstOf(ways: readonly Counted[], shape: (value: number, source: string) => Quantity): Fact {
  const found = ways.find(({ value }) => value !== null);
  if (found?.value != null) return known(shape(found.value, found.at.source), found.at);
  return bitFact(noneKnows(ways.map(({ reason: why, at }) => noBit(why, at))));
}

/** Taken at slightly different times, so the first decides. The focus is an occupant too, where it is not taken off. */
function total(seen: Seen, room: RoomSeen): Fact {
  const { census, conference, size } = room;
  const occupants = field(seen, room, 'muc#roominfo_occupants');
  const ways = [
    counted(
      evidence(seen, 'N1', 'participants'),
      census.state === 'known' ? { state: 'known', value: census.value.participants } : census,
    ),
    counted(
      evidence(seen, 'K1', 'participant_count'),
      conference.state === 'known' ? { state: 'known', value: conference.value.participants } : conference,
    ),
    counted(evidence(seen, 'N2', 'participants'), size),
    occupants.value === null ? occupants : { ...occupants, value: Math.max(0, occupants.value - 1) },
  ];
  // One of this source means one person, or none and the focus.
  return firstOf(ways, (value, source) =>
    source === 'N2' && value === 1 ? { value, bound: 'at_most' } : value,
  );
}

function runningTime(seen: Seen, room: RoomSeen): Fact {
  const { census } = room;
  const ways = [
    counted(
      evidence(seen, 'N1', 'created_time'),
      census.state === 'known' ? { state: 'known', value: census.value.createdAt } : census,
    ),
    field(seen, room, 'muc#roominfo_created_timestamp'),
  ];
  return firstOf(ways, (created) => Math.max(0, Math.floor((seen.at - created) / 1000)));
}

function ofMembers(seen: Seen, room: RoomSeen, read: (members: Members) => number | Reason): Fact {
  const at = evidence(seen, 'K1', 'chat_room.members');
  if (room.conference.state === 'unknown') return hole(room.conference.reason, at);
  const { members } = room.conference.value;
  if (members === null) return hole(reason('invalid_answer', 'members that cannot be told apart'), at);
  const found = read(members);
  return typeof found === 'number' ? known(found, at) : hole(found, at);
}

/** Sign-in with tokens is set up, and still strangers get in: an empty token is one too. */
function tokensMeant(seen: Seen): boolean {
  return [emptyTokensRefused(seen, 'E'), emptyTokensRefused(seen, 'PC')].some((bit) => bit.value !== null);
}

/** Those whose address lies in a domain into which strangers got. */
function unauthenticated(seen: Seen, room: RoomSeen): Fact {
  const { attempts, outcome } = seen.logins;
  return ofMembers(seen, room, ({ byDomain }) => {
    if (outcome.state === 'unknown') return outcome.reason;
    const main = attempts.find((attempt) => attempt.role === 'main');
    if (tokensMeant(seen) && main?.state === 'accepted')
      return notObservable('the domain does not tell who showed a token');
    const open = new Set(attempts.filter(({ state }) => state === 'accepted').map(({ domain }) => domain));
    const tried = new Set(attempts.map(({ domain }) => domain));
    let count = 0;
    for (const [domain, people] of Object.entries(byDomain)) {
      if (open.has(domain)) count += people;
      else if (!tried.has(domain) && domain.startsWith('guest.'))
        return notObservable('a domain for guests that was not tried');
    }
    return count;
  });
}

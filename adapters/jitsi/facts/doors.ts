import { type Evidence, type Fact, hole, known, reason } from '../../contract/fact.ts';
import { configurationSource } from '../../contract/room.ts';
import { isGuessable } from '../name-strength.ts';
import type { RoomPassword } from '../owner.ts';
import type { RoomSeen, Seen, Source } from '../seen.ts';
import {
  type Bit,
  component,
  derived,
  evidence,
  infoOf,
  knownBit,
  noBit,
  not,
  notObservable,
  withFill,
} from './base.ts';
import { agreeing, fieldBit, noneKnows, type Witness } from './witness.ts';

export const x6 = (seen: Seen, path: string): Evidence => evidence(seen, 'X6', path);

/** Who named the room: what follows from its name rests on it. */
export function namedBy(seen: Seen, room: RoomSeen, path: string): Evidence {
  const source: Source | typeof configurationSource =
    room.from === 'configuration' ? configurationSource : room.from;
  return evidence(seen, source, path, { provenance: 'derived' });
}

const own = (bit: Bit): Witness => ({ layer: 'room', bit });

/** One of two opposite features must be there; neither or both is no answer. */
export function oneOf(seen: Seen, room: RoomSeen, yes: string, no: string, fill: string): Bit {
  const info = infoOf(seen, room, fill);
  if ('value' in info) return info;
  const at = x6(seen, `feature ${info.features.has(yes) ? yes : no}`);
  if (info.features.has(yes) === info.features.has(no))
    return noBit(reason('invalid_answer', `neither ${yes} nor ${no}, or both`), at);
  return knownBit(info.features.has(yes), at);
}

export function passwordRequired(seen: Seen, room: RoomSeen): Bit {
  return agreeing(
    own(fieldBit(seen, 'N3', 'passcodeProtected', room.shown, (shown) => shown.password)),
    own(
      fieldBit(seen, 'X8', 'muc#roomconfig_roomsecret', room.form, ({ password }) =>
        password === null ? null : password !== 'none',
      ),
    ),
    own(oneOf(seen, room, 'muc_passwordprotected', 'muc_unsecured', 'room_info')),
  );
}

/** A measure of the password; the text was dropped when it was read. */
export function passwordFact<T extends number | boolean>(
  seen: Seen,
  room: RoomSeen,
  measure: (password: RoomPassword) => T,
  without: T | null,
): Fact {
  const at = evidence(seen, 'X8', 'muc#roomconfig_roomsecret');
  if (room.form.state === 'unknown') return hole(room.form.reason, at);
  const { password } = room.form.value;
  if (password === null) return hole(reason('invalid_answer', 'the settings show no password field'), at);
  if (password !== 'none') return known(measure(password), at);
  return without === null ? hole(notObservable('the room has no password'), at) : known(without, at);
}

const lobbyOf = (seen: Seen): Bit => component(seen, 'lobbyrooms', 'lobby');

/** Members-only is the lobby's own mechanism; without a lobby on the server nothing waits. */
export function waitingRoom(seen: Seen, room: RoomSeen): Bit {
  const server = lobbyOf(seen);
  const shown = fieldBit(seen, 'N3', 'lobbyEnabled', room.shown, ({ lobby }) => lobby);
  const focus = fieldBit(seen, 'K1', 'chat_room.lobby_enabled', room.conference, ({ lobby }) => lobby);
  const direct = [shown, focus, membersByForm(seen, room, server), described(seen, room, server)];
  const told = agreeing(...direct.map(own));
  const at = evidence(seen, 'X7', 'feature displayname_required');
  const probed = room.lobbyProbe.state === 'on' ? knownBit(true, at) : null;
  const against = [probed, server.value === false ? server : null].find(
    (bit) => bit !== null && told.value !== null && bit.value !== told.value,
  );
  if (told.value !== null && against !== undefined && against !== null)
    return noBit(
      reason('conflicting', 'the lobby and the room say different things'),
      ...told.evidence,
      ...against.evidence,
    );
  if (told.value !== null || told.reason.code === 'conflicting') return told;
  if (probed !== null) return probed;
  if (server.value === false) return server;
  return withoutAnswer(room, told, server, at);
}

/** What another source was tried for and why it did not tell comes before the silence of the lobby. */
function withoutAnswer(room: RoomSeen, told: Bit, server: Bit, at: Evidence): Bit {
  const [first] = told.evidence;
  if (
    told.value === null &&
    first !== undefined &&
    first.source !== 'X6' &&
    told.reason.code !== 'not_configured'
  )
    return told;
  if (room.info !== 'hidden') return told;
  const { lobbyProbe } = room;
  if (lobbyProbe.state === 'silent')
    return noBit(notObservable('silence of the lobby proves nothing', 'room_info'), at);
  if (lobbyProbe.state === 'failed') return noBit(withFill(lobbyProbe.reason, 'room_info'), at);
  return server.value === null
    ? noBit(withFill(server.reason, 'room_info'), ...server.evidence)
    : noBit(notObservable('the lobby could not be asked', 'room_info'), at);
}

/** For an admin the lobby is a room of members; where the server has no lobby it is a bar of its own. */
function membersByForm(seen: Seen, room: RoomSeen, server: Bit): Bit {
  const members = fieldBit(seen, 'X8', 'muc#roomconfig_membersonly', room.form, (form) => form.membersOnly);
  if (members.value !== true || server.value === true) return members;
  return server.value === null ? noBit(server.reason, ...members.evidence, ...server.evidence) : server;
}

function described(seen: Seen, room: RoomSeen, server: Bit): Bit {
  const members = oneOf(seen, room, 'muc_membersonly', 'muc_open', 'room_info');
  const info = infoOf(seen, room, 'room_info');
  if (members.value !== true || 'value' in info) return members;
  if (info.form.has('muc#roominfo_lobbyroom')) return members;
  if (server.value === false) return server;
  return noBit(reason('invalid_answer', 'members only, but no lobby room is named'), ...members.evidence);
}

/** The lobby uses the same bit, so it counts as something of its own only on servers without a lobby. */
export function membersOnly(seen: Seen, room: RoomSeen): Bit {
  const server = lobbyOf(seen);
  if (server.value === null) return server;
  if (server.value) return { ...server, value: false, evidence: derived(server.evidence) };
  return agreeing(
    own(fieldBit(seen, 'X8', 'muc#roomconfig_membersonly', room.form, (form) => form.membersOnly)),
    own(oneOf(seen, room, 'muc_membersonly', 'muc_open', 'account')),
  );
}

const uuid = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** The client's own warning about names that strangers hit upon. */
export function guessable(seen: Seen, room: RoomSeen): Bit {
  const { plain } = room.address;
  const at = namedBy(seen, room, 'name');
  return knownBit(!uuid.test(plain) && plain.length < 200 && isGuessable(plain), at);
}

/** Listed if anything lists it. */
export function listed(seen: Seen, room: RoomSeen): Bit {
  const publicly = census(seen, room);
  if (publicly.value === true) return publicly;
  const ways = [
    fieldBit(seen, 'X8', 'muc#roomconfig_publicroom', room.form, (form) => form.listed),
    overXmpp(seen, room),
  ];
  const yes = ways.find((bit) => bit.value === true);
  if (yes !== undefined) return yes;
  const no = ways.find((bit) => bit.value === false);
  if (no === undefined) return noneKnows(ways);
  return publicly.value === null ? publicly : knownBit(false, ...no.evidence, ...publicly.evidence);
}

/** A public list that lacks the room may just be older than the room. */
function census(seen: Seen, room: RoomSeen): Bit {
  const at = evidence(seen, 'P', 'room_census[].room_name');
  if (seen.census.state === 'unknown') return noBit(seen.census.reason, at);
  if (seen.census.value === null) return knownBit(false, at);
  const found = roomsIn(seen.census.value).has(room.address.node);
  return found ? knownBit(true, at) : noBit(reason('incomplete', 'the public list lacks the room now'), at);
}

function overXmpp(seen: Seen, room: RoomSeen): Bit {
  if (room.info !== 'hidden') return not(oneOf(seen, room, 'muc_hidden', 'muc_public', 'account'));
  const at = x6(seen, 'items of the room service');
  if (seen.listed.state === 'unknown') return noBit(seen.listed.reason, at);
  return knownBit(roomsIn(seen.listed.value).has(room.address.node), at);
}

const roomsOfLists = new WeakMap<Iterable<string>, ReadonlySet<string>>();

/** What stands before an `@` of the addresses of a list. */
function roomsIn(addresses: Iterable<string>): ReadonlySet<string> {
  const known = roomsOfLists.get(addresses);
  if (known !== undefined) return known;
  const rooms = new Set<string>();
  for (const address of addresses) {
    for (let at = address.indexOf('@'); at >= 0; at = address.indexOf('@', at + 1))
      rooms.add(address.slice(0, at));
  }
  roomsOfLists.set(addresses, rooms);
  return rooms;
}

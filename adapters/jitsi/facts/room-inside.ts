import { type Fact, hole, known, notConfigured, reason } from '../../contract/fact.ts';
import { classificationMarking, strongerMarking } from '../../contract/marking.ts';
import type { Conference } from '../jicofo.ts';
import { isUnread, type RoomSeen, type Seen } from '../seen.ts';
import { type Bit, bitFact, configGiven, derived, evidence, notObservable } from './base.ts';
import { namedBy, oneOf, x6 } from './doors.ts';
import { bitOf, roomStorage } from './files.ts';
import { fieldBit, noneKnows } from './witness.ts';

/** Kept if anything says so: the room outlives its people, or the service stores rooms. */
export function chatKept(seen: Seen, room: RoomSeen): Bit {
  const ways = [
    fieldBit(seen, 'X8', 'muc#roomconfig_persistentroom', room.form, (form) => form.persistent),
    oneOf(seen, room, 'muc_persistent', 'muc_temporary', 'account'),
    bitOf(roomStorage(seen)),
  ];
  return ways.find((bit) => bit.value === true) ?? ways.find((bit) => bit.value === false) ?? noneKnows(ways);
}

export function chatHole(chat: Bit): Fact {
  if (chat.value === true)
    return hole(notObservable('how long a stored room keeps messages', 'prosody_config'), chat.evidence);
  return bitFact(chat);
}

/** Without an address to send files to there are none; the switch alone could be turned by a participant. */
export function sharedDocuments(seen: Seen): Fact {
  const service = configGiven(seen, 'fileSharing.apiUrl');
  if (service.value === null) return bitFact(service);
  if (service.value) return hole(notObservable('the file service decides'), service.evidence);
  return known(0, derived(service.evidence));
}

export function marking(seen: Seen, room: RoomSeen): Fact {
  const title =
    room.info === 'hidden' || isUnread(room.info) ? undefined : room.info.form.get('muc#roomconfig_roomname');
  const from = [namedBy(seen, room, 'name')];
  let found = classificationMarking([room.address.name]);
  if (title !== undefined) {
    found = strongerMarking(found, classificationMarking([title]));
    from.push(x6(seen, 'muc#roomconfig_roomname'));
  }
  if (room.form.state === 'known') {
    found = strongerMarking(found, room.form.value.marking);
    from.push(evidence(seen, 'X8', 'muc#roomconfig_roomname, roomdesc'));
  }
  return known(found, from);
}

/** What the running meeting asks of those who come in. */
export function mutedOnEntry(
  seen: Seen,
  room: RoomSeen,
  path: string,
  read: (conference: Conference) => boolean | null,
): Fact {
  const { conference } = room;
  const at = evidence(seen, 'K1', path);
  if (conference.state === 'unknown') return hole(conference.reason, at);
  if (!seen.live) return hole(notConfigured('live.purpose'), at);
  const value = read(conference.value);
  return value === null ? hole(reason('invalid_answer', `${path} is no switch`), at) : known(value, at);
}

import type { FactSource } from '../../contract/adapter.ts';
import {
  type Evidence,
  type Fact,
  type FactValue,
  hole,
  isKnown,
  known,
  reason,
} from '../../contract/fact.ts';
import { classificationMarking } from '../../contract/marking.ts';
import { configurationSource } from '../../contract/room.ts';
import { nameStrength } from '../name-strength.ts';
import type { RoomSeen, Seen } from '../seen.ts';
import {
  allOf,
  anonymousLogin,
  anyOf,
  type Bit,
  bitFact,
  component,
  configGiven,
  derived,
  evidence,
  type Facts,
  knownBit,
  later,
  never,
  noBit,
  not,
  notGiven,
  notObservable,
  rows,
  withFill,
} from './base.ts';

const noDocuments = 'what is shared in a meeting is not listed anywhere';
const noInvitation = 'invitations are written by participants';

export const roomRows: FactSource[] = [
  ...rows('room_kind', [configurationSource, 'value']),
  ...rows('room_conference_possible', [configurationSource, 'value']),
  ...rows('room_tags', [configurationSource, 'value']),
  ...rows('participants_expected', [configurationSource, 'value']),
  ...rows('room_attention_tracking_enabled', ['C', 'true']),
  ...rows('room_activity_statistics_enabled', ['X2', 'false'], ['C', 'true']),
  ...rows('room_recording_switch_supported', [configurationSource, 'value']),
  ...rows('room_recording_auto_start', ['X3', 'false']),
  later('room_recording_allowed', 'K1', 'true', 'jicofo'),
  ...rows('room_recording_allowed', ['C', 'true']),
  later('room_password_required', 'N3', 'both', 'room_info'),
  later('room_password_required', 'X8', 'both', 'account'),
  ...rows('room_password_required', ['X6', 'both']),
  later('room_waiting_room_enabled', 'N3', 'both', 'room_info'),
  later('room_waiting_room_enabled', 'K1', 'both', 'jicofo'),
  later('room_waiting_room_enabled', 'X8', 'both', 'account'),
  ...rows('room_waiting_room_enabled', ['X6', 'both'], ['X7', 'true'], ['X2', 'false']),
  ...rows('room_members_only', ['X6', 'both'], ['X2', 'false']),
  ...rows('room_signed_in_only', ['X1', 'both']),
  later('room_password_length', 'X8', 'value', 'account'),
  later('room_password_entropy_bits', 'X8', 'value', 'account'),
  never('room_password_in_invite_link', noInvitation),
  later('room_password_in_public_text', 'X8', 'both', 'account'),
  ...rows('room_link_guessable', [configurationSource, 'both']),
  later('room_publicly_listed', 'X8', 'both', 'account'),
  ...rows('room_publicly_listed', ['P', 'true'], ['X6', 'both']),
  ...rows(
    'room_joinable_without_invitation',
    ['X1', 'both'],
    ['X6', 'both'],
    ['X7', 'false'],
    ['X2', 'true'],
    [configurationSource, 'both'],
  ),
  ...rows('room_guest_access_allowed', ['X1', 'both']),
  later('room_chat_persistent', 'X8', 'both', 'account'),
  ...rows('room_chat_persistent', ['X6', 'both']),
  later('room_chat_persistent', 'PC', 'both', 'prosody_config'),
  later('room_chat_retention', 'X8', 'value', 'account'),
  ...rows('room_chat_retention', ['X6', 'value']),
  never('room_oldest_chat_message_age', 'messages are never read'),
  ...rows('room_shared_documents_count', ['C', 'value']),
  never('room_oldest_shared_document_age', noDocuments),
  never('room_document_retention', noDocuments),
  ...rows('room_remote_control_allowed', ['C', 'true']),
  ...rows('room_classification_marking', ['X6', 'value'], [configurationSource, 'value']),
  ...rows('room_screen_sharing_allowed_for', ['C', 'value']),
  later('room_join_with_audio_muted', 'K1', 'both', 'jicofo'),
  later('room_join_with_video_off', 'K1', 'both', 'jicofo'),
];

/** Facts of one existing room. `deployment` are the facts of the deployment that holds it. */
export function roomFacts(seen: Seen, room: RoomSeen, deployment: Facts): Facts {
  const own = (path: string): Evidence =>
    evidence(seen, configurationSource, path, { provenance: 'derived' });
  const lobby = waitingRoom(seen, room);
  const password = passwordRequired(seen, room);
  const chat = chatKept(seen, room);
  const login = derivedBit(anonymousLogin(seen));
  return {
    room_kind: known('conference', own('rooms')),
    room_conference_possible: known(true, own('product')),
    room_attention_tracking_enabled: inherited(deployment.attention_tracking_enabled, true),
    room_activity_statistics_enabled: inherited(deployment.activity_statistics_enabled, true),
    room_recording_switch_supported: known(false, own('product')),
    room_recording_auto_start:
      deployment.recording_auto_start ?? hole(notObservable('no recording setting was seen')),
    room_recording_allowed: inherited(deployment.recording_feature_enabled, true),
    room_password_required: bitFact(password),
    room_waiting_room_enabled: bitFact(lobby),
    room_members_only: bitFact(membersOnly(seen, room)),
    room_signed_in_only: bitFact(not(login)),
    room_password_length: notGiven('account'),
    room_password_entropy_bits: notGiven('account'),
    room_password_in_invite_link: hole(notObservable(noInvitation)),
    room_password_in_public_text: notGiven('account'),
    room_link_guessable: bitFact(guessable(seen, room)),
    room_publicly_listed: bitFact(listed(seen, room)),
    room_joinable_without_invitation: bitFact(
      derivedBit(allOf(not(lobby), not(password), login, anyOf(guessable(seen, room), listed(seen, room)))),
    ),
    room_guest_access_allowed: bitFact(login),
    room_chat_persistent: bitFact(chat),
    room_chat_retention:
      chat.value === false ? known({ seconds: 0 }, derived(chat.evidence)) : chatHole(chat),
    room_oldest_chat_message_age: hole(notObservable('messages are never read')),
    room_shared_documents_count: sharedDocuments(seen),
    room_oldest_shared_document_age: hole(notObservable(noDocuments)),
    room_document_retention: hole(notObservable(noDocuments)),
    room_remote_control_allowed: inherited(deployment.remote_control_enabled, true),
    room_classification_marking: marking(seen, room),
    room_screen_sharing_allowed_for: inherited(deployment.screen_sharing_allowed_for, 'all'),
    room_join_with_audio_muted: notGiven('jicofo'),
    room_join_with_video_off: notGiven('jicofo'),
  };
}

/** A room takes over what harms; what protects only where no participant can change it. */
function inherited(fact: Fact | undefined, harmful: FactValue): Fact {
  if (fact === undefined) return hole(notObservable('the deployment does not show it'));
  if (!isKnown(fact)) return fact;
  const from = derived(fact.evidence);
  const enforced = fact.evidence.every((item) => item.force === 'enforced');
  if (fact.value === harmful || enforced) return known(fact.value, from);
  return hole(notObservable('overridable by any participant'), fact.evidence);
}

function derivedBit(bit: Bit): Bit {
  return { ...bit, evidence: derived(bit.evidence) };
}

export const x6 = (seen: Seen, path: string): Evidence => evidence(seen, 'X6', path);

/** One of two opposite features must be there; neither or both is no answer. */
function oneOf(seen: Seen, room: RoomSeen, yes: string, no: string, fill: string): Bit {
  if (room.info === 'hidden')
    return noBit(notObservable('the server answers forbidden', fill), x6(seen, 'error forbidden'));
  const { features } = room.info;
  const at = x6(seen, `feature ${features.has(yes) ? yes : no}`);
  if (features.has(yes) === features.has(no))
    return noBit(reason('invalid_answer', `neither ${yes} nor ${no}, or both`), at);
  return knownBit(features.has(yes), at);
}

export function passwordRequired(seen: Seen, room: RoomSeen): Bit {
  return oneOf(seen, room, 'muc_passwordprotected', 'muc_unsecured', 'room_info');
}

/** Members-only is the lobby's own mechanism; without a lobby on the server nothing waits. */
export function waitingRoom(seen: Seen, room: RoomSeen): Bit {
  const server = component(seen, 'lobbyrooms', 'lobby');
  if (room.info !== 'hidden') {
    const members = oneOf(seen, room, 'muc_membersonly', 'muc_open', 'room_info');
    if (members.value !== true) return members;
    if (room.info.form.has('muc#roominfo_lobbyroom')) return members;
    if (server.value === false) return server;
    return noBit(reason('invalid_answer', 'members only, but no lobby room is named'), ...members.evidence);
  }
  const at = evidence(seen, 'X7', 'feature displayname_required');
  const { lobbyProbe } = room;
  if (lobbyProbe.state === 'on') return knownBit(true, at);
  if (server.value === false) return server;
  if (lobbyProbe.state === 'silent')
    return noBit(notObservable('silence of the lobby proves nothing', 'room_info'), at);
  if (lobbyProbe.state === 'failed') return noBit(withFill(lobbyProbe.reason, 'room_info'), at);
  return server.value === null
    ? noBit(withFill(server.reason, 'room_info'), ...server.evidence)
    : noBit(notObservable('the lobby could not be asked', 'room_info'), at);
}

/** The lobby uses the same bit, so it counts as something of its own only on servers without a lobby. */
function membersOnly(seen: Seen, room: RoomSeen): Bit {
  const server = component(seen, 'lobbyrooms', 'lobby');
  if (server.value === null) return server;
  if (server.value) return derivedBit({ ...server, value: false });
  return oneOf(seen, room, 'muc_membersonly', 'muc_open', 'account');
}

const uuid = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** The client's own warning about names that strangers hit upon. */
export function guessable(seen: Seen, room: RoomSeen): Bit {
  const { plain } = room.address;
  const at = evidence(seen, configurationSource, 'rooms', { provenance: 'derived' });
  return knownBit(!uuid.test(plain) && plain.length < 200 && nameStrength(plain) < 3, at);
}

function listed(seen: Seen, room: RoomSeen): Bit {
  const publicly = census(seen, room);
  if (publicly.value === true) return publicly;
  const byService = overXmpp(seen, room);
  if (byService.value !== false) return byService;
  return publicly.value === null ? publicly : knownBit(false, ...byService.evidence, ...publicly.evidence);
}

/** A public list that lacks the room may just be older than the room. */
function census(seen: Seen, room: RoomSeen): Bit {
  const at = evidence(seen, 'P', 'room_census[].room_name');
  if (seen.census.state === 'unknown') return noBit(seen.census.reason, at);
  if (seen.census.value === null) return knownBit(false, at);
  const found = [...seen.census.value].some((jid) => jid.startsWith(`${room.address.node}@`));
  return found ? knownBit(true, at) : noBit(reason('incomplete', 'the public list lacks the room now'), at);
}

function overXmpp(seen: Seen, room: RoomSeen): Bit {
  if (room.info !== 'hidden') return not(oneOf(seen, room, 'muc_hidden', 'muc_public', 'account'));
  const at = x6(seen, 'items of the room service');
  if (seen.listed.state === 'unknown') return noBit(seen.listed.reason, at);
  return knownBit(
    seen.listed.value.some((jid) => jid.startsWith(`${room.address.node}@`)),
    at,
  );
}

function chatKept(seen: Seen, room: RoomSeen): Bit {
  return oneOf(seen, room, 'muc_persistent', 'muc_temporary', 'account');
}

function chatHole(chat: Bit): Fact {
  if (chat.value === true)
    return hole(notObservable('how long a stored room keeps messages', 'prosody_config'), chat.evidence);
  return bitFact(chat);
}

/** Without an address to send files to there are none; the switch alone could be turned by a participant. */
function sharedDocuments(seen: Seen): Fact {
  const service = configGiven(seen, 'fileSharing.apiUrl');
  if (service.value === null) return bitFact(service);
  if (service.value) return hole(notObservable('the file service decides'), service.evidence);
  return known(0, derived(service.evidence));
}

function marking(seen: Seen, room: RoomSeen): Fact {
  const named = room.info === 'hidden' ? undefined : room.info.form.get('muc#roomconfig_roomname');
  const texts = named === undefined ? [room.address.name] : [room.address.name, named];
  const at = evidence(seen, configurationSource, 'rooms', { provenance: 'derived' });
  return known(
    classificationMarking(texts),
    named === undefined ? at : [at, x6(seen, 'muc#roomconfig_roomname')],
  );
}

import type { FactSource } from '../../contract/adapter.ts';
import { type Fact, type FactValue, hole, isKnown, known } from '../../contract/fact.ts';
import { configurationSource } from '../../contract/room.ts';
import type { RoomSeen, Seen } from '../seen.ts';
import {
  allOf,
  anonymousLogin,
  anyOf,
  type Bit,
  bitFact,
  derived,
  evidence,
  type Facts,
  keyed,
  never,
  not,
  notObservable,
  rows,
} from './base.ts';
import { roomContradictions } from './contradictions.ts';
import {
  guessable,
  listed,
  membersOnly,
  namedBy,
  passwordFact,
  passwordRequired,
  waitingRoom,
} from './doors.ts';
import { guestAccess } from './guests.ts';
import { chatHole, chatKept, marking, mutedOnEntry, sharedDocuments } from './room-inside.ts';

const noDocuments = 'what is shared in a meeting is not listed anywhere';
const noInvitation = 'invitations are written by participants';

export const roomRows: FactSource[] = [
  ...named('room_kind', 'value'),
  ...named('room_conference_possible', 'value'),
  ...rows('room_tags', [configurationSource, 'value']),
  ...rows('participants_expected', [configurationSource, 'value']),
  ...rows('room_attention_tracking_enabled', ['C', 'true']),
  ...rows('room_activity_statistics_enabled', ['X2', 'false'], ['C', 'true']),
  ...named('room_recording_switch_supported', 'value'),
  ...rows('room_recording_auto_start', ['X3', 'false']),
  keyed('room_recording_auto_start', 'E', 'false', 'env_file'),
  keyed('room_recording_allowed', 'K1', 'true', 'jicofo'),
  keyed('room_recording_allowed', 'E', 'true', 'env_file'),
  ...rows('room_recording_allowed', ['C', 'true']),
  keyed('room_password_required', 'N3', 'both', 'room_info'),
  keyed('room_password_required', 'X8', 'both', 'account'),
  ...rows('room_password_required', ['X6', 'both']),
  keyed('room_waiting_room_enabled', 'N3', 'both', 'room_info'),
  keyed('room_waiting_room_enabled', 'K1', 'both', 'jicofo'),
  keyed('room_waiting_room_enabled', 'X8', 'both', 'account'),
  ...rows('room_waiting_room_enabled', ['X6', 'both'], ['X7', 'true'], ['X2', 'false']),
  keyed('room_members_only', 'X8', 'both', 'account'),
  ...rows('room_members_only', ['X6', 'both'], ['X2', 'false']),
  ...rows('room_signed_in_only', ['X1', 'both']),
  keyed('room_password_length', 'X8', 'value', 'account'),
  keyed('room_password_entropy_bits', 'X8', 'value', 'account'),
  never('room_password_in_invite_link', noInvitation),
  keyed('room_password_in_public_text', 'X8', 'both', 'account'),
  ...named('room_link_guessable', 'both'),
  keyed('room_publicly_listed', 'X8', 'both', 'account'),
  ...rows('room_publicly_listed', ['P', 'true'], ['X6', 'both']),
  ...rows(
    'room_joinable_without_invitation',
    ['X1', 'both'],
    ['X6', 'both'],
    ['X7', 'false'],
    ['X2', 'true'],
    [configurationSource, 'both'],
  ),
  keyed('room_joinable_without_invitation', 'N3', 'both', 'room_info'),
  keyed('room_joinable_without_invitation', 'K1', 'both', 'jicofo'),
  keyed('room_joinable_without_invitation', 'X8', 'both', 'account'),
  keyed('room_joinable_without_invitation', 'N1', 'false', 'prosody_http'),
  ...rows('room_guest_access_allowed', ['X1', 'both']),
  keyed('room_guest_access_allowed', 'E', 'both', 'env_file'),
  keyed('room_chat_persistent', 'X8', 'both', 'account'),
  ...rows('room_chat_persistent', ['X6', 'both']),
  keyed('room_chat_persistent', 'PC', 'both', 'prosody_config'),
  keyed('room_chat_retention', 'X8', 'value', 'account'),
  ...rows('room_chat_retention', ['X6', 'value']),
  keyed('room_chat_retention', 'PC', 'value', 'prosody_config'),
  never('room_oldest_chat_message_age', 'messages are never read'),
  ...rows('room_shared_documents_count', ['C', 'value']),
  never('room_oldest_shared_document_age', noDocuments),
  never('room_document_retention', noDocuments),
  ...rows('room_remote_control_allowed', ['C', 'true']),
  ...named('room_classification_marking', 'value'),
  ...rows('room_screen_sharing_allowed_for', ['C', 'value']),
  keyed('room_join_with_audio_muted', 'K1', 'both', 'jicofo'),
  keyed('room_join_with_video_off', 'K1', 'both', 'jicofo'),
];

/** What follows from the room's name alone, whoever gave it. */
function named(fact: FactSource['fact'], proves: 'value' | 'both'): FactSource[] {
  return [
    ...rows(fact, [configurationSource, proves]),
    keyed(fact, 'N1', proves, 'prosody_http'),
    keyed(fact, 'K1', proves, 'jicofo'),
  ];
}

/** Facts of one existing room. `deployment` are the facts of the deployment that holds it. */
export function roomFacts(seen: Seen, room: RoomSeen, deployment: Facts): Facts {
  const lobby = waitingRoom(seen, room);
  const password = passwordRequired(seen, room);
  const chat = chatKept(seen, room);
  const login = derivedBit(anonymousLogin(seen));
  return {
    room_kind: known('conference', namedBy(seen, room, 'rooms')),
    room_conference_possible: known(true, namedBy(seen, room, 'product')),
    room_attention_tracking_enabled: inherited(deployment.attention_tracking_enabled, true),
    room_activity_statistics_enabled: inherited(deployment.activity_statistics_enabled, true),
    room_recording_switch_supported: known(false, namedBy(seen, room, 'product')),
    room_recording_auto_start:
      deployment.recording_auto_start ?? hole(notObservable('no recording setting was seen')),
    room_recording_allowed: recordingAllowed(seen, room, deployment.recording_feature_enabled),
    room_password_required: bitFact(password),
    room_waiting_room_enabled: bitFact(lobby),
    room_members_only: bitFact(membersOnly(seen, room)),
    room_signed_in_only: bitFact(not(login)),
    room_password_length: passwordFact(seen, room, ({ length }) => length, null),
    room_password_entropy_bits: passwordFact(seen, room, ({ entropyBits }) => entropyBits, null),
    room_password_in_invite_link: hole(notObservable(noInvitation)),
    room_password_in_public_text: passwordFact(seen, room, ({ inName }) => inName, false),
    room_link_guessable: bitFact(guessable(seen, room)),
    room_publicly_listed: bitFact(listed(seen, room)),
    room_joinable_without_invitation: bitFact(
      derivedBit(
        allOf(not(lobby), not(password), guestAccess(seen), anyOf(guessable(seen, room), listed(seen, room))),
      ),
    ),
    room_guest_access_allowed: bitFact(derivedBit(guestAccess(seen))),
    room_chat_persistent: bitFact(chat),
    room_chat_retention:
      chat.value === false ? known({ seconds: 0 }, derived(chat.evidence)) : chatHole(chat),
    room_oldest_chat_message_age: hole(notObservable('messages are never read')),
    room_shared_documents_count: sharedDocuments(seen),
    room_oldest_shared_document_age: hole(notObservable(noDocuments)),
    room_document_retention: hole(notObservable(noDocuments)),
    room_remote_control_allowed: inherited(deployment.remote_control_enabled, true),
    room_classification_marking: marking(seen, room),
    room_contradictions: roomContradictions(seen, room),
    room_screen_sharing_allowed_for: inherited(deployment.screen_sharing_allowed_for, 'all'),
    room_join_with_audio_muted: mutedOnEntry(seen, room, 'start_audio_muted', (each) => each.startAudioMuted),
    room_join_with_video_off: mutedOnEntry(seen, room, 'start_video_muted', (each) => each.startVideoMuted),
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

/** A recorder at work shows more than any setting; looked at only with a purpose. */
function recordingAllowed(seen: Seen, room: RoomSeen, setting: Fact | undefined): Fact {
  const recorders = room.conference.state === 'known' ? room.conference.value.recorders : null;
  if (seen.live && recorders !== null && recorders > 0)
    return known(true, evidence(seen, 'K1', 'jibri_count'));
  return inherited(setting, true);
}

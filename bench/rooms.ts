import { type Evidence, type Fact, type FactValue, hole, known } from '../adapters/contract/fact.ts';
import type { FactName } from '../adapters/contract/vocabulary.ts';
import type { FactMap } from '../src/policy/types.ts';
import { seeded } from './random.ts';

const evidence: Evidence = {
  source: 'bench',
  locator: 'bench',
  path: 'bench',
  observed_at: 0,
  provenance: 'direct',
  force: 'enforced',
};

const day = 86_400;
const list = (...items: string[]): FactValue => ({ items, complete: true });

/** Every value that a fact takes here, the frequent ones more than once. */
const choices: Partial<Record<FactName, FactValue[]>> = {
  room_kind: ['conference', 'conference', 'conference', 'group', 'phone', 'channel'],
  room_conference_possible: [true, true, true, false],
  room_tags: [list(), list(), list('external')],
  room_attention_tracking_enabled: [false, false, true],
  room_activity_statistics_enabled: [false, true],
  room_recording_switch_supported: [true],
  room_recording_auto_start: [false, false, true],
  room_recording_allowed: [true, false],
  room_contradictions: [list(), list(), list('recording_off_but_recorded')],
  room_password_required: [true, false],
  room_waiting_room_enabled: [false, false, true],
  room_members_only: [false, false, true],
  room_signed_in_only: [false, false, true],
  room_password_length: [4, 6, 8, 12],
  room_password_entropy_bits: [13, 31, 47, 70],
  room_password_in_invite_link: [false, false, true],
  room_password_in_public_text: [false],
  room_link_guessable: [false, false, true],
  room_publicly_listed: [false, false, true],
  room_joinable_without_invitation: [false, false, true],
  room_guest_access_allowed: [true, false],
  room_dial_in_enabled: [true, false],
  room_dial_in_waiting_room: [false, true],
  room_dial_in_pin_required: [true, false],
  room_dial_in_pin_length: [4, 6, 8],
  room_chat_persistent: [true, false],
  room_chat_retention: [{ unlimited: true }, { seconds: 7 * day }, { seconds: 90 * day }],
  room_shared_documents_count: [0, 0, 3],
  room_oldest_shared_document_age: [day, 40 * day],
  room_document_retention: [{ unlimited: true }, { seconds: 14 * day }],
  room_remote_control_allowed: [false, false, true],
  room_classification_marking: ['none', 'none', 'none', 'vs_nfd'],
  room_join_with_audio_muted: [true, false],
  room_join_with_video_off: [true, false],
};

export const roomFactNames = Object.keys(choices) as FactName[];

/** The deployment's part of the conditions: the product has it all. */
export const deploymentFacts: FactMap = {
  attention_tracking_supported: known(true, evidence),
  activity_statistics_supported: known(true, evidence),
  remote_control_supported: known(true, evidence),
};

/** Written out, so that every room has the one shape that an adapter's literal gives it. */
function roomOf(pick: (name: FactName) => Fact): FactMap {
  return {
    room_kind: pick('room_kind'),
    room_conference_possible: pick('room_conference_possible'),
    room_tags: pick('room_tags'),
    room_attention_tracking_enabled: pick('room_attention_tracking_enabled'),
    room_activity_statistics_enabled: pick('room_activity_statistics_enabled'),
    room_recording_switch_supported: pick('room_recording_switch_supported'),
    room_recording_auto_start: pick('room_recording_auto_start'),
    room_recording_allowed: pick('room_recording_allowed'),
    room_contradictions: pick('room_contradictions'),
    room_password_required: pick('room_password_required'),
    room_waiting_room_enabled: pick('room_waiting_room_enabled'),
    room_members_only: pick('room_members_only'),
    room_signed_in_only: pick('room_signed_in_only'),
    room_password_length: pick('room_password_length'),
    room_password_entropy_bits: pick('room_password_entropy_bits'),
    room_password_in_invite_link: pick('room_password_in_invite_link'),
    room_password_in_public_text: pick('room_password_in_public_text'),
    room_link_guessable: pick('room_link_guessable'),
    room_publicly_listed: pick('room_publicly_listed'),
    room_joinable_without_invitation: pick('room_joinable_without_invitation'),
    room_guest_access_allowed: pick('room_guest_access_allowed'),
    room_dial_in_enabled: pick('room_dial_in_enabled'),
    room_dial_in_waiting_room: pick('room_dial_in_waiting_room'),
    room_dial_in_pin_required: pick('room_dial_in_pin_required'),
    room_dial_in_pin_length: pick('room_dial_in_pin_length'),
    room_chat_persistent: pick('room_chat_persistent'),
    room_chat_retention: pick('room_chat_retention'),
    room_shared_documents_count: pick('room_shared_documents_count'),
    room_oldest_shared_document_age: pick('room_oldest_shared_document_age'),
    room_document_retention: pick('room_document_retention'),
    room_remote_control_allowed: pick('room_remote_control_allowed'),
    room_classification_marking: pick('room_classification_marking'),
    room_join_with_audio_muted: pick('room_join_with_audio_muted'),
    room_join_with_video_off: pick('room_join_with_video_off'),
  };
}

/**
 * Facts of the same value are one object, as a scan gives them: a hundred thousand rooms fit into memory, and every
 * engine has its advantage of it.
 */
export function makeRooms(number: number, holeRate: number, seed: number): FactMap[] {
  const random = seeded(seed);
  const missing = hole({ code: 'not_configured' }, evidence);
  const facts = new Map(
    roomFactNames.map((name) => [name, choices[name]?.map((v) => known(v, evidence)) ?? []]),
  );
  const pick = (name: FactName): Fact => {
    const values = facts.get(name) as Fact[];
    const value = values[Math.floor(random() * values.length)] as Fact;
    return random() < holeRate ? missing : value;
  };
  return Array.from({ length: number }, () => roomOf(pick));
}

/** The same rooms, no fact of which is the object of another one, nor its evidence. */
export function withFactsApart(rooms: readonly FactMap[]): FactMap[] {
  return rooms.map((room) => {
    const copy: Partial<Record<FactName, Fact>> = { ...room };
    for (const name of roomFactNames) {
      const fact = room[name] as Fact;
      const own = fact.evidence.map((each) => ({ ...each }));
      copy[name] = 'value' in fact ? known(fact.value, own) : hole(fact.unavailable, own);
    }
    return copy;
  });
}

// One reader per fact: a property that stands in the source is found by its place, one in a variable by its name.
import type { Fact } from '../../adapters/contract/fact.ts';
import type { FactName } from '../../adapters/contract/vocabulary.ts';
import type { FactMap } from './types.ts';

type Facts = (Fact | undefined)[];

/** Puts one fact of each of so many subjects into `into`. */
export type Reader = (subjects: readonly FactMap[], from: number, count: number, into: Facts) => void;

export function readerOf(name: FactName): Reader {
  return readers[name] ?? byName(name);
}

const byName =
  (name: FactName): Reader =>
  (subjects, from, count, into) => {
    for (let at = 0; at < count; at += 1) into[at] = subjects[from + at]?.[name];
  };

/** Of what a target has many of. */
const readers: Readonly<Partial<Record<FactName, Reader>>> = {
  room_kind(subjects, from, count, into) {
    for (let at = 0; at < count; at += 1) into[at] = subjects[from + at]?.room_kind;
  },
  room_conference_possible(subjects, from, count, into) {
    for (let at = 0; at < count; at += 1) into[at] = subjects[from + at]?.room_conference_possible;
  },
  room_tags(subjects, from, count, into) {
    for (let at = 0; at < count; at += 1) into[at] = subjects[from + at]?.room_tags;
  },
  room_attention_tracking_enabled(subjects, from, count, into) {
    for (let at = 0; at < count; at += 1) into[at] = subjects[from + at]?.room_attention_tracking_enabled;
  },
  room_activity_statistics_enabled(subjects, from, count, into) {
    for (let at = 0; at < count; at += 1) into[at] = subjects[from + at]?.room_activity_statistics_enabled;
  },
  room_recording_switch_supported(subjects, from, count, into) {
    for (let at = 0; at < count; at += 1) into[at] = subjects[from + at]?.room_recording_switch_supported;
  },
  room_recording_auto_start(subjects, from, count, into) {
    for (let at = 0; at < count; at += 1) into[at] = subjects[from + at]?.room_recording_auto_start;
  },
  room_recording_allowed(subjects, from, count, into) {
    for (let at = 0; at < count; at += 1) into[at] = subjects[from + at]?.room_recording_allowed;
  },
  room_recording_consent_required(subjects, from, count, into) {
    for (let at = 0; at < count; at += 1) into[at] = subjects[from + at]?.room_recording_consent_required;
  },
  room_recordings_count(subjects, from, count, into) {
    for (let at = 0; at < count; at += 1) into[at] = subjects[from + at]?.room_recordings_count;
  },
  room_oldest_recording_age(subjects, from, count, into) {
    for (let at = 0; at < count; at += 1) into[at] = subjects[from + at]?.room_oldest_recording_age;
  },
  room_contradictions(subjects, from, count, into) {
    for (let at = 0; at < count; at += 1) into[at] = subjects[from + at]?.room_contradictions;
  },
  room_password_required(subjects, from, count, into) {
    for (let at = 0; at < count; at += 1) into[at] = subjects[from + at]?.room_password_required;
  },
  room_waiting_room_enabled(subjects, from, count, into) {
    for (let at = 0; at < count; at += 1) into[at] = subjects[from + at]?.room_waiting_room_enabled;
  },
  room_members_only(subjects, from, count, into) {
    for (let at = 0; at < count; at += 1) into[at] = subjects[from + at]?.room_members_only;
  },
  room_signed_in_only(subjects, from, count, into) {
    for (let at = 0; at < count; at += 1) into[at] = subjects[from + at]?.room_signed_in_only;
  },
  room_password_length(subjects, from, count, into) {
    for (let at = 0; at < count; at += 1) into[at] = subjects[from + at]?.room_password_length;
  },
  room_password_entropy_bits(subjects, from, count, into) {
    for (let at = 0; at < count; at += 1) into[at] = subjects[from + at]?.room_password_entropy_bits;
  },
  room_password_in_invite_link(subjects, from, count, into) {
    for (let at = 0; at < count; at += 1) into[at] = subjects[from + at]?.room_password_in_invite_link;
  },
  room_password_in_public_text(subjects, from, count, into) {
    for (let at = 0; at < count; at += 1) into[at] = subjects[from + at]?.room_password_in_public_text;
  },
  room_link_guessable(subjects, from, count, into) {
    for (let at = 0; at < count; at += 1) into[at] = subjects[from + at]?.room_link_guessable;
  },
  room_publicly_listed(subjects, from, count, into) {
    for (let at = 0; at < count; at += 1) into[at] = subjects[from + at]?.room_publicly_listed;
  },
  room_joinable_without_invitation(subjects, from, count, into) {
    for (let at = 0; at < count; at += 1) into[at] = subjects[from + at]?.room_joinable_without_invitation;
  },
  room_guest_access_allowed(subjects, from, count, into) {
    for (let at = 0; at < count; at += 1) into[at] = subjects[from + at]?.room_guest_access_allowed;
  },
  room_dial_in_enabled(subjects, from, count, into) {
    for (let at = 0; at < count; at += 1) into[at] = subjects[from + at]?.room_dial_in_enabled;
  },
  room_dial_in_waiting_room(subjects, from, count, into) {
    for (let at = 0; at < count; at += 1) into[at] = subjects[from + at]?.room_dial_in_waiting_room;
  },
  room_dial_in_pin_required(subjects, from, count, into) {
    for (let at = 0; at < count; at += 1) into[at] = subjects[from + at]?.room_dial_in_pin_required;
  },
  room_dial_in_pin_length(subjects, from, count, into) {
    for (let at = 0; at < count; at += 1) into[at] = subjects[from + at]?.room_dial_in_pin_length;
  },
  room_chat_persistent(subjects, from, count, into) {
    for (let at = 0; at < count; at += 1) into[at] = subjects[from + at]?.room_chat_persistent;
  },
  room_chat_retention(subjects, from, count, into) {
    for (let at = 0; at < count; at += 1) into[at] = subjects[from + at]?.room_chat_retention;
  },
  room_oldest_chat_message_age(subjects, from, count, into) {
    for (let at = 0; at < count; at += 1) into[at] = subjects[from + at]?.room_oldest_chat_message_age;
  },
  room_shared_documents_count(subjects, from, count, into) {
    for (let at = 0; at < count; at += 1) into[at] = subjects[from + at]?.room_shared_documents_count;
  },
  room_oldest_shared_document_age(subjects, from, count, into) {
    for (let at = 0; at < count; at += 1) into[at] = subjects[from + at]?.room_oldest_shared_document_age;
  },
  room_document_retention(subjects, from, count, into) {
    for (let at = 0; at < count; at += 1) into[at] = subjects[from + at]?.room_document_retention;
  },
  room_remote_control_allowed(subjects, from, count, into) {
    for (let at = 0; at < count; at += 1) into[at] = subjects[from + at]?.room_remote_control_allowed;
  },
  room_classification_marking(subjects, from, count, into) {
    for (let at = 0; at < count; at += 1) into[at] = subjects[from + at]?.room_classification_marking;
  },
  room_screen_sharing_allowed_for(subjects, from, count, into) {
    for (let at = 0; at < count; at += 1) into[at] = subjects[from + at]?.room_screen_sharing_allowed_for;
  },
  room_join_with_audio_muted(subjects, from, count, into) {
    for (let at = 0; at < count; at += 1) into[at] = subjects[from + at]?.room_join_with_audio_muted;
  },
  room_join_with_video_off(subjects, from, count, into) {
    for (let at = 0; at < count; at += 1) into[at] = subjects[from + at]?.room_join_with_video_off;
  },
  meeting_running(subjects, from, count, into) {
    for (let at = 0; at < count; at += 1) into[at] = subjects[from + at]?.meeting_running;
  },
  meeting_running_time(subjects, from, count, into) {
    for (let at = 0; at < count; at += 1) into[at] = subjects[from + at]?.meeting_running_time;
  },
  meeting_recording_in_progress(subjects, from, count, into) {
    for (let at = 0; at < count; at += 1) into[at] = subjects[from + at]?.meeting_recording_in_progress;
  },
  meeting_session_captured(subjects, from, count, into) {
    for (let at = 0; at < count; at += 1) into[at] = subjects[from + at]?.meeting_session_captured;
  },
  meeting_locked(subjects, from, count, into) {
    for (let at = 0; at < count; at += 1) into[at] = subjects[from + at]?.meeting_locked;
  },
  participants_total(subjects, from, count, into) {
    for (let at = 0; at < count; at += 1) into[at] = subjects[from + at]?.participants_total;
  },
  participants_unauthenticated(subjects, from, count, into) {
    for (let at = 0; at < count; at += 1) into[at] = subjects[from + at]?.participants_unauthenticated;
  },
  participants_dial_in_unnamed(subjects, from, count, into) {
    for (let at = 0; at < count; at += 1) into[at] = subjects[from + at]?.participants_dial_in_unnamed;
  },
  participants_waiting(subjects, from, count, into) {
    for (let at = 0; at < count; at += 1) into[at] = subjects[from + at]?.participants_waiting;
  },
  participants_expected(subjects, from, count, into) {
    for (let at = 0; at < count; at += 1) into[at] = subjects[from + at]?.participants_expected;
  },
  'recording.age'(subjects, from, count, into) {
    for (let at = 0; at < count; at += 1) into[at] = subjects[from + at]?.['recording.age'];
  },
  'recording.state'(subjects, from, count, into) {
    for (let at = 0; at < count; at += 1) into[at] = subjects[from + at]?.['recording.state'];
  },
  'recording.publicly_listed'(subjects, from, count, into) {
    for (let at = 0; at < count; at += 1) into[at] = subjects[from + at]?.['recording.publicly_listed'];
  },
  'recording.room_id'(subjects, from, count, into) {
    for (let at = 0; at < count; at += 1) into[at] = subjects[from + at]?.['recording.room_id'];
  },
};

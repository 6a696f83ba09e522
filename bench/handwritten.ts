import type { Fact, ListValue, Retention } from '../adapters/contract/fact.ts';
import type { FactMap, Verdict } from '../src/policy/types.ts';

/**
 * The same rules as the policy files, written by hand as one would write them for speed: three values as numbers
 * (so that `&&` is min and `||` is max), the shared condition computed once, early return, no tables, no names.
 */
type Tri = number;
const no = 0;
const open = 1;
const yes = 2;

type Known = { value?: unknown } | undefined;

function bool(fact: Fact | undefined): Tri {
  const value = (fact as Known)?.value;
  return value === true ? yes : value === false ? no : open;
}

function atLeast(fact: Fact | undefined, limit: number): Tri {
  const value = (fact as Known)?.value;
  return typeof value === 'number' ? (value >= limit ? yes : no) : open;
}

function atMost(fact: Fact | undefined, limit: number): Tri {
  const value = (fact as Known)?.value;
  return typeof value === 'number' ? (value <= limit ? yes : no) : open;
}

function isZero(fact: Fact | undefined): Tri {
  const value = (fact as Known)?.value;
  return typeof value === 'number' ? (value === 0 ? yes : no) : open;
}

function isText(fact: Fact | undefined, one: string, other: string): Tri {
  const value = (fact as Known)?.value;
  return value === undefined ? open : value === one || value === other ? yes : no;
}

function within(fact: Fact | undefined, limit: number): Tri {
  const value = (fact as Known)?.value as Retention | undefined;
  if (value === undefined) return open;
  return 'seconds' in value && value.seconds <= limit ? yes : no;
}

function isEmpty(fact: Fact | undefined): Tri {
  const value = (fact as Known)?.value as ListValue | undefined;
  if (value === undefined) return open;
  if (value.items.length > 0) return no;
  return value.complete ? yes : open;
}

const not = (a: Tri): Tri => yes - a;
const and = (a: Tri, b: Tri): Tri => (a < b ? a : b);
const or = (a: Tri, b: Tri): Tri => (a > b ? a : b);

function verdict(applies: Tri, rule: Tri): Verdict {
  if (applies === no) return 'not_applicable';
  if (applies === open || rule === open) return 'unknown';
  return rule === yes ? 'pass' : 'violation';
}

const day = 86_400;

/** Policies by id, so that the order can be that of the engine; each gets the shared condition. */
export const rules: Readonly<Record<string, (room: FactMap, server: FactMap, conference: Tri) => Verdict>> = {
  'activity-statistics-disabled': (r, d, c) =>
    verdict(and(c, bool(d.activity_statistics_supported)), not(bool(r.room_activity_statistics_enabled))),
  'attention-tracking-disabled': (r, d, c) =>
    verdict(and(c, bool(d.attention_tracking_supported)), not(bool(r.room_attention_tracking_enabled))),
  'chat-deleted-after-meeting': (r) =>
    verdict(
      not(isText(r.room_kind, 'channel', 'discussion')),
      or(not(bool(r.room_chat_persistent)), within(r.room_chat_retention, 30 * day)),
    ),
  'classified-marking-absent': (r) => verdict(yes, isText(r.room_classification_marking, 'none', 'none')),
  'declared-matches-observed': (r) => verdict(yes, isEmpty(r.room_contradictions)),
  'dial-in-protected': (r) =>
    verdict(
      and(bool(r.room_conference_possible), bool(r.room_dial_in_enabled)),
      or(
        bool(r.room_dial_in_waiting_room),
        and(bool(r.room_dial_in_pin_required), atLeast(r.room_dial_in_pin_length, 6)),
      ),
    ),
  'documents-deleted-after-meeting': (r) =>
    verdict(
      not(isText(r.room_kind, 'channel', 'discussion')),
      or(
        isZero(r.room_shared_documents_count),
        or(atMost(r.room_oldest_shared_document_age, 30 * day), within(r.room_document_retention, 30 * day)),
      ),
    ),
  'guest-access-controlled': (r, _d, c) =>
    verdict(c, or(not(bool(r.room_guest_access_allowed)), bool(r.room_waiting_room_enabled))),
  'join-muted': (r, _d, c) =>
    verdict(c, and(bool(r.room_join_with_audio_muted), bool(r.room_join_with_video_off))),
  'recording-not-automatic': (r, _d, c) =>
    verdict(and(c, bool(r.room_recording_switch_supported)), not(bool(r.room_recording_auto_start))),
  'recording-off-as-rule': (r, _d, c) =>
    verdict(and(c, bool(r.room_recording_switch_supported)), not(bool(r.room_recording_allowed))),
  'remote-control-disabled': (r, d, c) =>
    verdict(and(c, bool(d.remote_control_supported)), not(bool(r.room_remote_control_allowed))),
  'room-access-restricted': (r, _d, c) =>
    verdict(
      c,
      or(
        or(bool(r.room_password_required), bool(r.room_waiting_room_enabled)),
        or(bool(r.room_members_only), bool(r.room_signed_in_only)),
      ),
    ),
  'room-not-publicly-listed': (r, _d, c) =>
    verdict(c, and(not(bool(r.room_publicly_listed)), not(bool(r.room_joinable_without_invitation)))),
  'room-password-strong': (r, _d, c) =>
    verdict(
      and(c, bool(r.room_password_required)),
      or(
        or(atLeast(r.room_password_length, 8), atLeast(r.room_password_entropy_bits, 40)),
        bool(r.room_waiting_room_enabled),
      ),
    ),
  'room-secret-not-exposed': (r, _d, c) =>
    verdict(
      c,
      and(
        or(
          not(bool(r.room_password_required)),
          and(not(bool(r.room_password_in_invite_link)), not(bool(r.room_password_in_public_text))),
        ),
        not(bool(r.room_link_guessable)),
      ),
    ),
};

export function conferenceOf(room: FactMap): Tri {
  return and(bool(room.room_conference_possible), not(isText(room.room_kind, 'phone', 'meeting_chat')));
}

import { Engine, type NestedCondition, type TopLevelCondition } from 'json-rules-engine';
import { type Fact, isKnown } from '../adapters/contract/fact.ts';
import type { FactMap } from '../src/policy/types.ts';

const is = (fact: string, value: unknown): NestedCondition => ({ fact, operator: 'equal', value });
const no = (fact: string): NestedCondition => is(fact, false);
const yes = (fact: string): NestedCondition => is(fact, true);
const least = (fact: string, value: number): NestedCondition => ({
  fact,
  operator: 'greaterThanInclusive',
  value,
});
const most = (fact: string, value: number): NestedCondition => ({
  fact,
  operator: 'lessThanInclusive',
  value,
});

const day = 86_400;
const conference: NestedCondition[] = [
  yes('room_conference_possible'),
  { fact: 'room_kind', operator: 'notIn', value: ['phone', 'meeting_chat'] },
];
const kept: NestedCondition = { fact: 'room_kind', operator: 'notIn', value: ['channel', 'discussion'] };

/**
 * The nearest thing that this engine can say: "applies and passes" per policy, in two values. A missing fact counts
 * as false there, so what should be unknown comes out as "not passed"; retentions become a number beforehand.
 */
const passes: Record<string, TopLevelCondition> = {
  'activity-statistics-disabled': { all: [...conference, no('room_activity_statistics_enabled')] },
  'attention-tracking-disabled': { all: [...conference, no('room_attention_tracking_enabled')] },
  'chat-deleted-after-meeting': {
    all: [kept, { any: [no('room_chat_persistent'), most('room_chat_retention', 30 * day)] }],
  },
  'classified-marking-absent': { all: [is('room_classification_marking', 'none')] },
  'declared-matches-observed': { all: [is('room_contradictions', 0)] },
  'dial-in-protected': {
    all: [
      yes('room_conference_possible'),
      yes('room_dial_in_enabled'),
      {
        any: [
          yes('room_dial_in_waiting_room'),
          { all: [yes('room_dial_in_pin_required'), least('room_dial_in_pin_length', 6)] },
        ],
      },
    ],
  },
  'documents-deleted-after-meeting': {
    all: [
      kept,
      {
        any: [
          is('room_shared_documents_count', 0),
          most('room_oldest_shared_document_age', 30 * day),
          most('room_document_retention', 30 * day),
        ],
      },
    ],
  },
  'guest-access-controlled': {
    all: [...conference, { any: [no('room_guest_access_allowed'), yes('room_waiting_room_enabled')] }],
  },
  'join-muted': { all: [...conference, yes('room_join_with_audio_muted'), yes('room_join_with_video_off')] },
  'recording-not-automatic': { all: [...conference, no('room_recording_auto_start')] },
  'recording-off-as-rule': { all: [...conference, no('room_recording_allowed')] },
  'remote-control-disabled': { all: [...conference, no('room_remote_control_allowed')] },
  'room-access-restricted': {
    all: [
      ...conference,
      {
        any: [
          yes('room_password_required'),
          yes('room_waiting_room_enabled'),
          yes('room_members_only'),
          yes('room_signed_in_only'),
        ],
      },
    ],
  },
  'room-not-publicly-listed': {
    all: [...conference, no('room_publicly_listed'), no('room_joinable_without_invitation')],
  },
  'room-password-strong': {
    all: [
      ...conference,
      yes('room_password_required'),
      {
        any: [
          least('room_password_length', 8),
          least('room_password_entropy_bits', 40),
          yes('room_waiting_room_enabled'),
        ],
      },
    ],
  },
  'room-secret-not-exposed': {
    all: [
      ...conference,
      {
        any: [
          no('room_password_required'),
          { all: [no('room_password_in_invite_link'), no('room_password_in_public_text')] },
        ],
      },
      no('room_link_guessable'),
    ],
  },
};

export const jsonRules = Object.keys(passes).length;

export function jsonRulesJudge(): (facts: Record<string, unknown>) => Promise<unknown> {
  const engine = new Engine([], { allowUndefinedFacts: true });
  for (const [type, conditions] of Object.entries(passes)) engine.addRule({ conditions, event: { type } });
  return (facts) => engine.run(facts);
}

export function jsonRulesFacts(room: FactMap): Record<string, unknown> {
  const facts: Record<string, unknown> = {};
  for (const [name, fact] of Object.entries(room) as [string, Fact][]) {
    if (!isKnown(fact)) continue;
    const { value } = fact;
    if (typeof value !== 'object') facts[name] = value;
    else if ('items' in value) facts[name] = value.items.length;
    else if ('seconds' in value) facts[name] = value.seconds;
    else facts[name] = Number.MAX_SAFE_INTEGER;
  }
  return facts;
}

import { type Fact, hole, reason } from '../../contract/fact.ts';
import type { FactName } from '../../contract/vocabulary.ts';
import type { Seen, SeenRoom } from '../seen.ts';
import { createdFacts } from './created.ts';
import { doubted } from './told-waiting.ts';

type Facts = Partial<Record<FactName, Fact>>;
type Rule = (seen: Fact, told: Fact) => Fact;

const value = (fact: Fact): unknown => ('value' in fact ? fact.value : undefined);
const isKnown = (fact: Fact): boolean => 'value' in fact;

/** The event has every layer in it; what is computed besides is the next meeting's. */
const told: Rule = (_seen, told) => told;
const shown: Rule = (seen, told) => (isKnown(seen) ? seen : told);
/** Two sources of one setting that does not change while the meeting lasts. */
const same: Rule = (seen, told) => {
  if (!isKnown(seen)) return told;
  if (!isKnown(told) || value(seen) === value(told)) return seen;
  return hole(reason('conflicting', 'the event of the creation said something else'), [
    ...seen.evidence,
    ...told.evidence,
  ]);
};
/** One of the two is enough for this value. */
const either =
  (enough: unknown): Rule =>
  (seen, told) => {
    if (value(told) === enough) return told;
    if (value(seen) === enough) return seen;
    return told;
  };

/** The waiting room is decided where the doors are. */
const rules: Readonly<Partial<Record<FactName, Rule>>> = {
  room_attention_tracking_enabled: told,
  room_remote_control_allowed: told,
  room_join_with_audio_muted: told,
  room_chat_persistent: told,
  room_activity_statistics_enabled: either(true),
  room_recording_consent_required: either(true),
  room_screen_sharing_allowed_for: either('nobody'),
  room_recording_allowed: same,
  room_recording_auto_start: same,
  room_dial_in_enabled: shown,
  room_dial_in_pin_length: shown,
};

/** With what an event told of the running meeting, and nothing claimed that one of a perhaps running meeting denies. */
export function withTold(facts: Facts, seen: Seen, room: SeenRoom): Facts {
  const result = { ...facts };
  const overlay = (own: Facts, change: (rule: Rule, fact: Fact, own: Fact) => Fact): void => {
    for (const [name, rule] of Object.entries(rules) as [FactName, Rule][]) {
      const [fact, created] = [result[name], own[name]];
      if (fact !== undefined && created !== undefined) result[name] = change(rule, fact, created);
    }
  };
  if (room.told !== null) {
    const { settings, call } = room.told;
    overlay(createdFacts(settings, call), (rule, fact, own) => rule(fact, own));
  }
  for (const { settings, call } of room.doubtful)
    overlay(createdFacts(settings, call), (_rule, fact, own) => doubted(seen, fact, own));
  return result;
}

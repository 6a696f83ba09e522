import { type Fact, hole, type Reason, reason } from '../contract/fact.ts';
import type { Subject } from '../contract/subject.ts';
import { joinable } from './facts/doors.ts';
import { callersWait } from './facts/waiting.ts';

type Facts = Subject['facts'];

/** Sources that tell of one meeting: what they showed was perhaps an earlier one. */
const ofOneMeeting: ReadonlySet<string> = new Set(['A1', 'EV', 'EM']);

/**
 * A room at the creation of a meeting: what its event says; where that says nothing, what is known of the room itself.
 * Nothing that was seen of a meeting before outlives it here.
 */
export function combine(before: Facts, pushed: Facts): Facts {
  const facts = { ...pushed } as Record<string, Fact>;
  for (const [name, own] of Object.entries(pushed) as [string, Fact][]) {
    const old = (before as Record<string, Fact>)[name];
    if (old !== undefined && isSilent(own) && !isOfMeeting(old)) facts[name] = old;
  }
  return { ...facts, ...doorsOf(facts), room_contradictions: pairsOf(facts['room_contradictions']) } as Facts;
}

/** The event carries nothing on it. */
function isSilent(fact: Fact): boolean {
  return 'unavailable' in fact && fact.evidence.every(({ source }) => source !== 'EV');
}

function isOfMeeting({ evidence }: Fact): boolean {
  return evidence.some(({ source }) => ofOneMeeting.has(source));
}

/** What follows from several doors, once they are put together. */
function doorsOf(facts: Record<string, Fact>): Record<string, Fact> {
  const none: Fact<never> = hole(reason('not_observable', 'not in the event'));
  const at = (name: string): Fact<boolean> => (facts[name] as Fact<boolean> | undefined) ?? none;
  const waiting = openOnly(at('room_waiting_room_enabled'));
  return {
    room_waiting_room_enabled: waiting,
    room_dial_in_waiting_room: callersWait(waiting),
    room_joinable_without_invitation: joinable(
      at('room_link_guessable'),
      () => at('room_guest_access_allowed'),
      () => at('room_password_required'),
      () => waiting,
    ),
  };
}

/** A room without a waiting room of its own: the event has one, and who passes it is not known. */
function openOnly(waiting: Fact<boolean>): Fact<boolean> {
  const own = waiting.evidence.some(({ source }) => source === 'EV');
  if ('unavailable' in waiting || waiting.value || own) return waiting;
  return hole(
    reason('not_observable', 'a waiting room was set at the creation, the room has none'),
    waiting.evidence,
  );
}

const uncompared: Reason = reason('not_observable', 'compared with the room by the next scan');

/** What was found stays found; that nothing else is wrong is no longer known. */
function pairsOf(fact: Fact | undefined): Fact {
  const listed =
    fact !== undefined && 'value' in fact && typeof fact.value === 'object' && 'items' in fact.value;
  if (!listed || fact.evidence.length === 0) return hole(uncompared);
  const { items } = fact.value as { items: string[] };
  return { value: { items, complete: false, missing: uncompared }, evidence: fact.evidence };
}

import { type Fact, hole, reason } from '../../contract/fact.ts';
import { proof } from '../answer.ts';
import { meetingsGap, type Seen, type SeenRoom } from '../seen.ts';
import type { Setting } from '../settings.ts';
import type { Told } from '../told.ts';
import { guestsPass, policyPath, waitingAtCreation } from './created.ts';
import { holdsViewers } from './server-waiting.ts';

/**
 * A moderator may have changed the guest policy since the creation, so that the event never shows it alone: where it
 * agrees with the room's own door, that stands; where they differ, nothing is known.
 */
export function runningWaitingRoom(
  seen: Seen,
  told: Told,
  stored: Setting<string>,
  computed: Fact<boolean>,
): Fact<boolean> {
  const passing = guestsPass(told);
  if (passing !== null) return passing;
  if ('unavailable' in computed) return computed;
  const { guestPolicy } = told.settings;
  const evidence = proof(told.call, policyPath);
  if (!guestPolicy.ok) return computed.value ? hole(guestPolicy.reason, evidence) : computed;
  const created = holdsViewers(seen, guestPolicy.value);
  const own = 'reason' in stored ? null : holdsViewers(seen, stored.value);
  if (created !== null && created === own) return computed;
  // Open for another reason than the policy.
  if (!computed.value && own === true) return computed;
  const detail = `created with ${guestPolicy.value}, the room has another policy; what a moderator changed since is not shown`;
  return hole(reason('not_observable', detail), evidence);
}

/** A meeting that may run by now was created with the other value. */
export function doubtedWaitingRoom(seen: Seen, room: SeenRoom, found: Fact<boolean>): Fact<boolean> {
  const shown = room.doubtful.map(({ settings, call }) => waitingAtCreation(settings, call));
  return shown.reduce((fact, own) => doubted(seen, fact, own), found);
}

/** What the scan shows where an event said something else of a meeting that may run or not. */
export function doubted<T>(seen: Seen, found: Fact<T>, own: Fact<T> | undefined): Fact<T> {
  if (own === undefined || 'unavailable' in found || 'unavailable' in own) return found;
  if (JSON.stringify(found.value) === JSON.stringify(own.value)) return found;
  const { call } = seen.meetings;
  const why =
    meetingsGap(seen) ?? reason('incomplete', 'an event told of a meeting that the list does not show yet');
  const listed = call === null ? [] : [proof(call, '/response/meetings/meeting/internalMeetingID')];
  return hole(why, [...listed, ...own.evidence]);
}

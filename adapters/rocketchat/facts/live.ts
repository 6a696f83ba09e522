import { type Fact, hole, known, notPermitted, type Reason, reason } from '../../contract/fact.ts';
import { evidenceOf, has, type Sight, valueIn } from '../../contract/seen.ts';
import type { CallRecord } from '../schema.ts';
import { neverShown } from './calls.ts';
import { type Bit, isFalse, notObservable } from './logic.ts';
import type { Facts, Observation } from './observation.ts';
import type { Scene } from './scene.ts';

const day = 86_400_000;

/** What the newest call of a room says. A call that nobody ended stays "started": after a day it is not believed. */
export function liveFacts({ call, observation }: Scene): Facts {
  const sight: Sight = call ?? {
    source: 'VL',
    locator: 'GET /api/v1/video-conference.list',
    at: observation.now,
  };
  const at = evidenceOf({ ...sight, path: 'data[]' });
  if (call === undefined || 'reason' in call) {
    const why = call === undefined ? memberOnly : call.reason;
    return facts(hole(why, at), null, hole(why, at), observation);
  }
  const running = isRunning(call.newest, sight, observation.now);
  return facts(running, call.newest, since(running, call.newest, observation.now, at), observation);
}

export const memberOnly: Reason = notPermitted('membership in the room');

function facts(running: Bit, newest: CallRecord | null, time: Fact, observation: Observation): Facts {
  const quiet = isFalse(running);
  return {
    meeting_running: running,
    meeting_running_time: time,
    meeting_recording_in_progress: quiet ? running : neverShown(observation),
    meeting_locked: hole(notObservable('no answer shows it while a call runs')),
    participants_total: hole(
      notObservable('the record names who joined so far, not who is in'),
      running.evidence,
    ),
    participants_unauthenticated: unknownPeople(running, newest),
    participants_waiting: neverShown(observation),
    participants_dial_in_unnamed: neverShown(observation),
  };
}

function isRunning(newest: CallRecord | null, sight: Sight, now: number): Bit {
  if (newest === null) return known(false, evidenceOf({ ...sight, path: 'data' }));
  const { status, ended, createdAt } = newest;
  const own = evidenceOf(status);
  if (!has(status)) return hole(status.reason, own);
  if (status.value >= 2 || has(ended)) return known(false, own);
  if (status.value === 0) return hole(reason('undecidable', 'ringing'), own);
  if (!has(createdAt)) return hole(createdAt.reason, evidenceOf(createdAt));
  if (now - createdAt.value > day)
    return hole(reason('stale', 'begun more than a day ago and never ended'), own);
  return known(true, own);
}

function since(
  running: Bit,
  newest: CallRecord | null,
  now: number,
  at: ReturnType<typeof evidenceOf>,
): Fact {
  if (!('value' in running)) return running;
  if (!running.value || newest === null) return hole(reason('not_running'), at);
  const created = newest.createdAt;
  if (!has(created)) return hole(created.reason, evidenceOf(created));
  return known(
    Math.max(0, Math.floor((now - created.value) / 1000)),
    evidenceOf(created, { provenance: 'derived' }),
  );
}

/** People who take the provider's link do not pass here: only a number above zero says something. */
function unknownPeople(running: Bit, newest: CallRecord | null): Fact {
  if (!('value' in running)) return running;
  if (!running.value || newest === null) return hole(reason('not_running'), running.evidence);
  const count = valueIn(newest.anonymousUsers);
  const at = evidenceOf(newest.anonymousUsers);
  if (count === undefined || count === 0)
    return hole(notObservable('who uses the link itself is not counted'), at);
  return known({ value: count, bound: 'at_least' }, at);
}

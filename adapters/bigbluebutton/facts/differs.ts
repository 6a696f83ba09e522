import { type Evidence, type Reason, reason } from '../../contract/fact.ts';
import { proof } from '../answer.ts';
import { notGiven } from '../rows.ts';
import { meetingsGap, type Seen, type SeenRoom } from '../seen.ts';
import type { Told } from '../told.ts';
import { createdFacts, policyPath } from './created.ts';
import { nextRecording } from './recording-allowed.ts';
import { joinMuted } from './room-options.ts';
import { nextPolicy } from './waiting.ts';

/** One pair of statements: they contradict each other, they do not, or it cannot be told. */
export type Pair = { code: string; found: boolean | Reason; evidence: Evidence[] };

/** The running meeting was created with other settings than its room has now: another front end, or changed since. */
export function meetingDiffers(seen: Seen, room: SeenRoom): Pair {
  const code = 'meeting_differs_from_room';
  const [doubt] = room.doubtful;
  if (room.running === null) {
    const gap = meetingsGap(seen);
    if (gap !== null || doubt === undefined) return { code, found: gap ?? false, evidence: [] };
  }
  const { told } = room;
  if (told === null || doubt !== undefined)
    return { code, found: notGiven('EV', 'no event told of the creation of this meeting'), evidence: [] };
  if (!room.greenlight)
    return {
      code,
      found: reason('not_observable', 'the settings that another front end stores are not shown'),
      evidence: [],
    };
  const compared = [recording(seen, room, told), policy(seen, room, told), muted(seen, room, told)];
  const evidence = compared.flatMap((pair) => pair.evidence);
  if (compared.some(({ found }) => found === true)) return { code, found: true, evidence };
  const open = compared.find(({ found }) => found !== false);
  return { code, found: open?.found ?? false, evidence };
}

type Compared = Omit<Pair, 'code'>;

function compare<T>(
  told: { value: T } | { unavailable: Reason },
  own: { value: T } | { unavailable: Reason },
  evidence: Evidence[],
): Compared {
  if ('unavailable' in told) return { found: told.unavailable, evidence: [] };
  if ('unavailable' in own) return { found: own.unavailable, evidence: [] };
  return { found: told.value !== own.value, evidence };
}

/** Who starts a meeting may lack the right to record it: only a meeting that is recorded against its room differs. */
function recording(seen: Seen, room: SeenRoom, { settings, call }: Told): Compared {
  const told = createdFacts(settings, call).room_recording_allowed;
  if ('value' in told && !told.value) return { found: false, evidence: told.evidence };
  const own = nextRecording(seen, room);
  return compare(told, own, [...told.evidence, ...own.evidence]);
}

function muted(seen: Seen, room: SeenRoom, { settings, call }: Told): Compared {
  const told = createdFacts(settings, call).room_join_with_audio_muted;
  const own = joinMuted(seen, room);
  return compare(told, own, [...told.evidence, ...own.evidence]);
}

function policy(seen: Seen, room: SeenRoom, { settings, call }: Told): Compared {
  const { guestPolicy } = settings;
  const own = nextPolicy(seen, room);
  return compare(
    guestPolicy.ok ? guestPolicy : { unavailable: guestPolicy.reason },
    'reason' in own ? { unavailable: own.reason } : own,
    [proof(call, policyPath), ...own.evidence],
  );
}

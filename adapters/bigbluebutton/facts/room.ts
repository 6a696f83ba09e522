import { type Fact, hole, known, type Layer, type Reason, reason } from '../../contract/fact.ts';
import { classificationMarking } from '../../contract/marking.ts';
import type { FactName } from '../../contract/vocabulary.ts';
import { answered, derived, proof } from '../answer.ts';
import { stronger } from '../recordings.ts';
import { notGiven } from '../rows.ts';
import { clockOf, recordingsGap, type Seen, type SeenRoom } from '../seen.ts';
import { clientSetting, flag } from '../settings.ts';
import { roomContradictions } from './contradictions.ts';
import { dialRules } from './dial.ts';
import { doorRules } from './doors.ts';
import { eventRules } from './event.ts';
import { liveRules } from './live.ts';
import { originProof, meetingPath as path } from './origin.ts';
import { productEvidence } from './product.ts';
import { ageOf } from './recording.ts';
import { recordingAllowed, recordingAutoStart, recordingConsent } from './recording-allowed.ts';
import { joinMuted } from './room-options.ts';
import type { RoomRule, RoomRules } from './rule.ts';
import { withTold } from './told.ts';

type Facts = Partial<Record<FactName, Fact>>;

/** Every fact that this adapter declares for a room, but for those that the configuration gives. */
const rulesOf = (live: boolean): RoomRules => ({
  room_kind: roomKind,
  room_conference_possible: ({ now }) => known(true, productEvidence('meeting', now)),
  room_recording_switch_supported: ({ now }) => known(true, productEvidence('create record', now)),
  room_activity_statistics_enabled: statistics,
  ...dialRules,
  room_recording_allowed: recordingAllowed,
  room_recording_auto_start: recordingAutoStart,
  room_recording_consent_required: recordingConsent,
  room_recordings_count: recordingsCount,
  room_oldest_recording_age: oldestAge,
  room_contradictions: (seen, room) => roomContradictions(seen, room, live),
  ...doorRules,
  ...eventRules,
  room_screen_sharing_allowed_for: screenSharing,
  room_join_with_audio_muted: joinMuted,
  room_join_with_video_off: videoOff,
  room_classification_marking: marking,
  ...(live ? liveRules : {}),
});

const rules = { live: rulesOf(true), quiet: rulesOf(false) };

/** As they hold for a room about which no event told. */
export function roomRules(live: boolean): RoomRules {
  return live ? rules.live : rules.quiet;
}

export function roomFacts(seen: Seen, room: SeenRoom, live: boolean): Facts {
  const facts: Facts = {};
  for (const [name, rule] of Object.entries(roomRules(live)) as [FactName, RoomRule][])
    facts[name] = rule(seen, room);
  return withTold(facts, seen, room);
}

function roomKind(_: Seen, room: SeenRoom): Fact {
  const { running } = room;
  return known(
    'conference',
    running === null
      ? { ...originProof(room), provenance: 'derived' }
      : proof(running.call, `${path}/isBreakout`, derived),
  );
}

function statistics(_: Seen, { running }: SeenRoom): Fact {
  if (running === null) return hole(notGiven('EV'));
  const evidence = proof(running.call, `${path}/metadata/analytics-callback-url`);
  if (running.meeting.sendsStatistics) return known(true, evidence);
  return hole(notGiven('EV', 'no callback for statistics, which proves nothing'), evidence);
}

/** Recordings that Greenlight lists and the server does not show make the number a lower bound at best. */
function recordingsCount(seen: Seen, { recorded: own, hidden, stored }: SeenRoom): Fact {
  const { recordings } = seen;
  const chain: Layer[] = [{ layer: 'room', path: 'recordID', value: own?.count ?? 0, decides: true }];
  for (const [state, value] of Object.entries(own?.byState ?? {}))
    chain.push({ layer: 'room', path: `state ${state}`, value, decides: false });
  const evidence =
    recordings.call === null ? [] : [proof(recordings.call, '/response/recordings/recording', { chain })];
  const gap = recordingsGap(seen);
  if (gap !== null) return hole(gap, evidence);
  if (hidden === 0) return known(own?.count ?? 0, evidence);
  const listed = stored !== null && answered(stored) ? [proof(stored.call, 'recordings.record_id')] : [];
  return hole(
    reason('incomplete', `${hidden} recordings that Greenlight lists are not shown by the server`),
    [...evidence, ...listed],
  );
}

function oldestAge(seen: Seen, { recorded: own }: SeenRoom): Fact {
  const { recordings, now } = seen;
  const evidence =
    recordings.call === null ? [] : proof(recordings.call, '/response/recordings/recording/endTime');
  const gap = recordingsGap(seen) ?? own?.timesUnread ?? null;
  if (gap !== null) return hole(gap, evidence);
  if (own === null || own.oldestEnd === null)
    return hole(reason('not_observable', 'no recording of this room is stored'), evidence);
  return known(ageOf(own.oldestEnd, clockOf(recordings.call, now)), evidence);
}

/** The switch of the client for everybody; the list of a meeting's own switched-off functions comes with its creation. */
function screenSharing(seen: Seen): Fact {
  const sharing = flag(clientSetting(seen, 'public.kurento.enableScreensharing'));
  if ('reason' in sharing) return hole(notGiven('EV'), sharing.evidence);
  if (!sharing.value)
    return known(
      'nobody',
      sharing.evidence.map((entry) => ({ ...entry, force: 'enforced' as const })),
    );
  return hole(notGiven('EV'), sharing.evidence);
}

function videoOff(seen: Seen): Fact {
  const shared = flag(clientSetting(seen, 'public.kurento.autoShareWebcam'));
  if ('reason' in shared) return hole(shared.reason, shared.evidence);
  if (shared.value) return known(false, shared.evidence);
  return hole(reason('not_observable', 'a front end may set it when somebody joins'), shared.evidence);
}

/** The strongest mark wins; that there is none is known only if every text was read. */
function marking(seen: Seen, { recorded: own, running, stored, open }: SeenRoom): Fact {
  const evidence = [];
  let mark = own?.mark ?? 'none';
  if (mark !== 'none' && seen.recordings.call !== null)
    evidence.push(proof(seen.recordings.call, '/response/recordings/recording/name'));
  const unread: Reason[] = [];
  if (running !== null) {
    evidence.push(proof(running.call, `${path}/meetingName`));
    const { name } = running.meeting;
    if (name.ok) mark = stronger(classificationMarking([name.value]), mark);
    else unread.push(name.reason);
  }
  if (stored !== null && answered(stored)) {
    evidence.push(proof(stored.call, 'rooms.name'));
    if (stored.value.mark === null) unread.push(reason('invalid_answer', 'the room has no name'));
    else mark = stronger(mark, stored.value.mark);
  } else if (open !== null && open.call !== null) {
    evidence.push(proof(open.call, '/data/name'));
    const name = answered(open) ? open.value.name : { ok: false as const, reason: open.reason };
    if (name.ok) mark = stronger(mark, classificationMarking([name.value]));
    else unread.push(name.reason);
  }
  const gap = seen.recordings.gap ?? own?.namesUnread ?? null;
  if (gap !== null) unread.push(gap);
  if (gap !== null && seen.recordings.call !== null)
    evidence.push(proof(seen.recordings.call, '/response/recordings/recording/name'));
  const [why] = unread;
  return mark === 'none' && why !== undefined ? hole(why, evidence) : known(mark, evidence);
}

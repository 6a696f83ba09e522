import { type Fact, hole, known, type Layer, type Reason, reason } from '../../contract/fact.ts';
import { classificationMarking } from '../../contract/marking.ts';
import { answered, derived, proof } from '../answer.ts';
import { type RoomRecordings, stronger } from '../recordings.ts';
import { notGiven } from '../rows.ts';
import { clockOf, recordingsGap, type Seen, type SeenRoom } from '../seen.ts';
import { clientSetting, flag } from '../settings.ts';
import { roomContradictions } from './contradictions.ts';
import { dialFacts } from './dial.ts';
import { doorFacts } from './doors.ts';
import { eventFacts } from './event.ts';
import { liveFacts } from './live.ts';
import { originProof, meetingPath as path } from './origin.ts';
import { productEvidence } from './product.ts';
import { ageOf } from './recording.ts';
import { recordingAllowed, recordingAutoStart, recordingConsent } from './recording-allowed.ts';
import { joinMuted } from './room-options.ts';
import { withTold } from './told.ts';

/** Every fact that this adapter declares for a room, but for those that the configuration gives. */
export function roomFacts(seen: Seen, room: SeenRoom, live: boolean): Record<string, Fact> {
  const own = seen.recordings.rooms.get(room.id) ?? null;
  const facts: Record<string, Fact> = {
    ...productFacts(seen, room),
    ...dialFacts(seen, room),
    room_recording_allowed: recordingAllowed(seen, room),
    room_recording_auto_start: recordingAutoStart(seen, room),
    room_recording_consent_required: recordingConsent(seen, room),
    room_recordings_count: recordingsCount(seen, room, own),
    room_oldest_recording_age: oldestAge(seen, own),
    room_contradictions: roomContradictions(seen, room, own, live),
    ...doorFacts(seen, room),
    ...eventFacts,
    room_screen_sharing_allowed_for: screenSharing(seen),
    room_join_with_audio_muted: joinMuted(seen, room),
    room_join_with_video_off: videoOff(seen),
    room_classification_marking: marking(seen, room),
  };
  const all = withTold(facts, seen, room);
  return live ? { ...all, ...liveFacts(seen, room) } : all;
}

function productFacts({ now }: Seen, room: SeenRoom) {
  const { running } = room;
  const origin = originProof(room);
  const statistics = `${path}/metadata/analytics-callback-url`;
  const none = notGiven('EV', 'no callback for statistics, which proves nothing');
  return {
    room_kind: known(
      'conference',
      running === null
        ? { ...origin, provenance: 'derived' }
        : proof(running.call, `${path}/isBreakout`, derived),
    ),
    room_conference_possible: known(true, productEvidence('meeting', now)),
    room_recording_switch_supported: known(true, productEvidence('create record', now)),
    room_activity_statistics_enabled:
      running === null
        ? hole(notGiven('EV'))
        : running.meeting.sendsStatistics
          ? known(true, proof(running.call, statistics))
          : hole(none, proof(running.call, statistics)),
  } satisfies Record<string, Fact>;
}

/** Recordings that Greenlight lists and the server does not show make the number a lower bound at best. */
function recordingsCount(seen: Seen, room: SeenRoom, own: RoomRecordings | null): Fact {
  const { recordings } = seen;
  const chain: Layer[] = [{ layer: 'room', path: 'recordID', value: own?.count ?? 0, decides: true }];
  for (const [state, value] of Object.entries(own?.byState ?? {}))
    chain.push({ layer: 'room', path: `state ${state}`, value, decides: false });
  const evidence =
    recordings.call === null ? [] : [proof(recordings.call, '/response/recordings/recording', { chain })];
  const gap = recordingsGap(seen);
  if (gap !== null) return hole(gap, evidence);
  const hidden = hiddenRecordings(seen, room);
  if (hidden === 0) return known(own?.count ?? 0, evidence);
  const listed =
    room.stored !== null && answered(room.stored) ? [proof(room.stored.call, 'recordings.record_id')] : [];
  return hole(
    reason('incomplete', `${hidden} recordings that Greenlight lists are not shown by the server`),
    [...evidence, ...listed],
  );
}

export function hiddenRecordings(seen: Seen, { stored }: SeenRoom): number {
  if (stored === null || !answered(stored) || !stored.value.recordings.ok) return 0;
  return stored.value.recordings.value.filter((id) => !seen.recordings.ids.has(id)).length;
}

function oldestAge(seen: Seen, own: RoomRecordings | null): Fact {
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
function marking(seen: Seen, { id, running, stored, open }: SeenRoom): Fact {
  const own = seen.recordings.rooms.get(id) ?? null;
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
    if (stored.value.name === null) unread.push(reason('invalid_answer', 'the room has no name'));
    else mark = stronger(mark, classificationMarking([stored.value.name]));
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

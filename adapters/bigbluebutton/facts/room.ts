import {
  type Fact,
  hole,
  known,
  type Layer,
  type ListValue,
  type Reason,
  reason,
} from '../../contract/fact.ts';
import { classificationMarking } from '../../contract/marking.ts';
import { answered, derived, fromField, holeOf, proof } from '../answer.ts';
import { type RoomRecordings, stronger } from '../recordings.ts';
import { notGiven } from '../rows.ts';
import { clockOf, recordingsGap, type Seen, type SeenRoom } from '../seen.ts';
import { doorFacts } from './doors.ts';
import { liveFacts } from './live.ts';
import { productEvidence } from './product.ts';
import { ageOf } from './recording.ts';

const path = '/response/meetings/meeting';

/** Every fact that this adapter declares for a room, but for those that the configuration gives. */
export function roomFacts(seen: Seen, room: SeenRoom, live: boolean): Record<string, Fact> {
  return {
    ...productFacts(seen, room),
    ...recordingFactsOf(seen, room, live),
    ...doorFacts(seen, room),
    ...laterFacts(),
    room_classification_marking: marking(seen, room),
    ...(live ? liveFacts(seen, room) : {}),
  };
}

function productFacts({ now }: Seen, { meeting, call }: SeenRoom) {
  const statistics = proof(call, `${path}/metadata/analytics-callback-url`);
  return {
    room_kind: known('conference', proof(call, `${path}/isBreakout`, derived)),
    room_conference_possible: known(true, productEvidence('meeting', now)),
    room_recording_switch_supported: known(true, productEvidence('create record', now)),
    room_activity_statistics_enabled: meeting.sendsStatistics
      ? known(true, statistics)
      : hole(notGiven('EV', 'no callback for statistics, which proves nothing'), statistics),
    room_dial_in_enabled: fromField(
      call,
      `${path}/dialNumber`,
      meeting.dial,
      (dial) => dial === 'number',
      meeting.dial.ok && meeting.dial.value === 'placeholder' ? derived : {},
    ),
    room_dial_in_pin_required: known(true, productEvidence('voiceBridge', now)),
    room_dial_in_pin_length: fromField(call, `${path}/voiceBridge`, meeting.pinLength, (length) => length),
  } satisfies Record<string, Fact>;
}

/** The flag is the meeting's own, with what the server forbids already in it. */
function recordingFactsOf(seen: Seen, room: SeenRoom, live: boolean) {
  const { meeting, call } = room;
  const flag = proof(call, `${path}/recording`);
  const recorded = meeting.recording;
  const own = seen.recordings.rooms.get(meeting.id) ?? null;
  return {
    room_recording_allowed: fromField(call, `${path}/recording`, recorded, (value) => value),
    room_recording_auto_start: recorded.ok
      ? recorded.value
        ? hole(notGiven('EV', 'recording is possible; whether it starts by itself is not shown'), flag)
        : known(false, flag)
      : hole(recorded.reason, flag),
    room_recording_consent_required: consent(room),
    room_recordings_count: recordingsCount(seen, own),
    room_oldest_recording_age: oldestAge(seen, own),
    room_contradictions: contradictions(seen, room, own, live),
  } satisfies Record<string, Fact>;
}

/** Greenlight's own page asks; who calls or comes another way is not asked, so only this side is shown. */
function consent({ open }: SeenRoom): Fact {
  if (open === null) return hole(notGiven('EV'));
  if (!answered(open))
    return open.call === null ? hole(notGiven('EV')) : holeOf(open, '/data/recording_consent');
  const asks = open.value.recordingConsent;
  const evidence = proof(open.call, '/data/recording_consent');
  if (!asks.ok) return hole(asks.reason, evidence);
  return asks.value ? known(true, evidence) : hole(notGiven('EV'), evidence);
}

function recordingsCount(seen: Seen, own: RoomRecordings | null): Fact {
  const { recordings } = seen;
  const gap = recordingsGap(seen);
  const chain: Layer[] = [{ layer: 'room', path: 'recordID', value: own?.count ?? 0, decides: true }];
  for (const [state, value] of Object.entries(own?.byState ?? {}))
    chain.push({ layer: 'room', path: `state ${state}`, value, decides: false });
  const evidence =
    recordings.call === null ? [] : proof(recordings.call, '/response/recordings/recording', { chain });
  return gap === null ? known(own?.count ?? 0, evidence) : hole(gap, evidence);
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

/** Pairs with the room's settings need the database or the webhooks, so the list stays open. */
function contradictions(seen: Seen, room: SeenRoom, own: RoomRecordings | null, live: boolean): Fact {
  const { meeting, call, open } = room;
  const items: string[] = [];
  const evidence = [proof(call, `${path}/recording`)];
  const { recording, createTime } = meeting;
  if (recording.ok && !recording.value && createTime.ok && (own?.newestStart ?? 0) >= createTime.value) {
    items.push('recording_off_but_recorded');
    if (seen.recordings.call !== null)
      evidence.push(proof(seen.recordings.call, '/response/recordings/recording/startTime'));
  }
  if (live && recording.ok && recording.value && open !== null && answered(open)) {
    const asks = open.value.recordingConsent;
    if (asks.ok && !asks.value) {
      items.push('capture_without_button');
      evidence.push(proof(open.call, '/data/recording_consent'));
    }
  }
  const missing = notGiven('GS', 'settings of the room are not compared');
  return known<ListValue>({ items, complete: false, missing }, evidence);
}

/** The strongest mark wins; that there is none is known only if every text was read. */
function marking(seen: Seen, { meeting, call, open }: SeenRoom): Fact {
  const own = seen.recordings.rooms.get(meeting.id) ?? null;
  const evidence = [proof(call, `${path}/meetingName`)];
  let mark = own?.mark ?? 'none';
  if (mark !== 'none' && seen.recordings.call !== null)
    evidence.unshift(proof(seen.recordings.call, '/response/recordings/recording/name'));
  const unread: Reason[] = [];
  if (meeting.name.ok) mark = stronger(classificationMarking([meeting.name.value]), mark);
  else unread.push(meeting.name.reason);
  if (open !== null && open.call !== null) {
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

/** What only the event of a meeting's creation, the database or a file shows. */
function laterFacts() {
  return {
    room_attention_tracking_enabled: hole(notGiven('EV')),
    room_chat_persistent: hole(notGiven('EV', 'it would show only that chat is off')),
    room_chat_retention: hole(reason('not_observable', 'no retention of chats can be read')),
    room_oldest_chat_message_age: hole(reason('not_observable', 'messages are never read')),
    room_oldest_shared_document_age: hole(
      reason('not_observable', 'uploads in meetings are invisible and may be older'),
    ),
    room_remote_control_allowed: hole(notGiven('EV')),
    room_screen_sharing_allowed_for: hole(notGiven('EV')),
    room_join_with_audio_muted: hole(notGiven('EV')),
    room_join_with_video_off: hole(notGiven('FY')),
  } satisfies Record<string, Fact>;
}

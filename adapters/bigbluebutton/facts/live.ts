import { type Fact, hole, known, reason } from '../../contract/fact.ts';
import type { Call } from '../answer.ts';
import { fromField, proof } from '../answer.ts';
import { notGiven } from '../rows.ts';
import type { Meeting, People, Read } from '../schema.ts';
import { clockOf, meetingsGap, type Seen, type SeenRoom } from '../seen.ts';
import { ageOf } from './recording.ts';

const path = '/response/meetings/meeting';

/** A list of meetings that is older than this tells nothing of the moment. */
const freshMs = 120_000;

/** What holds at this moment only; judged and dropped. */
export function liveFacts(seen: Seen, room: SeenRoom): Record<string, Fact> {
  if (room.running === null) return silentFacts(seen);
  const facts = momentFacts(seen, room.running, room.told);
  if (room.at - room.running.call.at <= freshMs) return facts;
  const stale = reason('stale', 'the list of meetings is older than two minutes');
  return Object.fromEntries(
    Object.entries(facts).map(([name, { evidence }]) => [name, hole(stale, evidence)]),
  );
}

/** A room that is not on the list of meetings: nobody is in, if the list is whole. */
function silentFacts(seen: Seen): Record<string, Fact> {
  const { meetings } = seen;
  const gap = meetingsGap(seen);
  const evidence = meetings.call === null ? [] : [proof(meetings.call, path)];
  const silent = hole(gap ?? reason('not_running', 'no meeting of this room is listed'), evidence);
  const facts = Object.fromEntries(momentNames.map((name): [string, Fact] => [name, silent]));
  return gap === null ? { ...facts, meeting_running: known(false, evidence) } : facts;
}

const momentNames = [
  'meeting_running',
  'meeting_running_time',
  'meeting_session_captured',
  'meeting_recording_in_progress',
  'meeting_locked',
  'participants_total',
  'participants_unauthenticated',
  'participants_dial_in_unnamed',
  'participants_waiting',
] as const;

function momentFacts(
  { now }: Seen,
  { meeting, call }: { meeting: Meeting; call: Call },
  told: SeenRoom['told'],
) {
  const count = (read: (people: People) => number): Fact =>
    fromField(call, `${path}/attendees`, everybody(meeting), read);
  return {
    meeting_running: fromField(call, `${path}/running`, meeting.running, (value) => value),
    meeting_running_time: fromField(call, `${path}/startTime`, meeting.startTime, (start) =>
      start === 0 ? 0 : ageOf(start, clockOf(call, now)),
    ),
    meeting_session_captured: fromField(call, `${path}/recording`, meeting.recording, (value) => value),
    meeting_recording_in_progress: recordingNow(meeting, call, told),
    meeting_locked: locked(meeting, call),
    participants_total: fromField(call, `${path}/participantCount`, meeting.participants, (total) => total),
    participants_unauthenticated: meeting.greenlight
      ? count((people) => people.greenlightGuests)
      : hole(
          reason('not_observable', 'only Greenlight marks those who came without an account'),
          proof(call, `${path}/metadata/bbb-origin`),
        ),
    participants_dial_in_unnamed: count((people) => people.telephone),
    participants_waiting: hole(
      reason('not_observable', 'the waiting room is neither in the API nor in the webhooks'),
    ),
  } satisfies Record<string, Fact>;
}

/** Where recording is possible, what was heard last of the button; without any such event nothing is known. */
function recordingNow({ recording }: Meeting, call: Call, told: SeenRoom['told']): Fact {
  const captured = proof(call, `${path}/recording`);
  if (!recording.ok) return hole(recording.reason, captured);
  if (!recording.value) return known(false, captured);
  const heard = told?.moment?.facts.meeting_recording_in_progress;
  if (heard !== undefined) return { ...heard, evidence: [...heard.evidence, captured] };
  const why =
    told === null
      ? notGiven('EM', 'the session is captured; whether the button was pressed is not shown')
      : reason('not_observable', 'the session is captured; no event told of the button so far');
  return hole(why, captured);
}

/** A list of persons that is shorter than their number hides some. */
function everybody({ people, participants }: Meeting): Read<People> {
  if (!people.ok || !participants.ok) return people.ok ? (participants as Read<never>) : people;
  if (people.value.listed >= participants.value) return people;
  const { listed } = people.value;
  return { ok: false, reason: reason('incomplete', `${listed} of ${participants.value} persons are listed`) };
}

/** A full meeting lets nobody in; a lock that a moderator sets is shown nowhere. */
function locked({ maxUsers, participants }: Meeting, call: Call): Fact {
  const evidence = proof(call, `${path}/maxUsers`);
  if (maxUsers.ok && participants.ok && maxUsers.value > 0 && participants.value >= maxUsers.value)
    return known(true, evidence);
  if (!maxUsers.ok) return hole(maxUsers.reason, evidence);
  return hole(reason('not_observable', 'a guest policy that a moderator changes is shown nowhere'), evidence);
}

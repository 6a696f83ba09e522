import { type Fact, hole, known, reason } from '../../contract/fact.ts';
import type { Call } from '../answer.ts';
import { fromField, proof } from '../answer.ts';
import { notGiven } from '../rows.ts';
import type { Meeting, People, Read } from '../schema.ts';
import { clockOf, meetingsGap, type Seen, type SeenRoom } from '../seen.ts';
import { ageOf } from './recording.ts';
import type { RoomRule } from './rule.ts';

const path = '/response/meetings/meeting';

/** A list of meetings that is older than this tells nothing of the moment. */
const freshMs = 120_000;

type Running = NonNullable<SeenRoom['running']>;
type MomentRule = (seen: Seen, running: Running, told: SeenRoom['told']) => Fact;

/** What holds at this moment only; judged and dropped. */
const moments = {
  meeting_running: (_, { meeting, call }) =>
    fromField(call, `${path}/running`, meeting.running, (value) => value),
  meeting_running_time: ({ now }, { meeting, call }) =>
    fromField(call, `${path}/startTime`, meeting.startTime, (start) =>
      start === 0 ? 0 : ageOf(start, clockOf(call, now)),
    ),
  meeting_session_captured: (_, { meeting, call }) =>
    fromField(call, `${path}/recording`, meeting.recording, (value) => value),
  meeting_recording_in_progress: (_, { meeting, call }, told) => recordingNow(meeting, call, told),
  meeting_locked: (_, { meeting, call }) => locked(meeting, call),
  participants_total: (_, { meeting, call }) =>
    fromField(call, `${path}/participantCount`, meeting.participants, (total) => total),
  participants_unauthenticated: (_, { meeting, call }) =>
    meeting.greenlight
      ? counted(meeting, call, (people) => people.greenlightGuests)
      : hole(
          reason('not_observable', 'only Greenlight marks those who came without an account'),
          proof(call, `${path}/metadata/bbb-origin`),
        ),
  participants_dial_in_unnamed: (_, { meeting, call }) =>
    counted(meeting, call, (people) => people.telephone),
  participants_waiting: () =>
    hole(reason('not_observable', 'the waiting room is neither in the API nor in the webhooks')),
} satisfies Record<string, MomentRule>;
type MomentName = keyof typeof moments;

export const liveRules = Object.fromEntries(
  (Object.entries(moments) as [MomentName, MomentRule][]).map(([name, rule]): [MomentName, RoomRule] => [
    name,
    (seen, room) => liveFact(name, rule, seen, room),
  ]),
) as Readonly<Record<MomentName, RoomRule>>;

function liveFact(name: MomentName, rule: MomentRule, seen: Seen, room: SeenRoom): Fact {
  const { running } = room;
  if (running === null) return silent(name, seen);
  const fact = rule(seen, running, room.told);
  if (room.at - running.call.at <= freshMs) return fact;
  return hole(reason('stale', 'the list of meetings is older than two minutes'), fact.evidence);
}

/** A room that is not on the list of meetings: nobody is in, if the list is whole. */
function silent(name: MomentName, seen: Seen): Fact {
  const { call } = seen.meetings;
  const gap = meetingsGap(seen);
  const evidence = call === null ? [] : [proof(call, path)];
  if (gap === null && name === 'meeting_running') return known(false, evidence);
  return hole(gap ?? reason('not_running', 'no meeting of this room is listed'), evidence);
}

function counted(meeting: Meeting, call: Call, read: (people: People) => number): Fact {
  return fromField(call, `${path}/attendees`, everybody(meeting), read);
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

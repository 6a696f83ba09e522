import { cleanText, type Fact, hole, type Ms } from '../../contract/fact.ts';
import { type Call, fromField, proof } from '../answer.ts';
import { endOf } from '../recordings.ts';
import { notGiven } from '../rows.ts';
import type { Recording } from '../schema.ts';

const path = '/response/recordings/recording';

export function recordingFacts(recording: Recording, call: Call, clock: Ms): Record<string, Fact> {
  const listed = `${path}/metadata/gl-listed`;
  return {
    'recording.age': fromField(call, `${path}/endTime`, endOf(recording), (end) => ageOf(end, clock)),
    'recording.state': fromField(call, `${path}/state`, recording.state, (state) => state),
    'recording.room_id': fromField(call, `${path}/meetingID`, recording.roomId, cleanText),
    'recording.publicly_listed':
      recording.listed === null
        ? hole(notGiven('GS'), proof(call, listed))
        : fromField(call, listed, recording.listed, (value) => value),
  };
}

/** Seconds; an end in the future is no age below zero. */
export function ageOf(instant: Ms, clock: Ms): number {
  return Math.max(0, Math.floor((clock - instant) / 1000));
}

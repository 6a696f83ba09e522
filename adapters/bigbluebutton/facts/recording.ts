import { cleanText, type Evidence, type Fact, hole, known, type Ms, reason } from '../../contract/fact.ts';
import { type Answer, answered, type Call, fromField, holeOf, proof } from '../answer.ts';
import { endOf } from '../recordings.ts';
import { notGiven } from '../rows.ts';
import type { Recording } from '../schema.ts';
import type { GreenlightData } from '../stored.ts';

const path = '/response/recordings/recording';

export function recordingFacts(
  recording: Recording,
  call: Call,
  clock: Ms,
  database: Answer<GreenlightData> | null,
): Record<string, Fact> {
  const listed = `${path}/metadata/gl-listed`;
  return {
    'recording.age': fromField(call, `${path}/endTime`, endOf(recording), (end) => ageOf(end, clock)),
    'recording.state': fromField(call, `${path}/state`, recording.state, (state) => state),
    'recording.room_id': fromField(call, `${path}/meetingID`, recording.roomId, cleanText),
    'recording.publicly_listed':
      recording.listed === null
        ? storedVisibility(recording.id, proof(call, listed), database)
        : fromField(call, listed, recording.listed, (value) => value),
  };
}

function storedVisibility(id: string, tried: Evidence, database: Answer<GreenlightData> | null): Fact {
  if (database === null) return hole(notGiven('GS'), tried);
  const path = 'recordings.visibility';
  if (!answered(database)) return holeOf(database, path);
  const { visibility } = database.value;
  const evidence = proof(database.call, path);
  if (!visibility.ok) return hole(visibility.reason, evidence);
  const open = visibility.value.get(id);
  if (open === null) return hole(reason('conflicting', 'the recording stands there twice'), evidence);
  return open === undefined
    ? hole(reason('not_observable', 'not a recording of Greenlight'), evidence)
    : known(open, evidence);
}

/** Seconds; an end in the future is no age below zero. */
export function ageOf(instant: Ms, clock: Ms): number {
  return Math.max(0, Math.floor((clock - instant) / 1000));
}

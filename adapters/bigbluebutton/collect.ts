import { pMapIterable } from 'p-map';
import type { AdapterContext } from '../contract/adapter.ts';
import { cleanText, type Fact } from '../contract/fact.ts';
import { configuredRoomFacts } from '../contract/room.ts';
import { deploymentId, type Item, type Subject } from '../contract/subject.ts';
import type { FactName } from '../contract/vocabulary.ts';
import { type Answer, answered, type Call, notAsked } from './answer.ts';
import { askHooks, askMeetings, askRoot, type MeetingList, mend } from './api.ts';
import { type BigBlueButtonTarget, type Connection, connect } from './configuration.ts';
import { deploymentFacts } from './facts/deployment.ts';
import { recordingFacts } from './facts/recording.ts';
import { roomFacts } from './facts/room.ts';
import { askGreenlight, type PublicRoom } from './greenlight.ts';
import { outcomes, type PublicRoomTally } from './outcomes.ts';
import { publicRooms } from './public-rooms.ts';
import { emptyList, listRecordings } from './recordings.ts';
import { notGiven } from './rows.ts';
import type { Meeting, Recording } from './schema.ts';
import { clockOf, type Seen, skewOf } from './seen.ts';

/** Recordings first, then the deployment, then a room for each running meeting, then how each source fared. */
export async function* collect(target: BigBlueButtonTarget, context: AdapterContext): AsyncGenerator<Item> {
  const connection = await connect(target, context);
  try {
    yield* collectWith(connection, target, context);
  } finally {
    connection.close();
  }
}

async function* collectWith(
  connection: Connection,
  target: BigBlueButtonTarget,
  context: AdapterContext,
): AsyncGenerator<Item> {
  const { client, greenlight } = connection;
  const root = await askRoot(client);
  const skew = answered(root) ? skewOf(root.call) : 0;
  if (skew !== 0)
    context.log.warn({ skew_s: Math.round(skew / 1000) }, 'the clock of the server differs; ages use it');
  const recordings = emptyList();
  for await (const { recording, call } of listRecordings(client, recordings))
    yield { subject: recordingSubject(recording, call, context) };
  const listed = await askMeetings(client);
  const meetings = answered(listed) ? { ...listed, value: await mend(client, listed.value) } : listed;
  const seen: Seen = {
    now: context.now(),
    settings: target.settings,
    secret: connection.secret,
    root,
    meetings,
    recordings,
    hooks: await askHooks(client),
    greenlight: greenlight === null ? null : await askGreenlight(greenlight, context.now),
  };
  const facts = deploymentFacts(seen) as Subject['facts'];
  yield { subject: { kind: 'deployment', id: deploymentId, name: null, facts } };
  const tally: PublicRoomTally = { answered: 0, unknown: 0, failed: null };
  if (answered(seen.meetings)) yield* rooms(connection, target, context, seen, seen.meetings, tally);
  for (const source of outcomes(seen, tally)) yield { source };
}

async function* rooms(
  { greenlight }: Connection,
  target: BigBlueButtonTarget,
  context: AdapterContext,
  seen: Seen,
  { value, call }: { value: MeetingList; call: Call },
  tally: PublicRoomTally,
): AsyncGenerator<Item> {
  const ask = publicRooms(greenlight, context.now, tally);
  const openOf = async (meeting: Meeting): Promise<[Meeting, Answer<PublicRoom> | null]> => {
    if (!meeting.greenlight) return [meeting, null];
    if (greenlight === null) return [meeting, notAsked(notGiven('G3'))];
    return [meeting, meeting.friendlyId === null ? null : await ask(meeting.friendlyId)];
  };
  for await (const [meeting, open] of pMapIterable(value.meetings, openOf, { concurrency: 4 })) {
    const name = meeting.name.ok ? meeting.name.value : null;
    const facts: Partial<Record<FactName, Fact>> = {
      ...roomFacts(seen, { meeting, call, open, at: context.now() }, context.live),
      ...configuredRoomFacts(target, context, meeting.id, name),
    };
    const aliases =
      meeting.greenlight && meeting.friendlyId !== null ? { aliases: [meeting.friendlyId] } : {};
    yield { subject: { kind: 'room', id: meeting.id, name, facts, ...aliases } };
  }
}

function recordingSubject(recording: Recording, call: Call, context: AdapterContext): Subject {
  const facts = recordingFacts(recording, call, clockOf(call, context.now())) as Subject['facts'];
  const name = recording.name.ok ? cleanText(recording.name.value) : null;
  return { kind: 'recording', id: recording.id, name, facts };
}

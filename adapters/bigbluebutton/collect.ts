import { pMapIterable } from 'p-map';
import type { AdapterContext } from '../contract/adapter.ts';
import { cleanText } from '../contract/fact.ts';
import { givenLists, releaseOutcome } from '../contract/releases.ts';
import { deploymentId, type Item, type Subject } from '../contract/subject.ts';
import { type Answer, answered, type Call, notAsked } from './answer.ts';
import { askHooks, askMeetings, askRoot, mend } from './api.ts';
import { type BigBlueButtonTarget, type Connection, connect } from './configuration.ts';
import { deploymentFacts } from './facts/deployment.ts';
import { recordingFacts } from './facts/recording.ts';
import { nextRecording } from './facts/recording-allowed.ts';
import { askGreenlight, type PublicRoom } from './greenlight.ts';
import { emptyTally, outcomes, type RoomTally } from './outcomes.ts';
import { probe } from './probes.ts';
import { publicRooms } from './public-rooms.ts';
import { emptyList, listRecordings, type RecordingList } from './recordings.ts';
import { releases } from './releases.ts';
import { notGiven, releaseSource } from './rows.ts';
import type { Meeting, Recording } from './schema.ts';
import { type AllSeen, clockOf, meetingsGap, type Seen, type SeenRoom, seenRoom, skewOf } from './seen.ts';
import { readServerFiles } from './server-files.ts';
import type { GreenlightData } from './stored.ts';
import { type RoomScan, storedRooms, tell } from './stored-rooms.ts';
import { toldMeetings } from './told.ts';

/**
 * Recordings first, then the deployment, then a room for each running meeting and for each that Greenlight stores,
 * then how each source fared.
 */
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
  const { client, greenlight, secret } = connection;
  const { settings } = target;
  // Another server: asked while this one answers.
  const asking = connection.database?.askAll() ?? null;
  asking?.catch(() => {});
  const root = await askRoot(client);
  const skew = answered(root) ? skewOf(root.call) : 0;
  if (skew !== 0)
    context.log.warn({ skew_s: Math.round(skew / 1000) }, 'the clock of the server differs; ages use it');
  const recordings = emptyList();
  for await (const { recording, call } of listRecordings(client, recordings))
    yield { subject: recordingSubject(recording, call, context, await asking) };
  const listed = await askMeetings(client);
  const meetings = answered(listed) ? { ...listed, value: await mend(client, listed.value) } : listed;
  const accepted = answered(meetings) || isAccepted(recordings);
  const kept = (await context.notes?.list()) ?? [];
  const seen: AllSeen = {
    now: context.now(),
    settings,
    secret,
    root,
    meetings,
    recordings,
    hooks: await askHooks(client),
    greenlight: greenlight === null ? null : await askGreenlight(greenlight, context.now),
    database: await asking,
    files: await readServerFiles(settings, context.now),
    probes: settings.probes?.includes('checksum') === true ? await probe(client, accepted) : null,
    releases: await givenLists(releases, context),
    recordingDoubted: false,
  };
  const facts = deploymentFacts(seen) as Subject['facts'];
  yield { subject: { kind: 'deployment', id: deploymentId, name: null, facts } };
  const told = toldMeetings(kept, seen.meetings, meetingsGap(seen) === null);
  const tally: RoomTally = { ...emptyTally(), doubtful: told.doubtful.size };
  for (const session of told.over) context.notes?.drop(session);
  const scan = { connection, database: connection.database, target, context, seen, tally, told };
  const running = answered(meetings) ? yield* runningRooms(scan, meetings) : new Set<string>();
  yield* storedRooms(scan, running);
  for (const source of outcomes(seen, tally)) yield { source };
  yield { source: releaseOutcome(releaseSource, seen.releases, 'running') };
}

interface RunningScan extends RoomScan {
  connection: Connection;
  seen: AllSeen;
}

function isAccepted({ call, gap, count }: RecordingList): boolean {
  return call !== null && (gap === null || gap.code === 'incomplete' || count > 0);
}

/** Meetings that run, each with the room that Greenlight stores for it. @returns the ids of all */
async function* runningRooms(
  scan: RunningScan,
  { value, call }: { value: { meetings: Meeting[] }; call: Call },
): AsyncGenerator<Item, Set<string>> {
  const { connection, context, seen, tally } = scan;
  const storedOf = await storedMeetings(scan, value.meetings);
  const ask = publicRooms(connection.greenlight, context.now, tally);
  const openOf = async (meeting: Meeting): Promise<SeenRoom> => {
    const stored = storedOf(meeting.id);
    const own = stored !== null && answered(stored) ? stored.value : null;
    const greenlight = meeting.greenlight || own !== null;
    const room = seenRoom(seen, {
      id: meeting.id,
      name: meeting.name.ok ? meeting.name.value : (own?.name ?? null),
      greenlight,
      friendlyId: meeting.friendlyId ?? own?.friendlyId ?? null,
      running: { meeting, call },
      stored,
      open: null,
      at: context.now(),
      ...toldOf(scan, meeting),
    });
    // What a visitor is shown adds nothing to what is stored.
    if (!greenlight || own !== null) return room;
    return { ...room, open: await openRoom(connection, ask, meeting), at: context.now() };
  };
  const { meetings } = value;
  seen.recordingDoubted = meetings.some((meeting) => isDoubted(seen, meeting, storedOf(meeting.id)));
  for await (const room of pMapIterable(meetings, openOf, { concurrency: 4 })) {
    yield tell(scan, room);
  }
  return new Set(meetings.map(({ id }) => id));
}

/** Of an earlier meeting of the room nothing is taken, be its end reported or not. */
function toldOf(
  { told }: RunningScan,
  { id, session, createTime }: Meeting,
): Pick<SeenRoom, 'told' | 'doubtful'> {
  const doubtful = told.doubtful.get(id) ?? [];
  return {
    told: session === null ? null : (told.bySession.get(session) ?? null),
    doubtful: createTime.ok
      ? doubtful.filter(({ call }) => (call.contentTime ?? 0) >= createTime.value)
      : doubtful,
  };
}

async function openRoom(
  { greenlight }: Connection,
  ask: (friendlyId: string) => Promise<Answer<PublicRoom>>,
  { friendlyId }: Meeting,
): Promise<Answer<PublicRoom> | null> {
  if (greenlight === null) return notAsked(notGiven('G3'));
  return friendlyId === null ? null : ask(friendlyId);
}

/** By its room it would be recorded, and it is not. */
function isDoubted(seen: Seen, { recording }: Meeting, stored: SeenRoom['stored']): boolean {
  if (!recording.ok || recording.value || stored === null || !answered(stored)) return false;
  const next = nextRecording(seen, { stored });
  return 'value' in next && next.value;
}

/** The stored rooms of running meetings; one that is missing there belongs to another front end. */
async function storedMeetings(
  { connection, seen, tally }: RunningScan,
  meetings: readonly Meeting[],
): Promise<(id: string) => SeenRoom['stored']> {
  const { database } = connection;
  if (database === null || seen.database === null) return () => notAsked(notGiven('GS'));
  if (!answered(seen.database)) return () => seen.database as Answer<never>;
  const found = await database.byMeeting(meetings.map(({ id }) => id));
  if (!answered(found)) {
    tally.stored.failed ??= found.reason;
    return () => found;
  }
  const rooms = new Map(found.value.map((room) => [room.id, room]));
  return (id) => {
    const value = rooms.get(id);
    return value === undefined ? null : { call: found.call, value };
  };
}

function recordingSubject(
  recording: Recording,
  call: Call,
  context: AdapterContext,
  database: Answer<GreenlightData> | null,
): Subject {
  const facts = recordingFacts(recording, call, clockOf(call, context.now()), database) as Subject['facts'];
  const name = recording.name.ok ? cleanText(recording.name.value) : null;
  return { kind: 'recording', id: recording.id, name, facts };
}

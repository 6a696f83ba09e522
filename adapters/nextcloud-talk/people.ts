import pMap from 'p-map';
import { type Reason, reason } from '../contract/fact.ts';
import type { Sight } from '../contract/seen.ts';
import { type Call, paths, type Reply } from './client.ts';
import type { Observation, SortedRoom } from './facts/observation.ts';
import { readParticipants } from './participants.ts';
import { needsParticipants } from './participants-needed.ts';

/** Each 404 of a room feeds the server's guard; it refuses all rooms after ten. */
const mostUnknownRooms = 5;

export interface PeopleTold {
  asked: number;
  answered: number;
  failed: Reason | null;
}

export const noPeople: PeopleTold = { asked: 0, answered: 0, failed: null };

/** Fills in `people` of the rooms that need it. */
export async function readPeople(
  observation: Observation,
  ask: (call: Call) => Promise<Reply>,
): Promise<PeopleTold> {
  const told: PeopleTold = { asked: 0, answered: 0, failed: null };
  let unknown = 0;
  const one = async (sorted: SortedRoom): Promise<void> => {
    const sight: Sight = {
      source: 'PT',
      locator: `GET ${paths.participants('{token}')}`,
      at: observation.now,
    };
    if (unknown >= mostUnknownRooms) {
      const why = reason('throttled', `stopped after ${mostUnknownRooms} rooms that the server did not know`);
      sorted.people = { ...sight, reason: why };
      told.failed ??= why;
      return;
    }
    const reply = await ask({
      source: 'PT',
      path: paths.participants(sorted.room.token),
      query: 'includeStatus=false',
      locator: paths.participants('{token}'),
    });
    if (reply.status === 404) unknown += 1;
    sorted.people = readParticipants(reply);
    told.asked += 1;
    if ('reason' in sorted.people) told.failed ??= sorted.people.reason;
    else told.answered += 1;
  };
  await pMap(
    observation.rooms.filter((room) => needsParticipants(room, observation)),
    one,
    { concurrency: 2 },
  );
  return told;
}

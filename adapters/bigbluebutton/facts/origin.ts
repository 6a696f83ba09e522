import type { Evidence } from '../../contract/fact.ts';
import { answered, proof } from '../answer.ts';
import type { SeenRoom } from '../seen.ts';

export const meetingPath = '/response/meetings/meeting';

/** Where it was seen that there is this room, and of which front end. */
export function originProof(room: SeenRoom, key = 'bbb-origin', column = 'rooms.meeting_id'): Evidence {
  const { running, stored } = room;
  if (running !== null) return proof(running.call, `${meetingPath}/metadata/${key}`);
  if (stored !== null && answered(stored)) return proof(stored.call, column);
  const call = stored?.call ?? {
    source: 'EV',
    locator: 'MeetingCreatedEvtMsg',
    at: room.at,
    serverDate: null,
  };
  return proof(call, `metadataProp.metadata.${key}`);
}

import type { Ms } from '../contract/fact.ts';
import type { BoundedHttp } from '../contract/http.ts';
import { type Answer, answered, notAsked } from './answer.ts';
import { askPublicRoom, type PublicRoom } from './greenlight.ts';
import type { PublicRoomTally } from './outcomes.ts';
import { notGiven } from './rows.ts';

/** After this many failures in a row the remaining rooms are not asked: each might take the whole time limit. */
const patience = 3;

/** Asks Greenlight about one room after the other and keeps count. */
export function publicRooms(
  http: BoundedHttp | null,
  now: () => Ms,
  tally: PublicRoomTally,
): (friendlyId: string) => Promise<Answer<PublicRoom>> {
  let failures = 0;
  let last: Answer<PublicRoom> = notAsked(notGiven('G3'));
  return async (friendlyId) => {
    if (http === null || failures >= patience) return last;
    const answer = await askPublicRoom(http, now, friendlyId);
    if (answered(answer)) {
      failures = 0;
      tally.answered += 1;
    } else if (answer.reason.detail === 'HTTP 404') {
      failures = 0;
      tally.unknown += 1;
    } else {
      failures += 1;
      tally.failed ??= answer.reason;
      last = answer;
    }
    return answer;
  };
}

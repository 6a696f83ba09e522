import { valueIn } from '../contract/seen.ts';
import type { Observation, SortedRoom } from './facts/observation.ts';
import { talkMajor } from './facts/observation.ts';

const mayShareScreen = 64;

/** Lists of participants are personal data: only where a verdict rests on them. */
export function needsParticipants({ room, kind }: SortedRoom, observation: Observation): boolean {
  if (room.view !== 'member') return false;
  const breakout = 'counted' in kind && kind.counted === 'breakout';
  if (breakout) return observation.live && (valueIn(room.callStartTime) ?? 0) > 0;
  if (!('kind' in kind)) return false;
  if (observation.live && (valueIn(room.callStartTime) ?? 0) > 0) return true;
  if (valueIn(room.readOnly) !== 0) return false;
  const privateRoom = valueIn(room.type) === 2 && valueIn(room.sipEnabled) !== 2;
  if (privateRoom && (talkMajor(observation) ?? 0) >= 24) return true;
  const own = valueIn(room.defaultPermissions);
  const mask = own === 0 ? valueIn(observation.anonymous.defaultPermissions) : own;
  return mask !== undefined && (mask & mayShareScreen) === 0;
}

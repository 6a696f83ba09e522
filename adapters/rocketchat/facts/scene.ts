import type { Evidence } from '../../contract/fact.ts';
import type { Room } from '../rooms.ts';
import type { Bit } from './logic.ts';
import type { Observation, RoomCall } from './observation.ts';
import type { RoomType } from './retention.ts';
import type { JudgedKind } from './room-kind.ts';

/** One judged room with what its facts rest on. */
export interface Scene {
  room: Room;
  kind: JudgedKind;
  type: RoomType;
  observation: Observation;
  /** Whether calls can be started here. */
  possible: Bit;
  /** What the kind rests on. */
  seen: Evidence[];
  /** Undefined: calls of this room were not asked for. */
  call: RoomCall | undefined;
}

import type { Fact } from '../../contract/fact.ts';
import type { FactName } from '../../contract/vocabulary.ts';
import type { Seen, SeenRoom } from '../seen.ts';

/** What a fact says of a room. Of the room it reads fields only, so that what it rests on can be noted. */
export type RoomRule = (seen: Seen, room: SeenRoom) => Fact;
export type RoomRules = Readonly<Partial<Record<FactName, RoomRule>>>;

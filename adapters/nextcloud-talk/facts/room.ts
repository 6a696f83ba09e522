import { hole, known, type Reason } from '../../contract/fact.ts';
import { FactTable, type Rules } from '../../contract/fact-table.ts';
import { evidenceOf, has } from '../../contract/seen.ts';
import { type FactName, factDefinition } from '../../contract/vocabulary.ts';
import { rows } from '../rows.ts';
import type { Room } from '../schema.ts';
import type { Facts, SortedRoom, Surroundings } from './observation.ts';
import { chatRules } from './room-chat.ts';
import { doorRules, type Scene } from './room-door.ts';
import { insideRules } from './room-inside.ts';
import { expectedParticipants, liveRules } from './room-live.ts';
import { TextReader } from './room-texts.ts';

/** Names of the declared facts of a room, the live ones only where wanted. */
export function roomFactNames(live: boolean): FactName[] {
  const names = new Set(rows.map(({ fact }) => fact));
  return [...names].filter((name) => {
    const definition = factDefinition(name);
    return definition.level === 'room' && (live || !definition.live);
  });
}

/**
 * All facts of rooms. A room whose kind cannot be told may be anything, also a talk between two
 * people: nothing is said about it.
 */
export class RoomFacts {
  readonly #observation: Surroundings;
  readonly #table: FactTable<Scene>;
  readonly #texts = new TextReader();

  constructor(observation: Surroundings) {
    this.#observation = observation;
    const rules: Rules<Scene> = {
      room_kind: ({ kind, room }) => known(kind, [evidenceOf(room.type), evidenceOf(room.objectType)]),
      ...doorRules,
      ...insideRules,
      ...chatRules,
      participants_expected: expectedParticipants,
      ...(observation.live ? liveRules : {}),
    };
    this.#table = new FactTable(rules, ['room', 'held', 'stored', 'texts'], ['room_tags']);
  }

  /** `given`: what the configuration says. */
  of({ room, kind, children, people, stored, held }: SortedRoom, given: Facts): Facts {
    const observation = this.#observation;
    if ('unknown' in kind) return { ...nothing(kind.unknown, room, observation.live), ...given };
    if (!has(room.type) || !has(room.objectType) || !('kind' in kind)) {
      throw new Error('a room that is counted has no facts');
    }
    const scene: Scene = {
      room,
      children,
      people,
      stored,
      held,
      observation,
      kind: kind.kind,
      type: room.type.value,
      objectType: room.objectType.value,
      texts: this.#texts.read(room),
      bits: tokenBits(room.token),
    };
    return this.#table.of(scene, given);
  }
}

/** Nine digits without zero, or 33 characters. */
function tokenBits(token: string): number {
  return token.length * Math.log2(/^\d+$/.test(token) ? 9 : 33);
}

function nothing(why: Reason, room: Room, live: boolean): Facts {
  const facts: Facts = {};
  for (const name of roomFactNames(live)) {
    if (name !== 'room_tags') facts[name] = hole(why, evidenceOf(room.type));
  }
  return facts;
}

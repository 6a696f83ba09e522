import { type Fact, hole, type Reason } from '../../contract/fact.ts';
import { evidenceOf, has } from '../../contract/seen.ts';
import { type FactName, factDefinition } from '../../contract/vocabulary.ts';
import { rows } from '../rows.ts';
import type { Facts, Observation, SortedRoom } from './observation.ts';
import { chatFacts } from './room-chat.ts';
import { doorFacts, type Scene } from './room-door.ts';
import { insideFacts } from './room-inside.ts';
import { expectedParticipants, liveFacts } from './room-live.ts';

/** Names of the declared facts of a room, the live ones only where wanted. */
export function roomFactNames(live: boolean): FactName[] {
  const names = new Set(rows.map(({ fact }) => fact));
  return [...names].filter((name) => {
    const definition = factDefinition(name);
    return definition.level === 'room' && (live || !definition.live);
  });
}

/**
 * All facts of a room but `room_tags`. A room whose kind cannot be told may be anything, also a talk between two
 * people: nothing is said about it.
 */
export function roomFacts(sorted: SortedRoom, observation: Observation): Facts {
  const { room, kind } = sorted;
  if ('unknown' in kind) return nothing(kind.unknown, sorted, observation.live);
  if (!has(room.type) || !has(room.objectType) || !('kind' in kind)) {
    throw new Error('a room that is counted has no facts');
  }
  const scene: Scene = { ...sorted, observation, type: room.type.value, objectType: room.objectType.value };
  const door = doorFacts(scene);
  const waiting = need(door.room_waiting_room_enabled);
  return {
    room_kind: { value: kind.kind, evidence: [evidenceOf(room.type), evidenceOf(room.objectType)] },
    ...door,
    ...insideFacts(scene, waiting),
    ...chatFacts(scene),
    participants_expected: expectedParticipants(scene),
    ...(observation.live ? liveFacts(scene, waiting, need(door.room_members_only)) : {}),
  };
}

function nothing(why: Reason, { room }: SortedRoom, live: boolean): Facts {
  const facts: Facts = {};
  for (const name of roomFactNames(live)) {
    if (name !== 'room_tags') facts[name] = hole(why, evidenceOf(room.type));
  }
  return facts;
}

function need(fact: Fact | undefined): Fact {
  if (fact === undefined) throw new Error('a fact of the door is missing');
  return fact;
}

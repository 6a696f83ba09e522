import { type Reason, reason } from '../../contract/fact.ts';
import { has, type Seen } from '../../contract/seen.ts';
import type { Room } from '../schema.ts';

export const judgedKinds = ['conference', 'group', 'event', 'instant', 'phone', 'file'] as const;
export type JudgedKind = (typeof judgedKinds)[number];
export const countedKinds = ['direct', 'self', 'former', 'system', 'breakout', 'foreign'] as const;
export type CountedKind = (typeof countedKinds)[number];
export type RoomKind = { kind: JudgedKind } | { counted: CountedKind } | { unknown: Reason };

const byObject: Readonly<Record<string, JudgedKind | CountedKind>> = {
  event: 'event',
  instant_meeting: 'instant',
  phone: 'phone',
  phone_temporary: 'phone',
  phone_persist: 'phone',
  file: 'file',
  'share:password': 'file',
  sample: 'system',
  note_to_self: 'self',
};
const plainObjects = new Set(['', 'extended_conversation', 'emails', 'classified', 'classified_persist']);
const byType: Readonly<Record<number, JudgedKind | CountedKind>> = {
  1: 'direct',
  2: 'group',
  3: 'conference',
  4: 'system',
  5: 'former',
  6: 'self',
};

/** First hit wins: foreign, breakout, the object it belongs to, the type. */
export function kindOf(room: Room): RoomKind {
  const foreign = isForeign(room);
  if (typeof foreign === 'object') return { unknown: foreign };
  if (foreign) return { counted: 'foreign' };
  const { objectType, objectId, type } = room;
  const object = has(objectType) ? objectKind(objectType.value) : undefined;
  if (object !== undefined && !isJudged(object)) return { counted: object };
  const typed = has(type) ? byType[type.value] : undefined;
  if (typed !== undefined && !isJudged(typed)) return { counted: typed };
  for (const needed of [type, objectType, objectId]) {
    if (!has(needed)) return { unknown: needed.reason };
  }
  if (typed === undefined) return wrong(type);
  if (object !== undefined) return { kind: object };
  if (!has(objectType) || !plainObjects.has(objectType.value)) return wrong(objectType);
  if (objectType.value === '' && has(objectId) && objectId.value !== '') return wrong(objectType);
  return { kind: typed };
}

function objectKind(objectType: string): JudgedKind | CountedKind | undefined {
  if (objectType === 'room') return 'breakout';
  return Object.hasOwn(byObject, objectType) ? byObject[objectType] : undefined;
}

function isJudged(kind: JudgedKind | CountedKind): kind is JudgedKind {
  return judgedKinds.some((one) => one === kind);
}

/** Both fields come with a federated room, neither with another one. */
function isForeign(room: Room): boolean | Reason {
  const named = [room.remoteServer, room.remoteToken].filter(has).filter(({ value }) => value !== '');
  if (named.length === 2) return true;
  const broken = [room.remoteServer, room.remoteToken].find((seen) => !has(seen) && !seen.absent);
  if (named.length === 1 || broken !== undefined) {
    return reason('invalid_answer', `${room.remoteServer.path} and remoteToken do not fit together`);
  }
  return false;
}

function wrong(seen: Seen<unknown>): RoomKind {
  return { unknown: reason('invalid_answer', `${seen.path} is not as documented`) };
}

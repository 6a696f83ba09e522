import { z } from 'zod';
import { type Reason, reason } from '../contract/fact.ts';
import type { Answer, Sight } from '../contract/seen.ts';

/** What is kept of a room's participants: numbers. Names, ids, PINs and sessions are dropped here. */
export interface Participation extends Sight {
  /** An element could not be read: numbers are lower bounds. */
  gap: Reason | null;
  /** Who is in could not be read: only those who are invited are known. */
  calls: Reason | null;
  /** Callers of whom it was not seen whether they have a name. */
  callersUnread: number;
  inCall: number;
  unauthenticated: number;
  dialInUnnamed: number;
  /** Present, not in the call, without the right to pass a lobby. */
  waiting: number;
  /** Accounts and people invited by name, number or address. */
  invited: number;
  mailGuests: number;
  guestModerators: number;
  /** Not moderators, and may share the screen. */
  sharingMembers: number;
}

/** A type that is none of these is not guessed at: its element counts as unreadable. */
export const actorTypes = [
  'users',
  'federated_users',
  'guests',
  'emails',
  'phones',
  'groups',
  'circles',
  'bots',
  'bridged',
  'deleted_users',
] as const;

const People = z.object({
  actorType: z.enum(actorTypes),
  inCall: z.int().min(0),
  participantType: z.int().min(1).max(6),
  permissions: z.int().min(0),
  sessionIds: z.array(z.unknown()),
  displayName: z.string(),
});

const phoneFlag = 8;
const mayPassLobby = 8;
const mayShareScreen = 64;
const markers = new Set<string>(['groups', 'circles', 'bots', 'bridged', 'deleted_users']);
const invitable = new Set<string>(['users', 'emails', 'federated_users', 'phones']);
const nameless = new Set<string>(['guests', 'emails']);
const moderatorTypes = new Set([1, 2, 6]);

export function readParticipants(answer: Answer): Participation | (Sight & { reason: Reason }) {
  const { source, locator, at } = answer;
  if ('reason' in answer) return { source, locator, at, reason: answer.reason };
  if (!Array.isArray(answer.data)) {
    return { source, locator, at, reason: reason('invalid_answer', 'ocs.data is not a list') };
  }
  const counts = emptyParticipation({ source, locator, at });
  for (const element of answer.data as unknown[]) {
    const parsed = People.safeParse(element);
    if (!parsed.success) {
      counts.gap ??= reason('invalid_answer', `ocs.data[].${parsed.error.issues[0]?.path.join('.') ?? ''}`);
      continue;
    }
    const { sessionIds, displayName, ...person } = parsed.data;
    const named = person.actorType !== 'guests' && !/^[\s+\d()/.…*-]*$/u.test(displayName);
    addPeople(counts, { ...person, present: sessionIds.length > 0, named, count: 1 });
  }
  return counts;
}

export function emptyParticipation({ source, locator, at }: Sight): Participation {
  return {
    source,
    locator,
    at,
    gap: null,
    calls: null,
    callersUnread: 0,
    inCall: 0,
    unauthenticated: 0,
    dialInUnnamed: 0,
    waiting: 0,
    invited: 0,
    mailGuests: 0,
    guestModerators: 0,
    sharingMembers: 0,
  };
}

interface Persons {
  actorType: (typeof actorTypes)[number];
  participantType: number;
  permissions: number;
  inCall: number;
  present: boolean;
  /** Null where the name was not looked at. */
  named: boolean | null;
  count: number;
}

/** Adds `count` people who do the same. */
export function addPeople(counts: Participation, persons: Persons): void {
  const { actorType, participantType, permissions, count } = persons;
  if (markers.has(actorType)) return;
  const byPhone = (persons.inCall & phoneFlag) !== 0;
  if (invitable.has(actorType)) counts.invited += count;
  if (actorType === 'emails') counts.mailGuests += count;
  if (participantType === 6) counts.guestModerators += count;
  if (!moderatorTypes.has(participantType) && (permissions & mayShareScreen) !== 0) {
    counts.sharingMembers += count;
  }
  if (persons.inCall > 0) {
    counts.inCall += count;
    if (byPhone) addCallers(counts, persons);
    else if (nameless.has(actorType)) counts.unauthenticated += count;
    return;
  }
  const mayPass = (permissions & mayPassLobby) !== 0;
  if (persons.present && participantType >= 3 && participantType <= 5 && !mayPass) counts.waiting += count;
}

function addCallers(counts: Participation, { actorType, named, count }: Persons): void {
  if (actorType === 'guests') counts.dialInUnnamed += count;
  else if (actorType !== 'phones') return;
  else if (named === null) counts.callersUnread += count;
  else if (!named) counts.dialInUnnamed += count;
}

/** A meeting and its breakout rooms: nobody is in two of them. */
export function sumPeople(all: readonly Participation[]): Participation | undefined {
  const [first, ...others] = all;
  if (first === undefined) return undefined;
  const sum = { ...first };
  for (const one of others) {
    sum.gap ??= one.gap;
    sum.calls ??= one.calls;
    for (const key of ['callersUnread', 'inCall', 'unauthenticated', 'dialInUnnamed', 'waiting'] as const) {
      sum[key] += one[key];
    }
  }
  return sum;
}

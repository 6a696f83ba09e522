import { z } from 'zod';
import { type Reason, reason } from '../contract/fact.ts';
import type { Answer, Sight } from './seen.ts';

/** What is kept of a room's participants: numbers. Names, ids, PINs and sessions are dropped here. */
export interface Participation extends Sight {
  /** An element could not be read: numbers are lower bounds. */
  gap: Reason | null;
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
const actorTypes = [
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
  const counts: Participation = {
    source,
    locator,
    at,
    gap: null,
    inCall: 0,
    unauthenticated: 0,
    dialInUnnamed: 0,
    waiting: 0,
    invited: 0,
    mailGuests: 0,
    guestModerators: 0,
    sharingMembers: 0,
  };
  for (const element of answer.data as unknown[]) {
    const parsed = People.safeParse(element);
    if (parsed.success) count(counts, parsed.data);
    else
      counts.gap ??= reason('invalid_answer', `ocs.data[].${parsed.error.issues[0]?.path.join('.') ?? ''}`);
  }
  return counts;
}

function count(counts: Participation, person: z.infer<typeof People>): void {
  const { actorType, participantType } = person;
  if (markers.has(actorType)) return;
  const inCall = person.inCall > 0;
  const byPhone = (person.inCall & phoneFlag) !== 0;
  if (invitable.has(actorType)) counts.invited += 1;
  if (actorType === 'emails') counts.mailGuests += 1;
  if (participantType === 6) counts.guestModerators += 1;
  if (!moderatorTypes.has(participantType) && (person.permissions & mayShareScreen) !== 0) {
    counts.sharingMembers += 1;
  }
  if (inCall) {
    counts.inCall += 1;
    if (byPhone && unnamed(person)) counts.dialInUnnamed += 1;
    if (!byPhone && nameless.has(actorType)) counts.unauthenticated += 1;
    return;
  }
  const mayPass = (person.permissions & mayPassLobby) !== 0;
  if (person.sessionIds.length > 0 && participantType >= 3 && participantType <= 5 && !mayPass) {
    counts.waiting += 1;
  }
}

function unnamed({ actorType, displayName }: z.infer<typeof People>): boolean {
  if (actorType === 'guests') return true;
  return actorType === 'phones' && /^[\s+\d()/.…*-]*$/u.test(displayName);
}

import {
  type Evidence,
  type Fact,
  hole,
  known,
  type Layer,
  notPermitted,
  type Reason,
  type Retention,
  reason,
} from '../../contract/fact.ts';
import { evidenceOf, has, type Seen, valueIn } from '../../contract/seen.ts';
import type { OwnRetention } from '../room-record.ts';
import type { Room } from '../rooms.ts';
import type { PublicId } from '../setting-ids.ts';
import { type FlagId, notObservable } from './logic.ts';
import type { Observation } from './observation.ts';

const day = 86_400;
const unlimited: Retention = { unlimited: true };

/** `seconds` and what is exempt from deletion; the server's times are milliseconds, a room's are days. */
interface Rule {
  seconds: number;
  filesOnly: boolean;
  threadsKept: boolean;
  pinnedKept: boolean;
}

export interface Kept {
  chat: Fact;
  files: Fact;
}

/** What is not as the rule says, for the chain: every exemption has its line. */
class Trail {
  readonly layers: Layer[] = [];
  readonly evidence: Evidence[] = [];

  /** @throws {Open} where it was not seen */
  read<T>(seen: Seen<T>, layer: Layer['layer'] = 'site'): T {
    if (!has(seen)) throw new Open(seen.reason, evidenceOf(seen));
    const plain = typeof seen.value === 'object' ? JSON.stringify(seen.value) : seen.value;
    this.layers.push({ layer, path: seen.path, value: plain, decides: false });
    this.evidence.push(evidenceOf(seen));
    return seen.value;
  }

  fact(value: Retention): Fact {
    const [first, ...rest] = [...this.evidence].reverse();
    if (first === undefined) throw new Error('a retention rests on something');
    const last = this.layers.length - 1;
    const chain = this.layers.map((layer, place) => ({ ...layer, decides: place === last }));
    return known(value, [{ ...first, provenance: 'derived', chain }, ...rest]);
  }
}

class Open extends Error {
  readonly why: Reason;
  readonly at: Evidence;
  constructor(why: Reason, at: Evidence) {
    super(why.code);
    this.why = why;
    this.at = at;
  }
}

function decided(make: () => Fact): Fact {
  try {
    return make();
  } catch (error) {
    if (error instanceof Open) return hole(error.why, error.at);
    throw error;
  }
}

const byType = {
  c: ['RetentionPolicy_AppliesToChannels', 'RetentionPolicy_TTL_Channels'],
  p: ['RetentionPolicy_AppliesToGroups', 'RetentionPolicy_TTL_Groups'],
  d: ['RetentionPolicy_AppliesToDMs', 'RetentionPolicy_TTL_DMs'],
} as const satisfies Record<string, readonly [FlagId, PublicId]>;
export type RoomType = keyof typeof byType;

/** What the server deletes in this room. */
export function roomRetention(room: Room, type: RoomType, observation: Observation): Kept {
  const rule = (trail: Trail): Rule | null => {
    if (!trail.read(observation.published.get('RetentionPolicy_Enabled'))) return null;
    if (exemptDiscussion(room, trail, observation)) return null;
    const own = ownRetention(room, type, observation, trail);
    if (own !== null && own.override !== null) return ruleOf(own.override);
    return own?.enabled === false ? null : siteRule(type, trail, observation);
  };
  return {
    chat: decided(() => {
      const trail = new Trail();
      return trail.fact(chatOf(rule(trail), trail, observation));
    }),
    files: decided(() => {
      const trail = new Trail();
      const found = rule(trail);
      return trail.fact(found === null ? unlimited : { seconds: found.seconds });
    }),
  };
}

/** A discussion without a record of its own, as the chat of a call is one; its parent may be public or private. */
export function chatRetention(observation: Observation): Fact {
  return decided(() => {
    const trail = new Trail();
    const { published } = observation;
    if (!trail.read(published.get('RetentionPolicy_Enabled'))) return trail.fact(unlimited);
    if (trail.read(published.get('RetentionPolicy_DoNotPruneDiscussion'))) return trail.fact(unlimited);
    const rules = (['c', 'p'] as const).map((type) => siteRule(type, trail, observation));
    const worst = rules.reduce((a, b) => (a === null || b === null ? null : a.seconds >= b.seconds ? a : b));
    return trail.fact(chatOf(worst, trail, observation));
  });
}

function exemptDiscussion({ prid }: Room, trail: Trail, { published }: Observation): boolean {
  if (!has(prid)) {
    if (prid.absent) return false;
    throw new Open(prid.reason, evidenceOf(prid));
  }
  return trail.read(published.get('RetentionPolicy_DoNotPruneDiscussion'));
}

/** A record without the key has no retention of its own. */
function ownRetention(room: Room, type: RoomType, { lists }: Observation, trail: Trail): OwnRetention | null {
  if (room.full === null) {
    const list = type === 'c' ? lists.channels : lists.groups;
    const at = evidenceOf({ ...list.listing, path: 'retention' });
    throw new Open(unseen(room, type, list.listing.failed ?? list.listing.gap), at);
  }
  const { retention } = room.full;
  if (has(retention) || !retention.absent) return trail.read(retention, 'room');
  const set: Layer = { layer: 'room', path: retention.path, value: null, decides: false };
  trail.layers.push(set);
  trail.evidence.push(evidenceOf(retention));
  return null;
}

function unseen({ teamId }: Room, type: RoomType, failed: Reason | null): Reason {
  if (type === 'd')
    return notObservable('the list of direct messages is not read: it shows who talks to whom');
  if (failed !== null) return failed;
  if (type === 'c' && valueIn(teamId) !== undefined) {
    return notPermitted('member of the team', 'channels of a team are listed to its members only');
  }
  return reason('incomplete', 'the list with the retention of rooms lacks this one');
}

function ruleOf(own: NonNullable<OwnRetention['override']>): Rule {
  return {
    seconds: Math.ceil(own.maxAgeDays * day),
    filesOnly: own.filesOnly,
    threadsKept: own.ignoreThreads,
    pinnedKept: own.excludePinned,
  };
}

function siteRule(type: RoomType, trail: Trail, { published }: Observation): Rule | null {
  const [applies, limit] = byType[type];
  if (!trail.read(published.get(applies))) return null;
  return {
    seconds: Math.ceil(trail.read(published.get(limit)) / 1000),
    filesOnly: trail.read(published.get('RetentionPolicy_FilesOnly')),
    threadsKept: trail.read(published.get('RetentionPolicy_DoNotPruneThreads')),
    pinnedKept: trail.read(published.get('RetentionPolicy_DoNotPrunePinned')),
  };
}

/** Chat outlives the rule where any of its parts is exempt, and where edited and deleted texts are kept. */
function chatOf(rule: Rule | null, trail: Trail, { published }: Observation): Retention {
  if (rule === null || rule.filesOnly || rule.pinnedKept) return unlimited;
  if (rule.threadsKept && trail.read(published.get('Threads_enabled'))) return unlimited;
  if (trail.read(published.get('Message_KeepHistory'))) return unlimited;
  return { seconds: rule.seconds };
}

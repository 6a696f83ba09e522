import { notPermitted, type Reason, reason, type SourceId } from '../contract/fact.ts';
import { releaseOutcome } from '../contract/releases.ts';
import { has } from '../contract/seen.ts';
import type { SourceOutcome } from '../contract/subject.ts';
import type { Reply } from './client.ts';
import type { Observation } from './facts/observation.ts';
import { kindOf } from './facts/room-kind.ts';
import type { Listing } from './pages.ts';
import type { RoomList } from './rooms.ts';
import type { PrivateId } from './setting-ids.ts';
import { releaseSource } from './sources.ts';

/** How the calls went. */
export interface Told {
  /** Of the deployment, one each. */
  replies: ReadonlyMap<SourceId, Reply>;
  publicList: Listing;
  teams: Listing;
  privileged: ReadonlyMap<PrivateId, Reply>;
  /** Why nothing more was asked with the account. */
  refused: Reason | null;
}

/** A refusal that is an answer: no provider is set up. */
const answers: ReadonlySet<string> = new Set([
  'no-videoconf-provider-app',
  'no-active-video-conf-provider',
  'video-conf-provider-not-configured',
]);

export function outcomesOf(told: Told, observation: Observation): SourceOutcome[] {
  return [
    ...[...told.replies.values()].map((reply) =>
      reply.source === 'I1' ? infoOutcome(reply, observation) : deploymentOutcome(reply),
    ),
    listed('P', told.publicList, 0),
    privateOutcome(told),
    adminOutcome(observation),
    roomOutcome('CL', observation.lists.channels),
    roomOutcome('GL', observation.lists.groups),
    listed('TL', told.teams, 0),
    callOutcome(observation, told),
    releaseOutcome(releaseSource, observation.releases, 'visible'),
  ];
}

function deploymentOutcome(reply: Reply): SourceOutcome {
  const { source } = reply;
  const answered = !('reason' in reply) || answers.has(reply.error ?? '');
  if (answered) return complete(source, 1);
  // Not asked without a permission that is better not granted: no failure of the scan.
  const unasked = source === 'AS' && reply.status === undefined && reply.reason.code === 'not_permitted';
  return unasked
    ? { source, population: 'visible', state: 'skipped', reason: reply.reason, count: 0 }
    : failed(source, reply.reason);
}

/** An answer with less in it is how this call tells that the permission is missing. */
function infoOutcome(reply: Reply, { signedIn }: Observation): SourceOutcome {
  const { version } = signedIn;
  const coarse = has(version) && /^\d+\.\d+$/.test(version.value);
  return coarse
    ? failed('I1', notPermitted('view-statistics', 'only the line is shown'), 1)
    : deploymentOutcome(reply);
}

function complete(source: SourceId, count: number): SourceOutcome {
  return { source, population: 'visible', state: 'complete', count };
}

function failed(source: SourceId, why: Reason, count = 0): SourceOutcome {
  const given = why.code !== 'not_configured';
  const state = given ? (count > 0 ? 'partial' : 'failed') : 'skipped';
  return { source, population: 'visible', state, reason: why, count };
}

function listed(
  source: SourceId,
  { elements, failed: whole, gap }: Listing,
  unreadable: number,
): SourceOutcome {
  if (whole !== null) return failed(source, whole);
  const lost = unreadable === 0 ? null : reason('invalid_answer', `${unreadable} entries cannot be read`);
  const why = gap ?? lost;
  if (why === null) return complete(source, elements.length);
  return { source, population: 'visible', state: 'partial', reason: why, count: elements.length };
}

function roomOutcome(source: SourceId, { listing, unreadable }: RoomList): SourceOutcome {
  return listed(source, listing, unreadable);
}

/** Read to its end it shows every room there is. Rooms that are no subjects are counted by kind. */
function adminOutcome({ lists, rooms, published }: Observation): SourceOutcome {
  const counted: Record<string, number> = {};
  let hidden = lists.admin.unreadable;
  for (const room of rooms.values()) {
    const kind = kindOf(room, published);
    if ('counted' in kind) counted[kind.counted] = (counted[kind.counted] ?? 0) + 1;
    if ('hidden' in kind) hidden += 1;
  }
  const own = listed('AR', lists.admin.listing, hidden);
  return { ...own, population: 'all', ...(Object.keys(counted).length > 0 ? { counted } : {}) };
}

function privateOutcome({ privileged }: Told): SourceOutcome {
  const replies = [...privileged.values()];
  const read = replies.filter((reply) => !('reason' in reply) || reply.status === 400);
  const open = replies.find((reply) => 'reason' in reply && reply.status !== 400);
  if (open === undefined || !('reason' in open)) return complete('V', read.length);
  return failed('V', open.reason, read.length);
}

/** A private room that refuses is the room's own hole, no failure of the source. */
function callOutcome({ roomCalls, live }: Observation, { refused }: Told): SourceOutcome {
  if (!live)
    return failed(
      'VL',
      reason('not_configured', 'live facts are off', { kind: 'config', name: 'live.purpose' }),
    );
  if (refused !== null) return failed('VL', refused);
  const calls = [...roomCalls.values()];
  const broken = calls.find((call) => 'reason' in call && call.reason.code !== 'not_permitted');
  const answered = calls.filter((call) => 'newest' in call).length;
  return broken !== undefined && 'reason' in broken
    ? failed('VL', broken.reason, answered)
    : complete('VL', answered);
}

import { type Reason, reason, type SourceId } from '../contract/fact.ts';
import { releaseOutcome } from '../contract/releases.ts';
import type { SourceOutcome } from '../contract/subject.ts';
import type { Reply } from './client.ts';
import { type DatabaseSource, databaseSources } from './database/session.ts';
import type { TalkDatabase } from './database/talk-database.ts';
import type { Observation, Witness } from './facts/observation.ts';
import type { PeopleTold } from './people.ts';
import type { ListedRooms } from './rooms.ts';
import { notAdministrator, notGiven, releaseSource } from './sources.ts';

/** How the calls went. */
export interface Told {
  /** Of the deployment, one each. */
  replies: Reply[];
  /** Of single settings. */
  config: Reply[];
  member: ListedRooms;
  outside: ListedRooms;
  people: PeopleTold;
  presenceApp: Witness | null;
  passwordApp: Witness | null;
}

export function outcomesOf(told: Told, observation: Observation): SourceOutcome[] {
  return [
    ...told.replies.map((reply) =>
      outcome(reply.source, 'reason' in reply ? 0 : 1, 'reason' in reply ? reply.reason : null, false),
    ),
    { ...listed('RL', told.member), ...counted(observation, 'member') },
    { ...listed('LR', told.outside), ...counted(observation, 'listed') },
    peopleOutcome(told),
    witnessOutcome(told),
    configOutcome(told.config),
    releaseOutcome(releaseSource, observation.releases, 'visible'),
  ];
}

function outcome(source: SourceId, count: number, failed: Reason | null, some: boolean): SourceOutcome {
  if (failed === null) return { source, population: 'visible', state: 'complete', count };
  if (failed.code === 'not_configured' || failed === notAdministrator) {
    return skipped(source, failed);
  }
  return { source, population: 'visible', state: some ? 'partial' : 'failed', reason: failed, count };
}

function skipped(source: SourceId, why: Reason): SourceOutcome {
  return { source, population: 'visible', state: 'skipped', reason: why, count: 0 };
}

function listed(source: SourceId, { rooms, failed, unreadable }: ListedRooms): SourceOutcome {
  const gap =
    unreadable === 0 ? null : reason('invalid_answer', `${unreadable} entries without a token of their own`);
  return outcome(source, rooms.length, failed ?? gap, failed === null);
}

/** Rooms that are no subjects, by kind. */
function counted({ rooms }: Observation, view: 'member' | 'listed'): Pick<SourceOutcome, 'counted'> {
  const counts: Record<string, number> = {};
  for (const { room, kind } of rooms) {
    if (room.view === view && 'counted' in kind) counts[kind.counted] = (counts[kind.counted] ?? 0) + 1;
  }
  return Object.keys(counts).length > 0 ? { counted: counts } : {};
}

/** A lobby that hides its participants is the room's own hole, no failure of the source. */
function peopleOutcome({ people, member }: Told): SourceOutcome {
  if (people.asked === 0 && people.failed === null) {
    const why =
      member.failed ??
      reason('not_configured', 'no policy needed it in this scan', {
        kind: 'config',
        name: 'live.purpose',
      });
    return skipped('PT', why);
  }
  return outcome('PT', people.answered, people.failed, people.answered > 0);
}

function configOutcome(replies: readonly Reply[]): SourceOutcome {
  const failed = replies.find((reply) => 'reason' in reply);
  const count = replies.filter((reply) => !('reason' in reply)).length;
  const why = failed !== undefined && 'reason' in failed ? failed.reason : null;
  return outcome('AC', count, why, count > 0);
}

/** After the last room. `counted` are rooms of the database that are no subjects, by kind. */
export function databaseOutcomes(
  database: TalkDatabase | null,
  counted: Readonly<Record<string, number>>,
): SourceOutcome[] {
  return databaseSources.map((source): SourceOutcome => {
    if (database === null) return skipped(source, notGiven(source));
    const { session, count, unreadable, ended } = database;
    if (source !== 'Q1')
      return databaseOutcome(source, session.gap(source) === null ? 1 : 0, session.gap(source));
    const gap =
      unreadable === 0 ? null : reason('invalid_answer', `${unreadable} rows without a token of their own`);
    return {
      ...databaseOutcome(source, count, session.gap(source) ?? ended ?? gap),
      ...(Object.keys(counted).length > 0 ? { counted: { ...counted } } : {}),
    };
  });
}

function populationOf(source: DatabaseSource): SourceOutcome['population'] {
  return source === 'Q1' ? 'all' : 'visible';
}

/** A view that is not there was not given; anything else that failed is a failure. */
function databaseOutcome(source: DatabaseSource, count: number, failed: Reason | null): SourceOutcome {
  const population = populationOf(source);
  if (failed === null) return { source, population, state: 'complete', count };
  return { source, population, state: count > 0 ? 'partial' : 'failed', reason: failed, count };
}

/** Asked only about what the capabilities leave open. */
function witnessOutcome({ presenceApp, passwordApp, replies }: Told): SourceOutcome {
  const asked = [presenceApp, passwordApp].filter((witness) => witness !== null);
  if (asked.length === 0) {
    const capabilities = replies.find(({ source }) => source === 'C1');
    if (capabilities !== undefined && 'reason' in capabilities)
      return outcome('AW', 0, capabilities.reason, false);
    return skipped('AW', reason('not_configured', 'the capabilities leave nothing open'));
  }
  const failed = asked.find((witness) => 'reason' in witness);
  if (failed !== undefined && 'reason' in failed) return outcome('AW', asked.length, failed.reason, false);
  return outcome('AW', asked.length, null, true);
}

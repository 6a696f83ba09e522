import { type Reason, reason, type SourceId } from '../contract/fact.ts';
import type { SourceOutcome } from '../contract/subject.ts';
import type { Reply } from './client.ts';
import type { Observation, Witness } from './facts/observation.ts';
import type { PeopleTold } from './people.ts';
import type { ListedRooms } from './rooms.ts';
import { laterSources, notGiven } from './sources.ts';

/** How the calls went. */
export interface Told {
  /** Of the deployment, one each. */
  replies: Reply[];
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
    ...laterSources.map((source) => skipped(source, notGiven(source))),
  ];
}

function outcome(source: SourceId, count: number, failed: Reason | null, some: boolean): SourceOutcome {
  if (failed === null) return { source, population: 'visible', state: 'complete', count };
  if (failed.code === 'not_configured') return skipped(source, failed);
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

function witnessOutcome({ presenceApp, passwordApp }: Told): SourceOutcome {
  const asked = [presenceApp, passwordApp].filter((witness) => witness !== null);
  const failed = asked.find((witness) => 'reason' in witness);
  if (failed !== undefined && 'reason' in failed) return outcome('AW', asked.length, failed.reason, false);
  return outcome('AW', asked.length, null, true);
}

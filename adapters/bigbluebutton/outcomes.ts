import { type Reason, reason } from '../contract/fact.ts';
import type { SourceOutcome } from '../contract/subject.ts';
import { type Answer, answered } from './answer.ts';
import { firstReason } from './greenlight.ts';
import { notGiven } from './rows.ts';
import { mayBeBalancer, recordingsGap, type Seen } from './seen.ts';
import { laterSources, sources } from './sources.ts';

export interface PublicRoomTally {
  answered: number;
  /** Rooms that Greenlight does not know. */
  unknown: number;
  failed: Reason | null;
}

/** How each source fared; exactly one entry per source. */
export function outcomes(seen: Seen, tally: PublicRoomTally): SourceOutcome[] {
  return [
    single('A0', [seen.root]),
    meetings(seen),
    recordings(seen),
    single('A3', [seen.hooks]),
    ...greenlight(seen, tally),
    ...laterSources.map((source) => skipped(source, notGiven(source))),
  ];
}

function populationOf(id: string): SourceOutcome['population'] {
  return sources.find((source) => source.id === id)?.population ?? 'running';
}

function outcome(source: string, count: number, failed: Reason | null, some: boolean): SourceOutcome {
  const population = populationOf(source);
  if (failed === null) return { source, population, state: 'complete', count };
  if (failed.code === 'not_supported_by_version' && !some) return skipped(source, failed);
  return { source, population, state: some ? 'partial' : 'failed', reason: failed, count };
}

function skipped(source: string, why: Reason): SourceOutcome {
  return { source, population: populationOf(source), state: 'skipped', reason: why, count: 0 };
}

function single(source: string, answers: readonly Answer<unknown>[]): SourceOutcome {
  const some = answers.some(answered);
  return outcome(source, some ? 1 : 0, firstReason(answers), some);
}

function meetings({ meetings, root }: Seen): SourceOutcome {
  if (!answered(meetings)) return outcome('A1', 0, meetings.reason, false);
  const list = meetings.value;
  const counted = list.breakouts > 0 ? { counted: { breakout: list.breakouts } } : {};
  return { ...outcome('A1', list.meetings.length, listGap(list, mayBeBalancer(root)), true), ...counted };
}

function listGap(list: { unreadable: number; empty: boolean }, balancer: boolean): Reason | null {
  if (list.unreadable > 0)
    return reason('incomplete', `${list.unreadable} entries without an id of their own`);
  if (!list.empty || !balancer) return null;
  return reason(
    'incomplete',
    'a balancer may answer with an empty list where the call is switched off in it',
    {
      kind: 'config',
      name: 'balancer_env',
    },
  );
}

/** Behind a balancer the list is what it imported, so that absence from it is no proof. */
function recordings(seen: Seen): SourceOutcome {
  const { count, gap } = seen.recordings;
  const found = outcome(
    'A2',
    count,
    recordingsGap(seen),
    gap === null || gap.code === 'incomplete' || count > 0,
  );
  return mayBeBalancer(seen.root) ? { ...found, population: 'visible' } : found;
}

function greenlight({ greenlight }: Seen, tally: PublicRoomTally): SourceOutcome[] {
  if (greenlight === null) return ['G0', 'G1', 'G2', 'G3'].map((source) => skipped(source, notGiven('G0')));
  const none = tally.answered === 0 && tally.unknown > 0;
  const failed =
    tally.failed ?? (none ? reason('unreachable', 'Greenlight knows none of the running rooms') : null);
  return [
    single('G0', [greenlight.env]),
    single('G1', Object.values(greenlight.options)),
    single('G2', Object.values(greenlight.settings)),
    outcome('G3', tally.answered, failed, tally.answered > 0),
  ];
}

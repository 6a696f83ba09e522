import { type Reason, reason } from '../contract/fact.ts';
import type { HostPart } from '../contract/files.ts';
import type { SourceOutcome } from '../contract/subject.ts';
import { type Answer, answered } from './answer.ts';
import { databaseGap } from './database.ts';
import { firstReason } from './greenlight.ts';
import { notGiven } from './rows.ts';
import { type AllSeen, mayBeBalancer, meetingsGap, recordingsGap } from './seen.ts';
import type { ServerFiles } from './server-files.ts';
import { sources } from './sources.ts';

export interface PublicRoomTally {
  answered: number;
  /** Rooms that Greenlight does not know. */
  unknown: number;
  failed: Reason | null;
}

/** Rooms of Greenlight's database while they pass by. */
export interface RoomTally extends PublicRoomTally {
  stored: { count: number; failed: Reason | null; hidden: number };
  /** Running meetings whose creation an event told of. */
  told: number;
  /** Of these, those of which more was heard since. */
  heard: number;
  /** Meetings that an event told of and that may run or not. */
  doubtful: number;
}

export const emptyTally = (): RoomTally => ({
  answered: 0,
  unknown: 0,
  failed: null,
  stored: { count: 0, failed: null, hidden: 0 },
  told: 0,
  heard: 0,
  doubtful: 0,
});

/** How each source fared; exactly one entry per source. */
export function outcomes(seen: AllSeen, tally: RoomTally): SourceOutcome[] {
  return [
    single('A0', [seen.root]),
    meetings(seen),
    recordings(seen, tally),
    single('A3', [seen.hooks]),
    probes(seen),
    ...greenlight(seen, tally),
    stored(seen, tally),
    ...(Object.keys(fileSources) as (keyof ServerFiles)[]).map((key) =>
      file(fileSources[key], seen.files[key]),
    ),
    received(seen, 'EV', tally.told, tally.doubtful),
    received(seen, 'EM', tally.heard, 0),
  ];
}

/** Never asked: what came by itself counts while the list of meetings shows its meeting. */
function received(
  { meetings }: AllSeen,
  source: 'EV' | 'EM',
  count: number,
  doubtful: number,
): SourceOutcome {
  if (doubtful > 0 && !answered(meetings)) return outcome(source, count, meetings.reason, false);
  if (count > 0) return outcome(source, count, null, true);
  return skipped(source, notGiven(source, 'events are received, not asked for'));
}

export const fileSources = {
  properties: 'FP',
  client: 'FY',
  cron: 'FC',
  relays: 'FT',
  balancer: 'FB',
  webhooks: 'FW',
} as const satisfies Record<keyof ServerFiles, string>;

/** One host that could not be read leaves nothing that is known of all. */
function file(source: string, parts: readonly HostPart<unknown>[] | null): SourceOutcome {
  if (parts === null) return skipped(source, notGiven(source));
  const read = parts.filter(({ content }) => 'value' in content).length;
  const failed = fileFailure(parts);
  return outcome(source, read > 0 ? 1 : 0, failed, read > 0);
}

export function fileFailure(parts: readonly HostPart<unknown>[]): Reason | null {
  for (const { content, file: from } of parts) {
    if (!('reason' in content)) continue;
    const { detail } = content.reason;
    return { ...content.reason, detail: `${from.locator}: ${detail ?? content.reason.code}` };
  }
  return null;
}

function probes({ probes }: AllSeen): SourceOutcome {
  if (probes === null) return skipped('A4', notGiven('A4'));
  return single('A4', [probes.outdated, probes.checked]);
}

function stored({ database }: AllSeen, { stored }: RoomTally): SourceOutcome {
  if (database === null) return skipped('GS', notGiven('GS'));
  return outcome('GS', stored.count, stored.failed ?? databaseGap(database), answered(database));
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

function meetings(seen: AllSeen): SourceOutcome {
  const { meetings } = seen;
  if (!answered(meetings)) return outcome('A1', 0, meetings.reason, false);
  const list = meetings.value;
  const counted = list.breakouts > 0 ? { counted: { breakout: list.breakouts } } : {};
  return { ...outcome('A1', list.meetings.length, meetingsGap(seen), true), ...counted };
}

/** Behind a balancer the list is what it imported, so that absence from it is no proof. */
function recordings(seen: AllSeen, { stored }: RoomTally): SourceOutcome {
  const { count, gap } = seen.recordings;
  const hidden =
    stored.hidden === 0
      ? null
      : reason('incomplete', `${stored.hidden} recordings that Greenlight lists are not shown by the server`);
  const found = outcome(
    'A2',
    count,
    recordingsGap(seen) ?? hidden,
    gap === null || gap.code === 'incomplete' || count > 0,
  );
  return mayBeBalancer(seen.root) ? { ...found, population: 'visible' } : found;
}

/** Its rooms are those of the list of meetings: without that there was nothing to ask for. */
function publicRooms({ meetings }: AllSeen, tally: PublicRoomTally): SourceOutcome {
  const none = tally.answered === 0 && tally.unknown > 0;
  const unknown = none ? reason('unreachable', 'Greenlight knows none of the running rooms') : null;
  const unlisted = answered(meetings) ? null : meetings.reason;
  return outcome('G3', tally.answered, tally.failed ?? unknown ?? unlisted, tally.answered > 0);
}

function greenlight(seen: AllSeen, tally: PublicRoomTally): SourceOutcome[] {
  const { greenlight } = seen;
  if (greenlight === null) return ['G0', 'G1', 'G2', 'G3'].map((source) => skipped(source, notGiven('G0')));
  return [
    single('G0', [greenlight.env]),
    single('G1', Object.values(greenlight.options)),
    single('G2', Object.values(greenlight.settings)),
    publicRooms(seen, tally),
  ];
}

import { notConfigured, type Reason } from '../contract/fact.ts';
import type { SourceOutcome } from '../contract/subject.ts';
import type { Read } from './disco.ts';
import type { RoomsSeen, Seen, Source } from './seen.ts';
import { laterSources, sources } from './sources.ts';

type Outcome = Omit<SourceOutcome, 'population'>;

/** How each source fared; exactly one entry per source that is asked or could be. */
export function outcomes(seen: Seen, named: number): SourceOutcome[] {
  return [
    read('C', seen.config),
    optional('CI', seen.interface),
    read('W', seen.page),
    { source: 'L', state: 'complete', count: 1 } as Outcome,
    read('P', seen.census),
    read('X1', seen.logins.outcome),
    inSession(seen, 'X2', seen.domain),
    inSession(seen, 'X3', seen.items),
    inSession(seen, 'X4', seen.software),
    inSession(seen, 'X5', seen.services),
    rooms(seen, named),
    lobby(seen, named),
    ...laterSources.map((source) => skipped(source, notConfigured(keyOf(source)))),
  ].map((outcome): SourceOutcome => ({ ...outcome, population: 'running' }));
}

function keyOf(id: string): string {
  return sources.find((source) => source.id === id)?.needs?.name ?? id;
}

const skipped = (source: string, why: Reason): Outcome => ({
  source,
  state: 'skipped',
  reason: why,
  count: 0,
});

function read(source: Source, value: Read<unknown>): Outcome {
  return value.state === 'known'
    ? { source, state: 'complete', count: 1 }
    : { source, state: 'failed', reason: value.reason, count: 0 };
}

/** No fact rests on it, and newer deployments have no such file. */
function optional(source: Source, value: Read<unknown>): Outcome {
  return value.state === 'known' ? read(source, value) : skipped(source, value.reason);
}

/** Where nobody gets in without an account there is nothing that failed. */
function inSession(seen: Seen, source: Source, value: Read<unknown>): Outcome {
  const { outcome } = seen.logins;
  const refused = outcome.state === 'known' && outcome.value === 'refused';
  return value.state === 'unknown' && refused ? skipped(source, value.reason) : read(source, value);
}

function rooms(seen: Seen, named: number): Outcome {
  if (named === 0) return skipped('X6', notConfigured('rooms'));
  const { outcome } = seen.logins;
  const { rooms: found, failed, reason: why } = seen.rooms;
  if (why !== null && outcome.state === 'known' && outcome.value === 'refused') return skipped('X6', why);
  const counted = countedOf(seen.rooms);
  const base = { source: 'X6', count: found.length, ...(counted === null ? {} : { counted }) };
  if (why === null) return { ...base, state: 'complete' };
  const some = found.length + seen.rooms.absent + seen.rooms.auxiliary > 0;
  return { ...base, state: some && failed > 0 ? 'partial' : 'failed', reason: why };
}

function countedOf(seen: RoomsSeen): Record<string, number> | null {
  const counted: Record<string, number> = {};
  if (seen.absent > 0) counted['not_running'] = seen.absent;
  if (seen.auxiliary > 0) counted['auxiliary'] = seen.auxiliary;
  return Object.keys(counted).length === 0 ? null : counted;
}

function lobby(seen: Seen, named: number): Outcome {
  if (named === 0) return skipped('X7', notConfigured('rooms'));
  const asked = seen.rooms.rooms
    .map((room) => room.lobbyProbe)
    .filter((probe) => probe.state !== 'not_asked');
  const failures = asked.flatMap((probe) => (probe.state === 'failed' ? [probe.reason] : []));
  const count = asked.length - failures.length;
  const [first] = failures;
  if (first !== undefined)
    return { source: 'X7', state: count > 0 ? 'partial' : 'failed', reason: first, count };
  if (asked.length > 0) return { source: 'X7', state: 'complete', count };
  const why = seen.rooms.reason ?? (seen.domain.state === 'unknown' ? seen.domain.reason : null);
  return skipped('X7', why ?? { code: 'not_running', detail: 'no room had to be asked about' });
}

import { notConfigured, type Reason } from '../contract/fact.ts';
import { releaseOutcome } from '../contract/releases.ts';
import type { SourceOutcome } from '../contract/subject.ts';
import type { Read } from './known.ts';
import type { JitsiSettings } from './schema.ts';
import { type FileSource, type FilesSeen, isUnread, type RoomsSeen, type Seen, type Source } from './seen.ts';

type Outcome = Omit<SourceOutcome, 'population'>;

/** How each source fared; exactly one entry per source. */
export function outcomes(seen: Seen, settings: JitsiSettings): SourceOutcome[] {
  const named = settings.rooms?.length ?? 0;
  return [
    read('C', seen.config),
    optional('CI', seen.interface),
    read('W', seen.page),
    releaseOutcome('L', seen.releases, 'running'),
    read('P', seen.census),
    read('X1', seen.logins.outcome),
    inSession(seen, 'X2', seen.domain),
    inSession(seen, 'X3', seen.items),
    inSession(seen, 'X4', seen.software),
    inSession(seen, 'X5', seen.services),
    rooms(seen, named),
    lobby(seen, named),
    account(seen),
    list('N1', seen.running),
    perRoom('N2', seen, sizes(seen), settings.prosody_http === undefined ? 'prosody_http' : undefined),
    perRoom(
      'N3',
      seen,
      seen.rooms.rooms.map((room) => room.shown),
      settings.room_info === undefined ? 'room_info' : undefined,
    ),
    list('K1', seen.conferences),
    given('K2', seen.recorders),
    given('K3', seen.focusVersion),
    given('V1', seen.bridgeVersion),
    files('E', seen.environment, 'env_file'),
    files('PC', seen.prosody, 'prosody_config'),
    files('JC', seen.focus, 'jicofo_config'),
  ].map((outcome): SourceOutcome => ({ ...outcome, population: 'running' }));
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

function given(source: Source, value: Read<unknown>): Outcome {
  return value.state === 'unknown' && value.reason.code === 'not_configured'
    ? skipped(source, value.reason)
    : read(source, value);
}

/** A list of running rooms; rooms of other kinds in it are counted. */
function list(source: Source, value: Read<{ rooms: readonly unknown[]; damaged: Reason | null }>): Outcome {
  if (value.state === 'unknown') return given(source, value);
  const count = value.value.rooms.length;
  const { damaged } = value.value;
  return damaged === null
    ? { source, state: 'complete', count }
    : { source, state: 'partial', reason: damaged, count };
}

/** Asked only where the list does not show the number. */
function sizes(seen: Seen): Read<unknown>[] {
  if (!seen.live || seen.running.state === 'known') return [];
  return seen.rooms.rooms.map((room) => room.size);
}

function perRoom(
  source: Source,
  seen: Seen,
  answers: readonly Read<unknown>[],
  missingKey: string | undefined,
): Outcome {
  if (missingKey !== undefined) return skipped(source, notConfigured(missingKey));
  if (answers.length === 0) {
    const why = source === 'N2' && !seen.live ? notConfigured('live.purpose') : nothingToAsk;
    return skipped(source, why);
  }
  const failures = answers.flatMap((answer) => (answer.state === 'unknown' ? [answer.reason] : []));
  const count = answers.length - failures.length;
  const [first] = failures.filter(({ code }) => code !== 'not_running');
  const why = count === 0 ? (first ?? failures[0]) : first;
  if (why === undefined) return { source, state: 'complete', count };
  return { source, state: count > 0 ? 'partial' : 'failed', reason: why, count };
}

const nothingToAsk: Reason = { code: 'not_running', detail: 'no room had to be asked about' };

function account(seen: Seen): Outcome {
  if (seen.account.state === 'unknown') return given('X8', seen.account);
  return perRoom(
    'X8',
    seen,
    seen.rooms.rooms.map((room) => room.form),
    undefined,
  );
}

function files(source: FileSource, parts: FilesSeen<unknown>, key: string): Outcome {
  if (parts.length === 0) return skipped(source, notConfigured(key));
  const failures = parts.flatMap(({ content }) => ('reason' in content ? [content.reason] : []));
  const count = parts.length - failures.length;
  const [first] = failures;
  if (first === undefined) return { source, state: 'complete', count };
  return { source, state: count > 0 ? 'partial' : 'failed', reason: first, count };
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
  if (nothingNamed(seen, named)) return skipped('X6', notConfigured('rooms'));
  const { outcome } = seen.logins;
  const { failed, reason: why } = seen.rooms;
  const found = seen.rooms.rooms.filter(({ info }) => !isUnread(info));
  if (why !== null && outcome.state === 'known' && outcome.value === 'refused') return skipped('X6', why);
  const counted = countedOf(seen.rooms);
  const base = { source: 'X6', count: found.length, ...(counted === null ? {} : { counted }) };
  if (why === null) return { ...base, state: 'complete' };
  const some = found.length + seen.rooms.absent + seen.rooms.auxiliary > 0;
  return { ...base, state: some && failed > 0 ? 'partial' : 'failed', reason: why };
}

/** Neither the configuration nor a list of the server names any room. */
function nothingNamed(seen: Seen, named: number): boolean {
  return named === 0 && seen.running.state === 'unknown' && seen.conferences.state === 'unknown';
}

function countedOf(seen: RoomsSeen): Record<string, number> | null {
  const counted: Record<string, number> = {};
  if (seen.absent > 0) counted['not_running'] = seen.absent;
  if (seen.auxiliary > 0) counted['auxiliary'] = seen.auxiliary;
  return Object.keys(counted).length === 0 ? null : counted;
}

function lobby(seen: Seen, named: number): Outcome {
  if (nothingNamed(seen, named)) return skipped('X7', notConfigured('rooms'));
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
  return skipped('X7', why ?? nothingToAsk);
}

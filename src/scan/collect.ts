import type { Adapter, AdapterContext, Log, Target } from '../../adapters/contract/adapter.ts';
import { type Fact, hole, reason } from '../../adapters/contract/fact.ts';
import { hostOf } from '../../adapters/contract/hosts.ts';
import { createHttp } from '../../adapters/contract/http-client.ts';
import type { Notes } from '../../adapters/contract/note.ts';
import type { GivenReleases } from '../../adapters/contract/releases.ts';
import type { Slices } from '../../adapters/contract/slices.ts';
import { openSql } from '../../adapters/contract/sql-client.ts';
import type { SourceOutcome, Subject } from '../../adapters/contract/subject.ts';
import type { SecretRef } from '../../adapters/contract/target.ts';
import { type FactName, isFactName } from '../../adapters/contract/vocabulary.ts';
import type { Config, ConfiguredTarget } from '../config/types.ts';
import { RoomwardenError } from '../errors.ts';
import { rfc3339 } from '../findings/detail.ts';
import { attestationFacts, inventoryFacts } from '../inventory/declared.ts';
import { IdSet } from '../inventory/id-set.ts';
import { AlikeFacts } from './alike.ts';
import { boundLog } from './log.ts';
import type { ScanEnd, ScanFailure, ScanHeader, ScanRecord, SubjectRecord } from './records.ts';
import { failureOf } from './state.ts';
import { factProblem } from './vocabulary.ts';

export interface CollectDeps {
  now(): number;
  log: Log;
  signal: AbortSignal;
  /** Reads a secret at this moment; the value is not kept. @throws {RoomwardenError} */
  secret(ref: SecretRef): Promise<string>;
  /** Lists of releases that were given for a vendor; read at each scan. */
  releases?(vendor: string): Promise<GivenReleases | undefined>;
  /** Ids of the policies that read attestations. */
  attesting: readonly string[];
  /** Every HTTP call to the target's servers; `status` null: no answer. */
  onCall?(target: ConfiguredTarget, status: number | null): void;
  /** What pushes told; left out where nothing is recorded. */
  notes?: Notes;
  /** Left out where all rooms are collected here. */
  slices?: Slices;
}

/** What an adapter opened, to be closed by whoever gave it the context. */
export interface Closable {
  close(): void;
}

type Configuration = Pick<Config, 'tags' | 'attestations' | 'waivers' | 'policies'> &
  Partial<Pick<Config, 'targets'>>;

/**
 * One scan of one target as records: header, subjects, end. Whatever a vendor does or a secret lacks ends in the last
 * record; it does not throw.
 */
export async function* collectRecords(
  target: ConfiguredTarget,
  adapter: Adapter,
  config: Configuration,
  given: CollectDeps,
): AsyncGenerator<ScanRecord> {
  const deps = { ...given, log: boundLog(given.log, { target: target.id }) };
  yield headerOf(target, config, deps);
  const clients: Closable[] = [];
  const sources: SourceOutcome[] = [];
  const end: ScanEnd = { schema: 'roomwarden.scan-end/1', target: target.id, sources };
  try {
    yield* subjects(target, adapter, contextOf(target, config, deps, clients), sources, deps);
  } catch (error) {
    end.error = failure(target.id, error, deps);
  } finally {
    for (const client of clients) client.close();
  }
  end.finished_at = rfc3339(deps.now());
  yield end;
}

export function headerOf(
  target: ConfiguredTarget,
  config: Configuration,
  deps: Pick<CollectDeps, 'now' | 'attesting'>,
): ScanHeader {
  const now = deps.now();
  return {
    schema: 'roomwarden.scan/1',
    target: target.id,
    vendor: target.vendor,
    started_at: rfc3339(now),
    attestations: attestationFacts(target, deps.attesting, config.attestations, now),
    inventory: inventoryFacts(target.settings, now),
    tags: config.tags,
    parameters: config.policies,
    live: target.live !== null,
    waivers: config.waivers
      .filter((waiver) => waiver.target === target.id)
      .map(({ origin: _, ...waiver }) => waiver),
  };
}

/** What an adapter may touch during one scan or check; every client it opens lands in `clients`. */
export function contextOf(
  target: ConfiguredTarget,
  config: Pick<Config, 'tags'> & Partial<Pick<Config, 'targets'>>,
  deps: Pick<CollectDeps, 'now' | 'log' | 'signal' | 'secret' | 'releases' | 'notes' | 'onCall' | 'slices'>,
  clients: Closable[],
): AdapterContext {
  const { now, log, signal, notes } = deps;
  return {
    http(options) {
      const onCall = (status: number | null): void => deps.onCall?.(target, status);
      const client = createHttp(options, { now, log, signal, onCall });
      clients.push(client);
      return client;
    },
    sql(options) {
      const client = openSql(options, { log, signal });
      clients.push(client);
      return client;
    },
    now,
    log,
    signal,
    secret: (ref) => deps.secret(ref),
    releases: async () => deps.releases?.(target.vendor),
    hostOfTarget: (id) => hostOfTarget(config.targets ?? [], id),
    tags: config.tags,
    live: target.live !== null,
    ...(target.live === null || notes === undefined ? {} : { notes }),
    ...(deps.slices === undefined ? {} : { slices: deps.slices }),
  };
}

function hostOfTarget(targets: readonly ConfiguredTarget[], id: string): string | undefined {
  const url = targets.find((each) => each.id === id)?.settings['url'];
  return typeof url === 'string' ? hostOf(url) : undefined;
}

async function* subjects(
  target: ConfiguredTarget,
  adapter: Adapter,
  context: AdapterContext,
  sources: SourceOutcome[],
  deps: CollectDeps,
): AsyncGenerator<SubjectRecord> {
  const seen = new IdSet();
  const alike = new AlikeFacts();
  for await (const item of untilAborted(
    adapter.collect(target as Target<unknown>, context),
    context.signal,
  )) {
    if ('source' in item) {
      sources.push(item.source);
      continue;
    }
    const { subject } = item;
    if (!seen.add(JSON.stringify([subject.kind, subject.id]))) {
      deps.log.warn({ kind: subject.kind }, 'subject delivered twice, the second was left out');
      continue;
    }
    yield recordOf(target, subject, alike, deps);
  }
}

/**
 * Does not wait for an adapter that hangs once the scan is to stop. Each wait has a promise of its own: a race with one
 * that lives as long as the scan would keep every subject alive as long.
 */
export async function* untilAborted<T>(items: AsyncIterable<T>, signal: AbortSignal): AsyncGenerator<T> {
  const iterator = items[Symbol.asyncIterator]();
  let stop = (): void => {};
  const aborted = (): void => stop();
  signal.addEventListener('abort', aborted, { once: true });
  try {
    for (;;) {
      signal.throwIfAborted();
      const next = await new Promise<IteratorResult<T>>((resolve, reject) => {
        stop = () => reject(signal.reason);
        iterator.next().then(resolve, reject);
      });
      if (next.done === true) break;
      yield next.value;
    }
    signal.throwIfAborted();
  } finally {
    signal.removeEventListener('abort', aborted);
    void iterator.return?.().catch(() => {});
  }
}

export function recordOf(
  target: ConfiguredTarget,
  subject: Subject,
  alike: AlikeFacts,
  deps: CollectDeps,
): SubjectRecord {
  return {
    schema: 'roomwarden.subject/1',
    target: target.id,
    vendor: target.vendor,
    kind: subject.kind,
    id: subject.id,
    name: subject.name,
    ...(subject.aliases === undefined || subject.aliases.length === 0 ? {} : { aliases: subject.aliases }),
    facts: checkedFacts(subject, alike, deps),
  };
}

/** A value that is not of its fact's type decides nothing. Facts that are sound and held already are left as they are. */
function checkedFacts(subject: Subject, alike: AlikeFacts, deps: CollectDeps): SubjectRecord['facts'] {
  const given = subject.facts;
  let facts: Subject['facts'] | null = null;
  for (const key in given) {
    const name = key as FactName;
    const fact = given[name] as Fact;
    const kept = alike.find(name, fact) ?? checkedFact(name, fact, alike, deps);
    if (kept === fact) continue;
    facts ??= { ...given };
    if (kept === null) delete facts[name];
    else facts[name] = kept;
  }
  return facts ?? given;
}

/** @returns null: no fact of the vocabulary */
function checkedFact(name: FactName, fact: Fact, alike: AlikeFacts, deps: CollectDeps): Fact | null {
  const problem = factProblem(name, fact);
  if (problem === undefined) {
    alike.keep(name, fact);
    return fact;
  }
  deps.log.error({ fact: name, problem }, 'adapter gave a fact that is not of the vocabulary');
  return isFactName(name) ? hole(reason('invalid_answer', 'not of the type of this fact')) : null;
}

function failure(target: string, error: unknown, deps: CollectDeps): ScanFailure {
  if (deps.signal.aborted) {
    return failureOf(new RoomwardenError('RW2006', { target, detail: 'stopped' }));
  }
  if (error instanceof RoomwardenError) return failureOf(error);
  // The text of an unforeseen error could quote an answer: only its name and place are told.
  const name = error instanceof Error ? error.name : typeof error;
  const place = error instanceof Error ? /[^/\s(]+\.ts:\d+/.exec(error.stack ?? '')?.[0] : undefined;
  const detail = place === undefined ? name : `${name}, ${place}`;
  deps.log.error({ detail }, 'scan failed because of a defect');
  return failureOf(new RoomwardenError('RW2007', { target, detail }));
}

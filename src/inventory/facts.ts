import {
  type Fact,
  type FactValue,
  hole,
  type Reason,
  type ReasonCode,
  reason,
} from '../../adapters/contract/fact.ts';
import type { SourceOutcome, SourceState } from '../../adapters/contract/subject.ts';
import { type FactName, factDefinition, isFactName } from '../../adapters/contract/vocabulary.ts';
import type { FactMap } from '../policy/types.ts';

/**
 * `held`: an older value that the last scan could not read again, though it read others from the same source; `lost`
 * says why.
 */
export type KeptFact = Fact & { held?: true; lost?: Reason };
export type KeptFacts = Partial<Record<FactName, KeptFact>>;

/** Source to its last outcome and to the time it last answered. */
export type SourceRecord = Record<string, { outcome: SourceOutcome; answered_at: number | null }>;

const passing: readonly ReasonCode[] = [
  'not_permitted',
  'unreachable',
  'throttled',
  'too_large',
  'invalid_answer',
  'incomplete',
];

/** Facts as they may be kept: live ones are judged and dropped. */
export function withoutLive(facts: FactMap): KeptFacts {
  let some = false;
  for (const name in facts) some ||= factDefinition(name as FactName).live;
  if (!some) return facts;
  const kept: KeptFacts = {};
  for (const [name, fact] of Object.entries(facts) as [FactName, Fact][]) {
    if (!factDefinition(name).live) kept[name] = fact;
  }
  return kept;
}

/** Whether a fact was lost to a source that failed, wholly or in part: then an older value may stand in. */
export function lostTo(fact: Fact, states: ReadonlyMap<string, SourceState>): SourceState | null {
  if ('value' in fact || !passing.includes(fact.unavailable.code)) return null;
  const source = fact.evidence[0]?.source;
  const state = source === undefined ? undefined : states.get(source);
  return state === 'failed' || state === 'partial' ? state : null;
}

/** A scan replaces only what its sources answered. */
export function mergeFacts(
  before: KeptFacts,
  now: KeptFacts,
  states: ReadonlyMap<string, SourceState>,
  answeredBefore: (source: string) => number | null,
): KeptFacts {
  const merged: KeptFacts = {};
  for (const [name, fact] of Object.entries(now) as [FactName, Fact][]) {
    const old = before[name];
    const lost = lostTo(fact, states);
    const keep = lost !== null && old !== undefined && 'value' in old && !('value' in fact);
    if (!keep) merged[name] = fact;
    else if (lost === 'failed' || old.held === true) merged[name] = old;
    else merged[name] = { ...heldFact(name, old, answeredBefore), lost: fact.unavailable };
  }
  return merged;
}

/** From here on the source's own times say nothing about this fact. */
function heldFact(
  name: FactName,
  fact: KeptFact,
  answeredBefore: (source: string) => number | null,
): KeptFact {
  const [first, ...rest] = fact.evidence;
  if (first === undefined) return { ...fact, held: true };
  const seen = Math.max(first.observed_at, answeredBefore(first.source) ?? 0);
  const evidence = [{ ...first, observed_at: seen }, ...rest];
  if (!('value' in fact) || ageOf(name, fact.value) === undefined) return { ...fact, evidence, held: true };
  return { value: grown(fact.value, (seen - first.observed_at) / 1000), evidence, held: true };
}

export const tenMinutes = 600_000;

/**
 * An age whose beginning moved by less than the hash can tell keeps the older reading: at the edge of two steps of ten
 * minutes a rounded second would look like a change.
 */
export function withSteadyAges(facts: KeptFacts, before: KeptFacts): KeptFacts {
  const result: KeptFacts = { ...facts };
  for (const [name, fact] of Object.entries(facts) as [FactName, KeptFact][]) {
    const old = before[name];
    const [began, beganBefore] = [beginOf(name, fact), old === undefined ? null : beginOf(name, old)];
    if (old === undefined || began === null || beganBefore === null) continue;
    const near = Math.abs(began - beganBefore) < tenMinutes && old.held === fact.held;
    if (near && sameEvidence(fact, old)) result[name] = old;
  }
  return result;
}

/** Left out of JSON where it is undefined; a copy without the key would cost more. */
export const timeless = ({ evidence }: KeptFact): unknown[] =>
  evidence.map((line) => ({ ...line, observed_at: undefined }));

const sameEvidence = (one: KeptFact, other: KeptFact): boolean =>
  JSON.stringify(timeless(one)) === JSON.stringify(timeless(other));

/** Of an age: when it began. */
export function beginOf(name: FactName, fact: KeptFact): number | null {
  const seconds = 'value' in fact ? ageOf(name, fact.value) : undefined;
  return seconds === undefined ? null : (fact.evidence[0]?.observed_at ?? 0) - seconds * 1000;
}

function ageOf(name: string, value: FactValue): number | undefined {
  if (!/(^|[._])age$/.test(name)) return undefined;
  if (typeof value === 'number') return value;
  return typeof value === 'object' && 'value' in value ? value.value : undefined;
}

/**
 * Facts as the last scan saw them: an older value that it could not read again was a hole to it, whatever is kept. So a
 * verdict that is made anew from what is kept is the one that this scan would have given.
 */
export function asScanned(kept: KeptFacts, sources: SourceRecord): KeptFacts {
  const facts: KeptFacts = {};
  for (const [name, fact] of Object.entries(kept) as [FactName, KeptFact][]) {
    const why = lostBy(fact, sources);
    facts[name] = why === null ? fact : hole(why, fact.evidence);
  }
  return facts;
}

function lostBy(fact: KeptFact, sources: SourceRecord): Reason | null {
  if (!('value' in fact)) return null;
  const outcome = sources[fact.evidence[0]?.source ?? '']?.outcome;
  if (fact.held === true) return fact.lost ?? outcome?.reason ?? reason('incomplete');
  return outcome?.state === 'failed' ? (outcome.reason ?? reason('unreachable')) : null;
}

export interface Reading {
  sources: SourceRecord;
  /** Null while the subject was met by the last scan that covered its kind; else when it was last met. */
  lastMet: number | null;
  now: number;
  /** Seconds. */
  freshness: number;
}

/** Facts as they count now: confirmed by their sources since, aged, and no longer used where they are too old. */
export function readFacts(kept: KeptFacts, reading: Reading): FactMap {
  const facts: Partial<Record<FactName, Fact>> = {};
  for (const [name, fact] of Object.entries(kept)) {
    if (isFactName(name)) facts[name] = readFactNow(name, fact, reading);
  }
  return facts;
}

function readFactNow(name: FactName, kept: KeptFact, reading: Reading): Fact {
  const { held, lost: _, ...fact } = kept;
  const [first, ...rest] = fact.evidence;
  if (first === undefined) return fact;
  const seen = held === true ? first.observed_at : confirmedAt(first.source, first.observed_at, reading);
  const evidence = [{ ...first, observed_at: seen }, ...rest];
  if (!('value' in fact)) return { ...fact, evidence };
  if (reading.now - seen > reading.freshness * 1000) {
    return { unavailable: reason('stale', `last seen ${new Date(seen).toISOString()}`), evidence };
  }
  return ageOf(name, fact.value) === undefined
    ? { ...fact, evidence }
    : { value: grown(fact.value, (seen - first.observed_at) / 1000), evidence };
}

function confirmedAt(source: string, observedAt: number, { sources, lastMet }: Reading): number {
  const answered = sources[source]?.answered_at ?? 0;
  return Math.max(observedAt, lastMet === null ? answered : Math.min(answered, lastMet));
}

function grown(value: FactValue, seconds: number): FactValue {
  if (typeof value === 'number') return Math.round(value + seconds);
  if (typeof value === 'object' && 'value' in value) {
    return { ...value, value: Math.round(value.value + seconds) };
  }
  return value;
}

import type { FactSource } from '../../adapters/contract/adapter.ts';
import type { Reason } from '../../adapters/contract/fact.ts';
import { type SubjectKind, subjectKinds } from '../../adapters/contract/subject.ts';
import { type FactName, factDefinition } from '../../adapters/contract/vocabulary.ts';
import { Batch } from './batch.ts';
import type { CompiledCatalogue, CompiledEntry } from './compiled.ts';
import type { EntryState, Judgement } from './types.ts';

export interface BindOptions {
  /** A target without an API: nothing but the configuration is known of it. */
  declaredOnly: boolean;
  /** The target allows live facts to be judged (`live.purpose`). */
  live: boolean;
}

export interface BoundEntry {
  entry: CompiledEntry;
  state: EntryState;
}

/** The rules as they are judged on targets of one vendor. */
export interface Bound {
  compiled: CompiledCatalogue;
  entries: readonly BoundEntry[];
  judged: Readonly<Record<SubjectKind, readonly CompiledEntry[]>>;
  batches: Readonly<Record<SubjectKind, Batch>>;
}

/** Decides at which levels each policy is judged, from what the adapter says it can show. */
export function bindVendor(
  compiled: CompiledCatalogue,
  rows: readonly FactSource[],
  options: BindOptions,
): Bound {
  const shown = new Set<FactName>(rows.map((row) => row.fact));
  const entries = settle(compiled.entries.map((entry) => ({ entry, state: stateOf(entry, shown, options) })));
  const judgedAt = (kind: SubjectKind): CompiledEntry[] =>
    entries.filter((e) => e.state === 'judged' && e.entry.kind === kind).map((e) => e.entry);
  const judged = byKind(judgedAt);
  return { compiled, entries, judged, batches: byKind((kind) => new Batch(kind, judged[kind])) };
}

function byKind<T>(make: (kind: SubjectKind) => T): Record<SubjectKind, T> {
  return { deployment: make('deployment'), room: make('room'), recording: make('recording') };
}

/** Facts that the core knows from the configuration, whatever the vendor is. */
export function fromConfiguration(name: FactName): boolean {
  const { level } = factDefinition(name);
  return level === 'inventory' || level === 'attestation';
}

function stateOf(entry: CompiledEntry, shown: ReadonlySet<FactName>, options: BindOptions): EntryState {
  if (entry.switchedOff) return 'not_applicable';
  const ofProduct = entry.ruleReads.filter((name) => !fromConfiguration(name));
  if (ofProduct.length === 0) return 'judged';
  if (options.declaredOnly) return ofProduct.every((name) => shown.has(name)) ? 'judged' : 'not_applicable';
  if (!ofProduct.some((name) => shown.has(name))) return 'skipped_level';
  return entry.live && !options.live ? 'live_off' : 'judged';
}

/** A level that is skipped is no loss while another is judged; where none remains, the product cannot show it. */
function settle(entries: readonly BoundEntry[]): BoundEntry[] {
  return entries.map((bound) => {
    if (bound.state !== 'skipped_level') return bound;
    const siblings = entries.filter((other) => other.entry.policy === bound.entry.policy);
    return siblings.every((s) => s.state === 'skipped_level')
      ? { ...bound, state: 'not_observable' as const }
      : bound;
  });
}

/**
 * One judgement per policy that is judged at no level on this target, at level deployment: unknown because the
 * product cannot show it or live facts are off, not applicable where the target has no API or a parameter says so.
 */
export function unjudged(bound: Bound): Judgement[] {
  const judgements: Judgement[] = [];
  for (const policy of bound.compiled.catalogue.policies) {
    const own = bound.entries.filter((e) => e.entry.policy === policy);
    if (own.length === 0 || own.some((e) => e.state === 'judged')) continue;
    const telling = own.find((e) => e.state === 'live_off') ?? own.find((e) => e.state !== 'skipped_level');
    if (telling !== undefined) judgements.push(targetJudgement(telling));
  }
  return judgements;
}

function targetJudgement({ entry, state }: BoundEntry): Judgement {
  if (state === 'not_applicable')
    return { ...bare(entry, 'deployment'), verdict: 'not_applicable', confidence: 'high' };
  const reason: Reason =
    state === 'live_off'
      ? { code: 'not_configured', fill: { kind: 'config', name: 'live.purpose' } }
      : { code: 'not_observable' };
  return { ...bare(entry, 'deployment'), holes: entry.ruleReads.map((fact) => ({ fact, reason })) };
}

/**
 * What is to be said of rooms or recordings that could not be listed at all: one unknown per policy, at level
 * deployment, because there is no subject to hang it on.
 */
export function unlisted(bound: Bound, kind: SubjectKind, reason: Reason): Judgement[] {
  return bound.judged[kind].map((entry) => ({
    ...bare(entry, 'deployment'),
    holes: entry.ruleReads.map((fact) => ({ fact, reason })),
  }));
}

function bare(entry: CompiledEntry, kind: SubjectKind): Judgement {
  return {
    policy: entry.policy.id,
    policyVersion: entry.policy.version,
    kind,
    verdict: 'unknown',
    severity: entry.severity,
    confidence: 'low',
    facts: [],
    holes: [],
    met: [],
  };
}

/** At which kinds of subject a policy is judged on this target. */
export function judgedKinds(bound: Bound, policy: string): SubjectKind[] {
  return subjectKinds.filter((kind) => bound.judged[kind].some((entry) => entry.policy.id === policy));
}

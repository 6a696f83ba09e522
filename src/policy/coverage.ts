import type { FactSource } from '../../adapters/contract/adapter.ts';
import type { SubjectKind } from '../../adapters/contract/subject.ts';
import { type Bound, type BoundEntry, fromConfiguration } from './bind.ts';
import type { Catalogue, Clause, Policy } from './catalogue.ts';
import { type Count, countOf, type Tally } from './tally.ts';
import type { CoverageStatus } from './types.ts';

/** Shares from 0 to 1: `low` counts what is unknown as violated, `high` as met, `seen` is the share that is known. */
export interface Span {
  low: number;
  high: number;
  seen: number;
}

export interface ClauseCoverage {
  clause: string;
  status: CoverageStatus;
  /** Kinds of subject at which a policy of this clause is judged on this target. */
  judged_at: SubjectKind[];
  /** Null while anything is unknown, and where nothing was there to judge. */
  score: number | null;
  /** Null where nothing of this clause applies. */
  span: Span | null;
  /** Verdicts of all its policies; waived violations are among the violations. */
  counts: Count;
}

export interface TargetScore {
  low: number | null;
  high: number | null;
  seen: number;
}

/** One row per clause of both documents, for one target. */
export function coverageOf(bound: Bound, tally: Tally): ClauseCoverage[] {
  const plain = bound.compiled.catalogue.clauses.filter((clause) => clause.aggregateOf === undefined);
  const rows = new Map(plain.map((clause) => [clause.id, clauseCoverage(bound, tally, clause)]));
  return bound.compiled.catalogue.clauses.map((clause) => rows.get(clause.id) ?? rollUp(clause, rows));
}

/** The mean over the clauses that apply; a clause of which nothing was seen spans from 0 to 1. */
export function scoreOf(coverage: readonly ClauseCoverage[]): TargetScore {
  const spans = coverage
    .filter((c) => c.status !== 'aggregate')
    .flatMap((c) => (c.span === null ? [] : [c.span]));
  const span = mean(spans);
  return span === null ? { low: null, high: null, seen: 0 } : span;
}

function clauseCoverage(bound: Bound, tally: Tally, clause: Clause): ClauseCoverage {
  const entries = bound.entries.filter((e) => e.entry.policy.resolvedClauses.includes(clause.id));
  const judged = entries.filter((e) => e.state === 'judged');
  const span = mean(
    bound.compiled.catalogue.policies
      .filter((policy) => policy.resolvedClauses.includes(clause.id))
      .flatMap((policy) =>
        policySpan(
          entries.filter((e) => e.entry.policy === policy),
          tally,
        ),
      ),
  );
  return {
    clause: clause.id,
    status: statusOf(bound, clause, entries, tally),
    judged_at: [...new Set(judged.map((e) => e.entry.kind))],
    score: span !== null && span.seen === 1 ? span.low : null,
    span,
    counts: sumOf(judged.map((e) => countOf(tally, e.entry.policy.id, e.entry.kind))),
  };
}

/** Each policy counts once, whatever the number of its subjects, so that a thousand rooms do not hide the server. */
function policySpan(entries: readonly BoundEntry[], tally: Tally): Span[] {
  const unseen: Span = { low: 0, high: 1, seen: 0 };
  const spans = entries.flatMap((bound) => {
    if (bound.state === 'live_off' || bound.state === 'not_observable') return [unseen];
    return bound.state === 'judged' ? entrySpan(bound, tally, unseen) : [];
  });
  const span = mean(spans);
  return span === null ? [] : [span];
}

function entrySpan({ entry }: BoundEntry, tally: Tally, unseen: Span): Span[] {
  const count = countOf(tally, entry.policy.id, entry.kind);
  if (count === undefined) return [unseen];
  const total = count.pass + count.violation + count.unknown;
  if (total === 0) return [];
  const low = count.pass / total;
  return [{ low, high: low + count.unknown / total, seen: (count.pass + count.violation) / total }];
}

function mean(spans: readonly Span[]): Span | null {
  if (spans.length === 0) return null;
  const share = (pick: (span: Span) => number): number => {
    const sum = spans.reduce((total, span) => total + pick(span), 0) / spans.length;
    return Math.min(1, Math.max(0, sum));
  };
  const seen = spans.every((s) => s.seen === 1) ? 1 : share((s) => s.seen);
  return { low: share((s) => s.low), high: share((s) => s.high), seen };
}

function sumOf(counts: readonly (Count | undefined)[]): Count {
  const sum: Count = { pass: 0, violation: 0, unknown: 0, not_applicable: 0, waived: 0, weak: 0 };
  for (const count of counts) {
    if (count === undefined) continue;
    for (const key of Object.keys(sum) as (keyof Count)[]) sum[key] += count[key];
  }
  return sum;
}

/**
 * `automated`: every machine policy is judged here and every verdict was decided by what nobody can change at will.
 * `partly`: some of it. Without machine policies that can be judged: by attestation, not observable, or advice.
 */
function statusOf(
  bound: Bound,
  clause: Clause,
  entries: readonly BoundEntry[],
  tally: Tally,
): CoverageStatus {
  const policies = bound.compiled.catalogue.policies.filter((p) => p.resolvedClauses.includes(clause.id));
  const attested = policies.some((p) => p.form === 'attestation');
  const machine = entries.filter((e) => e.entry.policy.form === 'rule' && !e.entry.switchedOff);
  const judged = machine.filter((e) => e.state === 'judged');
  if (judged.length === 0) {
    if (attested) return 'by_attestation';
    return machine.some((e) => e.state !== 'not_applicable') ? 'not_observable' : emptyStatus(machine.length);
  }
  const whole = judged.every((e) => isWhole(countOf(tally, e.entry.policy.id, e.entry.kind)));
  const complete = machine.every((e) => e.state === 'judged' || e.state === 'skipped_level');
  return whole && complete && policies.every((p) => p.form === 'rule') ? 'automated' : 'partly';
}

/** Nothing but advice, or machine policies that make no sense for a target without an API. */
function emptyStatus(machine: number): CoverageStatus {
  return machine === 0 ? 'advisory' : 'not_observable';
}

function isWhole(count: Count | undefined): boolean {
  return count !== undefined && count.unknown === 0 && count.weak === 0;
}

function rollUp(clause: Clause, rows: ReadonlyMap<string, ClauseCoverage>): ClauseCoverage {
  const parts = (clause.aggregateOf ?? []).flatMap((id) => rows.get(id) ?? []);
  const span = mean(parts.flatMap((p) => (p.span === null ? [] : [p.span])));
  return {
    clause: clause.id,
    status: 'aggregate',
    judged_at: [...new Set(parts.flatMap((p) => p.judged_at))],
    score: span !== null && span.seen === 1 ? span.low : null,
    span,
    counts: sumOf(parts.map((p) => p.counts)),
  };
}

/**
 * Clauses that no source of a product ever shows, whatever is configured: each of their rules looks at facts that none
 * of `rows` gives, and no attestation stands in for them.
 */
export function neverSeen(catalogue: Catalogue, rows: readonly FactSource[]): string[] {
  const shown = new Set(rows.filter((row) => !('never' in row)).map(({ fact }) => fact));
  const isHidden = (entry: Policy['judge'][number]): boolean => {
    const ofProduct = entry.ruleReads.filter((name) => !fromConfiguration(name));
    return ofProduct.length > 0 && !ofProduct.some((name) => shown.has(name));
  };
  return catalogue.clauses
    .filter(({ id, aggregateOf }) => {
      const own = catalogue.policies.filter((policy) => policy.resolvedClauses.includes(id));
      const rules = own.filter(({ form }) => form === 'rule').flatMap(({ judge }) => judge);
      const attested = own.some(({ form }) => form === 'attestation');
      return aggregateOf === undefined && !attested && rules.length > 0 && rules.every(isHidden);
    })
    .map(({ id }) => id);
}

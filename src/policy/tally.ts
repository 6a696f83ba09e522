import type { SubjectKind } from '../../adapters/contract/subject.ts';
import type { Confidence, Verdict } from './types.ts';

/** What came out of one (policy, kind) on one target. */
export interface Count {
  pass: number;
  violation: number;
  unknown: number;
  not_applicable: number;
  /** Of the violations, those under a waiver; they count as violations in the score. */
  waived: number;
  /** Of the passes, those that rest on something a participant can change. */
  weak: number;
}

/**
 * Counts by policy and kind, so that nobody has to keep the judgements of a scan. Only what was judged per subject:
 * what `unjudged` and `unlisted` give is known to the coverage from the bound vendor.
 */
export interface Tally {
  counts: Map<string, Count>;
}

export function newTally(): Tally {
  return { counts: new Map() };
}

export function countOf(tally: Tally, policy: string, kind: SubjectKind): Count | undefined {
  return tally.counts.get(`${kind}/${policy}`);
}

export interface Counted {
  policy: string;
  kind: SubjectKind;
  verdict: Verdict;
  confidence?: Confidence;
  waived?: boolean;
}

export function addVerdict(tally: Tally, judged: Counted, number = 1): void {
  const key = `${judged.kind}/${judged.policy}`;
  const count = tally.counts.get(key) ?? {
    pass: 0,
    violation: 0,
    unknown: 0,
    not_applicable: 0,
    waived: 0,
    weak: 0,
  };
  tally.counts.set(key, count);
  count[judged.verdict] += number;
  if (judged.verdict === 'violation' && judged.waived === true) count.waived += number;
  if (judged.verdict === 'pass' && judged.confidence === 'low') count.weak += number;
}

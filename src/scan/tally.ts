import type { SubjectKind } from '../../adapters/contract/subject.ts';
import type { TargetReport } from '../findings/types.ts';
import { type ClauseCoverage, coverageOf, scoreOf } from '../policy/coverage.ts';
import { addVerdict, type Count, newTally } from '../policy/tally.ts';
import { type Judgement, type Verdict, verdicts } from '../policy/types.ts';
import type { BoundPolicies } from './bind.ts';

export const noVerdicts = (): Record<Verdict, number> => ({
  pass: 0,
  violation: 0,
  unknown: 0,
  not_applicable: 0,
});

/** By kind and policy, so that a change of one policy leaves the counts of the others standing. */
export type StoredTally = Record<string, Count>;

/** Counts of one scan: of every verdict given, and what score and coverage need. */
export class ScanTally {
  readonly #tally = newTally();
  #unlisted = 0;

  add(kind: SubjectKind, { policy, verdict, confidence }: Judgement, waived: boolean): void {
    addVerdict(this.#tally, { policy, kind, verdict, confidence, waived });
  }

  /** Of subjects that could not be listed: coverage knows of them without being told. */
  addUnlisted(number = 1): void {
    this.#unlisted += number;
  }

  get totals(): Record<Verdict, number> {
    const totals = noVerdicts();
    for (const count of this.#tally.counts.values()) {
      for (const verdict of verdicts) totals[verdict] += count[verdict];
    }
    totals.unknown += this.#unlisted;
    return totals;
  }

  assess({ bound }: BoundPolicies): Pick<TargetReport, 'score'> & { coverage: ClauseCoverage[] } {
    const coverage = coverageOf(bound, this.#tally);
    return { score: scoreOf(coverage), coverage };
  }

  store(): StoredTally {
    return Object.fromEntries(this.#tally.counts);
  }

  /** Takes over what was counted before, but for these policies. */
  recall(stored: StoredTally, but: ReadonlySet<string>): void {
    for (const [key, count] of Object.entries(stored)) {
      if (!but.has(key.slice(key.indexOf('/') + 1))) this.#tally.counts.set(key, count);
    }
  }
}

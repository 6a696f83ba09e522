import type { SubjectKind } from '../../adapters/contract/subject.ts';
import type { TargetReport } from '../findings/types.ts';
import { type ClauseCoverage, coverageOf, scoreOf } from '../policy/coverage.ts';
import { addVerdict, newTally } from '../policy/tally.ts';
import type { Judgement, Verdict } from '../policy/types.ts';
import type { BoundPolicies } from './bind.ts';

export const noVerdicts = (): Record<Verdict, number> => ({
  pass: 0,
  violation: 0,
  unknown: 0,
  not_applicable: 0,
});

/** Counts of one scan: of every verdict given, and what score and coverage need. */
export class ScanTally {
  readonly #tally = newTally();
  readonly totals = noVerdicts();

  add(kind: SubjectKind, { policy, verdict, confidence }: Judgement, waived: boolean): void {
    this.totals[verdict] += 1;
    addVerdict(this.#tally, { policy, kind, verdict, confidence, waived });
  }

  /** Of subjects that could not be listed: coverage knows of them without being told. */
  addUnlisted(): void {
    this.totals.unknown += 1;
  }

  assess({ bound }: BoundPolicies): Pick<TargetReport, 'score'> & { coverage: ClauseCoverage[] } {
    const coverage = coverageOf(bound, this.#tally);
    return { score: scoreOf(coverage), coverage };
  }
}

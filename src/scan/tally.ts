import type { SubjectKind } from '../../adapters/contract/subject.ts';
import type { TargetReport } from '../findings/types.ts';
import { type ClauseCoverage, coverageOf, scoreOf } from '../policy/coverage.ts';
import { addVerdict, type Count, newTally, type Tally } from '../policy/tally.ts';
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

const mostOften = 10_000;

/** Counts of one scan: of every verdict given, and what score and coverage need. */
export class ScanTally {
  readonly #tally = newTally();
  /** Of one object for many subjects: added up at the end. */
  readonly #often = new Map<Judgement, number>();
  #unlisted = 0;

  add(kind: SubjectKind, judgement: Judgement, waived: boolean): void {
    if (waived || kind !== judgement.kind || !Object.isFrozen(judgement)) {
      this.#add(kind, judgement, waived, 1);
      return;
    }
    const known = this.#often.get(judgement) ?? 0;
    if (known === 0 && this.#often.size >= mostOften) this.#settle();
    this.#often.set(judgement, known + 1);
  }

  #add(kind: SubjectKind, { policy, verdict, confidence }: Judgement, waived: boolean, number: number): void {
    addVerdict(this.#tally, { policy, kind, verdict, confidence, waived }, number);
  }

  #settle(): Tally {
    for (const [judgement, number] of this.#often) this.#add(judgement.kind, judgement, false, number);
    this.#often.clear();
    return this.#tally;
  }

  /** Of subjects that could not be listed: coverage knows of them without being told. */
  addUnlisted(number = 1): void {
    this.#unlisted += number;
  }

  get totals(): Record<Verdict, number> {
    const totals = noVerdicts();
    for (const count of this.#settle().counts.values()) {
      for (const verdict of verdicts) totals[verdict] += count[verdict];
    }
    totals.unknown += this.#unlisted;
    return totals;
  }

  assess({ bound }: BoundPolicies): Pick<TargetReport, 'score'> & { coverage: ClauseCoverage[] } {
    const coverage = coverageOf(bound, this.#settle());
    return { score: scoreOf(coverage), coverage };
  }

  store(): StoredTally {
    return Object.fromEntries(this.#settle().counts);
  }

  /** Takes over what was counted before, but for these policies. */
  recall(stored: StoredTally, but: ReadonlySet<string>): void {
    this.#settle();
    for (const [key, count] of Object.entries(stored)) {
      if (!but.has(key.slice(key.indexOf('/') + 1))) this.#tally.counts.set(key, count);
    }
  }
}

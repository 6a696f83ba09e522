import type { SubjectKind } from '../../adapters/contract/subject.ts';
import type { Verdict } from '../policy/types.ts';

/** How often each verdict was given, by policy and level. */
export interface TallyLine {
  policy: string;
  kind: SubjectKind;
  counts: Record<Verdict, number>;
}

export class Tally {
  readonly #lines = new Map<string, TallyLine>();

  add(policy: string, kind: SubjectKind, verdict: Verdict): void {
    const key = `${kind} ${policy}`;
    let line = this.#lines.get(key);
    if (line === undefined) {
      line = { policy, kind, counts: noVerdicts() };
      this.#lines.set(key, line);
    }
    line.counts[verdict] += 1;
  }

  lines(): TallyLine[] {
    return [...this.#lines.values()];
  }

  totals(): Record<Verdict, number> {
    const totals = noVerdicts();
    for (const { counts } of this.#lines.values()) {
      for (const verdict of Object.keys(counts) as Verdict[]) totals[verdict] += counts[verdict];
    }
    return totals;
  }
}

export const noVerdicts = (): Record<Verdict, number> => ({
  pass: 0,
  violation: 0,
  unknown: 0,
  not_applicable: 0,
});

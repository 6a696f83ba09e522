import type { Fact } from '../../adapters/contract/fact.ts';
import type { SubjectKind } from '../../adapters/contract/subject.ts';
import type { FactName } from '../../adapters/contract/vocabulary.ts';
import type { Judgement, Scope } from '../policy/types.ts';
import { causeKey } from './causes.ts';
import { detailOf } from './detail.ts';
import { readFact } from './judged.ts';

/** What a finding keeps of the facts that it rests on. */
export interface Told {
  readonly detail_json: string;
  readonly cause_key: string | null;
}

interface Last extends Told {
  kind: SubjectKind;
  names: readonly FactName[];
  facts: readonly (Fact | undefined)[];
}

/**
 * Of subjects whose facts say the same the engine gives one frozen judgement; where the facts that it names are the same
 * objects too, evidence and all, what is told of them is the same text.
 */
export class Tellings {
  readonly #last = new WeakMap<Judgement, Last>();

  of(kind: SubjectKind, judgement: Judgement, scope: Scope): Told {
    const last = this.#last.get(judgement);
    if (last !== undefined && last.kind === kind && isSame(last, judgement.policy, scope)) return last;
    const detail = detailOf(judgement, scope);
    const told = {
      detail_json: JSON.stringify(detail),
      cause_key: causeKey({ verdict: judgement.verdict, kind }, detail),
    };
    if (!Object.isFrozen(judgement)) return told;
    const names = last?.names ?? [...judgement.facts, ...judgement.holes.map(({ fact }) => fact)];
    const facts = names.map((name) => readFact(scope, judgement.policy, name));
    this.#last.set(judgement, { ...told, kind, names, facts });
    return told;
  }
}

function isSame({ names, facts }: Last, policy: string, scope: Scope): boolean {
  for (let at = 0; at < names.length; at += 1) {
    if (readFact(scope, policy, names[at] as FactName) !== facts[at]) return false;
  }
  return true;
}

import { hash } from 'node:crypto';
import type { Judgement, Scope } from '../policy/types.ts';
import { factsKey } from './detail.ts';
import type { Observation } from './transitions.ts';

/** What a look at one subject says of all its findings. */
export interface Look {
  /** Everything that the findings take from it. Where it is that of the last look, they are as they are to be. */
  key: string;
  /** By place of the judgement. */
  observations: readonly Observation[];
}

/** What differs between subjects that are judged alike. */
interface Shown {
  name: string | null;
  tags: readonly string[];
}

const mostLists = 4_096;

/** Makes the keys; subjects that are judged alike share most of the work. */
export class LookKeys {
  readonly #parts = new WeakMap<Judgement, string>();
  readonly #lists = new Map<string, string>();

  keyOf(
    { name, tags }: Shown,
    judgements: readonly Judgement[],
    observations: readonly Observation[],
    scope: Scope,
  ): string {
    let list = '';
    for (let at = 0; at < judgements.length; at += 1) {
      list += this.#partOf(judgements[at] as Judgement, scope) + observations[at];
    }
    const own = name === null && tags.length === 0 ? '' : short(JSON.stringify([name, tags]));
    return this.#listKey(list) + own;
  }

  #partOf(judgement: Judgement, scope: Scope): string {
    const known = this.#parts.get(judgement);
    if (known !== undefined) return known;
    const { policy, policyVersion, confidence } = judgement;
    const part = `${policy} ${policyVersion} ${confidence} ${factsKey(judgement, scope)} `;
    // Of subjects whose facts say the same the engine gives one frozen judgement.
    if (Object.isFrozen(judgement)) this.#parts.set(judgement, part);
    return part;
  }

  #listKey(list: string): string {
    const known = this.#lists.get(list);
    if (known !== undefined) return known;
    if (this.#lists.size >= mostLists) this.#lists.clear();
    const key = short(list);
    this.#lists.set(list, key);
    return key;
  }
}

const short = (text: string): string => hash('sha256', text, 'base64url').slice(0, 22);

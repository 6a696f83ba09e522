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
/** Each is named by one character. */
const mostParts = 60_000;

/** Makes the keys; subjects that are judged alike share most of the work. */
export class LookKeys {
  readonly #lists = new Map<string, string>();
  #numbers = new WeakMap<Judgement, { facts: string; number: number }>();
  readonly #numberByPart = new Map<string, number>();
  #parts: string[] = [];

  keyOf(
    { name, tags }: Shown,
    judgements: readonly Judgement[],
    observations: readonly Observation[],
    scope: Scope,
  ): string {
    if (this.#parts.length + judgements.length > mostParts) this.#clear();
    let list = '';
    for (let at = 0; at < judgements.length; at += 1) {
      const number = this.#numberOf(judgements[at] as Judgement, scope);
      list += String.fromCharCode(number) + initials[observations[at] as Observation];
    }
    const own = name === null && tags.length === 0 ? '' : short(JSON.stringify([name, tags]));
    return this.#listKey(list) + own;
  }

  #numberOf(judgement: Judgement, scope: Scope): number {
    const facts = factsKey(judgement, scope);
    const known = this.#numbers.get(judgement);
    if (known?.facts === facts) return known.number;
    const { policy, policyVersion, confidence } = judgement;
    const part = `${policy} ${policyVersion} ${confidence} ${facts} `;
    let number = this.#numberByPart.get(part);
    if (number === undefined) {
      number = this.#parts.push(part) - 1;
      this.#numberByPart.set(part, number);
    }
    if (Object.isFrozen(judgement)) this.#numbers.set(judgement, { facts, number });
    return number;
  }

  #listKey(list: string): string {
    const known = this.#lists.get(list);
    if (known !== undefined) return known;
    if (this.#lists.size >= mostLists) this.#lists.clear();
    let text = '';
    for (let at = 0; at < list.length; at += 2)
      text += this.#parts[list.charCodeAt(at)] + list.charAt(at + 1);
    const key = short(text);
    this.#lists.set(list, key);
    return key;
  }

  #clear(): void {
    this.#numbers = new WeakMap();
    this.#parts = [];
    this.#numberByPart.clear();
    this.#lists.clear();
  }
}

const initials: Readonly<Record<Observation, string>> = {
  violation: 'v',
  unknown: 'u',
  aggregated: 'a',
  superseded: 's',
  clear: 'c',
  out: 'o',
};

const short = (text: string): string => hash('sha256', text, 'base64url').slice(0, 22);

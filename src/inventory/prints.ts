import { hash } from 'node:crypto';
import type { FactName } from '../../adapters/contract/vocabulary.ts';
import { beginOf, type KeptFact, type KeptFacts, tenMinutes, timeless } from './facts.ts';

/** Facts that are remembered at once. */
const mostFacts = 8_192;

interface Known {
  print: string | null;
}

/**
 * Hashes of facts, subject after subject. Most facts of a subject are those of the subject before, as the same
 * objects, and most of the others were met before: each is looked at once.
 */
export class FactPrints {
  /** Of the subject before. */
  #names: FactName[] = [];
  #facts: KeptFact[] = [];
  #known: Known[] = [];
  /** Places by the order of the names, and what the names are. */
  #order: number[] = [];
  #namesPrint = '';
  /** By what an age would be counted from; facts under other names. */
  readonly #ages = new Map<KeptFact, Known>();
  readonly #others = new Map<KeptFact, Known>();

  /** Changes when something an administrator would see changes: not with the time of observation, nor with an age. */
  hash(name: string | null, aliases: readonly string[], facts: KeptFacts): string {
    this.#read(facts);
    let text = JSON.stringify([name, aliases]) + this.#namesPrint;
    for (const place of this.#order) {
      const known = this.#known[place] as Known;
      known.print ??= printOf(this.#names[place] as FactName, this.#facts[place] as KeptFact);
      text += known.print;
    }
    return hash('sha256', text, 'base64url').slice(0, 22);
  }

  #read(facts: KeptFacts): void {
    let place = 0;
    for (const name in facts) {
      if (this.#names[place] !== name) {
        this.#learn(facts);
        return;
      }
      const fact = facts[name as FactName] as KeptFact;
      if (this.#facts[place] !== fact) {
        this.#facts[place] = fact;
        this.#known[place] = this.#knownOf(name, fact);
      }
      place += 1;
    }
    if (place !== this.#names.length) this.#learn(facts);
  }

  /** Other names than before, or in another order. */
  #learn(facts: KeptFacts): void {
    const names = Object.keys(facts) as FactName[];
    this.#names = names;
    this.#facts = names.map((name) => facts[name] as KeptFact);
    this.#known = names.map((name) => this.#knownOf(name, facts[name] as KeptFact));
    this.#order = names.map((_, place) => place).sort((a, b) => (isBefore(names[a], names[b]) ? -1 : 1));
    this.#namesPrint = short(this.#order.map((place) => names[place]));
  }

  #knownOf(name: string, fact: KeptFact): Known {
    const all = isAge(name) ? this.#ages : this.#others;
    const before = all.get(fact);
    if (before !== undefined) return before;
    if (all.size >= mostFacts) all.clear();
    const known = { print: null };
    all.set(fact, known);
    return known;
  }
}

const isBefore = (one: string | undefined, other: string | undefined): boolean => (one ?? '') < (other ?? '');
const isAge = (name: string): boolean => name.endsWith('age');

/** Of one fact among others; two different ones have the same by chance once in 2^96. */
const short = (content: unknown): string => hash('sha256', JSON.stringify(content), 'base64url').slice(0, 16);

function printOf(name: FactName, fact: KeptFact): string {
  const evidence = timeless(fact);
  if (!('value' in fact)) return short([fact.unavailable, evidence]);
  const begin = beginOf(name, fact);
  // A list of one, so that no value looks like a beginning.
  const said = begin === null ? fact.value : [Math.round(begin / tenMinutes)];
  return short([said, evidence, fact.held]);
}

import type { Evidence, Fact, FactValue, Reason } from '../../adapters/contract/fact.ts';
import {
  type FactDefinition,
  type FactName,
  factDefinition,
  factNames,
} from '../../adapters/contract/vocabulary.ts';
import { slotOf } from './expression/names.ts';
import { type Ask, type Test, undecided } from './expression/node.ts';
import { admission } from './facts.ts';

/** Subjects that are judged at once: few enough for all that is held of them to stay near the processor. */
export const batchSize = 64;
/** Of a fact that says something else than all that could be numbered. Never remembered. */
export const unnumbered = 255;
const leastWidth = 8;
/** From none at all to a documented default that can be changed. */
const trusts = 7;
/** As many answers as fit into a whole number, trust beside them. */
const mostTests = 48;
/** For so many batches facts are not looked for among the last ones, where most of them were other objects. */
const apartFor = 64;

type Facts = (Fact | undefined)[];

/** Reused: judging is synchronous, and each question reads its own place. */
const scratch: unknown[] = new Array<unknown>(factNames.length).fill(undefined);

/**
 * Numbers for what one fact can say to a judgement: what the rules' questions make of its value and the trust in it, or
 * why it is a hole. 0 is that nobody says anything. Facts with the same number lead to the same judgement.
 *
 * Facts never change once they are made, and a scan gives what says the same as one object: the last few objects are
 * known by themselves and not looked at again.
 */
export class States {
  readonly name: FactName;
  /** Of the subjects of a batch. */
  readonly facts: Facts = new Array(batchSize).fill(undefined);
  readonly column = new Uint8Array(batchSize);
  /** A power of two above every number that was given. */
  width = leastWidth;
  readonly #slot: number;
  readonly #admits: (value: unknown) => boolean;
  readonly #isBoolean: boolean;
  /** Null where one is about another fact too: then the value itself matters. */
  readonly #tests: readonly Test[] | null;
  /** By trust times two and value. */
  readonly #booleans = new Uint8Array(2 * trusts);
  /** By the value and the trust in it. */
  readonly #values = new Map<number | string, number>();
  readonly #holes = new Map<string, number>();
  #count = 0;
  /** All different at any time. */
  readonly #recent: unknown[] = Array.from({ length: 8 }, () => ({}));
  /** Of `#recent`, from the second on. */
  readonly #recentStates = new Uint8Array(9);
  #next = 0;
  /** Put into `#recent` so far. */
  #met = 0;
  #apart = 0;

  /** `asks`: all that the rules ask of this fact. */
  constructor(name: FactName, asks: readonly Ask[]) {
    const definition: FactDefinition = factDefinition(name);
    this.name = name;
    this.#slot = slotOf(name);
    this.#admits = admission(definition);
    this.#isBoolean = definition.type === 'bool';
    const tests = new Set(asks.map(({ test }) => test));
    const isAlone = asks.every(({ slots }) => slots.length === 1);
    this.#tests = isAlone && tests.size <= mostTests ? [...tests] : null;
  }

  /** Puts the states of so many of `facts` into `column`. */
  read(count: number): void {
    if (this.#apart > 0 || count === 1) {
      this.#apart -= +(this.#apart > 0);
      for (let at = 0; at < count; at += 1) this.column[at] = this.of(this.facts[at]);
    } else if (!this.#readRecent(count)) this.#meet(count);
  }

  /** False where one of the facts is none of the last ones. */
  #readRecent(count: number): boolean {
    const { facts, column } = this;
    const recent = this.#recent;
    const states = this.#recentStates;
    return this.#met <= 4
      ? placesOfFour(facts, count, recent, states, column)
      : placesOfEight(facts, count, recent, states, column);
  }

  #meet(count: number): void {
    const recent = this.#recent;
    let missed = 0;
    for (let at = 0; at < count; at += 1) {
      const fact = this.facts[at];
      const place = recent.indexOf(fact);
      if (place >= 0) {
        this.column[at] = this.#recentStates[place + 1] as number;
        continue;
      }
      const state = this.of(fact);
      this.column[at] = state;
      recent[this.#next] = fact;
      this.#recentStates[this.#next + 1] = state;
      this.#next = (this.#next + 1) % recent.length;
      this.#met += 1;
      missed += 1;
    }
    if (2 * missed > count) this.#apart = apartFor;
  }

  /** Of one fact by what it says. */
  of(fact: Fact | undefined): number {
    if (fact === undefined) return 0;
    const { value } = fact as { value?: FactValue };
    if (value !== undefined && this.#admits(value)) {
      const trust = trustOf(fact.evidence[0]);
      return this.#isBoolean ? this.#ofBoolean(trust * 2 + +(value as boolean)) : this.#ofValue(trust, value);
    }
    const key = 'unavailable' in fact ? holeText(fact.unavailable) : 'of another type';
    return this.#holes.get(key) ?? this.#number(this.#holes, key);
  }

  #ofBoolean(place: number): number {
    const known = this.#booleans[place] as number;
    if (known !== 0) return known;
    const state = this.#nextNumber();
    this.#booleans[place] = state;
    return state;
  }

  #ofValue(trust: number, value: FactValue): number {
    const answers = this.#answers(value);
    const key = answers < 0 ? `${trust} ${JSON.stringify(value)}` : answers * trusts + trust;
    return this.#values.get(key) ?? this.#number(this.#values, key);
  }

  /** As one number; negative where the value itself matters, also because one answer is open and is told with it. */
  #answers(value: FactValue): number {
    if (this.#tests === null) return -1;
    scratch[this.#slot] = value;
    let answers = 0;
    for (const test of this.#tests) {
      const answer = test(scratch);
      if (answer === undecided) return -1;
      answers = answers * 2 + answer;
    }
    return answers;
  }

  #number<K>(known: Map<K, number>, key: K): number {
    const state = this.#nextNumber();
    if (state !== unnumbered) known.set(key, state);
    return state;
  }

  #nextNumber(): number {
    if (this.#count + 1 >= unnumbered) {
      this.width = 256;
      return unnumbered;
    }
    this.#count += 1;
    while (this.#count >= this.width) this.width *= 2;
    return this.#count;
  }
}

/** Sums instead of branches, which would be guessed wrong half of the time. */
function placesOfFour(
  facts: Facts,
  count: number,
  recent: readonly unknown[],
  states: Uint8Array,
  column: Uint8Array,
): boolean {
  const one = recent[0];
  const two = recent[1];
  const three = recent[2];
  const four = recent[3];
  let least = 0;
  for (let at = 0; at < count; at += 1) {
    const fact = facts[at];
    const place = +(fact === one) + 2 * +(fact === two) + 3 * +(fact === three) + 4 * +(fact === four);
    column[at] = states[place] as number;
    least |= place - 1;
  }
  return least >= 0;
}

function placesOfEight(
  facts: Facts,
  count: number,
  recent: readonly unknown[],
  states: Uint8Array,
  column: Uint8Array,
): boolean {
  const one = recent[0];
  const two = recent[1];
  const three = recent[2];
  const four = recent[3];
  const five = recent[4];
  const six = recent[5];
  const seven = recent[6];
  const eight = recent[7];
  let least = 0;
  for (let at = 0; at < count; at += 1) {
    const fact = facts[at];
    const place =
      +(fact === one) +
      2 * +(fact === two) +
      3 * +(fact === three) +
      4 * +(fact === four) +
      5 * +(fact === five) +
      6 * +(fact === six) +
      7 * +(fact === seven) +
      8 * +(fact === eight);
    column[at] = states[place] as number;
    least |= place - 1;
  }
  return least >= 0;
}

function trustOf(deciding: Evidence | undefined): number {
  if (deciding === undefined) return 0;
  const force = deciding.force === 'enforced' ? 1 : deciding.force === 'overridable' ? 2 : 3;
  return deciding.provenance === 'documented_default' ? force + 3 : force;
}

/** A text in brackets is never a code. */
const holeText = ({ code, detail, fill }: Reason): string =>
  detail === undefined && fill === undefined ? code : JSON.stringify([code, detail, fill]);

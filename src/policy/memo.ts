import type { Evidence, Fact, FactValue, Reason } from '../../adapters/contract/fact.ts';
import { type FactName, factNames } from '../../adapters/contract/vocabulary.ts';
import type { CompiledEntry } from './compiled.ts';
import { slotOf } from './expression/names.ts';
import { groupOf, type Wanted } from './scope.ts';
import type { FactMap, Judgement, Scope } from './types.ts';

/** Bounds of what is remembered: of different things that one fact says, and of judgements by one rule. */
const mostStates = 1_000;
const mostJudgements = 2_048;
/** After so many judgements a rule that seldom meets the same facts again is no longer looked up. */
const trial = 2_000;
/** Bits of a whole number. */
const bits = 52;

/**
 * Judgements by what the rule reads. A number stands for all that a judgement can tell of a fact: its value and the
 * trust in it, or why it is a hole. Where these numbers are the same the judgement is.
 */
export class Memo {
  readonly #wanted: readonly Wanted[];
  readonly #states = new Int32Array(factNames.length);
  readonly #seen = new Map<number, Seen>();
  readonly #standing: (FactMap | null)[];
  readonly #rules: (Rule | null)[];

  constructor(entries: readonly CompiledEntry[], wanted: readonly Wanted[]) {
    this.#wanted = wanted;
    this.#standing = wanted.map(() => null);
    this.#rules = entries.map((entry) => ruleOf(entry.reads, entry.attestationReads.length > 0));
  }

  /** To be called after `fill` with the values that it gave. */
  read(values: readonly unknown[], scope: Scope): void {
    this.#wanted.forEach((part, at) => {
      const facts = groupOf(scope, part.group, '');
      if (facts === this.#standing[at]) return;
      this.#readGroup(part, facts, values);
      this.#standing[at] = part.standing;
    });
  }

  /** The judgement that this rule gave before of the facts as they were read; else undefined. */
  recall(at: number): Judgement | undefined {
    const rule = this.#rules[at];
    if (rule == null) return undefined;
    rule.key = keyOf(rule, this.#states);
    const known = rule.key < 0 ? undefined : rule.known.get(rule.key);
    if (known === undefined) rule.missed += 1;
    else rule.met += 1;
    return known;
  }

  /** Of the rule that was asked for just now. */
  keep(at: number, judgement: Judgement): void {
    const rule = this.#rules[at];
    if (rule == null) return;
    if (rule.missed > trial && rule.met < rule.missed) {
      this.#rules[at] = null;
      return;
    }
    if (rule.key < 0) return;
    if (rule.known.size >= mostJudgements) rule.known.clear();
    rule.known.set(rule.key, frozen(judgement));
  }

  #readGroup(wanted: Wanted, facts: FactMap, values: readonly unknown[]): void {
    let at = 0;
    for (const key in facts) {
      const place = wanted.order[at];
      at += 1;
      if (place === undefined) continue;
      const { slot } = place;
      const fact = facts[key as FactName] as Fact;
      this.#states[slot] = stateOf(this.#seenAt(slot), fact, values[slot] as FactValue | undefined);
    }
    for (const { slot } of wanted.absent) this.#states[slot] = 0;
  }

  #seenAt(slot: number): Seen {
    let seen = this.#seen.get(slot);
    if (seen === undefined) {
      seen = {
        values: Array.from({ length: 7 }, () => new Map()),
        holes: new Map(),
        number: 0,
        last: null,
        lastState: 0,
      };
      this.#seen.set(slot, seen);
    }
    return seen;
  }
}

interface Rule {
  slots: Int32Array;
  radix: number;
  known: Map<number, Judgement>;
  key: number;
  met: number;
  missed: number;
}

/** The fields of an attestation are others for each rule: those that read them are judged each time. */
function ruleOf(reads: readonly FactName[], attested: boolean): Rule | null {
  if (attested || reads.length === 0) return null;
  const slots = Int32Array.from(reads, slotOf);
  const radix = 2 ** Math.floor(bits / slots.length);
  return radix < 8 ? null : { slots, radix, known: new Map(), key: -1, met: 0, missed: 0 };
}

/** Negative where the states do not fit into one number. */
function keyOf({ slots, radix }: Rule, states: Int32Array): number {
  let key = 0;
  for (let i = 0; i < slots.length; i += 1) {
    const state = states[slots[i] as number] as number;
    if (state < 0 || state >= radix) return -1;
    key = key * radix + state;
  }
  return key;
}

/** What a fact was seen to say; 0 is that nobody says anything. */
interface Seen {
  /** By the trust in it. */
  values: Map<unknown, number>[];
  holes: Map<string, number>;
  number: number;
  /** The last reason, as one object: an adapter often gives the same to all. */
  last: Reason | null;
  lastState: number;
}

function stateOf(seen: Seen, fact: Fact, value: FactValue | undefined): number {
  if (value !== undefined) {
    const known = seen.values[trustOf(fact.evidence[0])] as Map<unknown, number>;
    const key = typeof value === 'object' ? JSON.stringify(value) : value;
    return known.get(key) ?? next(seen, known, key);
  }
  const why = 'unavailable' in fact ? fact.unavailable : null;
  if (why !== null && why === seen.last) return seen.lastState;
  const key = why === null ? 'of another type' : holeText(why);
  const state = seen.holes.get(key) ?? next(seen, seen.holes, key);
  seen.last = why;
  seen.lastState = state;
  return state;
}

function next<K>(seen: Seen, known: Map<K, number>, key: K): number {
  if (seen.number >= mostStates) return -1;
  seen.number += 1;
  known.set(key, seen.number);
  return seen.number;
}

function trustOf(deciding: Evidence | undefined): number {
  if (deciding === undefined) return 0;
  const force = deciding.force === 'enforced' ? 1 : deciding.force === 'overridable' ? 2 : 3;
  return deciding.provenance === 'documented_default' ? force + 3 : force;
}

/** A text in brackets is never a code. */
const holeText = ({ code, detail, fill }: Reason): string =>
  detail === undefined && fill === undefined ? code : JSON.stringify([code, detail, fill]);

/** One object for many subjects: nobody may write to it. */
function frozen(judgement: Judgement): Judgement {
  Object.freeze(judgement.facts);
  Object.freeze(judgement.holes);
  Object.freeze(judgement.met);
  return Object.freeze(judgement);
}

import type { Reason } from '../../../adapters/contract/fact.ts';

/** Three values as numbers, because they are compared a hundred million times. */
export const no = 0;
export const yes = 1;
export const undecided = 2;
export type Truth = 0 | 1 | 2;

/** Values of facts by slot (index in the vocabulary); undefined is a hole. */
export type Values = readonly unknown[];

export type Test = (values: Values) => Truth;

/** Receives the slots behind an undecided test; `reason` where the fact is known and still does not decide. */
export type HoleSink = (slot: number, reason?: Reason) => void;

/** Receives the slots that a decided test rests on, and tells how far one is trusted (higher is better). */
export interface Support {
  add(slot: number): void;
  trust(slot: number): number;
}

/** Trust in what was never observed but written: literals and parameters. */
export const certain = 3;

/** One question put to facts; where it is one fact, all that matters of its value is the answer. */
export interface Ask {
  slots: readonly number[];
  test: Test;
}

/**
 * A checked expression. `test` is the fast way; the other three are asked afterwards, once per judgement:
 * `holes` only where `test` was undecided, `rests` only where it was decided.
 */
export interface Node {
  readonly test: Test;
  holes(values: Values, sink: HoleSink): void;
  /** Gives the trust in the result: of the best way to a true `||`, of the weakest leg of a true `&&`. */
  rests(values: Values, support: Support): number;
  /** Adds the members of a list parameter whose condition was true. */
  met(values: Values, into: string[]): void;
  /** Set where no fact is needed: the value. */
  readonly constant?: Truth;
  /** All questions that the node is made of. */
  readonly asks: readonly Ask[];
}

function nothing(): void {}

export function constantNode(value: Truth): Node {
  return { test: () => value, holes: nothing, rests: () => certain, met: nothing, asks: [], constant: value };
}

/** A test over one or two facts that is decided as a whole. */
export function leaf(
  slots: readonly number[],
  test: Test,
  doubt?: (values: Values, sink: HoleSink) => void,
): Node {
  return {
    test,
    asks: [{ slots, test }],
    holes(values, sink) {
      let absent = false;
      for (const slot of slots) {
        if (values[slot] !== undefined) continue;
        absent = true;
        sink(slot);
      }
      if (!absent) doubt?.(values, sink);
    },
    rests(_values, support) {
      let trust = certain;
      for (const slot of slots) {
        support.add(slot);
        trust = Math.min(trust, support.trust(slot));
      }
      return trust;
    },
    met: nothing,
  };
}

export function factNode(slot: number): Node {
  return leaf([slot], (values) => {
    const value = values[slot];
    return value === true ? yes : value === undefined ? undecided : no;
  });
}

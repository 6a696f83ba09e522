import type { CompiledEntry } from './compiled.ts';
import { type Node, type Test, yes } from './expression/node.ts';
import type { Verdict } from './types.ts';

/** All rules of one kind of subject, run at once: every condition once, however many rules hold it. */
export interface Program {
  /** Reads the values; to be called before `verdict`. */
  run(values: readonly unknown[]): void;
  /** Of the entry at this place. */
  verdict(at: number): Verdict;
}

/**
 * In a register 0 is no, 1 undecided, 2 yes: then `&&` is the minimum, `!` is two less it, and `||` is the rest by De
 * Morgan. A reference is a register and the 0 or 2 that it is subtracted from: so negation costs nothing.
 */
interface Reference {
  register: number;
  from: 0 | 2;
}

interface Minimum {
  register: number;
  left: Reference;
  right: Reference;
}

interface Building {
  /** Registers of boolean facts, by slot. */
  facts: Map<number, number>;
  tests: Map<Node, number>;
  /** Minima by what they are of, so that the same condition is computed once. */
  minima: Map<string, Minimum>;
  registers: number;
}

/** By truth of `applies` and of the rule, each as in a register. */
const verdicts: readonly Verdict[] = [
  ...(['not_applicable', 'not_applicable', 'not_applicable'] as const),
  ...(['unknown', 'unknown', 'unknown'] as const),
  ...(['violation', 'unknown', 'pass'] as const),
];

/** From the three values of a test to those of a register. */
const codes = [0, 2, 1];

export function programFor(entries: readonly CompiledEntry[]): Program {
  const building: Building = { facts: new Map(), tests: new Map(), minima: new Map(), registers: 1 };
  const certainly: Reference = { register: 0, from: 0 };
  const applies = entries.map((e) => (e.applies === undefined ? certainly : build(e.applies, building)));
  const rules = entries.map((e) => build(e.rule, building));
  const registers = new Uint8Array(building.registers);
  registers[0] = 2;
  const facts = Int32Array.from([...building.facts].flat());
  const tests = [...building.tests.keys()].map((node) => node.test);
  const testRegisters = Int32Array.from(building.tests.values());
  const steps = Int32Array.from([...building.minima.values()].flatMap(step));
  return {
    run(values) {
      readFacts(facts, values, registers);
      runTests(tests, testRegisters, values, registers);
      runSteps(steps, registers);
    },
    verdict(at) {
      const applied = truthOf(applies[at] as Reference, registers);
      const ruled = truthOf(rules[at] as Reference, registers);
      return verdicts[applied * 3 + ruled] as Verdict;
    },
  };
}

function truthOf(reference: Reference, registers: Uint8Array): number {
  return Math.abs(reference.from - (registers[reference.register] as number));
}

/** Pairs of slot and register. */
function readFacts(facts: Int32Array, values: readonly unknown[], registers: Uint8Array): void {
  for (let i = 0; i < facts.length; i += 2) {
    const value = values[facts[i] as number];
    registers[facts[i + 1] as number] = value === true ? 2 : value === undefined ? 1 : 0;
  }
}

function runTests(
  tests: readonly Test[],
  into: Int32Array,
  values: readonly unknown[],
  registers: Uint8Array,
): void {
  for (let i = 0; i < tests.length; i += 1) {
    registers[into[i] as number] = codes[(tests[i] as Test)(values)] as number;
  }
}

function step({ register, left, right }: Minimum): number[] {
  return [register, left.from, left.register, right.from, right.register];
}

function runSteps(steps: Int32Array, registers: Uint8Array): void {
  for (let i = 0; i < steps.length; i += 5) {
    const left = Math.abs((steps[i + 1] as number) - (registers[steps[i + 2] as number] as number));
    const right = Math.abs((steps[i + 3] as number) - (registers[steps[i + 4] as number] as number));
    registers[steps[i] as number] = Math.min(left, right);
  }
}

function build(node: Node, building: Building): Reference {
  if (node.constant !== undefined) return { register: 0, from: node.constant === yes ? 0 : 2 };
  switch (node.form?.kind) {
    case 'fact':
      return { register: registerOf(building, building.facts, node.form.slot), from: 0 };
    case 'not':
      return negated(build(node.form.inner, building));
    case 'and':
      return node.form.operands.map((o) => build(o, building)).reduce((a, b) => minimum(building, a, b));
    case 'or':
      return negated(
        node.form.operands.map((o) => negated(build(o, building))).reduce((a, b) => minimum(building, a, b)),
      );
    case undefined:
      return { register: registerOf(building, building.tests, node), from: 0 };
  }
}

function negated({ register, from }: Reference): Reference {
  return { register, from: from === 0 ? 2 : 0 };
}

function registerOf<K>(building: Building, known: Map<K, number>, key: K): number {
  const register = known.get(key) ?? building.registers++;
  known.set(key, register);
  return register;
}

function minimum(building: Building, left: Reference, right: Reference): Reference {
  const key = [left, right]
    .map(({ register, from }) => `${register}-${from}`)
    .sort()
    .join(' ');
  const known = building.minima.get(key) ?? { register: building.registers++, left, right };
  building.minima.set(key, known);
  return { register: known.register, from: 0 };
}

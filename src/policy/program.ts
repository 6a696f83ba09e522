import type { CompiledEntry } from './compiled.ts';
import { type Node, type Test, yes } from './expression/node.ts';
import { certain, firstRegister, scratch, type Truths } from './truths.ts';
import type { Verdict } from './types.ts';

/** All rules of one kind of subject, run at once: every condition once, however many rules hold it. */
export interface Program {
  /** Written by whoever reads the facts, before `run`. */
  truths: Truths;
  /** Asks the conditions that are no plain boolean, then puts all together; to be called before `verdict`. */
  run(values: readonly unknown[]): void;
  /** Of the entry at this place. */
  verdict(at: number): Verdict;
}

/** `both`: 0 for `&&`, 3 for `||`. */
interface Junction {
  register: number;
  left: number;
  right: number;
  both: 0 | 3;
}

interface Building {
  /** Registers of boolean facts, by slot. */
  facts: Map<number, number>;
  tests: Map<Node, number>;
  /** Junctions by what they are of, so that the same condition is computed once. */
  junctions: Map<string, Junction>;
  registers: number;
}

/** By truth of `applies` times four and truth of the rule. */
const verdicts: readonly Verdict[] = [
  ...(['not_applicable', 'not_applicable', 'not_applicable', 'not_applicable'] as const),
  ...(['unknown', 'unknown', 'unknown', 'unknown'] as const),
  ...(['unknown', 'unknown', 'unknown', 'unknown'] as const),
  ...(['violation', 'unknown', 'unknown', 'pass'] as const),
];

/** From the three values of a test to those of a register, and to their opposites. */
const codes = Uint8Array.of(0, 3, 1);
const opposites = Uint8Array.of(3, 0, 1);

export function programFor(entries: readonly CompiledEntry[]): Program {
  const building: Building = {
    facts: new Map(),
    tests: new Map(),
    junctions: new Map(),
    registers: firstRegister,
  };
  const applies = entries.map((e) => (e.applies === undefined ? certain : build(e.applies, false, building)));
  const rules = entries.map((e) => build(e.rule, false, building));
  const registers = new Uint8Array(building.registers);
  registers[certain] = 3;
  const { facts } = building;
  const tests = [...building.tests.keys()].map((node) => node.test);
  const testRegisters = Int32Array.from(building.tests.values());
  const steps = Int32Array.from(
    [...building.junctions.values()].flatMap(({ register, left, right, both }) => [
      register,
      left,
      right,
      both,
    ]),
  );
  const [applied, ruled] = [Int32Array.from(applies), Int32Array.from(rules)];
  return {
    truths: { values: registers, registerOf: (slot) => facts.get(slot) ?? scratch },
    run(values) {
      runTests(tests, testRegisters, values, registers);
      runSteps(steps, registers);
    },
    verdict(at) {
      const truth = registers[applied[at] as number] as number;
      return verdicts[truth * 4 + (registers[ruled[at] as number] as number)] as Verdict;
    },
  };
}

function runTests(
  tests: readonly Test[],
  into: Int32Array,
  values: readonly unknown[],
  registers: Uint8Array,
): void {
  for (let i = 0; i < tests.length; i += 1) {
    const truth = (tests[i] as Test)(values);
    const register = into[i] as number;
    registers[register] = codes[truth] as number;
    registers[register + 1] = opposites[truth] as number;
  }
}

function runSteps(steps: Int32Array, registers: Uint8Array): void {
  for (let i = 0; i < steps.length; i += 4) {
    const left = registers[steps[i + 1] as number] as number;
    const right = registers[steps[i + 2] as number] as number;
    registers[steps[i] as number] = (left & right) | ((steps[i + 3] as number) & (left ^ right));
  }
}

/** The register that holds the condition, or its opposite: `!` is pushed down to facts and tests. */
function build(node: Node, opposite: boolean, building: Building): number {
  const behind = opposite ? 1 : 0;
  if (node.constant !== undefined) return certain + ((node.constant === yes) === opposite ? 1 : 0);
  switch (node.form?.kind) {
    case 'fact':
      return registerOf(building, building.facts, node.form.slot) + behind;
    case 'not':
      return build(node.form.inner, !opposite, building);
    case 'and':
    case 'or': {
      const both = (node.form.kind === 'and') === opposite ? 3 : 0;
      const operands = node.form.operands.map((o) => build(o, opposite, building));
      return operands.reduce((left, right) => junction(building, left, right, both));
    }
    case undefined:
      return registerOf(building, building.tests, node) + behind;
  }
}

/** The first of a pair. */
function registerOf<K>(building: Building, known: Map<K, number>, key: K): number {
  const before = known.get(key);
  if (before !== undefined) return before;
  const register = building.registers;
  building.registers += 2;
  known.set(key, register);
  return register;
}

function junction(building: Building, left: number, right: number, both: 0 | 3): number {
  const key = `${both} ${Math.min(left, right)} ${Math.max(left, right)}`;
  const known = building.junctions.get(key);
  if (known !== undefined) return known.register;
  const register = building.registers++;
  building.junctions.set(key, { register, left, right, both });
  return register;
}

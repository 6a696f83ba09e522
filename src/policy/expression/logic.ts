import { constantNode, factNode, type Node, no, type Test, type Truth, undecided, yes } from './node.ts';

export function not(inner: Node): Node {
  if (inner.constant !== undefined) return constantNode(flip(inner.constant));
  const { test, literal } = inner;
  const outer = {
    holes: inner.holes,
    rests: inner.rests,
    met: () => {},
  };
  if (literal === undefined) return { ...outer, test: (values) => flip(test(values)) };
  const turned = { slot: literal.slot, wanted: !literal.wanted };
  return { ...outer, test: factNode(turned.slot, turned.wanted).test, literal: turned };
}

function flip(value: Truth): Truth {
  return value === undecided ? undecided : value === yes ? no : yes;
}

export const and = (operands: readonly Node[]): Node => junction(operands, no);
export const or = (operands: readonly Node[]): Node => junction(operands, yes);

/** `absorbing` is the value that decides alone: false for `&&`, true for `||`. */
function junction(operands: readonly Node[], absorbing: 0 | 1): Node {
  const neutral = absorbing === yes ? no : yes;
  if (operands.some((o) => o.constant === absorbing)) return constantNode(absorbing);
  const open = operands.filter((o) => o.constant !== neutral);
  if (open.length === 0) return constantNode(neutral);
  if (open.length === 1) return open[0] as Node;
  return {
    test: junctionTest(open, absorbing),
    holes(values, sink) {
      for (const operand of open) if (operand.test(values) === undecided) operand.holes(values, sink);
    },
    rests(values, support) {
      const deciding = open.filter((o) => o.test(values) === absorbing);
      if (deciding.length > 0) return Math.max(...deciding.map((o) => o.rests(values, support)));
      return Math.min(...open.map((o) => o.rests(values, support)));
    },
    met(values, into) {
      for (const operand of open) if (operand.test(values) === yes) operand.met(values, into);
    },
  };
}

/** Order does not change a three-valued `&&` or `||`, so bare facts are read first, without a call. */
function junctionTest(operands: readonly Node[], absorbing: 0 | 1): Test {
  const neutral = absorbing === yes ? no : yes;
  const facts = operands.flatMap((o) => (o.literal === undefined ? [] : [o.literal]));
  const others = operands.filter((o) => o.literal === undefined).map((o) => o.test);
  const reads = facts.length === 0 ? undefined : factsTest(facts, absorbing);
  if (others.length === 0) return reads as Test;
  const rest = callsTest(others, absorbing);
  if (reads === undefined) return rest;
  return (values) => {
    const first = reads(values);
    if (first === absorbing) return absorbing;
    const second = rest(values);
    if (second === absorbing) return absorbing;
    return first === undecided || second === undecided ? undecided : neutral;
  };
}

function factsTest(facts: readonly { slot: number; wanted: boolean }[], absorbing: 0 | 1): Test {
  const neutral = absorbing === yes ? no : yes;
  const slots = facts.map((f) => f.slot);
  /** The value of the fact that decides the whole. */
  const deciding = facts.map((f) => (absorbing === yes ? f.wanted : !f.wanted));
  if (slots.length === 1) {
    const [slot, end] = [slots[0] as number, deciding[0] as boolean];
    return (values) => {
      const value = values[slot];
      return value === end ? absorbing : value === undefined ? undecided : neutral;
    };
  }
  if (slots.length === 2) {
    const [one, two, endOne, endTwo] = [slots[0] as number, slots[1] as number, deciding[0], deciding[1]];
    return (values) => {
      const a = values[one];
      if (a === endOne) return absorbing;
      const b = values[two];
      if (b === endTwo) return absorbing;
      return a === undefined || b === undefined ? undecided : neutral;
    };
  }
  return (values) => {
    let result: Truth = neutral;
    for (let i = 0; i < slots.length; i += 1) {
      const value = values[slots[i] as number];
      if (value === deciding[i]) return absorbing;
      if (value === undefined) result = undecided;
    }
    return result;
  };
}

function callsTest(tests: readonly Test[], absorbing: 0 | 1): Test {
  const neutral = absorbing === yes ? no : yes;
  if (tests.length === 1) return tests[0] as Test;
  if (tests.length === 2) {
    const [one, two] = [tests[0] as Test, tests[1] as Test];
    return (values) => {
      const a = one(values);
      if (a === absorbing) return absorbing;
      const b = two(values);
      if (b === absorbing) return absorbing;
      return a === undecided || b === undecided ? undecided : neutral;
    };
  }
  return (values) => {
    let result: Truth = neutral;
    for (let i = 0; i < tests.length; i += 1) {
      const value = (tests[i] as Test)(values);
      if (value === absorbing) return absorbing;
      if (value === undecided) result = undecided;
    }
    return result;
  };
}

/** As in CEL an undecided condition leaves the whole undecided, whatever the branches are. */
export function conditional(condition: Node, then: Node, otherwise: Node): Node {
  if (condition.constant === yes) return then;
  if (condition.constant === no) return otherwise;
  const [ask, first, second] = [condition.test, then.test, otherwise.test];
  return {
    test(values) {
      const answer = ask(values);
      return answer === undecided ? undecided : answer === yes ? first(values) : second(values);
    },
    holes(values, sink) {
      const answer = ask(values);
      if (answer === undecided) condition.holes(values, sink);
      if (answer !== no && first(values) === undecided) then.holes(values, sink);
      if (answer !== yes && second(values) === undecided) otherwise.holes(values, sink);
    },
    rests(values, support) {
      const branch = ask(values) === yes ? then : otherwise;
      return Math.min(condition.rests(values, support), branch.rests(values, support));
    },
    met: (values, into) => (ask(values) === yes ? then : otherwise).met(values, into),
  };
}

/** `||` over the members of a list parameter, unrolled; remembers which member was met. */
export function oneOf(ways: readonly { name: string; node: Node }[]): Node {
  const joined = or(ways.map((w) => w.node));
  return {
    ...joined,
    met(values, into) {
      for (const way of ways) if (way.node.test(values) === yes) into.push(way.name);
    },
  };
}

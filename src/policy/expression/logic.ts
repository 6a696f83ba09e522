import { constantNode, type Node, no, type Test, type Truth, undecided, yes } from './node.ts';

export function not(inner: Node): Node {
  if (inner.constant !== undefined) return constantNode(flip(inner.constant));
  const { test, holes, rests, asks } = inner;
  return { test: (values) => flip(test(values)), holes, rests, met: () => {}, asks };
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
    asks: open.flatMap((o) => o.asks),
    test: junctionTest(
      open.map((o) => o.test),
      absorbing,
    ),
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

function junctionTest(tests: readonly Test[], absorbing: 0 | 1): Test {
  const neutral = absorbing === yes ? no : yes;
  return (values) => {
    let result: Truth = neutral;
    for (const test of tests) {
      const value = test(values);
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
    asks: [condition, then, otherwise].flatMap((node) => node.asks),
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
    // Also of a way that decides alone whatever the facts are: the others are asked whether they were met.
    asks: ways.flatMap((way) => way.node.asks),
    met(values, into) {
      for (const way of ways) if (way.node.test(values) === yes) into.push(way.name);
    },
  };
}

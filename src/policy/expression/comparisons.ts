import { type ListValue, type Quantity, reason } from '../../../adapters/contract/fact.ts';
import { Refused } from '../problems.ts';
import { type Interval, intervalOf } from '../values.ts';
import {
  constantNode,
  type HoleSink,
  leaf,
  type Node,
  no,
  type Truth,
  undecided,
  type Values,
  yes,
} from './node.ts';
import { type Operand, quantityReader, refuseStrangers, slotsOf, textReader } from './operands.ts';

export type Comparison = '==' | '!=' | '<' | '<=' | '>' | '>=';

const numeric = (operand: Operand): boolean => operand.type === 'int' || operand.type === 'duration';
const textual = (operand: Operand): boolean => operand.type === 'text' || operand.type === 'enum';

export function compare(operator: Comparison, left: Operand, right: Operand): Node {
  if (numeric(left) && numeric(right)) return compareNumbers(operator, left, right);
  if (operator !== '==' && operator !== '!=') {
    const what = textual(left) ? 'texts have no order here' : `${left.type} has no order`;
    throw new Refused(left.node, `${what}; write ==, in, or a function for versions and retentions`);
  }
  if (textual(left) && textual(right)) return compareTexts(operator, left, right);
  if (left.type === 'bool' && right.type === 'bool') return compareTexts(operator, left, right);
  throw new Refused(
    left.node,
    `${left.label} (${left.type}) cannot be compared with ${right.label} (${right.type})`,
  );
}

function compareNumbers(operator: Comparison, left: Operand, right: Operand): Node {
  if (left.constant !== undefined && right.constant === undefined)
    return compareNumbers(mirror[operator], right, left);
  const decide = intervalTests[operator];
  const [readLeft, readRight] = [quantityReader(left), quantityReader(right)];
  const general = (values: Values): Truth => {
    const a = readLeft(values);
    const b = readRight(values);
    return a === undefined || b === undefined ? undecided : decide(intervalOf(a), intervalOf(b));
  };
  const slots = slotsOf(left, right);
  if (left.constant !== undefined) return constantNode(general([]));
  const limit = right.constant;
  if (typeof limit !== 'number' || left.sizeOf !== undefined) return leaf(slots, general, doubtOf(slots));
  const slot = left.slot as number;
  const plain = plainTests[operator];
  const test = (values: Values): Truth => {
    const value = values[slot];
    if (typeof value === 'number') return plain(value, limit) ? yes : no;
    return value === undefined ? undecided : general(values);
  };
  return leaf(slots, test, doubtOf(slots));
}

const mirror: Readonly<Record<Comparison, Comparison>> = {
  '==': '==',
  '!=': '!=',
  '<': '>',
  '<=': '>=',
  '>': '<',
  '>=': '<=',
};

const plainTests: Readonly<Record<Comparison, (a: number, b: number) => boolean>> = {
  '==': (a, b) => a === b,
  '!=': (a, b) => a !== b,
  '<': (a, b) => a < b,
  '<=': (a, b) => a <= b,
  '>': (a, b) => a > b,
  '>=': (a, b) => a >= b,
};

/** Decided only where every value that the bounds leave open gives the same answer. */
const intervalTests: Readonly<Record<Comparison, (a: Interval, b: Interval) => Truth>> = {
  '==': equal,
  '!=': (a, b) => (equal(a, b) === undecided ? undecided : equal(a, b) === yes ? no : yes),
  '<': (a, b) => less(a, b),
  '<=': (a, b) => lessOrEqual(a, b),
  '>': (a, b) => less(b, a),
  '>=': (a, b) => lessOrEqual(b, a),
};

function equal(a: Interval, b: Interval): Truth {
  if (a.high < b.low || a.low > b.high) return no;
  return a.low === a.high && b.low === b.high ? yes : undecided;
}

function less(a: Interval, b: Interval): Truth {
  if (a.high < b.low) return yes;
  return a.low >= b.high ? no : undecided;
}

export function lessOrEqual(a: Interval, b: Interval): Truth {
  if (a.high <= b.low) return yes;
  return a.low > b.high ? no : undecided;
}

/** The facts are there and still do not decide: a bound, or a list of which a part is missing. */
function doubtOf(slots: readonly number[]): (values: Values, sink: HoleSink) => void {
  return (values, sink) => {
    for (const slot of slots) {
      const value = values[slot] as ListValue | Quantity;
      if (typeof value !== 'object') continue;
      if ('items' in value) {
        if (!value.complete) sink(slot, value.missing);
      } else sink(slot, reason('incomplete', `only one side is known: ${value.bound} ${value.value}`));
    }
  };
}

function compareTexts(operator: '==' | '!=', left: Operand, right: Operand): Node {
  refuseStrangers(left, right);
  const same: Truth = operator === '==' ? yes : no;
  const other: Truth = same === yes ? no : yes;
  const [readLeft, readRight] = [textReader(left), textReader(right)];
  const test = (values: Values): Truth => {
    const a = readLeft(values);
    const b = readRight(values);
    return a === undefined || b === undefined ? undecided : a === b ? same : other;
  };
  if (left.constant !== undefined && right.constant !== undefined) return constantNode(test([]));
  const [slot, wanted] = left.slot === undefined ? [right.slot, left.constant] : [left.slot, right.constant];
  if (slot === undefined || wanted === undefined) return leaf(slotsOf(left, right), test);
  return leaf([slot], (values) => {
    const value = values[slot];
    return value === wanted ? same : value === undefined ? undecided : other;
  });
}

import type { ASTNode } from '@marcbachmann/cel-js';
import { type Quantity, type Retention, reason } from '../../../adapters/contract/fact.ts';
import { compareVersions } from '../../../adapters/contract/version.ts';
import type { FactType } from '../../../adapters/contract/vocabulary.ts';
import { formatDuration } from '../../config/duration.ts';
import { Refused } from '../problems.ts';
import { boundedInterval, intervalOf } from '../values.ts';
import { lessOrEqual } from './comparisons.ts';
import { leaf, type Node, no, type Truth, undecided, type Values, yes } from './node.ts';
import { type Compiling, type Operand, operandOf, quantityReader, slotsOf } from './operands.ts';

export function callFunction(node: ASTNode & { op: 'call' }, context: Compiling): Node {
  const [name, args] = node.args;
  const operands = args.map((a) => operandOf(a, context));
  const [first, second] = operands as [Operand, Operand];
  switch (name) {
    case 'filled':
      expectTypes(node, operands, ['text']);
      return filled(first);
    case 'retention_within':
      expectTypes(node, operands, ['retention', 'duration']);
      return retentionWithin(first, second);
    case 'version_at_least':
      expectTypes(node, operands, ['version', 'version']);
      return versionAtLeast(first, second);
    case 'fresh':
      expectTypes(node, operands, ['duration', 'duration']);
      return fresh(first, second);
    default:
      throw new Refused(node, `${name}() gives no condition`);
  }
}

function expectTypes(node: ASTNode, operands: readonly Operand[], types: readonly FactType[]): void {
  const fits = operands.length === types.length && operands.every((o, i) => o.type === types[i]);
  if (!fits) throw new Refused(node, `arguments must be ${types.join(', ')}`);
  if (operands[0]?.slot === undefined) throw new Refused(node, 'the first argument must be a fact');
}

/** Holds anything but white space. */
function filled(operand: Operand): Node {
  const slot = operand.slot as number;
  return leaf([slot], (values) => {
    const text = values[slot] as string | undefined;
    return text === undefined ? undecided : text.trim() === '' ? no : yes;
  });
}

function retentionWithin(retention: Operand, limit: Operand): Node {
  const slot = retention.slot as number;
  const readLimit = quantityReader(limit);
  const test = (values: Values): Truth => {
    const value = values[slot] as Retention | undefined;
    const most = readLimit(values);
    if (value === undefined || most === undefined) return undecided;
    if ('unlimited' in value) return no;
    return lessOrEqual(boundedInterval(value.seconds, value.bound), intervalOf(most));
  };
  return leaf(slotsOf(retention, limit), test, (values, sink) => {
    const value = values[slot] as { seconds: number; bound?: string };
    sink(
      slot,
      reason('incomplete', `only one side is known: ${value.bound} ${formatDuration(value.seconds)}`),
    );
  });
}

function versionAtLeast(version: Operand, wanted: Operand): Node {
  const [slot, other] = [version.slot as number, wanted.slot as number];
  const test = (values: Values): Truth => {
    const [a, b] = [values[slot], values[other]] as [string | undefined, string | undefined];
    if (a === undefined || b === undefined) return undecided;
    const order = compareVersions(a, b);
    return order === undefined ? undecided : order >= 0 ? yes : no;
  };
  return leaf([slot, other], test, (_values, sink) => {
    sink(slot, reason('undecidable', 'the version cannot be ordered'));
  });
}

/** True or undecided, never false: an old list proves nothing about today, in neither direction. */
function fresh(age: Operand, limit: Operand): Node {
  const slot = age.slot as number;
  const readLimit = quantityReader(limit);
  const test = (values: Values): Truth => {
    const value = values[slot] as Quantity | undefined;
    const most = readLimit(values);
    if (value === undefined || most === undefined) return undecided;
    return lessOrEqual(intervalOf(value), intervalOf(most)) === yes ? yes : undecided;
  };
  return leaf(slotsOf(age, limit), test, (values, sink) => {
    const value = values[slot] as Quantity;
    const seconds = typeof value === 'number' ? value : value.value;
    sink(slot, reason('stale', `${formatDuration(Math.round(seconds))} old`));
  });
}

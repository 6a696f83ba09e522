import type { ASTNode } from '@marcbachmann/cel-js';
import type { Quantity } from '../../../adapters/contract/fact.ts';
import {
  type FactDefinition,
  type FactName,
  type FactType,
  factDefinition,
} from '../../../adapters/contract/vocabulary.ts';
import { Refused } from '../problems.ts';
import type { ParameterDefinition, ParameterValue } from '../types.ts';
import { slotOf } from './names.ts';
import type { Node, Values } from './node.ts';

export interface Parameter {
  definition: ParameterDefinition;
  value: ParameterValue;
}

/** The current member of a list while `exists` or `all` walks over it. */
export interface Loop {
  name: string;
  /** Set while the body is compiled once per member of a parameter. */
  constant?: string;
  /** Where the member stands at run time. Evaluation is synchronous, so one cell is enough. */
  cell?: { current: string };
  domain?: readonly string[];
}

export interface Compiling {
  parameters: Readonly<Record<string, Parameter>>;
  /** Conditions that many rules have in common, by what they ask; absent while an expression is only checked. */
  shared?: Map<string, Node>;
  loops: readonly Loop[];
}

/** Anything that is not a condition: what stands on either side of a comparison. */
export interface Operand {
  node: ASTNode;
  type: FactType;
  /** Known when the policy is loaded: literals, parameters, members of list parameters. */
  constant?: string | boolean | number | readonly string[];
  /** A fact's place. */
  slot?: number;
  cell?: { current: string };
  /** The closed set of texts that the value comes from. */
  domain?: readonly string[];
  /** Names where the domain comes from, for messages. */
  label: string;
  /** Number of members of this list fact or characters of this text fact. */
  sizeOf?: 'list' | 'text';
}

export function operandOf(node: ASTNode, context: Compiling): Operand {
  switch (node.op) {
    case 'value':
      return literal(node);
    case 'id':
      return loopOrFact(node, context);
    case '.':
      return member(node, context);
    case 'call':
      if (node.args[0] === 'size') return size(node, node.args[1][0] as ASTNode, context);
      break;
    case 'rcall':
      if (node.args[0] === 'size') return size(node, node.args[1], context);
      break;
  }
  throw new Refused(node, 'a condition cannot be compared; combine conditions with &&, ||, ! and ?:');
}

function literal(node: ASTNode & { op: 'value' }): Operand {
  const value = node.args;
  if (typeof value === 'boolean') return { node, type: 'bool', constant: value, label: String(value) };
  if (typeof value === 'string') return { node, type: 'text', constant: value, label: `"${value}"` };
  return { node, type: 'int', constant: Number(value), label: String(value) };
}

function loopOrFact(node: ASTNode & { op: 'id' }, context: Compiling): Operand {
  const loop = context.loops.find((l) => l.name === node.args);
  if (loop === undefined) return fact(node, node.args as FactName);
  return {
    node,
    type: 'text',
    label: loop.name,
    ...(loop.constant === undefined ? {} : { constant: loop.constant }),
    ...(loop.cell === undefined ? {} : { cell: loop.cell }),
    ...(loop.domain === undefined ? {} : { domain: loop.domain }),
  };
}

function member(node: ASTNode & { op: '.' }, context: Compiling): Operand {
  const [group, name] = node.args;
  if (group.op === 'id' && group.args === 'params') return parameter(node, name, context);
  return fact(node, `${String(group.args)}.${name}` as FactName);
}

function fact(node: ASTNode, name: FactName): Operand {
  const definition: FactDefinition = factDefinition(name);
  return {
    node,
    type: definition.type,
    slot: slotOf(name),
    label: name,
    ...(definition.values === undefined ? {} : { domain: definition.values }),
  };
}

function parameter(node: ASTNode, name: string, context: Compiling): Operand {
  const { definition, value } = context.parameters[name] as Parameter;
  return {
    node,
    type: definition.type,
    constant: value,
    label: `params.${name}`,
    ...(definition.values === undefined ? {} : { domain: definition.values }),
  };
}

function size(node: ASTNode, inner: ASTNode, context: Compiling): Operand {
  const operand = operandOf(inner, context);
  const label = `size(${operand.label})`;
  if (operand.type !== 'list' && operand.type !== 'text') {
    throw new Refused(node, 'size() takes a list or a text');
  }
  if (Array.isArray(operand.constant) || typeof operand.constant === 'string') {
    return { node, type: 'int', constant: operand.constant.length, label };
  }
  if (operand.slot === undefined) throw new Refused(node, 'size() takes a fact or a parameter');
  return { node, type: 'int', slot: operand.slot, label, sizeOf: operand.type };
}

/** Reads a number; undefined is a hole or a list of which a part is missing. */
export function quantityReader(operand: Operand): (values: Values) => Quantity | undefined {
  if (operand.constant !== undefined) {
    const constant = operand.constant as number;
    return () => constant;
  }
  const slot = operand.slot as number;
  if (operand.sizeOf === 'text') return (values) => (values[slot] as string | undefined)?.length;
  if (operand.sizeOf === 'list') {
    return (values) => {
      const list = values[slot] as { items: string[]; complete: boolean } | undefined;
      return list?.complete === true ? list.items.length : undefined;
    };
  }
  return (values) => values[slot] as Quantity | undefined;
}

export function textReader(operand: Operand): (values: Values) => string | undefined {
  const { cell, slot, constant } = operand;
  if (constant !== undefined) return () => constant as string;
  if (cell !== undefined) return () => cell.current;
  return (values) => values[slot as number] as string | undefined;
}

export function slotsOf(...operands: Operand[]): number[] {
  return operands.flatMap((o) => (o.slot === undefined ? [] : [o.slot]));
}

/** A text that can never be a value is a typo: it would decide the rule for ever. */
export function refuseStrangers(left: Operand, right: Operand): void {
  const [known, other] = left.domain === undefined ? [right, left] : [left, right];
  if (known.domain === undefined) return;
  if (other.domain !== undefined) {
    // Of two closed sets one must lie within the other: a parameter's within the fact's.
    const [outer, inner] = known.slot === undefined ? [other, known] : [known, other];
    refuseOutside(outer, inner, inner.domain as readonly string[]);
  } else if (typeof other.constant === 'string') {
    refuseOutside(known, other, [other.constant]);
  } else if (Array.isArray(other.constant)) {
    throw new Refused(other.node, `${other.label} needs values: it is compared with ${known.label}`);
  }
}

function refuseOutside(known: Operand, other: Operand, texts: readonly string[]): void {
  const domain = known.domain as readonly string[];
  const stranger = texts.find((text) => !domain.includes(text));
  if (stranger === undefined) return;
  throw new Refused(
    other.node,
    `"${stranger}" is no value of ${known.label}; values are ${domain.join(', ')}`,
  );
}

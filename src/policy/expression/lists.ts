import type { ASTNode } from '@marcbachmann/cel-js';
import type { ListValue, Reason } from '../../../adapters/contract/fact.ts';
import { Refused } from '../problems.ts';
import { and, oneOf } from './logic.ts';
import {
  certain,
  constantNode,
  type HoleSink,
  leaf,
  type Node,
  no,
  type Test,
  type Truth,
  undecided,
  type Values,
  yes,
} from './node.ts';
import { type Compiling, type Operand, operandOf, refuseStrangers, slotsOf, textReader } from './operands.ts';

type CompileBody = (node: ASTNode, context: Compiling) => Node;

export function membership(element: Operand, listNode: ASTNode, context: Compiling): Node {
  if (listNode.op === 'list') return inLiterals(element, listNode.args, context);
  const list = operandOf(listNode, context);
  if (list.type !== 'list') throw new Refused(listNode, 'in needs a list fact, a list parameter or literals');
  if (element.type !== 'text' && element.type !== 'enum') throw new Refused(element.node, 'lists hold texts');
  if (Array.isArray(list.constant)) {
    refuseStrangers(element, list);
    return inConstants(element, list.constant);
  }
  return inFact(element, list);
}

function inLiterals(element: Operand, items: ASTNode[], context: Compiling): Node {
  const literals = items.map((item) => operandOf(item, context));
  const type = element.type === 'enum' ? 'text' : element.type;
  for (const literal of literals) {
    if (literal.type !== type) throw new Refused(literal.node, `${element.label} is no ${literal.type}`);
    if (type === 'text') refuseStrangers(element, literal);
  }
  return inConstants(element, literals.map((l) => l.constant) as (string | number)[]);
}

function inConstants(element: Operand, members: readonly unknown[]): Node {
  if (element.type !== 'text' && element.type !== 'enum') {
    throw new Refused(element.node, 'in compares texts; compare numbers with == or an order');
  }
  const { slot } = element;
  if (slot !== undefined && members.length <= 2)
    return leaf([slot], isOneOf(slot, members[0], members.at(-1)));
  const set = new Set(members);
  const read = textReader(element);
  const test = (values: Values): Truth => {
    const value = read(values);
    return value === undefined ? undecided : set.has(value) ? yes : no;
  };
  return element.constant === undefined ? leaf(slotsOf(element), test) : constantNode(test([]));
}

function isOneOf(slot: number, one: unknown, other: unknown): Test {
  return (values) => {
    const value = values[slot];
    return value === one || value === other ? yes : value === undefined ? undecided : no;
  };
}

function inFact(element: Operand, list: Operand): Node {
  const read = textReader(element);
  const slot = list.slot as number;
  const test = (values: Values): Truth => {
    const wanted = read(values);
    const value = values[slot] as ListValue | undefined;
    if (wanted === undefined || value === undefined) return undecided;
    return value.items.includes(wanted) ? yes : value.complete ? no : undecided;
  };
  return leaf(slotsOf(element, list), test, (values, sink) => sink(slot, missingPart(values, slot)));
}

function missingPart(values: Values, slot: number): Reason {
  const list = values[slot] as ListValue;
  return list.complete ? { code: 'incomplete' } : list.missing;
}

/** `exists` and `all` over a list parameter are unrolled, over a list fact they walk at run time. */
export function quantified(
  node: ASTNode & { op: 'rcall' },
  context: Compiling,
  compileBody: CompileBody,
): Node {
  const [name, receiver, [variable, body]] = node.args as [string, ASTNode, [ASTNode, ASTNode]];
  const list = operandOf(receiver, context);
  if (list.type !== 'list') throw new Refused(receiver, `${name} needs a list fact or a list parameter`);
  const loop = { name: String(variable.args), ...(list.domain === undefined ? {} : { domain: list.domain }) };
  if (list.slot !== undefined) {
    const cell = { current: '' };
    const inner = compileBody(body, { ...context, loops: [{ ...loop, cell }, ...context.loops] });
    return overFact(name === 'exists' ? yes : no, list.slot, cell, inner);
  }
  const members = list.constant as readonly string[];
  // Compiled once more with a member that stays open, so that an error shows even for an empty parameter.
  compileBody(body, { ...context, loops: [{ ...loop, cell: { current: '' } }, ...context.loops] });
  const ways = members.map((member) => ({
    name: member,
    node: compileBody(body, { ...context, loops: [{ ...loop, constant: member }, ...context.loops] }),
  }));
  return name === 'exists' ? oneOf(ways) : and(ways.map((w) => w.node));
}

/** An incomplete list has one unknown element: only the absorbing value can be decided. */
function overFact(absorbing: 0 | 1, slot: number, cell: { current: string }, body: Node): Node {
  const neutral = absorbing === yes ? no : yes;
  const each = (values: Values, visit: (answer: Truth) => void): void => {
    for (const item of (values[slot] as ListValue).items) {
      cell.current = item;
      visit(body.test(values));
    }
  };
  const test = (values: Values): Truth => {
    const list = values[slot] as ListValue | undefined;
    if (list === undefined) return undecided;
    let result: Truth = list.complete ? neutral : undecided;
    for (const item of list.items) {
      cell.current = item;
      const answer = body.test(values);
      if (answer === absorbing) return absorbing;
      if (answer === undecided) result = undecided;
    }
    return result;
  };
  return {
    test,
    // The members stand in a cell while they are walked over: nothing of the body can be asked by itself.
    asks: [{ slots: [slot, ...body.asks.flatMap((ask) => ask.slots)], test }],
    holes(values, sink: HoleSink) {
      const list = values[slot] as ListValue | undefined;
      if (list === undefined) return sink(slot);
      if (!list.complete) sink(slot, list.missing);
      each(values, (answer) => {
        if (answer === undecided) body.holes(values, sink);
      });
    },
    rests(values, support) {
      support.add(slot);
      const result = test(values);
      let trust = certain;
      each(values, (answer) => {
        if (answer === result) trust = Math.min(trust, body.rests(values, support));
      });
      return Math.min(trust, support.trust(slot));
    },
    met() {},
  };
}

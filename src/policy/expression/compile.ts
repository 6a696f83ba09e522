import type { ASTNode } from '@marcbachmann/cel-js';
import { Refused } from '../problems.ts';
import { type Comparison, compare } from './comparisons.ts';
import { callFunction } from './functions.ts';
import { membership, quantified } from './lists.ts';
import { and, conditional, not, or } from './logic.ts';
import { constantNode, factNode, type Node, no, yes } from './node.ts';
import { type Compiling, operandOf, type Parameter } from './operands.ts';

/**
 * Turns a tree that cel-js has parsed and type-checked into three-valued closures; parameters become constants.
 * @throws {Refused} for anything that has no three-valued meaning, with its range.
 */
export function compileExpression(
  ast: ASTNode,
  parameters: Readonly<Record<string, Parameter>>,
  shared?: Map<string, Node>,
): Node {
  return condition(ast, { parameters, loops: [], ...(shared === undefined ? {} : { shared }) });
}

function condition(node: ASTNode, context: Compiling): Node {
  switch (node.op) {
    case '&&':
      return and(chain(node, '&&').map((n) => condition(n, context)));
    case '||':
      return or(chain(node, '||').map((n) => condition(n, context)));
    case '!_':
      return not(condition(node.args, context));
    case '?:': {
      const [ask, first, second] = node.args;
      return conditional(condition(ask, context), condition(first, context), condition(second, context));
    }
    case 'in':
      return share(node, membership(operandOf(node.args[0], context), node.args[1], context), context);
    case 'call':
      return callFunction(node, context);
    case 'rcall':
      if (node.args[0] === 'size') break;
      return quantified(node, context, condition);
    case 'value':
    case 'id':
    case '.':
      return bareTruth(node, context);
    case '==':
    case '!=':
    case '<':
    case '<=':
    case '>':
    case '>=':
      return compare(
        node.op as Comparison,
        operandOf(node.args[0], context),
        operandOf(node.args[1], context),
      );
  }
  throw new Refused(node, 'this is no condition');
}

/** `a || b || c` stands as a left-leaning tree; the engine wants it flat. */
function chain(node: ASTNode, op: '&&' | '||'): ASTNode[] {
  if (node.op !== op) return [node];
  const [left, right] = node.args as [ASTNode, ASTNode];
  return [...chain(left, op), ...chain(right, op)];
}

/** `room_kind in ["phone", "meeting_chat"]` stands in a dozen rules: one node, so that it is asked once of a value. */
function share(node: ASTNode & { op: 'in' }, compiled: Node, context: Compiling): Node {
  const [element, list] = node.args;
  if (context.shared === undefined || element.op !== 'id' || list.op !== 'list') return compiled;
  if (context.loops.length > 0 || compiled.constant !== undefined) return compiled;
  const key = `${element.args} in ${list.args.map((item) => JSON.stringify(item.args)).join()}`;
  const known = context.shared.get(key) ?? compiled;
  context.shared.set(key, known);
  return known;
}

function bareTruth(node: ASTNode, context: Compiling): Node {
  const operand = operandOf(node, context);
  if (operand.type !== 'bool')
    throw new Refused(node, `${operand.label} is no condition but ${operand.type}`);
  if (operand.constant !== undefined) return constantNode(operand.constant === true ? yes : no);
  return factNode(operand.slot as number);
}

import type {
  AnyNode,
  AssignmentExpression,
  CallExpression,
  Expression,
  MemberExpression,
  Pattern,
  PrivateIdentifier,
  Super,
} from 'acorn';
import { callMethod, callName, callValue, construct, ownKey } from './config-calls.ts';
import { array, object, propertyKey } from './config-literals.ts';
import {
  deeper,
  lose,
  type Machine,
  maybe,
  readName,
  readProperty,
  step,
  Thrown,
  typeofName,
  writeName,
  writeProperty,
} from './config-machine.ts';
import { binary, unary } from './config-operators.ts';
import { patternParts } from './config-patterns.ts';
import { checkedText } from './config-texts.ts';
import {
  arrayItems,
  either,
  primitive,
  type Scope,
  truthiness,
  undefinedValue,
  unknown,
  type Value,
} from './config-values.ts';

export function evaluate(machine: Machine, node: AnyNode, scope: Scope): Value {
  step(machine);
  return deeper(machine, () => dispatch(machine, node, scope));
}

function dispatch(machine: Machine, node: AnyNode, scope: Scope): Value {
  const go = (child: AnyNode): Value => evaluate(machine, child, scope);
  switch (node.type) {
    case 'Literal':
      return literal(node.value, 'regex' in node && node.regex !== undefined);
    case 'TemplateLiteral':
      return template(
        node.quasis.map((quasi) => quasi.value.cooked ?? ''),
        node.expressions.map(go),
      );
    case 'Identifier':
      return readName(machine, scope, node.name);
    case 'ThisExpression':
      return scope.parent === null ? { kind: 'global' } : unknown('this');
    case 'ObjectExpression':
      return object(machine, node, scope);
    case 'ArrayExpression':
      return array(machine, node.elements, scope);
    case 'FunctionExpression':
    case 'ArrowFunctionExpression':
      return { kind: 'function', node, scope };
    case 'UnaryExpression':
      return unaryExpression(machine, node.operator, node.argument, scope);
    case 'BinaryExpression':
      return binaryExpression(node.operator, go(node.left as Expression), go(node.right));
    case 'LogicalExpression':
      return logical(machine, node.operator, go(node.left), () => go(node.right));
    case 'ConditionalExpression': {
      const truth = truthiness(go(node.test));
      if (truth !== null) return go(truth ? node.consequent : node.alternate);
      const why = 'a condition that is not decided';
      const then = maybe(machine, why, () => go(node.consequent), unknown(why));
      return either(
        then,
        maybe(machine, why, () => go(node.alternate), unknown(why)),
      );
    }
    case 'SequenceExpression':
      return node.expressions.map(go).at(-1) ?? undefinedValue;
    case 'ParenthesizedExpression':
      return go(node.expression);
    case 'AssignmentExpression':
      return assignment(machine, node, scope);
    case 'UpdateExpression': {
      const before = go(node.argument);
      const next = binary(node.operator === '++' ? '+' : '-', unary('+', before), primitive(1));
      assignTo(machine, node.argument as Pattern, next, scope);
      return node.prefix ? next : unary('+', before);
    }
    case 'MemberExpression':
      return member(machine, node, scope);
    case 'ChainExpression':
      return go(node.expression);
    case 'CallExpression':
      return call(machine, node, scope);
    case 'NewExpression':
      return construct(machine, node, go(node.callee), argumentsOf(machine, node.arguments, scope));
    default:
      return lose(machine, `${node.type} is not read`);
  }
}

function literal(value: unknown, regex: boolean): Value {
  if (regex || typeof value === 'bigint') return unknown('a pattern', 'host');
  if (typeof value === 'string') return primitive(serverSide.exec(value)?.[1] ?? value);
  return primitive(value as number | boolean | null);
}

/** What the web server fills in while serving; where it did not, its default is what it would have filled in. */
const serverSide = /^<!--#\s*echo\s+var="[^"]*"\s+default="([^"]*)"\s*-->$/;

function template(texts: readonly string[], values: readonly Value[]): Value {
  let text = texts[0] ?? '';
  for (const [index, value] of values.entries()) {
    if (value.kind !== 'primitive') return unknown('a text with something not known', 'host');
    text += String(value.value) + (texts[index + 1] ?? '');
  }
  return checkedText(text);
}

function unaryExpression(machine: Machine, operator: string, argument: Expression, scope: Scope): Value {
  if (operator === 'typeof' && argument.type === 'Identifier') {
    const type = typeofName(scope, argument.name);
    if (type !== null) return type;
  }
  if (operator !== 'delete') return unary(operator, evaluate(machine, argument, scope));
  const target = argument.type === 'ChainExpression' ? argument.expression : argument;
  if (target.type === 'MemberExpression') {
    const base = evaluate(machine, target.object, scope);
    writeProperty(machine, base, keyOf(machine, target, scope), unknown('deleted'));
  } else evaluate(machine, target, scope);
  return unknown('delete', 'host');
}

function binaryExpression(operator: string, left: Value, right: Value): Value {
  if (operator !== 'in') return binary(operator, left, right);
  if (right.kind !== 'object' || left.kind !== 'primitive') return unknown('in', 'host');
  const own = ownKey(right, String(left.value));
  return own.kind === 'primitive' && own.value === false && String(left.value) in {} ? primitive(true) : own;
}

function logical(machine: Machine, operator: string, left: Value, right: () => Value): Value {
  const decided = operator === '??' ? nullish(left) : truthiness(left);
  const needsRight = operator !== '||';
  if (decided !== null) return decided === needsRight ? right() : left;
  const why = 'a condition that is not decided';
  const other = maybe(machine, why, right, unknown(why));
  return left.kind === 'unknown' && left.origin === 'host'
    ? unknown(why, other.kind === 'primitive' ? 'host' : 'any')
    : either(left, other);
}

function nullish(value: Value): boolean | null {
  if (value.kind === 'primitive') return value.value === undefined || value.value === null;
  if (value.kind !== 'either') return value.kind === 'unknown' ? null : false;
  const sides = new Set(value.options.map(nullish));
  const [only] = sides;
  return sides.size === 1 && only !== undefined ? only : null;
}

function keyOf(machine: Machine, node: MemberExpression, scope: Scope): string | null {
  if (node.computed) return propertyKey(evaluate(machine, node.property, scope));
  return node.property.type === 'Identifier' ? node.property.name : null;
}

function isMissing(value: Value): boolean {
  return value.kind === 'primitive' && (value.value === undefined || value.value === null);
}

function member(machine: Machine, node: MemberExpression, scope: Scope): Value {
  if (node.object.type === 'Super') return lose(machine, 'super is not read');
  const base = evaluate(machine, node.object, scope);
  if (node.optional && nullish(base) !== false) {
    return isMissing(base) ? undefinedValue : unknown('an optional property', 'any');
  }
  return readProperty(machine, base, keyOf(machine, node, scope));
}

function assignment(machine: Machine, node: AssignmentExpression, scope: Scope): Value {
  if (node.operator === '=') {
    if (node.left.type === 'MemberExpression') return assignMember(machine, node.left, node.right, scope);
    const value = evaluate(machine, node.right, scope);
    assignTo(machine, node.left, value, scope);
    return value;
  }
  const before = evaluate(machine, node.left, scope);
  if (node.operator === '||=' || node.operator === '&&=' || node.operator === '??=') {
    const value = logical(machine, node.operator.slice(0, 2), before, () =>
      evaluate(machine, node.right, scope),
    );
    if (value !== before) assignTo(machine, node.left, value, scope);
    return value;
  }
  const value = binary(node.operator.slice(0, -1), before, evaluate(machine, node.right, scope));
  assignTo(machine, node.left, value, scope);
  return value;
}

function assignMember(machine: Machine, target: MemberExpression, right: Expression, scope: Scope): Value {
  if (target.object.type === 'Super') return lose(machine, 'super is not read');
  const base = evaluate(machine, target.object, scope);
  const key = keyOf(machine, target, scope);
  const value = evaluate(machine, right, scope);
  writeProperty(machine, base, key, value);
  return value;
}

/** Patterns: every name and member in them is written with something not known. */
export function assignTo(machine: Machine, target: Pattern, value: Value, scope: Scope): void {
  switch (target.type) {
    case 'Identifier':
      writeName(machine, scope, target.name, value);
      return;
    case 'MemberExpression':
      if (target.object.type === 'Super') lose(machine, 'super is not read');
      else
        writeProperty(machine, evaluate(machine, target.object, scope), keyOf(machine, target, scope), value);
      return;
    default:
      for (const part of patternParts(target)) assignTo(machine, part, unknown('taken apart'), scope);
  }
}

function argumentsOf(machine: Machine, nodes: readonly AnyNode[], scope: Scope): Value[] {
  return nodes.flatMap((node) => {
    if (node.type !== 'SpreadElement') return [evaluate(machine, node, scope)];
    const spread = evaluate(machine, node.argument, scope);
    return arrayItems(spread) ?? [lose(machine, 'something not known is spread into a call')];
  });
}

function call(machine: Machine, node: CallExpression, scope: Scope): Value {
  const callee: Expression | Super | PrivateIdentifier =
    node.callee.type === 'ParenthesizedExpression' ? node.callee.expression : node.callee;
  if (callee.type === 'Super') return lose(machine, 'super is not read');
  if (callee.type === 'MemberExpression') {
    if (callee.object.type === 'Super') return lose(machine, 'super is not read');
    const base = evaluate(machine, callee.object, scope);
    const optional = callee.optional || node.optional;
    if (optional && isMissing(base)) return undefinedValue;
    const name = keyOf(machine, callee, scope);
    const args = argumentsOf(machine, node.arguments, scope);
    if (isMissing(base)) throw new Thrown(`${name ?? 'a method'} of nothing`);
    if (base.kind === 'object' && name !== null && optional && isMissing(readProperty(machine, base, name)))
      return undefinedValue;
    return callMethod(machine, base, name, args);
  }
  const value = evaluate(machine, callee, scope);
  const args = argumentsOf(machine, node.arguments, scope);
  if (callee.type === 'Identifier') return callName(machine, callee.name, value, node, args);
  return callValue(machine, value, args, callee.type);
}

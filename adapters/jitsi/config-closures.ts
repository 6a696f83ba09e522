import { evaluate } from './config-expressions.ts';
import { hoist } from './config-hoisting.ts';
import { condition, deeper, lose, type Machine, newScope } from './config-machine.ts';
import { patternParts } from './config-patterns.ts';
import { runAll } from './config-statements.ts';
import {
  either,
  type FunctionValue,
  type Scope,
  undefinedValue,
  unknown,
  type Value,
} from './config-values.ts';

/** Follows a function of the file with these arguments, as deep as the file's own calls go. */
export function callClosure(machine: Machine, callee: FunctionValue, args: readonly Value[]): Value {
  const { node } = callee;
  if (
    node.type !== 'FunctionExpression' &&
    node.type !== 'FunctionDeclaration' &&
    node.type !== 'ArrowFunctionExpression'
  )
    return lose(machine, `${node.type} is called`);
  if (node.generator || node.async) {
    machine.postponed.push(callee);
    return unknown('a postponed function', 'host');
  }
  const scope = newScope(callee.scope, true);
  if (node.type !== 'ArrowFunctionExpression') scope.names.set('arguments', unknown('arguments'));
  for (const [index, parameter] of node.params.entries()) {
    const given = args[index] ?? undefinedValue;
    if (parameter.type === 'Identifier') scope.names.set(parameter.name, given);
    else for (const part of patternParts(parameter)) assignParameter(part, scope);
  }
  if (node.body.type !== 'BlockStatement') return deeper(machine, () => evaluate(machine, node.body, scope));
  hoist(node.body.body, scope);
  const outer = { leaving: machine.leaving, returned: machine.returned };
  const inherited = condition(machine);
  if (inherited !== null) machine.conditions.push(inherited);
  machine.leaving = null;
  machine.returned = null;
  const { body } = node.body;
  try {
    const completion = deeper(machine, () => runAll(machine, body, scope));
    const returned: Value | null = machine.returned;
    if (returned === null) return undefinedValue;
    return completion === 'return' ? returned : either(returned, undefinedValue);
  } finally {
    if (inherited !== null) machine.conditions.pop();
    machine.leaving = outer.leaving;
    machine.returned = outer.returned;
  }
}

function assignParameter(part: Parameters<typeof patternParts>[0], scope: Scope): void {
  if (part.type === 'Identifier') scope.names.set(part.name, unknown('a parameter taken apart'));
}

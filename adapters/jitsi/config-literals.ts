import type { AnyNode, ObjectExpression } from 'acorn';
import { mergeInto } from './config-calls.ts';
import { handOut, type Machine } from './config-machine.ts';
import {
  arrayItems,
  emptyObject,
  type ObjectValue,
  type Scope,
  unknown,
  type Value,
} from './config-values.ts';

export function propertyKey(value: Value): string | null {
  return value.kind === 'primitive' ? String(value.value) : null;
}

export function array(machine: Machine, elements: readonly (AnyNode | null)[], scope: Scope): Value {
  const result = emptyObject(true);
  for (const element of elements) {
    if (element === null) {
      result.open = 'a list with gaps';
      continue;
    }
    if (element.type !== 'SpreadElement') {
      result.props.set(String(result.props.size), machine.evaluate(element, scope));
      continue;
    }
    const spread = machine.evaluate(element.argument, scope);
    const items = arrayItems(spread);
    if (items === null) {
      handOut(machine, spread, 'spread');
      result.open = 'something not known is spread';
    } else for (const item of items) result.props.set(String(result.props.size), item);
  }
  return result;
}

export function object(machine: Machine, node: ObjectExpression, scope: Scope): Value {
  const result = emptyObject();
  for (const property of node.properties) {
    if (property.type === 'SpreadElement') {
      mergeInto(machine, result, machine.evaluate(property.argument, scope));
      continue;
    }
    const key = property.computed
      ? propertyKey(machine.evaluate(property.key, scope))
      : property.key.type === 'Identifier'
        ? property.key.name
        : String((property.key as { value?: unknown }).value);
    const value = property.kind === 'init' ? machine.evaluate(property.value, scope) : unknown('a getter');
    if (property.kind !== 'init') machine.postponed.push({ kind: 'function', node: property.value, scope });
    define(result, key, value, property.computed || property.shorthand);
  }
  return result;
}

/** A new object: always certain for itself, whatever the condition it is made under. */
function define(target: ObjectValue, key: string | null, value: Value, plainKey: boolean): void {
  if (key === null) {
    for (const name of target.props.keys()) target.props.set(name, unknown('a computed key'));
    target.open = 'a computed key';
    return;
  }
  if (key === '__proto__' && !plainKey) target.open = 'a prototype of its own';
  else target.props.set(key, value);
}

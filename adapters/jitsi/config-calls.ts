import type { CallExpression, NewExpression } from 'acorn';
import { runsText } from './config-globals.ts';
import {
  blurAll,
  condition,
  handOut,
  lose,
  type Machine,
  maybe,
  readObject,
  step,
  writeProperty,
} from './config-machine.ts';
import { checkedText, maxItems, otherTextMethods, textMethods } from './config-texts.ts';
import {
  arrayItems,
  arrayOf,
  emptyObject,
  type ObjectValue,
  optionsOf,
  type Primitive,
  primitive,
  truthiness,
  undefinedValue,
  unknown,
  type Value,
} from './config-values.ts';

export function plainArguments(args: readonly Value[]): Primitive[] | null {
  const plain: Primitive[] = [];
  for (const arg of args) {
    if (arg.kind !== 'primitive') return null;
    plain.push(arg.value);
  }
  return plain;
}

export function callMethod(machine: Machine, base: Value, name: string | null, args: Value[]): Value {
  const results = optionsOf(base).map((option) =>
    base.kind === 'either'
      ? maybe(
          machine,
          'one of several objects',
          () => callOne(machine, option, name, args),
          unknown('method'),
        )
      : callOne(machine, option, name, args),
  );
  const [first] = results;
  return results.length === 1 && first !== undefined ? first : unknown('method of one of several values');
}

function callOne(machine: Machine, base: Value, name: string | null, args: Value[]): Value {
  if (name === null) return lose(machine, 'a computed method is called');
  switch (base.kind) {
    case 'primitive':
      return typeof base.value === 'string'
        ? callText(machine, base.value, name, args)
        : callForeign(machine, `${typeof base.value}.${name}`, args, 'host');
    case 'object':
      return base.array ? callArray(machine, base, name, args) : callObject(machine, base, name, args);
    case 'function':
      return callFunctionMethod(machine, base, name, args);
    case 'global':
      return lose(machine, `the page's ${name} is called`);
    case 'unknown':
      if (base.origin === 'any')
        return lose(machine, `a method of something not known is called (${base.why})`);
      if (base.origin === 'builtin') return callBuiltin(machine, `${base.why}.${name}`, args);
      return callHost(machine, name, args);
    case 'either':
      return callMethod(machine, base, name, args);
  }
}

function callText(machine: Machine, text: string, name: string, args: Value[]): Value {
  const method = Object.hasOwn(textMethods, name) ? textMethods[name] : undefined;
  const plain = plainArguments(args);
  if (method === undefined) {
    for (const arg of args) handOut(machine, arg, `text.${name}`);
    return otherTextMethods.has(name)
      ? unknown(`text.${name}`, 'host')
      : lose(machine, `text.${name} is called`);
  }
  if (plain === null) return unknown(`text.${name} of something not known`, 'host');
  const result = method(text, plain);
  if (!Array.isArray(result)) return checkedText(result);
  if (result.length > maxItems) return unknown('a list too long', 'host');
  step(machine, result.length);
  return arrayOf(result.map(primitive));
}

function callArray(machine: Machine, base: ObjectValue, name: string, args: Value[]): Value {
  const items = arrayItems(base);
  const [first] = args;
  if (items !== null) {
    step(machine, items.length);
    if ((name === 'map' || name === 'filter' || name === 'forEach') && first?.kind === 'function')
      return iterate(machine, base, items, name, first);
    if (name === 'join' || name === 'includes' || name === 'indexOf') {
      const plain = plainArguments(items);
      const parameters = plainArguments(args);
      if (plain !== null && parameters !== null) {
        if (name === 'join')
          return checkedText(plain.join(parameters[0] === undefined ? ',' : String(parameters[0])));
        return primitive(name === 'includes' ? plain.includes(parameters[0]) : plain.indexOf(parameters[0]));
      }
    }
    if (name === 'concat') {
      const others = args.map((arg) => (arg.kind === 'object' && arg.array ? arrayItems(arg) : [arg]));
      const joined = others.every((other) => other !== null) ? [...items, ...others.flat()] : null;
      if (joined !== null) return joined.length > maxItems ? unknown('a list too long') : arrayOf(joined);
    }
    if (name === 'push' && condition(machine) === null && machine.blurred === 0) {
      for (const arg of args) writeProperty(machine, base, String(base.props.size), arg);
      return primitive(base.props.size);
    }
  }
  for (const arg of args) handOut(machine, arg, `array.${name}`);
  blurAll(base, `array.${name} is called`);
  return unknown(`array.${name}`);
}

function iterate(
  machine: Machine,
  base: ObjectValue,
  items: readonly Value[],
  name: string,
  callback: Extract<Value, { kind: 'function' }>,
): Value {
  const results: Value[] = [];
  for (const [index, item] of items.entries()) {
    const result = machine.call(callback, [item, primitive(index), base]);
    if (name === 'map') results.push(result);
    if (name !== 'filter') continue;
    const keep = truthiness(result);
    if (keep === null) return unknown('a filter that is not decided');
    if (keep) results.push(item);
  }
  return name === 'forEach' ? undefinedValue : arrayOf(results);
}

function callObject(machine: Machine, base: ObjectValue, name: string, args: Value[]): Value {
  const own = base.props.get(name);
  if (own?.kind === 'function' && base.escaped === null) return machine.call(own, args);
  const [first] = args;
  if (name === 'hasOwnProperty' && own === undefined && first?.kind === 'primitive')
    return ownKey(base, String(first.value));
  return lose(machine, `the method ${name} of an object is called`);
}

export function ownKey(base: ObjectValue, key: string): Value {
  const value = readObject(base, key);
  if (value.kind === 'unknown')
    return base.props.has(key) || base.open !== null ? unknown(value.why, 'host') : primitive(false);
  if (value.kind === 'either') return unknown('conditional', 'host');
  return primitive(base.props.has(key));
}

function callFunctionMethod(
  machine: Machine,
  base: Extract<Value, { kind: 'function' }>,
  name: string,
  args: Value[],
): Value {
  if (name === 'call') return machine.call(base, args.slice(1));
  if (name === 'apply' && args.length <= 1) return machine.call(base, []);
  for (const arg of args) handOut(machine, arg, `function.${name}`);
  machine.postponed.push(base);
  return unknown(`function.${name}`);
}

function callHost(machine: Machine, name: string, args: Value[]): Value {
  if (name === 'write' || name === 'writeln' || runsText.has(name))
    return lose(machine, `${name} runs text as code`);
  return callForeign(machine, name, args, 'host');
}

function callForeign(machine: Machine, name: string, args: Value[], origin: 'host' | 'any'): Value {
  for (const arg of args) handOut(machine, arg, name);
  return unknown(`result of ${name}`, origin);
}

/** `name` as `built-in Object.assign`. */
function callBuiltin(machine: Machine, name: string, args: Value[]): Value {
  const [first, ...rest] = args;
  switch (name) {
    case 'built-in Object.assign':
      for (const source of rest) mergeInto(machine, first ?? undefinedValue, source);
      return first ?? undefinedValue;
    case 'built-in Object.freeze':
    case 'built-in Object.seal':
    case 'built-in Object.preventExtensions':
      for (const option of optionsOf(first ?? undefinedValue))
        if (option.kind === 'object') option.frozen = true;
      return first ?? undefinedValue;
    case 'built-in Object.keys':
    case 'built-in JSON.stringify':
    case 'built-in Array.isArray':
    case 'built-in Date.now':
    case 'built-in Math.random':
      return unknown(name, 'host');
    case 'built-in Object.hasOwn': {
      const [key] = rest;
      return first?.kind === 'object' && key?.kind === 'primitive'
        ? ownKey(first, String(key.value))
        : unknown(name, 'host');
    }
    default:
      return callForeign(machine, name, args, name === 'built-in Object.getPrototypeOf' ? 'any' : 'host');
  }
}

/** Copies own keys as `Object.assign` and spread do. */
export function mergeInto(machine: Machine, target: Value, source: Value): void {
  for (const from of optionsOf(source)) {
    if (from.kind === 'primitive' && typeof from.value !== 'string') continue;
    if (from.kind === 'object' && from.open === null && from.escaped === null && source.kind !== 'either') {
      for (const [key, value] of from.props) writeProperty(machine, target, key, value);
      continue;
    }
    for (const option of optionsOf(target)) {
      if (option.kind === 'object') blurAll(option, 'merged with something not known');
      else if (option.kind !== 'primitive') lose(machine, 'something not known is merged');
    }
  }
}

export function callName(
  machine: Machine,
  name: string,
  callee: Value,
  node: CallExpression,
  args: Value[],
): Value {
  if (runsText.has(name)) return lose(machine, `${name} runs text as code`);
  if (callee.kind === 'unknown' && callee.origin === 'builtin') {
    const [first] = args;
    if (name === 'Boolean' && first !== undefined) {
      const truth = truthiness(first);
      return truth === null ? unknown(name, 'host') : primitive(truth);
    }
    if ((name === 'String' || name === 'Number') && first?.kind === 'primitive')
      return checkedText(name === 'String' ? String(first.value) : Number(first.value));
    return callForeign(machine, name, args, 'host');
  }
  if (name.startsWith('set') && callee.kind === 'unknown' && args[0]?.kind !== 'function')
    return lose(machine, `${name} may run text as code`);
  return callValue(machine, callee, args, node.callee.type);
}

export function callValue(machine: Machine, callee: Value, args: Value[], what: string): Value {
  if (callee.kind === 'function') return machine.call(callee, args);
  if (callee.kind === 'unknown' && callee.origin === 'host')
    return callForeign(machine, callee.why, args, 'host');
  return lose(machine, `something not known is called (${what})`);
}

export function construct(machine: Machine, node: NewExpression, callee: Value, args: Value[]): Value {
  const name = node.callee.type === 'Identifier' ? node.callee.name : '';
  if (runsText.has(name) || callee.kind !== 'unknown' || callee.origin === 'any')
    return lose(machine, `new ${name} may run code`);
  if (name === 'Object' && args.length === 0) return emptyObject();
  for (const arg of args) handOut(machine, arg, `new ${name}`);
  return unknown(`new ${name}`, 'host');
}

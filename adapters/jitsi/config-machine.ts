import type { AnyNode } from 'acorn';
import { globalValue, leadsBack, neverInBrowser } from './config-globals.ts';
import {
  either,
  type FunctionValue,
  giveAway,
  type ObjectValue,
  optionsOf,
  primitive,
  type Scope,
  undefinedValue,
  unknown,
  type Value,
} from './config-values.ts';

/** The file would raise an error here: what follows is not in force. */
export class Thrown extends Error {}

/** The file is beyond what is worth reading: nothing in it is decided. */
export class LimitReached extends Error {}

const maxSteps = 300_000;
const maxDepth = 400;

/** State of one reading. Nothing of the file is ever run; its effects on values are followed. */
export interface Machine {
  steps: number;
  depth: number;
  /** Why writes may or may not take effect, innermost last; empty = they do. */
  conditions: string[];
  /** Inside an undecided loop or a postponed function the written value itself is not known. */
  blurred: number;
  /** Something could have changed anything. */
  lost: string | null;
  /** From here to the end of the file nothing is certain to be reached. */
  uncertainRest: string | null;
  /** The same to the end of the function that is being followed. */
  leaving: string | null;
  returned: Value | null;
  root: Scope;
  postponed: FunctionValue[];
  evaluate(node: AnyNode, scope: Scope): Value;
  call(callee: FunctionValue, args: readonly Value[]): Value;
}

export function newScope(parent: Scope | null, hoists: boolean): Scope {
  return { names: new Map(), parent, hoists };
}

export function step(machine: Machine, cost = 1): void {
  machine.steps += cost;
  if (machine.steps > maxSteps) throw new LimitReached('too many steps');
}

export function deeper<T>(machine: Machine, body: () => T): T {
  machine.depth++;
  if (machine.depth > maxDepth) throw new LimitReached('nested too deeply');
  try {
    return body();
  } finally {
    machine.depth--;
  }
}

export function condition(machine: Machine): string | null {
  return machine.conditions.at(-1) ?? machine.leaving ?? machine.uncertainRest;
}

/** Follows what may or may not happen. An error in there may end the file. */
export function maybe<T>(machine: Machine, why: string, body: () => T, otherwise: T): T {
  machine.conditions.push(why);
  try {
    return body();
  } catch (error) {
    if (!(error instanceof Thrown)) throw error;
    machine.uncertainRest ??= `an error is possible: ${error.message}`;
    return otherwise;
  } finally {
    machine.conditions.pop();
  }
}

export function lose(machine: Machine, why: string): Value {
  machine.lost ??= why;
  return unknown(why);
}

/** The value that a target holds after a write that may not happen. */
function merged(machine: Machine, before: Value, value: Value): Value {
  const why = condition(machine);
  if (machine.blurred > 0) return unknown(why ?? 'written in a loop');
  return why === null ? value : either(before, value);
}

export function declare(machine: Machine, scope: Scope, name: string, value: Value): void {
  const before = scope.names.get(name) ?? (scope.hoists ? undefinedValue : undefined);
  scope.names.set(name, before === undefined ? value : merged(machine, before, value));
}

export function hoistingScope(scope: Scope): Scope {
  let current = scope;
  while (!current.hoists && current.parent !== null) current = current.parent;
  return current;
}

function holder(scope: Scope, name: string): Scope | null {
  for (let current: Scope | null = scope; current !== null; current = current.parent) {
    if (current.names.has(name)) return current;
  }
  return null;
}

export function writeName(machine: Machine, scope: Scope, name: string, value: Value): void {
  const target = holder(scope, name) ?? machine.root;
  const before = target.names.get(name) ?? globalValue(name) ?? undefinedValue;
  if (before.kind === 'unknown' && before.origin === 'builtin') lose(machine, `built-in ${name} is replaced`);
  target.names.set(name, merged(machine, before, value));
}

export function readName(machine: Machine, scope: Scope, name: string): Value {
  const found = holder(scope, name)?.names.get(name) ?? globalValue(name);
  if (found !== null && found !== undefined) return found;
  machine.uncertainRest ??= `the name ${name} is not defined in the file`;
  return unknown(`the name ${name} is not defined in the file`);
}

export function typeofName(scope: Scope, name: string): Value | null {
  if (holder(scope, name) !== null || globalValue(name) !== null) return null;
  return neverInBrowser.has(name) ? primitive('undefined') : unknown(`type of ${name}`, 'host');
}

const inherited = new Set(Object.getOwnPropertyNames(Object.prototype));

/** `key` null = a computed key that is not known. */
export function readProperty(machine: Machine, base: Value, key: string | null): Value {
  if (base.kind !== 'either') return readOne(machine, base, key);
  const why = 'one of several values';
  return base.options
    .map((option) => maybe(machine, why, () => readOne(machine, option, key), unknown(why)))
    .reduce((left, right) => either(left, right));
}

function readOne(machine: Machine, base: Value, key: string | null): Value {
  switch (base.kind) {
    case 'object':
      return readObject(base, key);
    case 'primitive':
      if (base.value === undefined || base.value === null) {
        if (condition(machine) === null) throw new Thrown(`property ${key ?? ''} of ${base.value}`);
        machine.uncertainRest ??= `property ${key ?? ''} of ${base.value}`;
        return unknown(`property of ${base.value}`, 'host');
      }
      if (typeof base.value === 'string' && key === 'length') return primitive(base.value.length);
      if (typeof base.value === 'string' && key !== null && /^\d{1,6}$/.test(key))
        return primitive(base.value[Number(key)]);
      return unknown('property of a plain value', 'builtin');
    case 'global':
      return key === null
        ? unknown('computed global')
        : (machine.root.names.get(key) ?? globalValue(key) ?? unknown(`global ${key}`));
    case 'function':
      return unknown('property of a function');
    case 'unknown':
      if (base.origin === 'host' && (key === null || leadsBack.has(key))) return unknown(base.why);
      return base;
    case 'either':
      return readProperty(machine, base, key);
  }
}

export function readObject(base: ObjectValue, key: string | null): Value {
  if (base.escaped !== null) return unknown(base.escaped);
  if (key === null) return unknown('computed key');
  const found = base.props.get(key);
  if (found !== undefined) return found;
  if (base.open !== null) return unknown(base.open);
  if (base.array && key === 'length') return primitive(base.props.size);
  return inherited.has(key) || base.array ? unknown(`inherited ${key}`) : undefinedValue;
}

export function writeProperty(machine: Machine, base: Value, key: string | null, value: Value): void {
  const options = optionsOf(base);
  for (const option of options) {
    if (options.length === 1) writeOne(machine, option, key, value);
    else maybe(machine, 'one of several objects', () => writeOne(machine, option, key, value), undefined);
  }
}

function writeOne(machine: Machine, base: Value, key: string | null, value: Value): void {
  switch (base.kind) {
    case 'object':
      writeObject(machine, base, key, value);
      return;
    case 'global':
      if (key === null) lose(machine, 'a computed global is written');
      else writeName(machine, machine.root, key, value);
      return;
    case 'primitive':
      if (base.value === undefined || base.value === null) throw new Thrown(`${key ?? ''} of ${base.value}`);
      return;
    case 'unknown':
      writeUnknown(machine, base.origin, key, value, base.why);
      return;
    case 'function':
      return;
    case 'either':
      writeProperty(machine, base, key, value);
  }
}

function writeUnknown(
  machine: Machine,
  origin: 'host' | 'builtin' | 'any',
  key: string | null,
  value: Value,
  why: string,
): void {
  if (origin !== 'host' || key === null || leadsBack.has(key)) {
    lose(machine, `a property of something not known is written (${why})`);
    return;
  }
  handOut(machine, value, why);
}

/** Foreign code gets it: objects may change, functions may be called at any time. */
export function handOut(machine: Machine, value: Value, why: string): void {
  machine.postponed.push(...giveAway(value, `handed to ${why}`));
  for (const option of optionsOf(value)) {
    if (option.kind === 'global') lose(machine, `the page itself is handed to ${why}`);
  }
}

export function blurAll(base: ObjectValue, why: string): void {
  for (const key of base.props.keys()) base.props.set(key, unknown(why));
  base.open = why;
}

function writeObject(machine: Machine, base: ObjectValue, key: string | null, value: Value): void {
  if (base.escaped !== null) handOut(machine, value, base.escaped);
  if (key === null || (base.array && key === 'length')) {
    blurAll(base, 'a computed key is written');
    return;
  }
  if (key === '__proto__') {
    base.open = 'its prototype is replaced';
    return;
  }
  const before = base.props.get(key) ?? (base.open === null ? undefinedValue : unknown(base.open));
  const next = merged(machine, before, value);
  base.props.set(key, base.frozen ? either(before, next) : next);
  if (base.array && !/^\d{1,6}$/.test(key)) base.open = 'an array with named keys';
}

import type { AnyNode } from 'acorn';

export type Primitive = string | number | boolean | null | undefined;

/** `host`: a browser object that cannot lead back to the file's own objects; `builtin`: the language's own; `any`: could be anything. */
export type Origin = 'host' | 'builtin' | 'any';

export interface ObjectValue {
  kind: 'object';
  array: boolean;
  props: Map<string, Value>;
  /** Why keys that are not listed are unknown; null = they are absent. */
  open: string | null;
  /** Foreign code holds it: nothing in it is known any more. */
  escaped: string | null;
  /** Frozen: later writes may or may not take effect. */
  frozen: boolean;
}

export interface FunctionValue {
  kind: 'function';
  node: AnyNode;
  scope: Scope;
}

export type Value =
  | { kind: 'primitive'; value: Primitive }
  | ObjectValue
  | FunctionValue
  | { kind: 'global' }
  | { kind: 'either'; options: Value[] }
  | { kind: 'unknown'; why: string; origin: Origin };

export interface Scope {
  names: Map<string, Value>;
  parent: Scope | null;
  /** `var` lands here: a function's or the program's scope. */
  hoists: boolean;
}

const maxOptions = 8;

export const undefinedValue: Value = { kind: 'primitive', value: undefined };

export function primitive(value: Primitive): Value {
  return { kind: 'primitive', value };
}

export function unknown(why: string, origin: Origin = 'any'): Value {
  return { kind: 'unknown', why, origin };
}

export function emptyObject(array = false): ObjectValue {
  return { kind: 'object', array, props: new Map(), open: null, escaped: null, frozen: false };
}

export function arrayOf(items: readonly Value[]): ObjectValue {
  const result = emptyObject(true);
  for (const [index, item] of items.entries()) result.props.set(String(index), item);
  return result;
}

/** Items of an array whose elements are all present; null where its length is not known. */
export function arrayItems(value: Value): Value[] | null {
  if (value.kind !== 'object' || !value.array || value.open !== null || value.escaped !== null) return null;
  const items: Value[] = [];
  for (let index = 0; index < value.props.size; index++) {
    const item = value.props.get(String(index));
    if (item === undefined) return null;
    items.push(item);
  }
  return items;
}

/** Both outcomes stay possible. */
export function either(left: Value, right: Value): Value {
  const options: Value[] = [];
  for (const option of [...optionsOf(left), ...optionsOf(right)]) {
    if (option.kind === 'unknown') return option;
    if (!options.some((other) => same(other, option))) options.push(option);
  }
  if (options.length > maxOptions) return unknown('too many possible values');
  const [first] = options;
  return options.length === 1 && first !== undefined ? first : { kind: 'either', options };
}

export function optionsOf(value: Value): Value[] {
  return value.kind === 'either' ? value.options : [value];
}

function same(left: Value, right: Value): boolean {
  if (left === right) return true;
  if (left.kind === 'global') return right.kind === 'global';
  return left.kind === 'primitive' && right.kind === 'primitive' && Object.is(left.value, right.value);
}

/** true, false, or null where the value does not decide. */
export function truthiness(value: Value): boolean | null {
  switch (value.kind) {
    case 'primitive':
      return Boolean(value.value);
    case 'object':
    case 'function':
    case 'global':
      return true;
    case 'unknown':
      return null;
    case 'either': {
      const sides = new Set(value.options.map(truthiness));
      const [first] = sides;
      return sides.size === 1 && first !== undefined ? first : null;
    }
  }
}

/** Nothing in it, nor in what it leads to, is known after this. Gives the functions that others can now call. */
export function giveAway(value: Value, why: string, seen = new Set<ObjectValue>()): FunctionValue[] {
  const functions: FunctionValue[] = [];
  for (const option of optionsOf(value)) {
    if (option.kind === 'function') functions.push(option);
    if (option.kind !== 'object' || seen.has(option)) continue;
    seen.add(option);
    option.escaped = why;
    for (const child of option.props.values()) functions.push(...giveAway(child, why, seen));
  }
  return functions;
}

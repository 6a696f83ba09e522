import { type Program, parse } from 'acorn';
import { type Reason, reason } from '../contract/fact.ts';
import { callClosure } from './config-closures.ts';
import { evaluate } from './config-expressions.ts';
import { hoist } from './config-hoisting.ts';
import { LimitReached, type Machine, maybe, newScope, readObject, Thrown } from './config-machine.ts';
import { runAll } from './config-statements.ts';
import { arrayItems, type FunctionValue, optionsOf, unknown, type Value } from './config-values.ts';

export type PlainValue = string | number | boolean | PlainValue[] | { [key: string]: PlainValue };

/** `absent` = the client uses its own default (the key is missing, undefined or null). */
export type Setting =
  | { state: 'known'; value: PlainValue }
  | { state: 'absent' }
  | { state: 'unknown'; why: string };

/** What a configuration file says, without running it. */
export interface ConfigFile {
  /** `recordingService.enabled`; a parent that is no object has no children. */
  get(path: string): Setting;
  /** Elements as far as they are known. `complete` false = there may be others. */
  list(
    path: string,
  ): { state: 'known'; items: Setting[]; complete: boolean } | Exclude<Setting, { state: 'known' }>;
  /** Keys below `path` that the file writes; null where that is not known. */
  keys(path: string): string[] | null;
}

/** Larger files are no configuration. Characters. */
export const maxConfigLength = 4_000_000;

/** `failure`: the file shows nothing at all (no browser would run it, or it is too large). */
export function readConfig(
  text: string,
  name: 'config' | 'interfaceConfig',
): ConfigFile | { failure: Reason } {
  if (text.length > maxConfigLength) return { failure: reason('too_large', `${text.length} characters`) };
  let program: Program;
  try {
    program = parse(text, { ecmaVersion: 'latest', sourceType: 'script' });
  } catch (error) {
    // acorn words a full stack as a syntax error; a browser may well read such a file.
    const full = error instanceof RangeError || (error instanceof Error && /stack space/.test(error.message));
    if (full) return { failure: reason('undecidable', 'nested too deeply') };
    return { failure: reason('invalid_answer', 'syntax error: no browser would run this file') };
  }
  const machine = follow(program);
  const root = machine.lost !== null ? unknown(machine.lost) : (machine.root.names.get(name) ?? null);
  if (root === null || (root.kind === 'primitive' && root.value === undefined))
    return { failure: reason('invalid_answer', `the file sets no ${name}`) };
  return configFile(root);
}

function follow(program: Program): Machine {
  const machine: Machine = {
    steps: 0,
    depth: 0,
    conditions: [],
    blurred: 0,
    lost: null,
    uncertainRest: null,
    leaving: null,
    returned: null,
    root: newScope(null, true),
    postponed: [],
    evaluate: (node, scope) => evaluate(machine, node, scope),
    call: (callee, args) => callClosure(machine, callee, args),
  };
  try {
    hoist(program.body, machine.root);
    try {
      runAll(machine, program.body, machine.root);
    } catch (error) {
      if (!(error instanceof Thrown)) throw error;
    }
    runPostponed(machine);
  } catch (error) {
    if (!(error instanceof LimitReached) && !(error instanceof RangeError)) throw error;
    machine.lost = error instanceof LimitReached ? error.message : 'nested too deeply';
  }
  return machine;
}

/** Functions that others may call at any time: whatever they write is not known. */
function runPostponed(machine: Machine): void {
  machine.blurred++;
  const seen = new Set<FunctionValue['node']>();
  for (let round = 0; round < 2; round++) {
    for (let index = 0; index < machine.postponed.length; index++) {
      const callee = machine.postponed[index];
      if (callee === undefined || (round === 0 && seen.has(callee.node))) continue;
      seen.add(callee.node);
      if (round > 0 && index >= seen.size) break;
      const later = synchronous(callee);
      const args = [unknown('an argument', 'host'), unknown('an argument', 'host')];
      maybe(
        machine,
        'called by others',
        () => callClosure(machine, later, args),
        unknown('called by others'),
      );
    }
  }
  machine.blurred--;
}

/** Bodies of async functions and generators are followed like others once they are postponed. */
function synchronous(callee: FunctionValue): FunctionValue {
  const { node } = callee;
  if (!('generator' in node) || !('async' in node)) return callee;
  return { ...callee, node: { ...node, async: false, generator: false } as FunctionValue['node'] };
}

function configFile(root: Value): ConfigFile {
  const find = (path: string): Value =>
    path === '' ? root : path.split('.').reduce((value, key) => child(value, key), root);
  return {
    get: (path) => setting(find(path)),
    list: (path) => {
      const value = find(path);
      const items = arrayItems(value);
      if (items !== null) return { state: 'known', items: items.map(setting), complete: true };
      if (value.kind === 'object' && value.array && value.escaped === null)
        return { state: 'known', items: [...value.props.values()].map(setting), complete: false };
      const plain = setting(value);
      return plain.state === 'known' ? { state: 'unknown', why: 'not a list' } : plain;
    },
    keys: (path) => {
      const value = find(path);
      if (value.kind === 'primitive') return [];
      if (value.kind !== 'object' || value.open !== null || value.escaped !== null) return null;
      return [...value.props.keys()];
    },
  };
}

function child(value: Value, key: string): Value {
  const options = optionsOf(value).map((option): Value => {
    if (option.kind === 'object') return readObject(option, key);
    if (option.kind === 'unknown') return option;
    return { kind: 'primitive', value: undefined };
  });
  const [first] = options;
  if (options.length === 1 && first !== undefined) return first;
  return { kind: 'either', options };
}

function setting(value: Value): Setting {
  const settings = optionsOf(value).map(one);
  const [first, ...others] = settings;
  if (first === undefined) return { state: 'unknown', why: 'nothing is known' };
  const alike = others.every((other) => JSON.stringify(other) === JSON.stringify(first));
  if (alike) return first;
  return (
    settings.find((candidate) => candidate.state === 'unknown') ?? { state: 'unknown', why: 'conditional' }
  );
}

function one(value: Value): Setting {
  switch (value.kind) {
    case 'primitive':
      return value.value === undefined || value.value === null
        ? { state: 'absent' }
        : { state: 'known', value: value.value };
    case 'unknown':
      return { state: 'unknown', why: value.why };
    case 'either':
      return setting(value);
    case 'object':
      return objectSetting(value);
    default:
      return { state: 'unknown', why: `a ${value.kind}` };
  }
}

function objectSetting(value: Extract<Value, { kind: 'object' }>): Setting {
  if (value.escaped !== null) return { state: 'unknown', why: value.escaped };
  if (value.open !== null) return { state: 'unknown', why: value.open };
  const entries: [string, PlainValue][] = [];
  for (const [key, item] of value.props) {
    const inner = setting(item);
    if (inner.state === 'unknown') return inner;
    if (inner.state === 'known') entries.push([key, inner.value]);
    else if (value.array) return { state: 'unknown', why: 'a list with gaps' };
  }
  return {
    state: 'known',
    value: value.array ? entries.map(([, item]) => item) : Object.fromEntries(entries),
  };
}

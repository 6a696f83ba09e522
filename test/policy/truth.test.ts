import { describe, expect, it } from 'vitest';
import { type Fact, type FactValue, hole, known, type Reason } from '../../adapters/contract/fact.ts';
import { type FactName, factDefinition } from '../../adapters/contract/vocabulary.ts';
import { checkExpression } from '../../src/policy/check.ts';
import { compileExpression } from '../../src/policy/expression/compile.ts';
import { factAt, slotOf } from '../../src/policy/expression/names.ts';
import { read } from '../../src/policy/scope.ts';
import type { ParameterDefinition, ParameterValue } from '../../src/policy/types.ts';
import { evidence } from './generate.ts';

const words = ['no', 'yes', 'undecided'] as const;
const both = { de: 'x', en: 'x' };
const definitions: Record<string, ParameterDefinition> = {
  kinds: {
    type: 'list',
    default: ['phone', 'channel'],
    values: ['phone', 'channel', 'group'],
    min_items: 1,
    texts: both,
  },
  age: { type: 'duration', default: 100, min: 0, max: 1000, texts: both },
};

type Given = Partial<Record<FactName, FactValue | undefined>>;

function run(expression: string, given: Given, parameters: Record<string, ParameterValue> = {}) {
  const checked = checkExpression(expression, definitions);
  if (!('expression' in checked)) throw new Error(checked.problems[0]?.message);
  const values: Record<string, { definition: ParameterDefinition; value: ParameterValue }> = {};
  for (const [name, definition] of Object.entries(definitions)) {
    values[name] = { definition, value: parameters[name] ?? definition.default };
  }
  const node = compileExpression(checked.expression.ast, values);
  const slots: unknown[] = [];
  const facts: Partial<Record<FactName, Fact>> = {};
  for (const [name, value] of Object.entries(given) as [FactName, FactValue | undefined][]) {
    facts[name] = value === undefined ? hole({ code: 'not_permitted' }) : known(value, evidence);
  }
  const groups: Record<string, Partial<Record<FactName, Fact>>> = {};
  for (const name of Object.keys(facts) as FactName[]) {
    const level = factDefinition(name).level;
    groups[level] = { ...groups[level], [name]: facts[name] };
  }
  const { deployment = {}, room, recording, inventory = {} } = groups;
  const scope = { deployment, inventory, attestations: { p: groups['attestation'] ?? {} } };
  read(
    slots,
    checked.expression.facts.keys(),
    {
      ...scope,
      ...(room === undefined ? {} : { room }),
      ...(recording === undefined ? {} : { recording }),
    },
    'p',
  );
  const answer = node.test(slots);
  const holes: Record<string, Reason | undefined> = {};
  if (answer === 2) node.holes(slots, (slot, reason) => Object.assign(holes, { [factAt(slot)]: reason }));
  const rests: string[] = [];
  if (answer !== 2) node.rests(slots, { add: (slot) => rests.push(factAt(slot)), trust: () => 3 });
  const met: string[] = [];
  node.met(slots, met);
  return { answer: words[answer], holes: Object.keys(holes), reasons: holes, rests, met };
}

const A = 'room_password_required';
const B = 'room_members_only';
const three = [true, false, undefined];

describe('three values', () => {
  const kleene = (op: '&&' | '||', a?: boolean, b?: boolean): string => {
    const absorbing = op === '||';
    if (a === absorbing || b === absorbing) return absorbing ? 'yes' : 'no';
    if (a === undefined || b === undefined) return 'undecided';
    return absorbing ? 'no' : 'yes';
  };

  for (const a of three) {
    for (const b of three) {
      it.each(['&&', '||'] as const)(`${a} %s ${b}`, (op) => {
        const plain = run(`${A} ${op} ${B}`, { [A]: a, [B]: b });
        const nested = run(`(${A} == true) ${op} !(!(${B} != false))`, { [A]: a, [B]: b });

        expect(plain.answer).toBe(kleene(op, a, b));
        expect(nested.answer).toBe(plain.answer);
        const missing = [...(a === undefined ? [A] : []), ...(b === undefined ? [B] : [])];
        if (plain.answer === 'undecided') expect(plain.holes).toEqual(missing);
      });
    }
  }

  it.each([
    [true, true, 'no'],
    [false, false, 'yes'],
    [undefined, undefined, 'undecided'],
  ])('!%s', (_name, value, expected) => {
    expect(run(`!${A}`, { [A]: value }).answer).toBe(expected);
  });

  it('leaves a condition open as CEL does, and names every hole behind it', () => {
    const open = run(`${A} ? ${B} : room_signed_in_only`, { [B]: true });
    expect(open).toMatchObject({ answer: 'undecided', holes: [A, 'room_signed_in_only'] });
    expect(run(`${A} ? ${B} : room_signed_in_only`, { [A]: true, [B]: false }).answer).toBe('no');
  });

  it('names only what decided', () => {
    expect(run(`${A} || ${B}`, { [A]: false, [B]: true }).rests).toEqual([B]);
    expect(run(`${A} || ${B}`, { [A]: false, [B]: false }).rests).toEqual([A, B]);
    expect(run(`${A} && ${B}`, { [A]: false, [B]: true }).rests).toEqual([A]);
  });
});

describe('one side only', () => {
  const atLeast = (value: number): FactValue => ({ value, bound: 'at_least' });
  const atMost = (value: number): FactValue => ({ value, bound: 'at_most' });

  it.each([
    ['>= 8', atLeast(8), 'yes'],
    ['>= 8', atLeast(7), 'undecided'],
    ['>= 8', atMost(7), 'no'],
    ['>= 8', atMost(8), 'undecided'],
    ['> 8', atLeast(8), 'undecided'],
    ['> 8', atMost(8), 'no'],
    ['<= 8', atMost(8), 'yes'],
    ['<= 8', atLeast(9), 'no'],
    ['< 8', atLeast(8), 'no'],
    ['== 0', atLeast(1), 'no'],
    ['== 0', atLeast(0), 'undecided'],
    ['== 0', atMost(0), 'undecided'],
    ['!= 0', atLeast(1), 'yes'],
    ['!= 0', 0, 'no'],
  ])('%s of %o', (comparison, value, expected) => {
    const result = run(`room_password_length ${comparison}`, { room_password_length: value });

    expect(result.answer).toBe(expected);
    if (expected === 'undecided') expect(result.reasons['room_password_length']?.code).toBe('incomplete');
  });

  it.each([
    [{ unlimited: true } as const, 'no'],
    [{ seconds: 0 }, 'yes'],
    [{ seconds: 100 }, 'yes'],
    [{ seconds: 101 }, 'no'],
    [{ seconds: 101, bound: 'at_least' } as const, 'no'],
    [{ seconds: 100, bound: 'at_least' } as const, 'undecided'],
    [{ seconds: 100, bound: 'at_most' } as const, 'yes'],
    [undefined, 'undecided'],
  ])('retention_within(%o)', (value, expected) => {
    expect(
      run('retention_within(room_chat_retention, params.age)', { room_chat_retention: value }).answer,
    ).toBe(expected);
  });
});

describe('lists', () => {
  const whole = (...items: string[]): FactValue => ({ items, complete: true });
  const part = (...items: string[]): FactValue => ({
    items,
    complete: false,
    missing: { code: 'throttled' },
  });

  it.each([
    ['room_tags.all(t, false)', whole(), 'yes'],
    ['room_tags.all(t, false)', whole('x'), 'no'],
    ['room_tags.all(t, false)', part(), 'undecided'],
    ['room_tags.all(t, false)', part('x'), 'no'],
    ['room_tags.exists(t, t == "x")', whole('y'), 'no'],
    ['room_tags.exists(t, t == "x")', part('y'), 'undecided'],
    ['room_tags.exists(t, t == "x")', part('x'), 'yes'],
    ['"x" in room_tags', part('x'), 'yes'],
    ['"x" in room_tags', part('y'), 'undecided'],
    ['"x" in room_tags', whole('y'), 'no'],
    ['size(room_tags) == 0', whole(), 'yes'],
    ['size(room_tags) == 0', part(), 'undecided'],
    ['room_tags.size() >= 1', part('x', 'y'), 'undecided'],
  ])('%s of %o', (expression, value, expected) => {
    const result = run(expression, { room_tags: value });

    expect(result.answer).toBe(expected);
    if (expected === 'undecided') expect(result.reasons['room_tags']?.code).toBe('throttled');
  });

  it('walks with conditions that are open themselves', () => {
    const given = { room_tags: whole('x', 'y'), [A]: undefined };
    expect(run(`room_tags.all(t, t == "x" || ${A})`, given)).toMatchObject({
      answer: 'undecided',
      holes: [A],
    });
    expect(run(`room_tags.exists(t, t == "y" || ${A})`, given).answer).toBe('yes');
  });

  it('tells which members of a list parameter were met', () => {
    const expression = `params.kinds.exists(k, k == "phone" && ${A} || k == "channel" && ${B} || k == "group" && ${A})`;
    expect(run(expression, { [A]: true, [B]: true }).met).toEqual(['phone', 'channel']);
    expect(run(expression, { [A]: false, [B]: true })).toMatchObject({
      answer: 'yes',
      met: ['channel'],
      rests: [B],
    });
    expect(run(expression, { [B]: true }, { kinds: ['phone'] })).toMatchObject({
      answer: 'undecided',
      holes: [A],
    });
  });
});

describe('functions', () => {
  const version = 'version_at_least(platform_version, latest_patch_version)';

  it.each([
    ['3.0.35', '3.0.4', 'yes'],
    ['3.0.4', '3.0.35', 'no'],
    ['3.0', '3.0.0', 'yes'],
    ['3.0.0-rc.1', '3.0.0', 'no'],
    ['somewhere', '3.0.0', 'undecided'],
    [undefined, '3.0.0', 'undecided'],
  ])('version_at_least(%s, %s)', (platform_version, latest_patch_version, expected) => {
    expect(run(version, { platform_version, latest_patch_version }).answer).toBe(expected);
  });

  it('is fresh or open, never stale enough to be a violation', () => {
    expect(run('fresh(version_list_age, params.age)', { version_list_age: 100 }).answer).toBe('yes');
    const old = run('fresh(version_list_age, params.age)', { version_list_age: 101 });
    expect(old).toMatchObject({ answer: 'undecided', reasons: { version_list_age: { code: 'stale' } } });
  });

  it.each([
    ['x', 'yes'],
    [' ', 'no'],
    ['', 'no'],
    [undefined, 'undecided'],
  ])('filled(%o)', (contact, expected) => {
    expect(run('filled(attestation.contact_name)', { 'attestation.contact_name': contact }).answer).toBe(
      expected,
    );
  });
});

describe('a value of the wrong type', () => {
  it.each([
    [`!${A}`, A, 'false'],
    [`!${A}`, A, null],
    ['room_password_length < 8', 'room_password_length', Number.NaN],
    ['room_password_length < 8', 'room_password_length', -1],
    ['room_password_length < 8', 'room_password_length', '7'],
    ['room_kind != "phone"', 'room_kind', 'fone'],
    ['room_tags.all(t, false)', 'room_tags', []],
    ['room_tags.all(t, false)', 'room_tags', { items: [] }],
    ['retention_within(room_chat_retention, params.age)', 'room_chat_retention', 0],
    ['retention_within(room_chat_retention, params.age)', 'room_chat_retention', { seconds: -1 }],
  ])('%s decides nothing by %s = %o', (expression, name, value) => {
    expect(run(expression, { [name]: value as FactValue }).answer).toBe('undecided');
  });
});

it('has a slot for every fact', () => {
  expect(factAt(slotOf('room_kind'))).toBe('room_kind');
});

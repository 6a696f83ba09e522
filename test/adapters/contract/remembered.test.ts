import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { AlikeFields } from '../../../adapters/contract/alike-fields.ts';
import { Distinct } from '../../../adapters/contract/distinct.ts';
import { type Fact, known } from '../../../adapters/contract/fact.ts';
import { FactTable } from '../../../adapters/contract/fact-table.ts';
import { Remembered } from '../../../adapters/contract/remembered.ts';
import { type Answer, field } from '../../../adapters/contract/seen.ts';

interface Input {
  door: { open: boolean; code: string | null };
  back?: { open: boolean } | undefined;
  name: string;
}

const input = (open: boolean, code: string | null = null, name = 'a', back?: Input['back']): Input => ({
  door: { open, code },
  back,
  name,
});

function counted() {
  let made = 0;
  const rule = (one: Input): { said: string } => {
    made += 1;
    const { door } = one;
    if (!door.open) return { said: 'shut' };
    if (one.back?.open === true) return { said: 'draught' };
    return { said: door.code ?? 'open' };
  };
  return { rule: new Remembered(rule, ['door', 'back']), made: () => made };
}

describe('a function that is remembered', () => {
  it.each([
    ['the same where it was read', input(false, 'x'), input(false, 'y', 'b', { open: true }), true],
    ['another value', input(true, 'x'), input(true, 'y'), false],
    [
      'a part that is there and one that is not',
      input(true, 'x'),
      input(true, 'x', 'a', { open: false }),
      false,
    ],
    [
      'parts of their own that say the same',
      input(true, 'x', 'a', { open: true }),
      input(true, 'z', 'b', { open: true }),
      true,
    ],
    ['nothing that was read', input(true), input(true, null, 'another'), true],
  ])('%s', (_, one, other, same) => {
    const { rule } = counted();
    expect(rule.of(one) === rule.of(other)).toBe(same);
  });

  it('says of every input what the function says, in any order', () => {
    const { rule } = counted();
    const fresh = () => counted().rule;
    for (let round = 0; round < 3; round += 1)
      for (const open of [true, false])
        for (const code of ['x', 'y', null])
          for (const back of [undefined, { open: true }, { open: false }]) {
            const one = input(open, code, `${round}`, back);
            expect(rule.of(one)).toEqual(fresh().of(one));
          }
  });

  it('stops remembering where hardly two inputs are alike, and goes on saying the same', () => {
    let useless = 0;
    const rule = new Remembered(
      ({ name }: Input) => ({ name }),
      [],
      () => {
        useless += 1;
      },
    );
    for (let place = 0; place < 1_000; place += 1)
      expect(rule.of(input(true, null, `${place}`))).toEqual({ name: `${place}` });
    expect([rule.useless, useless]).toEqual([true, 1]);
  });

  it('goes on remembering where many are alike, however many there are', () => {
    const rule = new Remembered(({ name }: Input) => ({ name }));
    for (let place = 0; place < 20_000; place += 1)
      expect(rule.of(input(true, null, `${Math.floor(place / 20)}`)).name).toBe(`${Math.floor(place / 20)}`);
    expect(rule.useless).toBe(false);
  });

  it.each([
    ['keys of an input', (one: Input) => Object.keys(one)],
    ['keys of a part', ({ door }: Input) => ({ ...door })],
    ['whether there is a key', (one: Input) => 'back' in one],
    ['a change', (one: Input) => Object.assign(one, { name: 'b' })],
  ])('refuses what cannot be noted: %s', (_, make) => {
    expect(() => new Remembered(make as (one: Input) => unknown, ['door']).of(input(true))).toThrow(
      /field by field/,
    );
  });

  it('refuses to be read later', () => {
    const late = new Remembered(
      ({ door }: Input) =>
        () =>
          door.open,
      ['door'],
    ).of(input(true));
    expect(late).toThrow(/field by field/);
  });

  it('refuses a function that reads by chance', () => {
    let time = 0;
    const rule = new Remembered((one: Input) => {
      time += 1;
      return time % 2 === 1 ? one.name : one.door;
    });
    rule.of(input(true));
    expect(() => rule.of(input(true, null, 'b'))).toThrow(/not read each time/);
  });
});

describe('a table of facts', () => {
  const at = {
    source: 'S',
    locator: 'l',
    path: 'p',
    observed_at: 1,
    provenance: 'direct',
    force: 'enforced',
  } as const;
  const table = () =>
    new FactTable<Input>(
      {
        room_password_required: ({ door }) => known(door.code !== null, at),
        room_waiting_room_enabled: ({ door }) => known(!door.open, at),
        room_password_length: ({ name }) => known(name.length, { ...at, path: name }),
      },
      ['door'],
      ['room_tags'],
    );
  const tags: Fact = known({ items: [], complete: true }, at);

  it('gives rooms that say the same one object, also beside facts that are their own', () => {
    const facts = table();
    const all = Array.from({ length: 2_000 }, (_, place) =>
      facts.of(input(place % 2 === 0, place % 3 === 0 ? 'x' : null, `n${place}`), { room_tags: tags }),
    );
    for (const [place, one] of all.entries()) {
      expect(one).toEqual(
        table().of(input(place % 2 === 0, place % 3 === 0 ? 'x' : null, `n${place}`), { room_tags: tags }),
      );
      expect(Object.keys(one)).toEqual(Object.keys(all[0] as object));
    }
    const late = all.slice(1_000);
    expect(new Set(late.map((one) => one.room_waiting_room_enabled)).size).toBe(2);
    expect(new Set(late.map((one) => one.room_password_length)).size).toBe(1_000);
    expect(new Set(late.map((one) => one.room_tags)).size).toBe(1);
  });

  it('lets nobody change what others hold', () => {
    const { room_password_required: fact } = table().of(input(true));
    expect(() => Object.assign(fact as object, { value: true })).toThrow(TypeError);
    expect(() => fact?.evidence.push(at)).toThrow(TypeError);
  });
});

describe('fields of elements', () => {
  const answer = (data: unknown, moment = 1): Answer => ({
    source: 'S',
    locator: 'GET /x',
    at: moment,
    data,
  });
  const flag = z.boolean();

  it.each([
    [{ on: true }, { on: true }, true],
    [{ on: true }, { on: false }, false],
    [{ on: 1 }, { on: '1' }, false],
    [{}, {}, true],
    [{ on: undefined }, {}, false],
    [{ on: null }, {}, false],
    ['no object', {}, true],
  ])('%j and %j', (one, other, same) => {
    const fields = new AlikeFields('rooms[]');
    const [first, second] = [fields.of(answer(one), 'on', flag), fields.of(answer(other), 'on', flag)];
    expect(first).toEqual(field(answer(one), 'rooms[]', 'on', flag));
    expect(second).toEqual(field(answer(other), 'rooms[]', 'on', flag));
    expect(first === second).toBe(same);
  });

  it('are those of their own answer', () => {
    const fields = new AlikeFields('rooms[]');
    const moments = [1, 1, 2].map((moment) => fields.of(answer({ on: true }, moment), 'on', flag));
    expect(moments.map(({ at }) => at)).toEqual([1, 1, 2]);
    expect(moments[0]).toBe(moments[1]);
  });
});

describe('distinct values', () => {
  it.each([
    [[1, 2], [1, 2], true],
    [[1], [1, 2], false],
    [[1], ['1'], false],
    [[undefined], [null], false],
    [[], [], true],
  ])('%j and %j', (one, other, same) => {
    const distinct = new Distinct<object>();
    expect(distinct.of(one, () => ({})) === distinct.of(other, () => ({}))).toBe(same);
  });
});

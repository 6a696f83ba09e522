import { describe, expect, it } from 'vitest';
import { type Evidence, type Fact, hole, known, reason } from '../../adapters/contract/fact.ts';
import type { SourceOutcome, SourceState } from '../../adapters/contract/subject.ts';
import { absenceOf } from '../../src/inventory/absence.ts';
import {
  type KeptFacts,
  mergeFacts,
  readFacts,
  withoutLive,
  withSteadyAges,
} from '../../src/inventory/facts.ts';
import { FactPrints } from '../../src/inventory/prints.ts';

const t0 = Date.UTC(2026, 10, 1);
const seen = (at: number, source = 's'): Evidence => ({
  source,
  locator: 'GET /x',
  path: 'x',
  observed_at: at,
  provenance: 'direct',
  force: 'enforced',
});
const merge = (before: KeptFacts, now: KeptFacts, state: SourceState) =>
  mergeFacts(before, now, new Map([['s', state]]), () => t0 + 500);
const fact = (value: boolean, at = t0): Fact => known(value, seen(at));
const lost = (code: 'unreachable' | 'not_configured' = 'unreachable'): Fact =>
  hole(reason(code), seen(t0 + 1_000));
const name = 'room_password_required';

describe('a scan replaces only what its sources answered', () => {
  it.each([
    ['answered', fact(false, t0 + 1_000), 'complete', fact(false, t0 + 1_000)],
    ['the source failed', lost(), 'failed', fact(true)],
    ['the source is no longer configured', lost('not_configured'), 'skipped', lost('not_configured')],
    ['the answer itself is a hole', lost(), 'complete', lost()],
  ] as const)('%s', (_name, now, state, expected) => {
    expect(merge({ [name]: fact(true) }, { [name]: now }, state)[name]).toEqual(expected);
  });

  it('a value lost to a source that failed in part no longer ages with that source', () => {
    const merged = merge({ [name]: fact(true) }, { [name]: lost() }, 'partial');
    expect(merged[name]).toEqual({
      value: true,
      evidence: [seen(t0 + 500)],
      held: true,
      lost: expect.anything(),
    });
    expect(merge(merged, { [name]: lost() }, 'partial')).toEqual(merged);
  });

  it('an older hole is not kept', () => {
    expect(
      merge({ [name]: lost() }, { [name]: hole(reason('throttled'), seen(t0)) }, 'failed')[name],
    ).toMatchObject({
      unavailable: { code: 'throttled' },
    });
  });
});

describe('hash of facts', () => {
  const hash = (facts: KeptFacts) => new FactPrints().hash('n', [], facts);
  it('does not see when something was observed', () => {
    expect(hash({ [name]: fact(true, t0) })).toBe(hash({ [name]: fact(true, t0 + 1) }));
  });
  it('sees value, source, layers and order-free names', () => {
    const base = hash({ [name]: fact(true) });
    expect(hash({ [name]: fact(false) })).not.toBe(base);
    expect(hash({ [name]: known(true, seen(t0, 'other')) })).not.toBe(base);
    expect(hash({ [name]: lost() })).not.toBe(base);
    expect(new FactPrints().hash('other', [], { [name]: fact(true) })).not.toBe(base);
    const two = { room_members_only: fact(true), [name]: fact(true) };
    expect(hash(two)).toBe(hash({ [name]: fact(true), room_members_only: fact(true) }));
  });
  it('takes a rounded second at the edge of its steps for no change', () => {
    const age = (seconds: number, at: number): KeptFacts => ({ 'recording.age': known(seconds, seen(at)) });
    const edge = 600_000 * 2_999_134.5;
    const [before, now] = [age(100, edge + 100_000 - 400), age(200, edge + 200_000 + 400)];
    expect(hash(now)).not.toBe(hash(before));
    expect(hash(withSteadyAges(now, before))).toBe(hash(before));
    const moved = age(100, edge + 1_000_000);
    expect(withSteadyAges(moved, before)).toEqual(moved);
  });
  it('does not see an age grow, but sees another beginning', () => {
    const age = (seconds: number, at: number): KeptFacts => ({ 'recording.age': known(seconds, seen(at)) });
    expect(hash(age(100, t0))).toBe(hash(age(1_900, t0 + 1_800_000)));
    expect(hash(age(100, t0))).not.toBe(hash(age(100, t0 + 1_800_000)));
  });
});

describe('facts on read', () => {
  const read = (facts: KeptFacts, now: number, answered: number | null, lastMet: number | null = null) =>
    readFacts(facts, {
      sources: answered === null ? {} : { s: { outcome: {} as SourceOutcome, answered_at: answered } },
      lastMet,
      now,
      freshness: 100,
    });
  it.each([
    ['fresh', t0 + 100_000, null, null, true],
    ['too old', t0 + 100_001, null, null, false],
    ['confirmed since', t0 + 150_000, t0 + 100_000, null, true],
    ['confirmed, but the room was not met', t0 + 150_000, t0 + 100_000, t0 + 1_000, false],
  ] as const)('%s', (_name, now, answered, lastMet, value) => {
    const found = read({ [name]: fact(true) }, now, answered, lastMet)[name];
    if (value) expect(found).toMatchObject({ value: true });
    else expect(found).toMatchObject({ unavailable: { code: 'stale' } });
  });
  it('a held value is not confirmed by its source', () => {
    const held = { [name]: { ...fact(true), held: true as const } };
    expect(read(held, t0 + 150_000, t0 + 140_000)[name]).toMatchObject({ unavailable: { code: 'stale' } });
    expect(read(held, t0 + 50_000, t0 + 40_000)[name]).not.toHaveProperty('held');
  });
  it('an age goes on', () => {
    const facts = { 'recording.age': known(10, seen(t0)) };
    expect(read(facts, t0 + 60_000, t0 + 50_000)['recording.age']).toMatchObject({ value: 60 });
    const bounded = { 'recording.age': known({ value: 10, bound: 'at_least' as const }, seen(t0)) };
    expect(read(bounded, t0 + 60_000, t0 + 50_000)['recording.age']).toMatchObject({
      value: { value: 60, bound: 'at_least' },
    });
  });
});

it('live facts are never kept', () => {
  expect(withoutLive({ meeting_running: fact(true), [name]: fact(true) })).toEqual({ [name]: fact(true) });
});

describe('what absence means', () => {
  const list = (
    source: string,
    population: SourceOutcome['population'],
    state: SourceState,
  ): SourceOutcome => ({
    source,
    population,
    state,
    count: 0,
  });
  const listing = new Set(['all', 'seen', 'seen2', 'run']);
  it.each([
    ['a complete list of all', [list('all', 'all', 'complete'), list('run', 'running', 'complete')], 'gone'],
    [
      'a list of all that was cut',
      [list('all', 'all', 'partial'), list('run', 'running', 'complete')],
      'nothing',
    ],
    [
      'a list of all that failed',
      [list('all', 'all', 'failed'), list('seen', 'visible', 'complete')],
      'nothing',
    ],
    [
      'a list of all that is not configured',
      [list('all', 'all', 'skipped'), list('run', 'running', 'complete')],
      'ended',
    ],
    [
      'what the account sees',
      [list('seen', 'visible', 'complete'), list('seen2', 'visible', 'complete')],
      'no_longer_visible',
    ],
    [
      'one of two such lists',
      [list('seen', 'visible', 'complete'), list('seen2', 'visible', 'failed')],
      'nothing',
    ],
    ['another source', [list('detail', 'all', 'complete')], 'nothing'],
    ['nobody asked', [], 'nothing'],
  ] as const)('%s', (_name, outcomes, absence) => {
    expect(absenceOf(listing, outcomes)).toBe(absence);
  });
});

import { expect, it } from 'vitest';
import type { Fact } from '../../adapters/contract/fact.ts';
import { factsKey, readsOther } from '../../src/findings/detail.ts';
import { LookKeys } from '../../src/findings/settled.ts';
import type { Judgement, Scope } from '../../src/policy/types.ts';
import { evidence } from './helper.ts';

const judgement: Judgement = Object.freeze({
  policy: 'room-not-publicly-listed',
  policyVersion: 1,
  kind: 'room',
  verdict: 'violation',
  severity: 'medium',
  confidence: 'high',
  facts: ['room_kind'],
  holes: [],
  met: [],
} satisfies Judgement);

const scopeOf = (value: string, decides?: string): Scope => {
  const chain = ['room', 'server'].map((layer) => ({ layer, path: 'p', value, decides: layer === decides }));
  const fact = { value, evidence: decides === undefined ? [] : [{ ...evidence(), chain }] } as Fact;
  return { deployment: {}, room: { room_kind: fact }, inventory: {}, attestations: {} };
};

it('one judgement of many subjects has the key of each one’s own facts, in any order', () => {
  const [group, conference] = [scopeOf('group'), scopeOf('conference')];
  const own = (scope: Scope): string => factsKey({ ...judgement }, scope);
  for (const scope of [group, conference, group, group, conference]) {
    expect(factsKey(judgement, scope)).toBe(own(scope));
  }
  expect(own(group)).not.toBe(own(conference));
});

it('what decides among stacked settings stands in the key, apart from what was read', () => {
  const keys = [scopeOf('group'), scopeOf('group', 'room'), scopeOf('group', 'server')].map((scope) =>
    factsKey(judgement, scope),
  );
  expect(new Set(keys).size).toBe(3);
  for (const key of keys) expect(readsOther(keys[0] ?? '', key)).toBe(false);
  expect(readsOther(keys[1] ?? '', factsKey(judgement, scopeOf('conference', 'room')))).toBe(true);
  expect(factsKey(judgement, scopeOf('group', 'room'))).toBe(keys[1]);
});

it('the same of the key of all findings of a subject', () => {
  const looks = new LookKeys();
  const keyOf = (scope: Scope): string =>
    looks.keyOf({ name: null, tags: [] }, [judgement], ['violation'], scope);
  const [group, conference] = [keyOf(scopeOf('group')), keyOf(scopeOf('conference'))];
  expect(group).not.toBe(conference);
  expect(keyOf(scopeOf('group'))).toBe(group);
  expect(new LookKeys().keyOf({ name: null, tags: [] }, [judgement], ['violation'], scopeOf('group'))).toBe(
    group,
  );
});

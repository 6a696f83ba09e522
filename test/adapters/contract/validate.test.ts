import { describe, expect, it } from 'vitest';
import { factProblems } from '../../../adapters/contract/validate.ts';
import { type FactName, factDefinition, factNames } from '../../../adapters/contract/vocabulary.ts';

const evidence = [
  {
    source: 'api',
    locator: 'GET /x',
    path: 'a.b',
    observed_at: 1,
    provenance: 'direct',
    force: 'enforced',
  },
];

function ofType(type: string): FactName {
  const name = factNames.find((candidate) => factDefinition(candidate).type === type);
  if (name === undefined) throw new Error(`no fact of type ${type}`);
  return name;
}

const why = { code: 'incomplete', detail: 'cut', fill: { kind: 'config', name: 'endpoints' } };

describe('values of the vocabulary', () => {
  it.each([
    ['bool', true],
    ['int', 0],
    ['int', { value: 3, bound: 'at_least' }],
    ['duration', 0.5],
    ['duration', { value: 86_400, bound: 'at_most' }],
    ['retention', { unlimited: true }],
    ['retention', { seconds: 60 }],
    ['retention', { seconds: 60, bound: 'at_least' }],
    ['version', '3.0.0-beta.1'],
    ['text', ''],
    ['list', { items: ['a'], complete: true }],
    ['list', { items: [], complete: false, missing: why }],
  ])('%s takes %j', (type, value) => {
    expect(factProblems(ofType(type), { value, evidence })).toEqual([]);
  });

  it.each([
    ['bool', 'true'],
    ['bool', 1],
    ['bool', null],
    ['int', 1.5],
    ['int', -1],
    ['int', Number.NaN],
    ['int', '5'],
    ['int', { value: 5 }],
    ['int', { value: 5, bound: 'exactly' }],
    ['int', { value: 5, bound: 'at_most', note: 1 }],
    ['duration', Number.POSITIVE_INFINITY],
    ['duration', -60],
    ['retention', 0],
    ['retention', { unlimited: false }],
    ['retention', { unlimited: true, seconds: 1 }],
    ['retention', { seconds: -1 }],
    ['version', 'latest'],
    ['version', 3],
    ['enum', 'maybe'],
    ['enum', true],
    ['text', 5],
    ['text', 'a\u0000b'],
    ['text', 'a\ud800'],
    ['list', ['a']],
    ['list', { items: [1], complete: true }],
    ['list', { items: [] }],
    ['list', { items: [], complete: false }],
    ['list', { items: [], complete: true, missing: why }],
  ])('%s refuses %j', (type, value) => {
    expect(factProblems(ofType(type), { value, evidence })).not.toEqual([]);
  });

  it('every enum takes each of its values', () => {
    for (const name of factNames) {
      for (const value of factDefinition(name).values ?? []) {
        expect(factProblems(name, { value, evidence })).toEqual([]);
      }
    }
  });
});

describe('shape', () => {
  const name = ofType('bool');
  it.each([
    ['nothing', undefined],
    ['null', null],
    ['a bare value', true],
    ['both', { value: true, unavailable: why, evidence }],
    ['neither', { evidence }],
    ['a value without evidence', { value: true, evidence: [] }],
    ['no evidence list', { value: true }],
    ['an unknown reason', { unavailable: { code: 'broken' }, evidence: [] }],
    ['an unknown fill', { unavailable: { code: 'stale', fill: { kind: 'x', name: 'y' } }, evidence: [] }],
    ['a query in the locator', { value: true, evidence: [{ ...evidence[0], locator: 'GET /x?token=1' }] }],
    ['no time', { value: true, evidence: [{ ...evidence[0], observed_at: '2026' }] }],
    ['an unknown force', { value: true, evidence: [{ ...evidence[0], force: 'strong' }] }],
    ['an unknown provenance', { value: true, evidence: [{ ...evidence[0], provenance: 'guess' }] }],
    [
      'a chain that nobody decides',
      {
        value: true,
        evidence: [{ ...evidence[0], chain: [{ layer: 'site', path: 'x', value: 1, decides: false }] }],
      },
    ],
    [
      'an unknown layer',
      { value: true, evidence: [{ ...evidence[0], chain: [{ layer: 'moon', decides: true }] }] },
    ],
  ])('%s is refused', (_name, fact) => expect(factProblems(name, fact)).not.toEqual([]));

  it('a hole needs no evidence', () => {
    expect(factProblems(name, { unavailable: why, evidence: [] })).toEqual([]);
    expect(factProblems(name, { unavailable: { code: 'not_observable' }, evidence })).toEqual([]);
  });
});

import { describe, expect, it } from 'vitest';
import { type Evidence, type Fact, hole, known, type Reason } from '../../adapters/contract/fact.ts';
import { type FactName, factDefinition, factNames } from '../../adapters/contract/vocabulary.ts';
import type { Bound } from '../../src/policy/bind.ts';
import { judgeSubject } from '../../src/policy/evaluate.ts';
import { slotOf } from '../../src/policy/expression/names.ts';
import { admissible } from '../../src/policy/facts.ts';
import { loadCatalogue } from '../../src/policy/load.ts';
import type { Memo } from '../../src/policy/memo.ts';
import { factOf } from '../../src/policy/scope.ts';
import type { FactMap, Judgement, Scope, Verdict } from '../../src/policy/types.ts';
import { anyValue, evidence, type Facts, factsRead, pick, type Random, seeded } from './generate.ts';
import { bindAll, policyFolder } from './helper.ts';

const catalogue = loadCatalogue(policyFolder);
const kinds = ['deployment', 'room', 'recording'] as const;
type Kind = (typeof kinds)[number];

const reasons: Reason[] = [
  { code: 'not_permitted' },
  { code: 'not_permitted', fill: { kind: 'permission', name: 'view' } },
  { code: 'unreachable', detail: 'status 500' },
  { code: 'unreachable', detail: 'status 502' },
];
const evidences: Evidence[] = (['enforced', 'default', 'overridable'] as const).flatMap((force) =>
  (['direct', 'documented_default'] as const).map((provenance) => ({ ...evidence, force, provenance })),
);

/** Any fact that can come, also one of the wrong type and one without evidence. */
function anyFact(random: Random, name: FactName): Fact | undefined {
  const policy = pick(
    random,
    catalogue.policies.filter((p) => factsRead(p).includes(name)),
  );
  const chance = random();
  if (chance < 0.05) return undefined;
  if (chance < 0.25) return hole(pick(random, reasons), evidence);
  if (chance < 0.3) return known({ odd: true } as never, evidence);
  if (chance < 0.35) return known(anyValue(random, policy, name), []);
  return known(anyValue(random, policy, name), pick(random, evidences));
}

/** Half of the facts are as in the subject before, so that the same come again. */
function next(random: Random, before: Facts, names: readonly FactName[]): Facts {
  const facts: Facts = {};
  for (const name of names) {
    const fact = random() < 0.8 ? before[name] : anyFact(random, name);
    if (fact !== undefined) facts[name] = fact;
  }
  return facts;
}

describe('a judgement that was remembered', () => {
  it.each(kinds)('is the one that would be made anew: %s', (kind) => {
    const bound = bindAll(catalogue);
    const anew = withoutMemo(kind);
    const names = bound.wanted[kind]
      .filter((w) => w.group === kind)
      .flatMap((w) => [...w.places.keys()]) as FactName[];
    const shared = bound.wanted[kind]
      .filter((w) => w.group !== kind)
      .flatMap((w) => [...w.places.keys()]) as FactName[];
    const random = seeded(4711);
    let facts: Facts = {};
    let again = 0;
    for (let scan = 0; scan < 20; scan += 1) {
      const around: FactMap = next(random, {}, shared);
      const given = new Set<Judgement>();
      for (let subject = 0; subject < 60; subject += 1) {
        facts = next(random, facts, names);
        const scope = { deployment: around, inventory: around, attestations: {}, [kind]: facts } as Scope;
        const remembered = judgeSubject(bound, kind, scope);
        if (remembered.some((judgement) => given.has(judgement))) again += 1;
        for (const judgement of remembered) given.add(judgement);
        const fresh = judgeSubject(anew, kind, structuredClone(scope));
        expect(remembered).toEqual(fresh);
        expect(anew.values[kind]).toEqual(admitted(anew, kind, scope));
        expect(verdictsOf(anew, kind, remembered)).toEqual(remembered.map(({ verdict }) => verdict));
      }
    }
    expect(again).toBeGreaterThan(100);
  });

  it('cannot be written to', () => {
    const bound = bindAll(catalogue);
    const [first] = judgeSubject(bound, 'room', {
      deployment: {},
      room: {},
      inventory: {},
      attestations: {},
    });
    expect(() => Object.assign(first as Judgement, { verdict: 'pass' })).toThrow(TypeError);
  });
});

function withoutMemo(kind: Kind): Bound {
  const bound = bindAll(catalogue);
  const memo = { read() {}, recall: () => undefined, keep() {} } as unknown as Memo;
  return { ...bound, memos: { ...bound.memos, [kind]: memo } };
}

/** The values read the slow way: each by its name, each held against its type. */
function admitted(bound: Bound, kind: Kind, scope: Scope): unknown[] {
  const values: unknown[] = factNames.map(() => undefined);
  for (const name of bound.wanted[kind].flatMap((w) => [...w.places.keys()]) as FactName[]) {
    const fact = factOf(scope, name, '');
    if (fact === undefined || !('value' in fact)) continue;
    values[slotOf(name)] = admissible(factDefinition(name), fact.value);
  }
  return values;
}

/** By the closures, one rule at a time; of rules that read attestations the verdict as it was given. */
function verdictsOf(bound: Bound, kind: Kind, given: readonly Judgement[]): Verdict[] {
  return bound.judged[kind].map((entry, at) =>
    entry.attestationReads.length > 0 ? (given[at] as Judgement).verdict : entry.verdict(bound.values[kind]),
  );
}

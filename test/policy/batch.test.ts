import { describe, expect, it } from 'vitest';
import { type Evidence, type Fact, hole, known, type Reason } from '../../adapters/contract/fact.ts';
import { type FactName, factDefinition, factNames } from '../../adapters/contract/vocabulary.ts';
import type { Bound } from '../../src/policy/bind.ts';
import { judgeSubject, judgeSubjects } from '../../src/policy/evaluate.ts';
import { judgeAnew } from '../../src/policy/explain.ts';
import { loadCatalogue } from '../../src/policy/load.ts';
import { readerOf } from '../../src/policy/readers.ts';
import { scopeOf } from '../../src/policy/scope.ts';
import type { FactMap, Judgement, Scope } from '../../src/policy/types.ts';
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

const base = { inventory: {}, attestations: {} };

/** The names that the rules of this kind read: of the subject itself, and all others. */
function namesOf(bound: Bound, kind: Kind): { own: FactName[]; shared: FactName[] } {
  const names = [...new Set(bound.judged[kind].flatMap((entry) => entry.reads))];
  const { own = [], shared = [] } = Object.groupBy(names, (name) =>
    factDefinition(name).level === kind ? 'own' : 'shared',
  );
  return { own, shared };
}

describe('a judgement that was remembered', () => {
  it.each(kinds)('is the one that would be made anew: %s', (kind) => {
    const bound = bindAll(catalogue);
    const { own, shared } = namesOf(bound, kind);
    const random = seeded(4711);
    let facts: Facts = {};
    let again = 0;
    for (let scan = 0; scan < 8; scan += 1) {
      const around: FactMap = next(random, {}, shared);
      const policies = bound.judged[kind].map(({ policy }) => policy.id);
      const attestations = Object.fromEntries(
        policies.filter(() => random() < 0.7).map((policy) => [policy, next(random, {}, shared)]),
      );
      const scope: Scope = { deployment: around, inventory: around, attestations };
      const given = new Set<Judgement>();
      const subjects: FactMap[] = [];
      // More than a batch, and none of it full.
      for (let subject = 0; subject < 75; subject += 1) {
        facts = next(random, facts, own);
        subjects.push(random() < 0.3 ? structuredClone(facts) : facts);
      }
      judgeSubjects(bound, kind, scope, subjects).forEach((remembered, at) => {
        if (remembered.some((judgement) => given.has(judgement))) again += 1;
        for (const judgement of remembered) given.add(judgement);
        const alone = scopeOf(scope, kind, subjects[at] as FactMap);
        expect(remembered).toEqual(bound.judged[kind].map((entry) => judgeAnew(entry, alone)));
        expect(judgeSubject(bound, kind, alone)).toEqual(remembered);
      });
    }
    expect(again).toBeGreaterThan(100);
  });

  it('is the one that would be made anew after more different facts than can be numbered', () => {
    const bound = bindAll(catalogue);
    const subjects: FactMap[] = Array.from({ length: 3_000 }, (_, at) => ({
      room_password_required: known(true, evidence),
      room_kind: known('conference', evidence),
      room_conference_possible: known(true, evidence),
      room_password_length: hole({ code: 'unreachable', detail: `status ${at}` }, evidence),
      room_password_entropy_bits: known(at % 2 === 0 ? { value: at, bound: 'at_most' } : at, evidence),
    }));
    const given = judgeSubjects(bound, 'room', { ...base, deployment: {} }, subjects);
    subjects.forEach((room, at) => {
      if (at % 50 !== 0 && at > 300) return;
      const scope = { ...base, deployment: {}, room };
      expect(given[at]).toEqual(bound.judged.room.map((entry) => judgeAnew(entry, scope)));
    });
  });

  it('is given again as a list for the same facts, unless what is around them is another', () => {
    const bound = bindAll(catalogue);
    const rooms: FactMap[] = [true, false].map((value) => ({
      room_conference_possible: known(true, evidence),
      room_kind: known('conference', evidence),
      room_attention_tracking_enabled: known(value, evidence),
    }));
    const [on, off] = rooms as [FactMap, FactMap];
    const supported = (value: boolean): Scope => ({
      ...base,
      deployment: { attention_tracking_supported: known(value, evidence) },
    });
    const first = judgeSubjects(bound, 'room', supported(true), [on, off, on]);
    expect(judgeSubjects(bound, 'room', supported(true), [on])[0]).toEqual(first[0]);
    expect(first[2]).toEqual(first[0]);
    const scope = supported(true);
    const [one, two] = [0, 1].map(() => judgeSubjects(bound, 'room', scope, [on, off]));
    expect(two?.[0]).toBe(one?.[0]);
    expect(two?.[1]).toBe(one?.[1]);
    const other = judgeSubjects(bound, 'room', supported(false), [on]);
    expect(other[0]).not.toEqual(first[0]);
    expect(judgeSubjects(bound, 'room', supported(true), [off, on])).toEqual([first[1], first[0]]);
  });

  it('is right where the same few facts objects come among thousands of others', () => {
    const bound = bindAll(catalogue);
    const scope: Scope = { ...base, deployment: {} };
    const few: FactMap[] = [true, false].map((value) => ({ room_publicly_listed: known(value, evidence) }));
    const expected = judgeSubjects(bindAll(catalogue), 'room', scope, few);
    for (let round = 0; round < 40; round += 1) {
      const others = Array.from(
        { length: 500 },
        (): FactMap => ({ room_members_only: known(true, evidence) }),
      );
      expect(judgeSubjects(bound, 'room', scope, [...few, ...others]).slice(0, 2)).toEqual(expected);
    }
  });

  it('cannot be written to', () => {
    const [first] = judgeSubject(bindAll(catalogue), 'room', { ...base, deployment: {}, room: {} });
    expect(() => Object.assign(first as Judgement, { verdict: 'pass' })).toThrow(TypeError);
  });
});

describe('reading a column', () => {
  it.each(factNames)('%s: what the reader gives is the fact of this name', (name) => {
    const fact = known(true, evidence);
    const into: (Fact | undefined)[] = ['left over' as never, 'left over' as never];
    readerOf(name)([{}, { [name]: fact }, {}], 1, 2, into);
    expect(into).toEqual([fact, undefined]);
  });
});

import { describe, expect, it } from 'vitest';
import { hole } from '../../adapters/contract/fact.ts';
import { type FactName, factDefinition } from '../../adapters/contract/vocabulary.ts';
import type { Policy } from '../../src/policy/catalogue.ts';
import { judgeSubject } from '../../src/policy/evaluate.ts';
import { loadCatalogue } from '../../src/policy/load.ts';
import type { Judgement } from '../../src/policy/types.ts';
import { anyValue, evidence, type Facts, generate, pick, scopeFor, seeded } from './generate.ts';
import { bindAll, policyFolder } from './helper.ts';

const catalogue = loadCatalogue(policyFolder);
const judged = catalogue.policies.filter((policy) => policy.judge.length > 0);
const everyPolicy = judged.map((policy) => [policy.id, policy] as const);
const bound = bindAll(catalogue, { 'screen-sharing-restricted': { parameters: { enabled: true } } });

function judge(policy: Policy, facts: Facts): Judgement[] {
  return policy.judge.flatMap(({ kind }) =>
    judgeSubject(bound, kind, scopeFor(policy, facts)).filter((j) => j.policy === policy.id),
  );
}

function without(facts: Facts, name: FactName): Facts {
  return { ...facts, [name]: hole({ code: 'not_permitted' }, evidence) };
}

describe('turning a known fact into a hole never gives a decided verdict that was not there', () => {
  it.each(everyPolicy)('%s', (id, policy) => {
    const random = seeded(id.length * 31 + 5);
    for (let round = 0; round < 150; round += 1) {
      const facts = generate(random, policy, pick(random, [0, 0.2, 0.5]), anyValue);
      const before = judge(policy, facts);
      for (const name of Object.keys(facts) as FactName[]) {
        const after = judge(policy, without(facts, name));
        after.forEach((judgement, at) => {
          if (judgement.verdict === 'unknown' || judgement.verdict === before[at]?.verdict) return;
          expect([name, judgement.verdict, facts]).toEqual([name, before[at]?.verdict, facts]);
        });
      }
    }
  });
});

describe('what a judgement says of itself', () => {
  it.each(everyPolicy)('%s', (id, policy) => {
    const random = seeded(id.length * 17 + 3);
    for (let round = 0; round < 150; round += 1) {
      const facts = generate(random, policy, 0.3, anyValue);
      for (const judgement of judge(policy, facts)) {
        const entry = policy.judge.find((e) => e.kind === judgement.kind);
        expect(entry?.reads).toEqual(expect.arrayContaining(judgement.facts));
        expect(judgement.facts.every((name) => 'value' in (facts[name] ?? {}))).toBe(true);
        expect(judgement.verdict === 'unknown').toBe(judgement.holes.length > 0);
      }
    }
  });

  it.each(everyPolicy)('%s: a decided verdict stands on the facts that it names alone', (id, policy) => {
    const random = seeded(id.length * 13 + 1);
    for (let round = 0; round < 150; round += 1) {
      const facts = generate(random, policy, 0.1, anyValue);
      for (const judgement of judge(policy, facts)) {
        if (judgement.verdict === 'unknown') continue;
        const named: Facts = {};
        for (const name of judgement.facts) Object.assign(named, { [name]: facts[name] });
        const again = judge(policy, named).find((j) => j.kind === judgement.kind);
        expect([again?.verdict, facts]).toEqual([judgement.verdict, facts]);
      }
    }
  });

  it.each(everyPolicy)('%s: filling all deciding holes and those behind them decides', (id, policy) => {
    const random = seeded(id.length * 11 + 1);
    for (let round = 0; round < 60; round += 1) {
      const whole = generate(random, policy, 0, (r, p, n) => {
        const value = anyValue(r, p, n);
        return typeof value === 'object' && ('bound' in value || 'missing' in value)
          ? anyValue(() => 0.1, p, n)
          : value;
      });
      let facts: Facts = {};
      for (let step = 0; step < 20; step += 1) {
        const open = judge(policy, facts).filter((j) => j.verdict === 'unknown');
        const names = open
          .flatMap((j) => j.holes.map((h) => h.fact))
          .filter((name) => facts[name] === undefined);
        if (names.length === 0) break;
        for (const name of names) facts = { ...facts, [name]: whole[name] };
      }
      for (const judgement of judge(policy, facts)) {
        if (judgement.verdict !== 'unknown') continue;
        expect(judgement.holes.every((h) => ['stale', 'undecidable'].includes(h.reason.code))).toBe(true);
      }
    }
  });
});

describe('nothing is fine about what was not seen', () => {
  it('judges an empty room and an empty server as unknown, all of it', () => {
    for (const kind of ['deployment', 'room', 'recording'] as const) {
      const judgements = judgeSubject(bound, kind, {
        deployment: {},
        room: {},
        recording: {},
        inventory: {},
        attestations: {},
      });
      expect(judgements.length).toBeGreaterThan(0);
      expect(judgements.filter((j) => j.verdict !== 'unknown')).toEqual([]);
    }
  });

  it('does not carry a fact from one subject to the next', () => {
    const attested = { 'attestation.value': { value: true, evidence: [evidence] } };
    const only = { deployment: {}, inventory: {}, attestations: { 'device-loss-process': attested } };
    const verdicts = judgeSubject(bound, 'deployment', only).filter((j) =>
      j.facts.includes('attestation.value'),
    );
    expect(verdicts.map((j) => j.policy)).toEqual(['device-loss-process']);

    const supported = { attention_tracking_supported: { value: false, evidence: [evidence] } };
    const room = { room: { room_kind: { value: 'conference', evidence: [evidence] } } };
    judgeSubject(bound, 'room', { ...only, ...room, deployment: {} });
    judgeSubject(bound, 'deployment', { ...only, deployment: supported });
    const after = judgeSubject(bound, 'room', { ...only, ...room, deployment: {} });
    expect(after.find((j) => j.policy === 'attention-tracking-disabled')?.verdict).toBe('unknown');
  });
});

describe('a stricter value passes', () => {
  const ordered = [
    'presence_status_visibility',
    'screen_sharing_allowed_for',
    'room_screen_sharing_allowed_for',
  ] as const;

  it.each(ordered)('%s, from the strictest to the laxest', (name) => {
    const { values } = factDefinition(name) as { values: readonly string[] };
    const kind = name.startsWith('room_') ? 'room' : 'deployment';
    const policy = judged.find((p) =>
      p.judge.some((e) => e.kind === kind && e.reads.includes(name)),
    ) as Policy;
    const base = policy.cases.find(
      (c) => c.judge === kind && c.expect === 'pass' && c.facts[name] !== undefined,
    );
    const passes = values.map((value) => {
      const facts = { ...base?.facts, [name]: { value, evidence: [evidence] } };
      return judge(policy, facts).find((j) => j.kind === kind)?.verdict === 'pass';
    });
    expect(passes).toEqual([...passes].sort((a, b) => Number(b) - Number(a)));
    expect(passes[0]).toBe(true);
  });

  /** Facts that are compared with a limit, and the direction that is stricter. */
  const limits: [string, FactName, 1 | -1][] = [
    ['room-password-strong', 'room_password_length', 1],
    ['room-password-strong', 'room_password_entropy_bits', 1],
    ['room-password-strong', 'password_policy_min_length', 1],
    ['dial-in-protected', 'room_dial_in_pin_length', 1],
    ['dial-in-protected', 'dial_in_pin_length', 1],
    ['api-secret-strong', 'api_secret_length', 1],
    ['recordings-deleted-after-meeting', 'recording.age', -1],
    ['documents-deleted-after-meeting', 'room_oldest_shared_document_age', -1],
  ];

  it.each(limits)('%s: %s', (id, name, direction) => {
    const policy = catalogue.policyById.get(id) as Policy;
    const passing = policy.cases.filter(
      (c) => c.expect === 'pass' && typeof numberIn(c.facts[name]) === 'number',
    );
    expect(passing.length).toBeGreaterThan(0);
    for (const tested of passing) {
      const value = numberIn(tested.facts[name]) as number;
      const stricter = direction === 1 ? value * 10 : Math.floor(value / 10);
      const facts = { ...tested.facts, [name]: { value: stricter, evidence: [evidence] } };
      if (Object.keys(tested.parameters).length > 0) continue;
      expect(judge(policy, facts).find((j) => j.kind === tested.judge)?.verdict).toBe('pass');
    }
  });

  function numberIn(fact: Facts[FactName]): unknown {
    return fact !== undefined && 'value' in fact ? fact.value : undefined;
  }
});

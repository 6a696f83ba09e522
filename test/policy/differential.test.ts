import { describe, expect, it } from 'vitest';
import type { FactValue } from '../../adapters/contract/fact.ts';
import { known } from '../../adapters/contract/fact.ts';
import type { FactName } from '../../adapters/contract/vocabulary.ts';
import type { Policy } from '../../src/policy/catalogue.ts';
import { judgeSubject } from '../../src/policy/evaluate.ts';
import { loadCatalogue } from '../../src/policy/load.ts';
import type { Verdict } from '../../src/policy/types.ts';
import {
  anyValue,
  evidence,
  type Facts,
  generate,
  pick,
  plainValue,
  type Random,
  scopeFor,
  seeded,
} from './generate.ts';
import { bindAll, policyFolder } from './helper.ts';
import { type Answer, oracleFor } from './oracle.ts';

const catalogue = loadCatalogue(policyFolder);
const judged = catalogue.policies.filter((policy) => policy.judge.length > 0);
const bound = bindAll(catalogue);

function verdictsOf(policy: Policy, facts: Facts): Map<string, Verdict> {
  const verdicts = new Map<string, Verdict>();
  for (const { kind } of policy.judge) {
    for (const judgement of judgeSubject(bound, kind, scopeFor(policy, facts))) {
      if (judgement.policy === policy.id) verdicts.set(kind, judgement.verdict);
    }
  }
  return verdicts;
}

function combined(applies: Answer, rule: Answer): Verdict {
  if (applies === false) return 'not_applicable';
  if (applies === 'undecided' || rule === 'undecided') return 'unknown';
  return rule ? 'pass' : 'violation';
}

describe('the closures against cel-js, over every policy', () => {
  it.each(judged.map((policy) => [policy.id, policy] as const))('%s', (_id, policy) => {
    const random = seeded(policy.id.length * 7919 + policy.version);
    const ask = oracleFor(policy);
    for (let round = 0; round < 300; round += 1) {
      const facts = generate(random, policy, pick(random, [0, 0.1, 0.5]), plainValue);
      const ours = verdictsOf(policy, facts);
      for (const entry of policy.judge) {
        const applies = entry.applies === undefined ? true : ask(entry.applies, facts);
        const theirs = combined(applies, applies === true ? ask(entry.rule, facts) : 'undecided');
        const state = bound.entries.find(
          (e) => e.entry.policy === policy && e.entry.kind === entry.kind,
        )?.state;
        // Switched off by a parameter: it may not apply anywhere.
        if (state !== 'judged') expect(theirs).not.toBe('pass');
        else if (ours.get(entry.kind) !== theirs) {
          expect([entry.kind, ours.get(entry.kind), facts]).toEqual([entry.kind, theirs, facts]);
        }
      }
    }
  });
});

/** One of the values that a bound or an incomplete list leaves open. */
function completion(random: Random, value: FactValue): FactValue {
  if (typeof value !== 'object') return value;
  if ('items' in value) {
    const more = value.complete ? [] : ['x', 'external', 'unheard of'].filter(() => random() < 0.5);
    return { items: [...value.items, ...more], complete: true };
  }
  if ('unlimited' in value || value.bound === undefined) return value;
  const number = 'value' in value ? value.value : value.seconds;
  const moved =
    value.bound === 'at_least' ? number + pick(random, [0, 1, 1e6]) : Math.floor(number * random());
  return 'value' in value ? moved : { seconds: moved };
}

describe('what is open decides only what holds for every way to close it', () => {
  it.each(judged.map((policy) => [policy.id, policy] as const))('%s', (_id, policy) => {
    const random = seeded(policy.id.length * 104_729);
    for (let round = 0; round < 200; round += 1) {
      const facts = generate(random, policy, 0.05, anyValue);
      const decided = verdictsOf(policy, facts);
      for (let way = 0; way < 5; way += 1) {
        const closed: Facts = {};
        for (const [name, fact] of Object.entries(facts) as [FactName, Facts[FactName]][]) {
          if (fact === undefined) continue;
          closed[name] = 'value' in fact ? known(completion(random, fact.value), evidence) : fact;
        }
        const verdicts = verdictsOf(policy, closed);
        for (const [kind, verdict] of decided) {
          if (verdict === 'unknown' || verdict === verdicts.get(kind)) continue;
          expect([kind, verdicts.get(kind), closed]).toEqual([kind, verdict, closed]);
        }
      }
    }
  });
});

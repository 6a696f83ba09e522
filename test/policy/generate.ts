import { type Evidence, type Fact, type FactValue, hole, known } from '../../adapters/contract/fact.ts';
import { type FactDefinition, type FactName, factDefinition } from '../../adapters/contract/vocabulary.ts';
import { caseScope } from '../../src/policy/cases.ts';
import type { Policy } from '../../src/policy/catalogue.ts';
import type { Scope } from '../../src/policy/types.ts';

export type Random = () => number;
export type Facts = Partial<Record<FactName, Fact>>;

/** Same seed, same facts (mulberry32). */
export function seeded(seed: number): Random {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

export function pick<T>(random: Random, from: readonly T[]): T {
  return from[Math.floor(random() * from.length)] as T;
}

export const evidence: Evidence = {
  source: 'generated',
  locator: 'generated',
  path: 'x',
  observed_at: 0,
  provenance: 'direct',
  force: 'enforced',
};

/** Every fact that any entry of the policy reads. */
export function factsRead(policy: Policy): FactName[] {
  return [...new Set(policy.judge.flatMap((entry) => entry.reads))];
}

/** Numbers that decide: zero, the thresholds of the policy, and one to either side. */
function numbersFor(policy: Policy): number[] {
  const limits = Object.values(policy.parameters).flatMap((p) =>
    typeof p.default === 'number' ? [p.default] : [],
  );
  return [0, 1, ...limits.flatMap((n) => [n - 1, n, n + 1])].filter((n) => n >= 0);
}

const texts = ['DE', 'US', 'FR', '', ' ', 'external', 'x'];
const versions = ['3.0.4', '3.0.35', '3.0.35-rc.1', '2.7', '4.0.0'];

/** Values without bounds and with complete lists: what cel-js can be asked, too. */
export function plainValue(random: Random, policy: Policy, name: FactName): FactValue {
  const definition: FactDefinition = factDefinition(name);
  switch (definition.type) {
    case 'bool':
      return random() < 0.5;
    case 'int':
    case 'duration':
      return pick(random, numbersFor(policy));
    case 'retention':
      return random() < 0.3 ? { unlimited: true } : { seconds: pick(random, numbersFor(policy)) };
    case 'version':
      return pick(random, versions);
    case 'enum':
      return pick(random, definition.values ?? []);
    case 'text':
      return pick(random, texts);
    case 'list':
      return { items: texts.filter(() => random() < 0.2), complete: true };
  }
}

/** Any value that the contract allows: one side only, incomplete lists. */
export function anyValue(random: Random, policy: Policy, name: FactName): FactValue {
  const value = plainValue(random, policy, name);
  if (random() < 0.6) return value;
  const bound = pick(random, ['at_least', 'at_most'] as const);
  if (typeof value === 'number') return { value, bound };
  if (typeof value !== 'object') return value;
  if ('seconds' in value) return { seconds: value.seconds, bound };
  if ('items' in value) return { items: value.items, complete: false, missing: { code: 'incomplete' } };
  return value;
}

export function generate(
  random: Random,
  policy: Policy,
  holes: number,
  value: (random: Random, policy: Policy, name: FactName) => FactValue,
): Facts {
  const facts: Facts = {};
  for (const name of factsRead(policy)) {
    const missing = random() < holes;
    facts[name] = missing
      ? hole({ code: 'not_permitted' }, evidence)
      : known(value(random, policy, name), evidence);
  }
  return facts;
}

export function scopeFor(policy: Policy, facts: Facts): Scope {
  return caseScope(policy.id, facts);
}

import {
  type Evidence,
  type Fact,
  type FactValue,
  hole,
  known,
  type Layer,
} from '../../../adapters/contract/fact.ts';
import {
  type FactDefinition,
  type FactName,
  factDefinition,
  factNames,
} from '../../../adapters/contract/vocabulary.ts';
import type { Policy } from '../../../src/policy/catalogue.ts';
import { loadCatalogue } from '../../../src/policy/load.ts';
import { anyValue, factsRead, pick, type Random } from '../../policy/generate.ts';
import { policyFolder } from '../../policy/helper.ts';

export const catalogue = loadCatalogue(policyFolder);
export const sources = ['s', 'detail', 'list'] as const;

/** Facts without times: `observed_at` and `content_time` count from the scan. */
export type Spec = Readonly<Partial<Record<FactName, Fact>>>;

const readers = new Map<FactName, Policy[]>();
for (const policy of catalogue.policies) {
  for (const name of factsRead(policy)) readers.set(name, [...(readers.get(name) ?? []), policy]);
}

/** What the rules read of this kind, and one fact of each type that none reads. */
export function namesOf(level: 'deployment' | 'room' | 'recording'): FactName[] {
  const own = factNames.filter((name) => (factDefinition(name) as FactDefinition).level === level);
  const types = new Set<string>();
  const isNew = (name: FactName): boolean => {
    const { type } = factDefinition(name);
    return !types.has(type) && types.add(type) !== undefined;
  };
  return own.filter((name) => readers.has(name) || isNew(name) || name === 'room_tags');
}

export const oddTexts = ['', ' ', 'x', 'X', 'ΟΔΟΣ', 'İ', 'é', 'e\u0301', '"\\', '\u2028', '😀', 'null', '0'];

export function anyOf(random: Random, name: FactName): FactValue {
  const policy = pick(random, readers.get(name) ?? catalogue.policies);
  const value = name === 'room_tags' ? tags(random) : anyValue(random, policy, name);
  const { type } = factDefinition(name);
  if (random() < 0.8) return value;
  if (type === 'int') return pick(random, [-0, 0, Number.MAX_SAFE_INTEGER, 7]);
  if (type === 'duration') return pick(random, [-0, 0.1 + 0.2, 0.3, 1e300, 86_400 * 30 + 0.5]);
  if (type === 'text') return pick(random, oddTexts);
  if (type === 'list') {
    const missing = pick(random, reasons);
    const items = pick(random, [[], ['x', 'y'], ['y', 'x'], ['x', 'x'], ['x,y'], ['']]);
    return pick<FactValue>(random, [
      { items, complete: true },
      { items, complete: false, missing },
    ]);
  }
  return value;
}

const tags = (random: Random): FactValue => ({
  items: pick(random, [[], [], ['external'], ['x', 'external'], ['external', 'x']]),
  complete: true,
});

export const reasons = [
  { code: 'not_permitted' },
  { code: 'not_permitted', fill: { kind: 'permission', name: 'view' } },
  { code: 'not_permitted', fill: { kind: 'config', name: 'view' } },
  { code: 'not_permitted', detail: 'view' },
  { code: 'unreachable', detail: 'status 500' },
  { code: 'unreachable', detail: '' },
  { code: 'unreachable' },
  { code: 'conflicting', detail: '["conflicting",null]' },
  { code: 'incomplete' },
  { code: 'not_supported_by_version', fill: { kind: 'version', name: '3.0' } },
] as const;

const chain = (random: Random): Layer[] => {
  const decides = random() < 0.5;
  return [
    { layer: 'room', path: 'a', value: pick(random, [null, false, 0, '', { deep: [1] }]), decides },
    { layer: 'server', path: 'b', value: pick(random, [true, 1, '1', [1]]), decides: !decides },
  ];
};

export const lineOf = (random: Random): Evidence => ({
  source: pick(random, sources),
  locator: `GET /${pick(random, ['list', 'rooms/r1', 'rooms/r2', 'x'])}`,
  path: pick(random, ['$.value', '$.other']),
  observed_at: pick(random, [0, 0, 0, -5]),
  provenance: pick(random, ['direct', 'direct', 'documented_default', 'derived']),
  force: pick(random, ['enforced', 'enforced', 'default', 'overridable']),
  ...(random() < 0.2 ? { chain: chain(random) } : {}),
  ...(random() < 0.05 ? { content_time: -60_000 } : {}),
});

const plain: Evidence = {
  source: 's',
  locator: 'GET /list',
  path: '$.value',
  observed_at: 0,
  provenance: 'direct',
  force: 'enforced',
};

export function factOf(random: Random, name: FactName): Fact {
  const line = random() < 0.7 ? plain : lineOf(random);
  const dice = random();
  if (dice < 0.08) return hole(pick(random, reasons), dice < 0.01 ? [] : line);
  // Of another type: it is to become a hole of its own.
  if (dice < 0.1) return known({ odd: true } as never, line);
  return known(anyOf(random, name), dice < 0.9 ? line : [line, lineOf(random)]);
}

/** The same fact but for one thing; sometimes but for nothing. */
export function changed(random: Random, name: FactName, fact: Fact): Fact {
  const first = fact.evidence[0] ?? plain;
  const other = (more: Partial<Evidence>): Fact => ({ ...fact, evidence: [{ ...first, ...more }] });
  const next = lineOf(random);
  switch (pick(random, ['value', 'value', 'new', 'call', 'trust', 'chain', 'source', 'hole', 'copy'])) {
    case 'value':
      return known(anyOf(random, name), fact.evidence.length === 0 ? first : fact.evidence);
    case 'call':
      return other({ locator: next.locator, path: next.path });
    case 'trust':
      return other({ force: next.force, provenance: next.provenance });
    case 'chain':
      return other({ chain: chain(random) });
    case 'source':
      return other({ source: next.source, observed_at: next.observed_at });
    case 'hole':
      return hole(pick(random, reasons), fact.evidence);
    case 'copy':
      return structuredClone(fact);
    default:
      return factOf(random, name);
  }
}

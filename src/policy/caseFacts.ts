import { type Fact, type FactValue, type ReasonCode, reasonCodes } from '../../adapters/contract/fact.ts';
import { type FactDefinition, type FactName, factDefinition } from '../../adapters/contract/vocabulary.ts';
import { admissible } from './facts.ts';
import type { Read } from './parameters.ts';
import { readDuration } from './values.ts';

const evidence = {
  source: 'case',
  locator: 'case',
  path: '',
  observed_at: 0,
  provenance: 'direct',
  force: 'enforced',
} as const;

/** The short form of a policy's cases: `7d`, `unlimited`, `[a, b]`, `{ unavailable: not_permitted }`. */
export function readCaseFact(name: FactName, raw: unknown): Read<Fact> {
  if (isMap(raw) && 'unavailable' in raw) {
    const code = raw['unavailable'];
    if (!(reasonCodes as readonly unknown[]).includes(code))
      return { wrong: `${String(code)} is no reason code` };
    return { value: { unavailable: { code: code as ReasonCode }, evidence: [evidence] } };
  }
  const definition: FactDefinition = factDefinition(name);
  const value = admissible(definition, longForm(definition, raw));
  if (value === undefined) return { wrong: `is no ${definition.type}${valuesOf(definition)}` };
  return { value: { value, evidence: [evidence] } };
}

function valuesOf(definition: FactDefinition): string {
  return definition.values === undefined ? '' : ` (${definition.values.join(', ')})`;
}

function isMap(raw: unknown): raw is Record<string, unknown> {
  return typeof raw === 'object' && raw !== null && !Array.isArray(raw);
}

function longForm(definition: FactDefinition, raw: unknown): unknown {
  switch (definition.type) {
    case 'duration':
      return isMap(raw) ? { ...raw, value: seconds(raw['value']) } : seconds(raw);
    case 'retention':
      return retention(raw);
    case 'list':
      return list(raw);
    default:
      return raw;
  }
}

function seconds(raw: unknown): unknown {
  return typeof raw === 'string' ? readDuration(raw) : raw;
}

function retention(raw: unknown): unknown {
  if (raw === 'unlimited') return { unlimited: true };
  if (!isMap(raw)) return { seconds: seconds(raw) };
  if ('value' in raw) return { seconds: seconds(raw['value']), bound: raw['bound'] };
  return raw;
}

function list(raw: unknown): FactValue | unknown {
  if (Array.isArray(raw)) return { items: raw, complete: true };
  if (!isMap(raw)) return raw;
  if (raw['complete'] !== false) return { items: raw['items'], complete: true };
  return { items: raw['items'], complete: false, missing: { code: 'incomplete' } };
}

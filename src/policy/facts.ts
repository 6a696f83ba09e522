import { type Fact, type FactValue, type Reason, reasonCodes } from '../../adapters/contract/fact.ts';
import { type FactDefinition, type FactName, factDefinition } from '../../adapters/contract/vocabulary.ts';

/**
 * Tells whether a value is of the fact's type. Facts are checked and complained about where they come in; this is the
 * last line, and fast: a wrong value becomes a hole, never a decision.
 */
export function admission(definition: FactDefinition): (value: unknown) => boolean {
  switch (definition.type) {
    case 'bool':
      return (value) => typeof value === 'boolean';
    case 'int':
      return (value) => isWhole(value) || (isBounded(value) && isWhole(value['value']));
    case 'duration':
      return (value) => isAmount(value) || (isBounded(value) && isAmount(value['value']));
    case 'retention':
      return isRetention;
    case 'version':
      return (value) => typeof value === 'string' && value !== '';
    case 'enum': {
      const values: ReadonlySet<unknown> = new Set(definition.values);
      return (value) => values.has(value);
    }
    case 'text':
      return (value) => typeof value === 'string';
    case 'list':
      return isList;
  }
}

export function admissible(definition: FactDefinition, value: unknown): FactValue | undefined {
  return admission(definition)(value) ? (value as FactValue) : undefined;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isBound(value: unknown): boolean {
  return value === 'at_least' || value === 'at_most';
}

function isAmount(value: unknown): boolean {
  return typeof value === 'number' && value >= 0 && value < Number.POSITIVE_INFINITY;
}

function isWhole(value: unknown): boolean {
  return typeof value === 'number' && value >= 0 && Number.isSafeInteger(value);
}

function isBounded(value: unknown): value is Record<string, unknown> {
  return isObject(value) && isBound(value['bound']);
}

function isRetention(value: unknown): boolean {
  if (!isObject(value)) return false;
  if (value['unlimited'] === true) return !('seconds' in value);
  if ('unlimited' in value || !Number.isFinite(value['seconds']) || (value['seconds'] as number) < 0)
    return false;
  return value['bound'] === undefined || isBound(value['bound']);
}

function isList(value: unknown): boolean {
  if (!isObject(value) || !Array.isArray(value['items'])) return false;
  for (const item of value['items']) if (typeof item !== 'string') return false;
  return value['complete'] === true || (value['complete'] === false && isReason(value['missing']));
}

function isReason(value: unknown): value is Reason {
  return isObject(value) && (reasonCodes as readonly unknown[]).includes(value['code']);
}

/** Why a fact does not decide: its own reason, or that it has the wrong shape, or that nobody declared it. */
export function holeReason(name: FactName, fact: Fact | undefined): Reason {
  if (fact === undefined) return { code: 'not_observable', detail: 'no source shows this' };
  if ('unavailable' in fact) return fact.unavailable;
  return { code: 'invalid_answer', detail: `no ${factDefinition(name).type}` };
}

import { type Fact, type FactValue, type Reason, reasonCodes } from '../../adapters/contract/fact.ts';
import {
  type FactDefinition,
  type FactName,
  factDefinition,
  isFactName,
} from '../../adapters/contract/vocabulary.ts';

/**
 * The value as a rule may read it, or undefined where it is not of the vocabulary's type:
 * a wrong value is a hole, never a decision.
 */
export function admissible(definition: FactDefinition, value: unknown): FactValue | undefined {
  return fits(definition, value) ? (value as FactValue) : undefined;
}

function fits(definition: FactDefinition, value: unknown): boolean {
  switch (definition.type) {
    case 'bool':
      return typeof value === 'boolean';
    case 'int':
      return isQuantity(value, Number.isSafeInteger);
    case 'duration':
      return isQuantity(value, Number.isFinite);
    case 'retention':
      return isRetention(value);
    case 'version':
      return typeof value === 'string' && value !== '';
    case 'enum':
      return typeof value === 'string' && definition.values?.includes(value) === true;
    case 'text':
      return typeof value === 'string';
    case 'list':
      return isList(value);
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isBound(value: unknown): boolean {
  return value === 'at_least' || value === 'at_most';
}

function isQuantity(value: unknown, isNumber: (value: unknown) => boolean): boolean {
  if (typeof value === 'number') return isNumber(value);
  return isObject(value) && isNumber(value['value']) && isBound(value['bound']);
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
  if (!value['items'].every((item) => typeof item === 'string')) return false;
  return value['complete'] === true || (value['complete'] === false && isReason(value['missing']));
}

function isReason(value: unknown): value is Reason {
  return isObject(value) && (reasonCodes as readonly unknown[]).includes(value['code']);
}

/** What is wrong with a fact that comes from outside (a file): its name, its shape or its value. */
export function factProblem(name: string, fact: unknown): string | undefined {
  if (!isFactName(name)) return `${name} is not a fact of the vocabulary`;
  if (!isObject(fact)) return `${name} is no fact`;
  if (!Array.isArray(fact['evidence']) || !fact['evidence'].every(isEvidence))
    return `${name} has no valid evidence`;
  if ('value' in fact === 'unavailable' in fact) return `${name} needs either a value or a reason`;
  if ('unavailable' in fact) return isReason(fact['unavailable']) ? undefined : `${name} has no valid reason`;
  const definition: FactDefinition = factDefinition(name);
  return fits(definition, fact['value']) ? undefined : `${name} has no value of type ${definition.type}`;
}

function isEvidence(value: unknown): boolean {
  return (
    isObject(value) &&
    typeof value['source'] === 'string' &&
    typeof value['locator'] === 'string' &&
    typeof value['path'] === 'string' &&
    Number.isFinite(value['observed_at']) &&
    ['direct', 'derived', 'documented_default'].includes(value['provenance'] as string) &&
    ['enforced', 'default', 'overridable'].includes(value['force'] as string)
  );
}

/** Why a fact does not decide: its own reason, or that it has the wrong shape, or that nobody declared it. */
export function holeReason(name: FactName, fact: Fact | undefined): Reason {
  if (fact === undefined) return { code: 'not_observable', detail: 'no source shows this' };
  if ('unavailable' in fact) return fact.unavailable;
  return { code: 'invalid_answer', detail: `no ${factDefinition(name).type}` };
}

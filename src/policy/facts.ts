import { type Fact, type FactValue, type Reason, reasonCodes } from '../../adapters/contract/fact.ts';
import { type FactDefinition, type FactName, factDefinition } from '../../adapters/contract/vocabulary.ts';

/**
 * The value as a rule may read it, or undefined where it is not of the vocabulary's type: a wrong value is a hole,
 * never a decision. Facts are checked and complained about where they come in; this is the last line, and fast.
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
  if (typeof value === 'number') return isNumber(value) && value >= 0;
  return (
    isObject(value) &&
    typeof value['value'] === 'number' &&
    isQuantity(value['value'], isNumber) &&
    isBound(value['bound'])
  );
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

/** Why a fact does not decide: its own reason, or that it has the wrong shape, or that nobody declared it. */
export function holeReason(name: FactName, fact: Fact | undefined): Reason {
  if (fact === undefined) return { code: 'not_observable', detail: 'no source shows this' };
  if ('unavailable' in fact) return fact.unavailable;
  return { code: 'invalid_answer', detail: `no ${factDefinition(name).type}` };
}

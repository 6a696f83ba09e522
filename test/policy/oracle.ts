import { Duration } from '@marcbachmann/cel-js/evaluator';
import type { Fact, FactValue, ListValue } from '../../adapters/contract/fact.ts';
import { type FactName, factDefinition } from '../../adapters/contract/vocabulary.ts';
import type { Policy } from '../../src/policy/catalogue.ts';
import { environmentFor, Retention, Version } from '../../src/policy/expression/environment.ts';
import type { ParameterDefinition, ParameterValue } from '../../src/policy/types.ts';
import type { Facts } from './generate.ts';

/** Codes that mean "a fact is missing"; anything else is a fault of the policy. */
const missing = ['unknown_variable', 'no_such_key'];

export type Answer = boolean | 'undecided';

/** The expressions of one policy, evaluated by cel-js itself: no value of ours in between. */
export function oracleFor(policy: Policy): (text: string, facts: Facts) => Answer {
  const environment = environmentFor(policy.parameters);
  const parsed = new Map<string, (context: Record<string, unknown>) => unknown>();
  const params: Record<string, unknown> = {};
  for (const [name, definition] of Object.entries(policy.parameters))
    params[name] = parameterValue(definition);
  return (text, facts) => {
    const run = parsed.get(text) ?? environment.parse(text);
    parsed.set(text, run);
    try {
      return run({ ...contextOf(facts), params }) as boolean;
    } catch (error) {
      if (isMissing(error)) return 'undecided';
      throw error;
    }
  };
}

/** Our own functions throw inside the oracle where they do not decide. */
function isMissing(error: unknown): boolean {
  const { code, message } = error as { code?: string; message: string };
  return missing.includes(code ?? '') || /stale|versions without order/.test(message);
}

function parameterValue({ type, default: value }: ParameterDefinition): unknown {
  return celValue(type, value);
}

function celValue(type: string, value: ParameterValue | FactValue): unknown {
  if (type === 'int') return BigInt(value as number);
  if (type === 'duration') return new Duration(value as number);
  if (type === 'version') return new Version(value as string);
  if (type === 'retention') {
    return new Retention(typeof value === 'object' && 'seconds' in value ? value.seconds : undefined);
  }
  return typeof value === 'object' && 'items' in value ? (value as ListValue).items : value;
}

/** The key of a hole is left out, the groups are always there. */
function contextOf(facts: Facts): Record<string, unknown> {
  const context: Record<string, Record<string, unknown> | unknown> = {};
  const groups: Record<string, Record<string, unknown>> = { recording: {}, inventory: {}, attestation: {} };
  for (const [name, fact] of Object.entries(facts) as [FactName, Fact][]) {
    if (!('value' in fact)) continue;
    const value = celValue(factDefinition(name).type, fact.value);
    const [group, member] = name.split('.') as [string, string | undefined];
    if (member === undefined) context[name] = value;
    else (groups[group] as Record<string, unknown>)[member] = value;
  }
  return { ...context, ...groups };
}

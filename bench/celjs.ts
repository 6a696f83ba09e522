import { Duration } from '@marcbachmann/cel-js/evaluator';
import type { Fact, FactValue } from '../adapters/contract/fact.ts';
import { type FactName, factDefinition } from '../adapters/contract/vocabulary.ts';
import type { Bound } from '../src/policy/bind.ts';
import { environmentFor, Retention } from '../src/policy/expression/environment.ts';
import type { FactMap, ParameterDefinition, Verdict } from '../src/policy/types.ts';

type Context = Record<string, unknown>;
type Program = (context: Context) => unknown;

/** The texts of the policy files, evaluated by cel-js; a missing fact is an exception there. */
export function celJudge(bound: Bound): (context: Context, into: Verdict[]) => void {
  const programs = bound.judged.room.map(({ policy, kind }) => {
    const environment = environmentFor(policy.parameters);
    const entry = policy.judge.find((e) => e.kind === kind);
    const parse = (text: string): Program => environment.parse(text);
    const params: Context = {};
    for (const [name, definition] of Object.entries(policy.parameters))
      params[name] = celParameter(definition);
    return {
      params,
      applies: entry?.applies === undefined ? undefined : parse(entry.applies),
      rule: parse(entry?.rule as string),
    };
  });
  return (context, into) => {
    for (let i = 0; i < programs.length; i += 1) {
      const { applies, rule, params } = programs[i] as (typeof programs)[number];
      context['params'] = params;
      into[i] = verdict(applies, rule, context);
    }
  };
}

function verdict(applies: Program | undefined, rule: Program, context: Context): Verdict {
  try {
    if (applies !== undefined && applies(context) === false) return 'not_applicable';
    return rule(context) === true ? 'pass' : 'violation';
  } catch {
    return 'unknown';
  }
}

function celParameter({ type, default: value }: ParameterDefinition): unknown {
  return type === 'int' || type === 'duration' ? celNumber(type, value as number) : value;
}

function celNumber(type: string, value: number): unknown {
  return type === 'int' ? BigInt(value) : new Duration(value);
}

/** Made before the clock runs: cel-js wants other numbers, durations and lists than the facts hold. */
export function celContext(room: FactMap, server: FactMap): Context {
  const context: Context = { recording: {}, inventory: {}, attestation: {} };
  for (const [name, fact] of [...Object.entries(server), ...Object.entries(room)] as [FactName, Fact][]) {
    if ('value' in fact) context[name] = celValue(factDefinition(name).type, fact.value);
  }
  return context;
}

function celValue(type: string, value: FactValue): unknown {
  if (typeof value === 'number') return celNumber(type, value);
  if (type === 'retention') {
    return new Retention(typeof value === 'object' && 'seconds' in value ? value.seconds : undefined);
  }
  return typeof value === 'object' && 'items' in value ? value.items : value;
}

import type { ASTNode } from '@marcbachmann/cel-js';
import type { FactName } from '../../adapters/contract/vocabulary.ts';
import { walkAllowed } from './expression/allowed.ts';
import { compileExpression } from './expression/compile.ts';
import { environmentFor } from './expression/environment.ts';
import type { Parameter } from './expression/operands.ts';
import { type ExpressionProblem, type Range, Refused } from './problems.ts';
import type { ParameterDefinition } from './types.ts';

export interface CheckedExpression {
  text: string;
  ast: ASTNode;
  /** In order of first reading, with the place of it. */
  facts: ReadonlyMap<FactName, Range>;
  parameters: ReadonlySet<string>;
}

export type Checked = { expression: CheckedExpression } | { problems: ExpressionProblem[] };

/** Parses, refuses what is not allowed, type-checks, and compiles once with the default parameters. */
export function checkExpression(
  text: string,
  definitions: Readonly<Record<string, ParameterDefinition>>,
): Checked {
  const whole = { start: 0, end: text.length };
  const environment = environmentFor(definitions);
  let ast: ASTNode;
  try {
    ast = environment.parse(text).ast;
  } catch (error) {
    return { problems: [fromCel(error, whole)] };
  }
  const { reading, problems } = walkAllowed(ast, definitions);
  if (problems.length > 0) return { problems };
  const types = environment.check(text);
  if (!types.valid) return { problems: [fromCel(types.error, whole)] };
  if (types.type !== 'bool')
    return { problems: [{ range: whole, message: `must be true or false, is ${types.type}` }] };
  try {
    compileExpression(ast, defaultParameters(definitions));
  } catch (error) {
    if (error instanceof Refused) return { problems: [error.problem] };
    throw error;
  }
  return { expression: { text, ast, facts: reading.facts, parameters: reading.parameters } };
}

export function defaultParameters(
  definitions: Readonly<Record<string, ParameterDefinition>>,
): Record<string, Parameter> {
  const parameters: Record<string, Parameter> = {};
  for (const [name, definition] of Object.entries(definitions)) {
    parameters[name] = { definition, value: definition.default };
  }
  return parameters;
}

function fromCel(error: unknown, whole: Range): ExpressionProblem {
  if (!(error instanceof Error)) return { range: whole, message: 'is not valid CEL' };
  const { summary, range } = error as Error & { summary?: string; range?: Range };
  return { range: range ?? whole, message: summary ?? error.message.split('\n')[0] ?? 'is not valid CEL' };
}

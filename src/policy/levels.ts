import type { SubjectKind } from '../../adapters/contract/subject.ts';
import { type FactLevel, type FactName, factDefinition } from '../../adapters/contract/vocabulary.ts';
import type { CheckedExpression } from './check.ts';
import { isLive } from './expression/names.ts';
import type { ExpressionProblem } from './problems.ts';

const readable: Readonly<Record<SubjectKind, readonly FactLevel[]>> = {
  deployment: ['deployment', 'inventory', 'attestation'],
  room: ['room'],
  recording: ['recording'],
};

/**
 * A room's verdict rests on the room alone; only whether a rule applies may also depend on a property of the
 * product, which nothing overrides.
 */
export function levelProblems(
  kind: SubjectKind,
  part: 'rule' | 'applies',
  expression: CheckedExpression,
): ExpressionProblem[] {
  const problems: ExpressionProblem[] = [];
  for (const [fact, range] of expression.facts) {
    const { level } = factDefinition(fact);
    if (readable[kind].includes(level)) continue;
    if (part === 'applies' && level === 'deployment' && fact.endsWith('_supported')) continue;
    problems.push({ range, message: crossed(kind, part, fact, level) });
  }
  return problems;
}

function crossed(kind: SubjectKind, part: 'rule' | 'applies', fact: FactName, level: FactLevel): string {
  const also =
    part === 'applies' && kind !== 'deployment' ? ' and deployment facts that end in _supported' : '';
  return `${fact} is a fact of the ${level}; ${part} of a ${kind} entry reads ${readable[kind].join(', ')} facts${also}`;
}

/** An entry reads live facts exactly when it says so. */
export function liveProblem(live: boolean, facts: readonly FactName[]): string | undefined {
  const first = facts.find(isLive);
  if (live && first === undefined) return 'live: true, but no live fact is read';
  if (!live && first !== undefined) return `${first} is a live fact; the entry must say live: true`;
  return undefined;
}

import { runCase } from './cases.ts';
import type { CheckedEntry, Clause, Policy, Standard } from './catalogue.ts';
import { problem, type SourceFile } from './document.ts';
import type { PolicyProblem } from './problems.ts';
import type { Verdict } from './types.ts';

/**
 * What no file can say alone: ids and names, clauses and policies naming each other, cases.
 * `damaged`: a file could not be read, so a clause without a policy proves nothing.
 */
export function crossCheck(
  policies: readonly Policy[],
  clauses: readonly Clause[],
  sources: ReadonlyMap<Policy, SourceFile>,
  damaged: boolean,
): PolicyProblem[] {
  const problems: PolicyProblem[] = [];
  for (const policy of policies) {
    const source = sources.get(policy) as SourceFile;
    problems.push(...checkName(policy, source), ...resolveClauses(policy, clauses, source));
    if (!damaged) problems.push(...checkCases(policy, source));
  }
  problems.push(...checkClauses(clauses, policies, damaged));
  return problems;
}

function checkName(policy: Policy, source: SourceFile): PolicyProblem[] {
  if (source.name.replace(/\.ya?ml$/, '') === policy.id) return [];
  return [problem(source, ['id'], `the file must be named ${policy.id}.yaml`)];
}

/** A mapping names a standard that exists, and a control that it has where its controls are known. */
export function checkMappings(
  sources: ReadonlyMap<Policy, SourceFile>,
  standards: ReadonlyMap<string, Standard>,
): PolicyProblem[] {
  return [...sources].flatMap(([policy, source]) =>
    Object.entries(policy.mappings).flatMap(([id, controls]) => {
      const standard = standards.get(id);
      if (standard === undefined) return [problem(source, ['mappings', id], `there is no standard ${id}`)];
      return controls.flatMap((control, index) =>
        standard.identifiers === undefined || Object.hasOwn(standard.identifiers, control)
          ? []
          : [problem(source, ['mappings', id, index], `${id} has no control ${control}`)],
      );
    }),
  );
}

/** `S2-08` stands for its parts `S2-08a`, `S2-08b`, ... where the documents' list has only these. */
function resolveClauses(policy: Policy, clauses: readonly Clause[], source: SourceFile): PolicyProblem[] {
  const problems: PolicyProblem[] = [];
  const resolved = policy.clauses.flatMap((id, index) => {
    const exact = clauses.filter((c) => c.id === id);
    const found =
      exact.length > 0
        ? exact
        : clauses.filter((c) => /^[a-z]$/.test(c.id.slice(id.length)) && c.id.startsWith(id));
    if (found.length === 0) problems.push(problem(source, ['clauses', index], `there is no clause ${id}`));
    return found.map((c) => c.id);
  });
  policy.resolvedClauses = [...new Set(resolved)];
  return problems;
}

function checkClauses(
  clauses: readonly Clause[],
  policies: readonly Policy[],
  damaged: boolean,
): PolicyProblem[] {
  const problems: PolicyProblem[] = [];
  const report = (clause: Clause, message: string): void => {
    problems.push({
      file: `clauses/${clause.document}.yaml`,
      line: 1,
      column: 1,
      message: `${clause.id}: ${message}`,
    });
  };
  const cited = new Set(policies.flatMap((p) => p.resolvedClauses));
  const ids = new Set<string>();
  for (const clause of clauses) {
    if (ids.has(clause.id)) report(clause, 'stands there twice');
    ids.add(clause.id);
    if (clause.aggregateOf === undefined && !cited.has(clause.id) && !damaged)
      report(clause, 'has no policy');
    for (const part of clause.aggregateOf ?? []) {
      if (!clauses.some((c) => c.id === part)) report(clause, `sums up ${part}, which does not exist`);
    }
  }
  return problems;
}

/** Without a case for each verdict that an entry can give, the policy is not loaded. */
function checkCases(policy: Policy, source: SourceFile): PolicyProblem[] {
  const problems: PolicyProblem[] = [];
  for (const entry of policy.judge) {
    const cases = policy.cases.filter((c) => c.judge === entry.kind);
    for (const verdict of reachable(entry)) {
      if (cases.some((c) => c.expect === verdict)) continue;
      problems.push(problem(source, ['judge', entry.kind], `no case expects ${verdict} for ${entry.kind}`));
    }
  }
  policy.cases.forEach((c, index) => {
    const result = runCase(policy, c);
    if (!result.passed)
      problems.push(problem(source, ['cases', index], `case "${c.name}": ${result.message}`));
  });
  return problems;
}

function reachable(entry: CheckedEntry): Verdict[] {
  const always: Verdict[] = ['pass', 'violation', 'unknown'];
  return entry.applies === undefined ? always : [...always, 'not_applicable'];
}

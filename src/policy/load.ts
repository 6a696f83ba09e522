import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Catalogue, Clause, Policy, Standard } from './catalogue.ts';
import { checkMappings, crossCheck } from './crosscheck.ts';
import { problem, readShape, readSource, type SourceFile } from './document.ts';
import { PolicyError, type PolicyProblem } from './problems.ts';
import { readPolicy } from './read.ts';
import { ClauseFile, PolicyFile, StandardFile } from './schema.ts';

/**
 * Reads `*.yaml` (policies) and `clauses/*.yaml` of a folder, and `standards/*.yaml` where there are any. A catalogue that was given is free of errors.
 * @throws {PolicyError} with everything that is wrong, each with file, line and column.
 */
export function loadCatalogue(directory: string): Catalogue {
  const problems: PolicyProblem[] = [];
  const clauses = readFolder(directory, 'clauses', problems).flatMap((source) =>
    readClauses(source, problems),
  );
  const sources = new Map<Policy, SourceFile>();
  for (const source of readFolder(directory, '', problems)) {
    const policy = readOne(source, problems);
    if (policy !== undefined) sources.set(policy, source);
  }
  const policies = [...sources.keys()].sort((a, b) => (a.id < b.id ? -1 : 1));
  const standards = readStandards(directory, problems);
  problems.push(
    ...checkMappings(sources, standards),
    ...crossCheck(policies, clauses, sources, problems.length > 0),
  );
  if (problems.length > 0) throw new PolicyError(problems);
  return {
    policies,
    clauses,
    policyById: new Map(policies.map((p) => [p.id, p])),
    clauseById: new Map(clauses.map((c) => [c.id, c])),
    standards,
  };
}

function readFolder(directory: string, folder: string, problems: PolicyProblem[]): SourceFile[] {
  let names: string[];
  try {
    names = readdirSync(join(directory, folder)).filter((n) => n.endsWith('.yaml') || n.endsWith('.yml'));
  } catch (error) {
    const message = `cannot be read (${(error as NodeJS.ErrnoException).code})`;
    problems.push({ file: folder === '' ? directory : join(directory, folder), line: 1, column: 1, message });
    return [];
  }
  if (names.length === 0) {
    problems.push({ file: join(directory, folder), line: 1, column: 1, message: 'holds no YAML file' });
  }
  return names.sort().flatMap((name) => {
    const path = folder === '' ? name : `${folder}/${name}`;
    const read = readSource(path, readFileSync(join(directory, path), 'utf8'));
    problems.push(...read.problems);
    return read.problems.length > 0 ? [] : [read.source];
  });
}

function readOne(source: SourceFile, problems: PolicyProblem[]): Policy | undefined {
  const shape = readShape(source, PolicyFile);
  problems.push(...shape.problems);
  if (shape.value === undefined) return undefined;
  const read = readPolicy(source, shape.value as PolicyFile);
  problems.push(...read.problems);
  return read.policy;
}

function readClauses(source: SourceFile, problems: PolicyProblem[]): Clause[] {
  const shape = readShape(source, ClauseFile);
  problems.push(...shape.problems);
  if (shape.value === undefined) return [];
  const file = shape.value as ClauseFile;
  return file.clauses.map((clause, index) => {
    if (!clause.id.startsWith(`${file.document}-`)) {
      problems.push(
        problem(source, ['clauses', index, 'id'], `${clause.id} is no clause of ${file.document}`),
      );
    }
    return {
      id: clause.id,
      document: file.document,
      documentTitle: file.title,
      publisher: file.publisher,
      place: clause.place,
      duty: clause.duty,
      force: clause.force,
      check: clause.check,
      ...(clause.aggregate_of === undefined ? {} : { aggregateOf: clause.aggregate_of }),
    };
  });
}

function readStandards(directory: string, problems: PolicyProblem[]): Map<string, Standard> {
  const standards = new Map<string, Standard>();
  if (!existsSync(join(directory, 'standards'))) return standards;
  for (const source of readFolder(directory, 'standards', problems)) {
    const shape = readShape(source, StandardFile);
    problems.push(...shape.problems);
    if (shape.value === undefined) continue;
    const { url, identifiers, ...standard } = shape.value as StandardFile;
    if (source.name !== `standards/${standard.id}.yaml`) {
      problems.push(problem(source, ['id'], `the file must be named ${standard.id}.yaml`));
    }
    standards.set(standard.id, {
      ...standard,
      ...(url === undefined ? {} : { url }),
      ...(identifiers === undefined ? {} : { identifiers }),
    });
  }
  return standards;
}

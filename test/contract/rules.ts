import type { Adapter } from '../../adapters/contract/adapter.ts';
import type { Fact } from '../../adapters/contract/fact.ts';
import { cleanText, isKnown } from '../../adapters/contract/fact.ts';
import type { AllowedCall } from '../../adapters/contract/http.ts';
import { configurationSource } from '../../adapters/contract/room.ts';
import type { SimulatedRequest } from '../../adapters/contract/simulator.ts';
import { deploymentId, type Subject, type SubjectKind } from '../../adapters/contract/subject.ts';
import { factProblems, reasonProblems } from '../../adapters/contract/validate.ts';
import { type FactName, factDefinition, isFactName } from '../../adapters/contract/vocabulary.ts';
import { type Scan, subjectKey } from './scan.ts';

/** Calls that are not on the list. Paths count below the origin or below any base of the target. */
export function callProblems(
  requests: readonly SimulatedRequest[],
  allowed: readonly AllowedCall[],
  bases: readonly string[],
): string[] {
  const problems = new Set<string>();
  for (const { method, path } of requests) {
    const spellings = [
      path,
      ...bases.filter((base) => `${path}/`.startsWith(`${base}/`)).map((base) => path.slice(base.length)),
    ];
    const fits = allowed.some(
      (call) =>
        call.method === method &&
        spellings.some((spelling) =>
          typeof call.path === 'string' ? call.path === spelling : call.path.test(spelling),
        ),
    );
    if (!fits) problems.add(`a call off the list was made: ${method} ${path}`);
    if (!['GET', 'HEAD', 'OPTIONS'].includes(method) && !allowed.some((call) => call.method === method)) {
      problems.add(`a changing method was used: ${method} ${path}`);
    }
  }
  return [...problems];
}

export function declarationProblems(adapter: Adapter): string[] {
  const problems: string[] = [];
  const sources = new Set([configurationSource, ...adapter.sources.map((source) => source.id)]);
  if (new Set(adapter.sources.map((source) => source.id)).size !== adapter.sources.length) {
    problems.push('a source is declared twice');
  }
  const never = new Set<string>();
  for (const row of adapter.facts) {
    if (!isFactName(row.fact)) problems.push(`${row.fact} is not in the vocabulary`);
    if ('never' in row) {
      if (row.never.trim() === '') problems.push(`${row.fact}: never without a reason`);
      never.add(row.fact);
    } else if (!sources.has(row.source)) problems.push(`${row.fact}: source ${row.source} is not declared`);
  }
  for (const row of adapter.facts) {
    if (!('never' in row) && never.has(row.fact))
      problems.push(`${row.fact}: both never and from ${row.source}`);
  }
  return problems;
}

/** Names that a subject of this kind must carry, no more and no less. */
export function declaredNames(adapter: Adapter, kind: SubjectKind, live: boolean): Set<FactName> {
  const names = new Set<FactName>();
  for (const { fact } of adapter.facts) {
    const definition = factDefinition(fact);
    if (definition.level === kind && (live || !definition.live)) names.add(fact);
  }
  return names;
}

export function subjectProblems(adapter: Adapter, subject: Subject, live: boolean): string[] {
  const problems: string[] = [];
  const declared = declaredNames(adapter, subject.kind, live);
  const sources = new Set([configurationSource, ...adapter.sources.map((source) => source.id)]);
  for (const name of declared) {
    if (!Object.hasOwn(subject.facts, name)) problems.push(`${name}: declared, but not there`);
  }
  for (const [name, fact] of Object.entries(subject.facts)) {
    if (!isFactName(name)) {
      problems.push(`${name}: not in the vocabulary`);
      continue;
    }
    if (!declared.has(name)) problems.push(`${name}: there, but not declared at this level`);
    problems.push(...factProblems(name, fact), ...originProblems(adapter, name, fact, sources));
  }
  for (const text of [subject.id, subject.name ?? '', ...(subject.aliases ?? [])]) {
    if (text !== cleanText(text)) problems.push('an id or name holds U+0000 or half a character');
  }
  if (subject.id === '') problems.push('an empty id');
  if ((subject.kind === 'deployment') !== (subject.id === deploymentId)) {
    problems.push(`the id - is the deployment's, and only its`);
  }
  return problems.map((problem) => `${subjectKey(subject)}: ${problem}`);
}

function originProblems(
  adapter: Adapter,
  name: FactName,
  fact: Fact,
  sources: ReadonlySet<string>,
): string[] {
  const problems: string[] = [];
  for (const { source } of fact.evidence) {
    if (!sources.has(source)) problems.push(`${name}: evidence from ${source}, which is not declared`);
  }
  if (!isKnown(fact)) return problems;
  const rows = adapter.facts.filter((row) => row.fact === name);
  if (rows.some((row) => 'never' in row)) return [...problems, `${name}: known, but declared as never seen`];
  const deciding = rows.filter((row) => 'source' in row && row.source === fact.evidence[0]?.source);
  if (deciding.length === 0) {
    problems.push(`${name}: decided by ${fact.evidence[0]?.source}, for which it has no row`);
  }
  if (typeof fact.value === 'boolean') {
    const sides = deciding.map((row) => ('proves' in row ? row.proves : 'both'));
    const proven = sides.some((side) => side === 'both' || side === 'value' || side === String(fact.value));
    if (deciding.length > 0 && !proven) {
      problems.push(`${name}: ${fact.value}, but ${fact.evidence[0]?.source} proves only ${sides.join()}`);
    }
  }
  return problems;
}

export function orderProblems(adapter: Adapter, scan: Scan): string[] {
  const problems: string[] = [];
  const declared = new Set(adapter.sources.map((source) => source.id));
  const subjects = new Set<string>();
  const outcomes = new Set<string>();
  for (const item of scan.items) {
    if ('subject' in item) {
      const key = subjectKey(item.subject);
      if (subjects.has(key)) problems.push(`${key} came twice`);
      subjects.add(key);
      if (item.subject.kind === 'room' && !subjects.has(`deployment ${deploymentId}`)) {
        problems.push(`${key} came before the deployment`);
      }
      continue;
    }
    const { source, state, count, reason } = item.source;
    if (!declared.has(source)) problems.push(`outcome of ${source}, which is not declared`);
    if (outcomes.has(source)) problems.push(`outcome of ${source} came twice`);
    outcomes.add(source);
    if (!Number.isSafeInteger(count) || count < 0) problems.push(`outcome of ${source}: no count`);
    if (state === 'complete' && reason !== undefined)
      problems.push(`outcome of ${source}: complete with a reason`);
    if (state !== 'complete') {
      problems.push(
        ...reasonProblems(reason).map((problem) => `outcome of ${source} (${state}): ${problem}`),
      );
    }
  }
  if (!subjects.has(`deployment ${deploymentId}`)) problems.push('there is no deployment');
  if (outcomes.size === 0) problems.push('no source has an outcome');
  return problems;
}

/** Everything that must hold of any run, whatever the vendor answered. */
export function runProblems(adapter: Adapter, scan: Scan, live: boolean): string[] {
  const problems = [...scan.errors, ...orderProblems(adapter, scan)];
  for (const subject of scan.subjects.values()) problems.push(...subjectProblems(adapter, subject, live));
  for (const { source } of scan.checks) {
    if (!adapter.sources.some((declared) => declared.id === source))
      problems.push(`check of unknown source ${source}`);
  }
  return problems;
}

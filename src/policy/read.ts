import { type SubjectKind, subjectKinds } from '../../adapters/contract/subject.ts';
import { type FactName, isFactName } from '../../adapters/contract/vocabulary.ts';
import { readCaseFact } from './caseFacts.ts';
import type { CheckedEntry, Policy, PolicyCase, SeverityRule } from './catalogue.ts';
import { type CheckedExpression, checkExpression } from './check.ts';
import { lineOf, type Path, problem, problemInText, type SourceFile } from './document.ts';
import { unknownFact } from './expression/names.ts';
import { levelProblems, liveProblem } from './levels.ts';
import { readDefinition, readParameter } from './parameters.ts';
import type { PolicyProblem } from './problems.ts';
import type { CaseFile, PolicyFile } from './schema.ts';
import type { ParameterDefinition, ParameterValue } from './types.ts';

interface Reading {
  source: SourceFile;
  file: PolicyFile;
  definitions: Record<string, ParameterDefinition>;
  problems: PolicyProblem[];
}

/** One policy file whose shape is right: parameters, expressions and cases. */
export function readPolicy(
  source: SourceFile,
  file: PolicyFile,
): { policy: Policy; problems: PolicyProblem[] } {
  const reading: Reading = { source, file, definitions: {}, problems: [] };
  readParameters(reading);
  const severityIf = readSeverityRules(reading);
  const judge = subjectKinds.flatMap((kind) => readEntry(reading, kind, severityIf));
  checkForm(reading);
  reportUnusedParameters(reading, judge, severityIf);
  const policy: Policy = {
    id: file.id,
    version: file.version,
    form: file.form,
    clauses: file.clauses,
    resolvedClauses: [],
    basis: file.basis,
    force: file.force,
    texts: file.texts,
    parameters: reading.definitions,
    judge,
    severityIf,
    remediation: file.remediation,
    mappings: file.mappings,
    cases: file.cases.map((c, index) => readCase(reading, c, index)),
    file: source.name,
  };
  return { policy, problems: reading.problems };
}

function report(reading: Reading, path: Path, message: string): void {
  reading.problems.push(problem(reading.source, path, message));
}

function readParameters(reading: Reading): void {
  for (const [name, raw] of Object.entries(reading.file.parameters)) {
    const read = readDefinition(raw);
    if ('wrong' in read) report(reading, ['parameters', name], `parameter ${name}: ${read.wrong}`);
    else reading.definitions[name] = read.value;
  }
}

function readExpression(reading: Reading, path: Path, text: string): CheckedExpression | undefined {
  const checked = checkExpression(text, reading.definitions);
  if ('expression' in checked) return checked.expression;
  for (const { range, message } of checked.problems) {
    reading.problems.push(problemInText(reading.source, path, range, message));
  }
  return undefined;
}

function checkLevels(
  reading: Reading,
  path: Path,
  kind: SubjectKind,
  part: 'rule' | 'applies',
  expression: CheckedExpression,
): void {
  for (const { range, message } of levelProblems(kind, part, expression)) {
    reading.problems.push(problemInText(reading.source, path, range, message));
  }
}

function readSeverityRules(reading: Reading): SeverityRule[] {
  return reading.file.severity_if.flatMap((raw, index) => {
    const path = ['severity_if', index, 'when'];
    const when = readExpression(reading, path, raw.when);
    if (when === undefined) return [];
    if (reading.file.judge[raw.judge] === undefined) report(reading, path, `there is no ${raw.judge} entry`);
    checkLevels(reading, path, raw.judge, 'applies', when);
    return [{ judge: raw.judge, when, severity: raw.severity }];
  });
}

function readEntry(reading: Reading, kind: SubjectKind, severityIf: readonly SeverityRule[]): CheckedEntry[] {
  const raw = reading.file.judge[kind];
  if (raw === undefined) return [];
  for (const language of ['de', 'en'] as const) {
    if (reading.file.texts[language].violation[kind] === undefined) {
      report(reading, ['texts', language, 'violation'], `needs a sentence for ${kind}`);
    }
  }
  const rule = readExpression(reading, ['judge', kind, 'rule'], raw.rule);
  const applies =
    raw.applies === undefined ? undefined : readExpression(reading, ['judge', kind, 'applies'], raw.applies);
  if (rule === undefined || (raw.applies !== undefined && applies === undefined)) return [];
  checkLevels(reading, ['judge', kind, 'rule'], kind, 'rule', rule);
  if (applies !== undefined) checkLevels(reading, ['judge', kind, 'applies'], kind, 'applies', applies);
  if (rule.facts.size === 0) report(reading, ['judge', kind, 'rule'], 'a rule must read at least one fact');
  const when = severityIf.filter((s) => s.judge === kind).flatMap((s) => [...s.when.facts.keys()]);
  const reads = [...new Set([...(applies?.facts.keys() ?? []), ...rule.facts.keys(), ...when])];
  const wrong = liveProblem(raw.live === true, reads);
  if (wrong !== undefined) report(reading, ['judge', kind], wrong);
  const entry: CheckedEntry = {
    kind,
    severity: raw.severity,
    rule: raw.rule,
    live: raw.live === true,
    reads,
    ruleReads: [...rule.facts.keys()],
    ruleExpression: rule,
    ...(raw.applies === undefined ? {} : { applies: raw.applies }),
    ...(applies === undefined ? {} : { appliesExpression: applies }),
  };
  return [entry];
}

/** An advisory is text only; an attestation is judged once per deployment and reads its own value. */
function checkForm(reading: Reading): void {
  const { form, judge, cases } = reading.file;
  const kinds = subjectKinds.filter((kind) => judge[kind] !== undefined);
  if (form === 'advisory') {
    if (kinds.length > 0) report(reading, ['judge'], 'an advisory is never judged');
    if (cases.length > 0) report(reading, ['cases'], 'an advisory has no cases');
    return;
  }
  if (kinds.length === 0) report(reading, ['judge'], `a ${form} needs a judge entry`);
  if (form === 'attestation' && (kinds.length !== 1 || kinds[0] !== 'deployment')) {
    report(reading, ['judge'], 'an attestation is judged at level deployment only');
  }
}

function reportUnusedParameters(
  reading: Reading,
  judge: readonly CheckedEntry[],
  severityIf: readonly SeverityRule[],
): void {
  if (reading.problems.length > 0) return;
  const expressions = [
    ...judge.flatMap((e) => [e.ruleExpression, e.appliesExpression]),
    ...severityIf.map((s) => s.when),
  ];
  for (const name of Object.keys(reading.definitions)) {
    if (expressions.some((e) => e?.parameters.has(name))) continue;
    report(reading, ['parameters', name], `parameter ${name} is never read`);
  }
}

function readCase(reading: Reading, raw: CaseFile, index: number): PolicyCase {
  const path = ['cases', index];
  const parameters: Record<string, ParameterValue> = {};
  const facts: PolicyCase['facts'] = {};
  for (const [name, value] of Object.entries(raw.parameters ?? {})) {
    const definition = reading.definitions[name];
    const read = definition === undefined ? { wrong: 'is no parameter' } : readParameter(definition, value);
    if ('wrong' in read) report(reading, [...path, 'parameters', name], `${name} ${read.wrong}`);
    else parameters[name] = read.value;
  }
  if (reading.file.judge[raw.judge] === undefined)
    report(reading, [...path, 'judge'], `there is no ${raw.judge} entry`);
  for (const [name, value] of Object.entries(raw.facts))
    readFact(reading, [...path, 'facts', name], name, value, facts);
  return {
    name: raw.name,
    judge: raw.judge,
    parameters,
    facts,
    expect: raw.expect,
    line: lineOf(reading.source, path),
    ...(raw.severity === undefined ? {} : { severity: raw.severity }),
  };
}

function readFact(
  reading: Reading,
  path: Path,
  name: string,
  raw: unknown,
  into: Partial<Record<FactName, PolicyCase['facts'][FactName]>>,
): void {
  if (!isFactName(name)) {
    report(reading, path, unknownFact(name));
    return;
  }
  const read = readCaseFact(name, raw);
  if ('wrong' in read) report(reading, path, `${name} ${read.wrong}`);
  else into[name] = read.value;
}

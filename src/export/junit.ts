import type { NativeFinding, Report, TargetReport } from '../findings/types.ts';
import type { ExportContext } from './context.ts';
import { detailLines, subjectPath } from './parts.ts';

/**
 * JUnit XML, one suite a target. A violation is a failure; an unknown is an error, not a skipped test: nobody shall read
 * it as "fine". A target that was not scanned completely has a failed test of its own.
 */
export function* junitReport(report: Report, context: ExportContext): Generator<string> {
  const findings = Map.groupBy(report.findings, (finding) => finding.target);
  const suites = report.targets.map((target) => ({ target, cases: findings.get(target.id) ?? [] }));
  yield '<?xml version="1.0" encoding="UTF-8"?>\n';
  const whole = { name: 'roomwarden', ...countsOf(suites.flatMap(testsOf)) };
  yield `<testsuites${attributes(whole)}>\n`;
  for (const suite of suites) {
    const { target } = suite;
    const head = {
      name: target.id,
      ...countsOf(testsOf(suite)),
      timestamp: target.started_at ?? report.generated_at,
    };
    yield `  <testsuite${attributes(head)}>\n`;
    yield scanCase(target, context);
    for (const finding of suite.cases) yield testCase(finding, context);
    yield '  </testsuite>\n';
  }
  yield '</testsuites>\n';
}

type Outcome = 'passed' | 'failures' | 'errors' | 'skipped';

function testsOf({ target, cases }: { target: TargetReport; cases: readonly NativeFinding[] }): Outcome[] {
  return [target.error === undefined ? 'passed' : 'errors', ...cases.map(outcomeOf)];
}

function countsOf(outcomes: readonly Outcome[]): Record<string, string> {
  const count = (wanted: Outcome): string => String(outcomes.filter((outcome) => outcome === wanted).length);
  return {
    tests: String(outcomes.length),
    failures: count('failures'),
    errors: count('errors'),
    skipped: count('skipped'),
  };
}

function outcomeOf({ verdict, status }: NativeFinding): Outcome {
  if (verdict === 'pass') return 'passed';
  if (verdict === 'not_applicable' || status === 'waived') return 'skipped';
  return verdict === 'unknown' ? 'errors' : 'failures';
}

function scanCase({ id, error }: TargetReport, { language }: ExportContext): string {
  const head = attributes({ classname: id, name: 'scan' });
  if (error === undefined) return `    <testcase${head}/>\n`;
  const told = attributes({ message: error.message[language], type: error.code });
  return `    <testcase${head}>\n      <error${told}/>\n    </testcase>\n`;
}

function testCase(finding: NativeFinding, context: ExportContext): string {
  const { language } = context;
  const { subject } = finding;
  const name = [finding.title[language], subject.name ?? ''].filter((text) => text !== '').join(': ');
  const head = attributes({
    classname: `${finding.target}.${finding.policy}`,
    name,
    file: subjectPath(finding),
  });
  const inside = resultOf(finding, context);
  if (inside === '') return `    <testcase${head}/>\n`;
  return `    <testcase${head}>\n      ${inside}\n    </testcase>\n`;
}

function resultOf(finding: NativeFinding, { language }: ExportContext): string {
  const message = finding.message[language];
  const outcome = outcomeOf(finding);
  if (outcome === 'passed') return '';
  if (outcome === 'skipped') {
    const reason = finding.waiver === undefined ? message : `${finding.waiver.until}: ${message}`;
    return `<skipped${attributes({ message: reason })}/>`;
  }
  const element = outcome === 'errors' ? 'error' : 'failure';
  const lines = [
    ...detailLines(finding),
    finding.clauses.join(', '),
    finding.remediation[language],
    `uid ${finding.uid}`,
  ].filter((line) => line !== '');
  return `<${element}${attributes({ message, type: finding.severity })}>${content(lines.join('\n'))}</${element}>`;
}

function attributes(values: Readonly<Record<string, string>>): string {
  return Object.entries(values)
    .map(([name, value]) => ` ${name}="${attributeValue(value)}"`)
    .join('');
}

/** Line ends and tabs would be made blanks by the reader: they go as references. */
function attributeValue(text: string): string {
  return content(text).replaceAll('"', '&quot;').replaceAll('\t', '&#9;').replaceAll('\n', '&#10;');
}

function content(text: string): string {
  return allowed(text)
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('\r', '&#13;');
}

/** XML 1.0 has no way at all to write the other characters. */
function allowed(text: string): string {
  return text
    .toWellFormed()
    .replace(/(?![\t\n\r])[\p{Cc}\uFFFE\uFFFF]/gu, (character) =>
      character >= '\u007f' && character <= '\u009f' ? character : '\uFFFD',
    );
}

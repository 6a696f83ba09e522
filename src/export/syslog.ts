import type { NativeFinding } from '../findings/types.ts';
import type { Severity } from '../policy/types.ts';
import type { ExportContext } from './context.ts';
import type { ExportEvent } from './event.ts';
import { shortened, subjectPath } from './parts.ts';
import { sentenceOf } from './words.ts';

const appName = 'roomwarden';
/** Log audit. */
const facility = 13;
const severityNumbers: Readonly<Record<Severity, number>> = {
  info: 6,
  low: 6,
  medium: 5,
  high: 4,
  critical: 2,
};
const longestParameter = 1_024;
const longestText = 2_048;
const lastSequenceId = 2_147_483_647;

/** RFC 5424 without framing; one line, so that it also survives transports that split at line ends. */
export function toSyslog5424(event: ExportEvent, context: ExportContext): string {
  const { at, finding } = event;
  const priority = facility * 8 + (finding === undefined ? 6 : severityNumbers[finding.severity]);
  const host = context.host.replace(/[^!-~]/g, '').slice(0, 255);
  const header = `<${priority}>1 ${at} ${host === '' ? '-' : host} ${appName} - ${event.event.slice(0, 32)}`;
  const text = shortened(sentenceOf(event, context.language), longestText);
  return `${header} ${structuredData(event, context)} ${calm(text)}`;
}

function structuredData(event: ExportEvent, context: ExportContext): string {
  const { seq } = event;
  return [
    element(`${appName}@${context.enterprise}`, [
      ['eventId', event.id],
      ['cause', event.cause ?? ''],
      ...(event.finding === undefined ? ofNumbers(event) : ofFinding(event.finding)),
    ]),
    element('origin', [
      ['software', appName],
      ['swVersion', context.version],
    ]),
    // 1 to 2147483647, then again from 1 (RFC 5424, 7.3.1); the whole number is part of eventId.
    ...(seq === null ? [] : [element('meta', [['sequenceId', String(((seq - 1) % lastSequenceId) + 1)]])]),
  ].join('');
}

type Parameter = readonly [name: string, value: string];

function ofFinding(finding: NativeFinding): Parameter[] {
  const { subject } = finding;
  return [
    ['findingUid', finding.uid],
    ['policy', finding.policy],
    ['policyVersion', String(finding.policy_version)],
    ['severity', finding.severity],
    ['verdict', finding.verdict],
    ['status', finding.status ?? ''],
    ['target', finding.target],
    ['vendor', finding.vendor],
    ['subjectKind', subject.kind],
    ['subject', subjectPath(finding)],
    ['subjectName', subject.name ?? ''],
    ['affected', finding.affected === undefined ? '' : String(finding.affected)],
    ['clauses', finding.clauses.join(',')],
    ['waivedUntil', finding.waiver?.until ?? ''],
  ];
}

function ofNumbers({ target, counts }: ExportEvent): Parameter[] {
  const numbers = Object.entries(counts ?? {}).filter(([, value]) => typeof value === 'number');
  return [
    ['target', target ?? ''],
    ...numbers.map(([name, value]): Parameter => [`count_${name}`, String(value)]),
  ];
}

function element(id: string, parameters: readonly Parameter[]): string {
  const shown = parameters
    .filter(([, value]) => value !== '')
    .map(
      ([name, value]) => ` ${name.replace(/[^!#-<>-\\^-~]/g, '').slice(0, 32)}="${parameterValue(value)}"`,
    );
  return `[${id}${shown.join('')}]`;
}

function parameterValue(value: string): string {
  return calm(shortened(value, longestParameter)).replace(/["\\\]]/g, '\\$&');
}

/** There is no escape for control characters: line breaks become blanks, the others U+FFFD. */
function calm(text: string): string {
  return text
    .toWellFormed()
    .replace(/[\r\n\t\u2028\u2029]+/g, ' ')
    .replace(/\p{Cc}/gu, '\uFFFD');
}

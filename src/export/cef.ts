import type { NativeFinding } from '../findings/types.ts';
import type { Severity } from '../policy/types.ts';
import type { ExportContext } from './context.ts';
import type { ExportEvent } from './event.ts';
import { createdAt, describeReason, plain, productName, shortened, subjectPath } from './parts.ts';
import { sentenceOf } from './words.ts';

const severityNumbers: Readonly<Record<Severity, number>> = {
  info: 1,
  low: 3,
  medium: 5,
  high: 8,
  critical: 10,
};

/** Longest value that receivers keep of a key; of `msg` and of the custom texts. */
const longest = { text: 1023, custom: 4000 };

/** One line of ArcSight's Common Event Format, version 0, without line end. */
export function toCef(event: ExportEvent, context: ExportContext): string {
  const { finding } = event;
  const header = [
    'CEF:0',
    ...[
      productName,
      productName,
      context.version,
      finding?.policy ?? event.event,
      finding?.title[context.language] ?? sentenceOf(event, context.language),
      String(finding === undefined ? 0 : severityNumbers[finding.severity]),
    ].map(headerField),
  ].join('|');
  const pairs = extensionOf(event, context)
    .filter(([, value]) => value !== '')
    .map(([key, value]) => `${key}=${extensionValue(value)}`);
  return `${header}|${pairs.join(' ')}`;
}

type Pair = readonly [key: string, value: string];

function extensionOf(event: ExportEvent, context: ExportContext): Pair[] {
  const { id, seq, at, cause, target, finding, counts } = event;
  const host = target === null ? null : context.hostOf(target);
  return [
    ['rt', String(Date.parse(at))],
    ['start', String(Date.parse(createdAt(event)))],
    ['externalId', id],
    ['act', event.event],
    ['reason', cause ?? ''],
    ['cat', 'configuration/compliance'],
    ['dvchost', context.host],
    ['dhost', host ?? ''],
    ...(seq === null ? [] : labelled('cn1', 'sequence', String(seq))),
    ...(finding === undefined
      ? [...labelled('cs2', 'subject', target ?? ''), ...labelled('cs6', 'counts', countsText(counts ?? {}))]
      : ofFinding(event, finding)),
    ['msg', shortened(sentenceOf(event, context.language), longest.text)],
  ];
}

function ofFinding({ event }: ExportEvent, finding: NativeFinding): Pair[] {
  const details = [
    ...Object.entries(finding.facts).map(([name, value]) => `${name}=${plain(value)}`),
    ...finding.reasons.map(describeReason),
  ].join('; ');
  return [
    ['outcome', outcomeOf(event, finding)],
    ['cnt', finding.affected === undefined ? '' : String(finding.affected)],
    ...labelled('cs1', 'findingUid', finding.uid),
    ...labelled('cs2', 'subject', subjectPath(finding)),
    ...labelled('cs3', 'subjectName', finding.subject.name ?? ''),
    ...labelled('cs4', 'verdict', finding.verdict),
    ...labelled('cs5', 'clauses', finding.clauses.join(',')),
    ...labelled('cs6', 'facts', details),
    ...labelled('flexString1', 'status', finding.status ?? ''),
    ...labelled('flexString2', 'vendor', finding.vendor),
  ];
}

function outcomeOf(event: ExportEvent['event'], { verdict }: NativeFinding): string {
  if (event === 'resolved' && verdict === 'violation') return 'success';
  if (event === 'resolved' || event === 'closed' || event === 'unknown') return 'unknown';
  return verdict === 'violation' ? 'failure' : verdict === 'pass' ? 'success' : 'unknown';
}

function labelled(key: string, label: string, value: string): Pair[] {
  if (value === '') return [];
  return [
    [`${key}Label`, label],
    [key, shortened(value, longest.custom)],
  ];
}

const countsText = (counts: Readonly<Record<string, unknown>>): string =>
  Object.entries(counts)
    .map(([name, value]) => `${name}=${plain(value)}`)
    .join('; ');

/** A header has no escape for line breaks: they become blanks. */
function headerField(text: string): string {
  return calm(text.replace(/[\r\n]+/g, ' ')).replace(/[\\|]/g, '\\$&');
}

function extensionValue(text: string): string {
  return calm(text).replace(/[\\=]/g, '\\$&').replaceAll('\r', '\\r').replaceAll('\n', '\\n');
}

/** Other control characters would break the line or the terminal of whoever reads it. */
const calm = (text: string): string =>
  text.toWellFormed().replace(/(?![\t\r\n])[\p{Cc}\p{Zl}\p{Zp}]/gu, '\uFFFD');

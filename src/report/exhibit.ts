import { isFactName } from '../../adapters/contract/vocabulary.ts';
import { describeFill, reasonTexts } from '../findings/reasonTexts.ts';
import type { EvidenceLine, NativeFinding } from '../findings/types.ts';
import { foreign } from './format.ts';
import type { Column, Exhibit, Mark, Row, Station } from './types.ts';
import type { Word } from './words.ts';
import type { Writer } from './writer.ts';

export function markOf({ verdict, severity, status, stale }: NativeFinding): Mark {
  if (status === 'waived') return 'waived';
  if (verdict === 'unknown') return stale === true ? 'stale' : 'unknown';
  if (verdict !== 'violation') return verdict;
  return severity === 'critical' || severity === 'high' ? 'violation' : 'violation_minor';
}

export function exhibitColumns(writer: Writer): Column[] {
  return [
    writer.column('fact', 'fact', 'start', { head: true }),
    writer.column('value', 'value'),
    writer.column('source', 'source'),
    writer.column('provenance', 'provenance'),
    writer.column('read_at', 'read_at'),
  ];
}

/** One finding in full. */
export function exhibitOf(writer: Writer, finding: NativeFinding): Exhibit {
  const mark = markOf(finding);
  const chain = finding.evidence.find((line) => line.chain !== undefined && line.chain.length > 1)?.chain;
  const fixing = finding.verdict === 'violation';
  return {
    uid: finding.uid,
    mark,
    severity: writer.severity(finding.severity),
    title: writer.of(finding.title),
    subject: writer.subject(finding),
    verdict: writer.mark(mark).text,
    message: foreign(writer.of(finding.message), writer.language),
    facts: finding.evidence.map((line) => factRow(writer, line)),
    chain: (chain ?? []).map(
      ({ layer, path, value, decides }): Station => ({
        layer: writer.say(`layer_${layer}` satisfies Word),
        path: foreign(path, writer.language),
        value: writer.value(value),
        decides,
      }),
    ),
    remediation: fixing && finding.remediation.de !== '' ? writer.of(finding.remediation) : null,
    notes: waiverNotes(writer, finding),
  };
}

function waiverNotes(writer: Writer, { waiver }: NativeFinding): string[] {
  if (waiver === undefined) return [];
  const until = writer.format.day(waiver.until);
  return [
    `${writer.say('col_waived')}, ${writer.say('until').toLowerCase()} ${until}: ${foreign(waiver.reason, writer.language)}`,
  ];
}

function factRow(writer: Writer, line: EvidenceLine): Row {
  const kind = [
    line.provenance === undefined ? null : writer.say(`prov_${line.provenance}` satisfies Word),
    line.force === undefined || line.force === 'enforced'
      ? null
      : writer.say(`force_${line.force}` satisfies Word),
  ].filter((word) => word !== null);
  const place = [line.source ?? null, line.path === undefined ? null : foreign(line.path, writer.language)];
  return {
    fact: [writer.meaning(line.fact), { code: line.fact }],
    value: valueText(writer, line),
    source: place.flatMap((part) => (part === null || part === '' ? [] : [{ code: part }])),
    provenance: kind.join(', '),
    read_at: line.observed_at === undefined ? '–' : writer.time(line.observed_at),
  };
}

export function valueText(writer: Writer, line: EvidenceLine): string {
  if (line.unavailable === undefined) return writer.factValue(line.fact, line.value);
  const { code, fill } = line.unavailable;
  const why = writer.say('not_seen_value', { reason: reasonTexts[code][writer.language] });
  return fill === undefined ? why : `${why}; ${describeFill(fill)[writer.language]}`;
}

const preconditions: ReadonlySet<string> = new Set(['room_kind', 'room_conference_possible']);

/** What decided, in one line of a table: each fact once, a hole before the value that was not enough. */
export function decidingFacts(writer: Writer, finding: NativeFinding): string {
  const lines = new Map<string, EvidenceLine>();
  for (const line of finding.evidence) {
    if (isFactName(line.fact) && !preconditions.has(line.fact) && !line.fact.endsWith('_supported')) {
      lines.set(line.fact, line);
    }
  }
  return [...lines.values()]
    .slice(0, 3)
    .map((line) => `${shortMeaning(writer, line.fact)}: ${valueText(writer, line)}`)
    .join('; ');
}

/** Without what explains it further. */
const shortMeaning = (writer: Writer, fact: string): string =>
  writer.meaning(fact).split(/[;:(]/)[0]?.trim() ?? fact;

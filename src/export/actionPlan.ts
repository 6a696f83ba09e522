import type { NativeFinding } from '../findings/types.ts';
import type { Bilingual, Severity } from '../policy/types.ts';
import { type Language, text } from '../texts/index.ts';
import { csvRow } from './csv.ts';

/** For the translator: heads of the columns; the last ones are filled in by hand. */
const heads = {
  number: { de: 'Nr.', en: 'No.' },
  severity: { de: 'Schwere', en: 'Severity' },
  verdict: { de: 'Ergebnis', en: 'Result' },
  target: { de: 'System', en: 'System' },
  subject: { de: 'Gegenstand', en: 'Subject' },
  name: { de: 'Name', en: 'Name' },
  policy: { de: 'Anforderung', en: 'Requirement' },
  clauses: { de: 'Fundstellen', en: 'Clauses' },
  message: { de: 'Feststellung', en: 'Finding' },
  remediation: { de: 'Empfehlung', en: 'Recommendation' },
  since: { de: 'Offen seit', en: 'Open since' },
  waived: { de: 'Ausnahme bis', en: 'Waived until' },
  uid: { de: 'Kennung', en: 'Identifier' },
  measure: { de: 'Maßnahme oder Begründung', en: 'Measure or reason' },
  responsible: { de: 'Zuständig', en: 'Responsible' },
  due: { de: 'Termin', en: 'Due date' },
  done: { de: 'Erledigt am', en: 'Done on' },
} as const satisfies Record<string, Bilingual>;

/**
 * The findings as a list to work off in a spreadsheet: what is to be done, by whom and until when stands empty. A mark at
 * the beginning tells the encoding, and the separator is the one that a spreadsheet of that language expects.
 */
export function* actionPlan(findings: Iterable<NativeFinding>, language: Language): Generator<string> {
  const separator = language === 'de' ? ';' : ',';
  const titles = Object.values(heads).map((head) => head[language]);
  yield `\uFEFF${csvRow(titles, separator)}`;
  let number = 0;
  for (const finding of findings) {
    number += 1;
    yield csvRow(cells(finding, number, language), separator);
  }
}

function cells(finding: NativeFinding, number: number, language: Language): (string | number)[] {
  const { subject, affected, waiver } = finding;
  const kind = text(language, `kind.${subject.kind}`);
  const row: Record<keyof typeof heads, string | number> = {
    number,
    severity: text(language, `severity.${finding.severity satisfies Severity}`),
    verdict: text(language, `verdict.${finding.verdict}`),
    target: finding.target,
    subject: affected === undefined ? kind : `${kind} (${affected})`,
    name: subject.name ?? (subject.kind === 'deployment' ? '' : (subject.id ?? subject.ref ?? '')),
    policy: finding.title[language],
    clauses: finding.clauses.join(', '),
    message: finding.message[language],
    remediation: finding.remediation[language],
    since: finding.opened_at?.slice(0, 10) ?? '',
    waived: waiver?.until.slice(0, 10) ?? '',
    uid: finding.uid,
    measure: '',
    responsible: '',
    due: '',
    done: '',
  };
  return Object.keys(heads).map((name) => row[name as keyof typeof heads]);
}

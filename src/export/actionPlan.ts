import { settingKey } from '../findings/groups.ts';
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
  for (const task of tasksOf(findings)) {
    number += 1;
    yield csvRow(cells(task, number, language), separator);
  }
}

/** Rooms that one setting above them lets down are one task; what is waived is a task of its own. */
function tasksOf(findings: Iterable<NativeFinding>): NativeFinding[][] {
  const tasks: NativeFinding[][] = [];
  const shared = new Map<string, NativeFinding[]>();
  for (const finding of findings) {
    const key = finding.status === 'waived' ? null : settingKey(finding);
    const task = key === null ? undefined : shared.get(key);
    if (task !== undefined) {
      task.push(finding);
      continue;
    }
    const fresh = [finding];
    tasks.push(fresh);
    if (key !== null) shared.set(key, fresh);
  }
  return tasks;
}

/** @param task one finding, or several of one cause, the most severe first */
function cells(task: readonly NativeFinding[], number: number, language: Language): (string | number)[] {
  const [finding] = task as [NativeFinding];
  const { subject, waiver } = finding;
  const kind = text(language, `kind.${subject.kind}`);
  const count = task.length > 1 ? task.length : finding.affected;
  const row: Record<keyof typeof heads, string | number> = {
    number,
    severity: text(language, `severity.${finding.severity satisfies Severity}`),
    verdict: text(language, `verdict.${finding.verdict}`),
    target: finding.target,
    subject: count === undefined ? kind : `${kind} (${count})`,
    name: namesOf(task),
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

const mostNames = 20;

function namesOf(task: readonly NativeFinding[]): string {
  const names = task
    .slice(0, mostNames)
    .map(
      ({ subject }) =>
        subject.name ?? (subject.kind === 'deployment' ? '' : (subject.id ?? subject.ref ?? '')),
    );
  const rest = task.length - names.length;
  return rest === 0 ? names.join('; ') : `${names.join('; ')} (+${rest})`;
}

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
  yield headRow(language);
  let number = 0;
  for (const task of tasksOf(findings)) {
    number += 1;
    yield csvRow(cells(task, number, language), separator);
  }
}

/** The same for any number of findings; they are read twice and none is kept. */
export async function* actionPlanOf(
  read: () => AsyncIterable<NativeFinding>,
  language: Language,
): AsyncGenerator<string> {
  const tasks = new Map<string, Task>();
  for await (const finding of read()) {
    const key = taskKey(finding);
    if (key === null) continue;
    const task = tasks.get(key);
    if (task === undefined) tasks.set(key, taskOf(finding));
    else addTo(task, finding);
  }
  const separator = language === 'de' ? ';' : ',';
  yield headRow(language);
  const written = new Set<string>();
  let number = 0;
  for await (const finding of read()) {
    const key = taskKey(finding);
    if (key !== null && written.has(key)) continue;
    if (key !== null) written.add(key);
    number += 1;
    const task = (key === null ? undefined : tasks.get(key)) ?? taskOf(finding);
    yield csvRow(cells(task, number, language), separator);
  }
}

const headRow = (language: Language): string =>
  `\uFEFF${csvRow(
    Object.values(heads).map((head) => head[language]),
    language === 'de' ? ';' : ',',
  )}`;

/** One finding, or several of one cause, the most severe first. */
interface Task {
  first: NativeFinding;
  count: number;
  /** Of the first few. */
  names: string[];
}

/** Rooms that one setting above them lets down are one task; what is waived is a task of its own. */
const taskKey = (finding: NativeFinding): string | null =>
  finding.status === 'waived' ? null : settingKey(finding);

const taskOf = (first: NativeFinding): Task => ({ first, count: 1, names: [nameOf(first)] });

function addTo(task: Task, finding: NativeFinding): void {
  task.count += 1;
  if (task.names.length < mostNames) task.names.push(nameOf(finding));
}

function tasksOf(findings: Iterable<NativeFinding>): Task[] {
  const tasks: Task[] = [];
  const shared = new Map<string, Task>();
  for (const finding of findings) {
    const key = taskKey(finding);
    const known = key === null ? undefined : shared.get(key);
    if (known !== undefined) {
      addTo(known, finding);
      continue;
    }
    const task = taskOf(finding);
    tasks.push(task);
    if (key !== null) shared.set(key, task);
  }
  return tasks;
}

function cells(task: Task, number: number, language: Language): (string | number)[] {
  const { first: finding } = task;
  const { subject, waiver } = finding;
  const kind = text(language, `kind.${subject.kind}`);
  const count = task.count > 1 ? task.count : finding.affected;
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

const nameOf = ({ subject }: NativeFinding): string =>
  subject.name ?? (subject.kind === 'deployment' ? '' : (subject.id ?? subject.ref ?? ''));

function namesOf({ names, count }: Task): string {
  const rest = count - names.length;
  return rest === 0 ? names.join('; ') : `${names.join('; ')} (+${rest})`;
}

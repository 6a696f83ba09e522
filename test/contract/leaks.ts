import type { Scan } from './scan.ts';

/** What was planted in the simulator's data or given as a secret, and must not come out again. */
export interface Planted {
  secrets: readonly string[];
  persons: readonly string[];
  messages: readonly string[];
}

const known = new Map<string, readonly string[]>();

/** Spellings in which a text may come back, once and once more packed into JSON. */
export function spellings(text: string): readonly string[] {
  const before = known.get(text);
  if (before !== undefined) return before;
  const forms = simpleSpellings(text).flatMap((form) => [form, JSON.stringify(form).slice(1, -1)]);
  const unique = [...new Set(forms)];
  known.set(text, unique);
  return unique;
}

function simpleSpellings(text: string): string[] {
  const json = JSON.stringify(text).slice(1, -1);
  const xml = text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
  const base64 = text.length >= 6 ? [Buffer.from(text).toString('base64').replace(/=+$/, '')] : [];
  return [text, json, xml, encodeURIComponent(text.toWellFormed()), ...base64];
}

export function leakProblems(scan: Scan, planted: Planted): string[] {
  const places: [string, string][] = [
    ['items', JSON.stringify(scan.items)],
    ['checks', JSON.stringify(scan.checks)],
    ['log', scan.log.join('\n')],
    ['errors', scan.errors.join('\n')],
  ];
  const problems: string[] = [];
  const { secrets, persons, messages } = planted;
  for (const [kind, texts] of Object.entries({ secrets, persons, messages })) {
    for (const text of texts) {
      if (text.length < 4) problems.push(`${kind}: ${JSON.stringify(text)} is too short to be looked for`);
      for (const [place, content] of places) {
        if (spellings(text).some((form) => content.includes(form))) {
          problems.push(`${place} hold ${kind} ${JSON.stringify(text)}`);
        }
      }
    }
  }
  return [...problems, ...roomIdProblems(scan)];
}

/**
 * A room's id is often its join address: it stands in the subject and nowhere else. Short ids and ids that are
 * common words cannot be told from text and are left out.
 */
function roomIdProblems(scan: Scan): string[] {
  const problems: string[] = [];
  const log = scan.log.join('\n');
  for (const subject of scan.subjects.values()) {
    if (subject.kind !== 'room' || !/^(?=.*\d|.{12})/.test(subject.id) || subject.id.length < 5) continue;
    const evidence = JSON.stringify(Object.values(subject.facts).map((fact) => fact?.evidence));
    for (const form of spellings(subject.id)) {
      if (log.includes(form)) problems.push(`the log holds the id of room ${subject.id}`);
      if (evidence.includes(`/${form}`)) problems.push(`evidence holds the address of room ${subject.id}`);
    }
  }
  return [...new Set(problems)];
}

/** A planted text that is never sent proves nothing. */
export function vacuousProblems(planted: Planted, sent: string): string[] {
  return [...planted.persons, ...planted.messages]
    .filter((text) => !spellings(text).some((form) => sent.includes(form)))
    .map((text) => `planted ${JSON.stringify(text)} is in no answer of the simulator`);
}

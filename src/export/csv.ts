import type { FlatFinding } from './flat.ts';

const columns = [
  'timestamp',
  'severity',
  'verdict',
  'status',
  'target',
  'vendor',
  'policy',
  'policy_version',
  'subject_kind',
  'subject',
  'subject_name',
  'affected',
  'title_de',
  'message_de',
  'remediation_de',
  'title_en',
  'message_en',
  'remediation_en',
  'clauses',
  'facts',
  'reasons',
  'sources',
  'confidence',
  'opened_at',
  'changed_at',
  'last_seen_at',
  'resolved_at',
  'waived_until',
  'finding_uid',
] as const satisfies readonly (keyof FlatFinding)[];

/** RFC 4180, with line end. */
export const csvHeader = `${columns.join(',')}\r\n`;

export function csvLine(finding: FlatFinding): string {
  return csvRow(columns.map((column) => finding[column]));
}

type Cell = FlatFinding[keyof FlatFinding];

/** One row with line end. Numbers are written as they are. */
export function csvRow(cells: readonly Cell[], separator: ',' | ';' = ','): string {
  return `${cells.map((value) => cell(value, separator)).join(separator)}\r\n`;
}

/**
 * What begins with `=`, `@`, tab, a line break, or a sign before something else would be run as a formula: room names are
 * foreign text. Blanks and unseen characters before it do not save a spreadsheet that trims, nor does a place inside a cell
 * where the reader splits at the other separator.
 */
function cell(value: Cell, separator: ',' | ';'): string {
  if (typeof value === 'number') return String(value);
  const text = asText(value);
  const formula = /^[\s\p{Cf}]*(?:[=@＝＠]|[+\-＋－].)|^[\t\r\n]/su.test(text);
  const split = separator === ',' ? /([;\t]\s*)(?=[=@]|[+-].)/gs : /([,\t]\s*)(?=[=@]|[+-].)/gs;
  const harmless = (formula ? `'${text}` : text).replace(split, "$1'");
  return /["\r\n]/.test(harmless) || harmless.includes(separator)
    ? `"${harmless.replaceAll('"', '""')}"`
    : harmless;
}

function asText(value: Cell): string {
  if (Array.isArray(value)) return value.join('; ');
  if (typeof value !== 'object') return String(value).toWellFormed();
  return Object.entries(value)
    .map(([name, fact]) => `${name}=${fact}`)
    .join('; ');
}

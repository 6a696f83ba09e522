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
  return `${columns.map((column) => cell(finding[column])).join(',')}\r\n`;
}

/** What begins with `=`, `@`, tab, a line break, or a sign before something else would be run as a formula: room names are foreign text. */
function cell(value: FlatFinding[keyof FlatFinding]): string {
  const text = asText(value);
  const harmless = typeof value !== 'number' && /^(?:[=@\t\r\n]|[+-].)/s.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless;
}

function asText(value: FlatFinding[keyof FlatFinding]): string {
  if (Array.isArray(value)) return value.join('; ');
  if (typeof value !== 'object') return String(value);
  return Object.entries(value)
    .map(([name, fact]) => `${name}=${fact}`)
    .join('; ');
}

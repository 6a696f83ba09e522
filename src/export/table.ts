import type { NativeFinding, Report, TargetReport } from '../findings/types.ts';
import { type Language, text } from '../texts/index.ts';

/** Rows as columns of equal width; foreign text is made harmless for a terminal. */
export function columns(rows: readonly (readonly string[])[], widest = 60): string {
  const cells = rows.map((row) => row.map((cell) => shorten(harmless(cell), widest)));
  const widths: number[] = [];
  for (const row of cells) {
    for (const [index, cell] of row.entries()) widths[index] = Math.max(widths[index] ?? 0, length(cell));
  }
  const line = (row: readonly string[]): string =>
    row
      .map((cell, index) => cell + ' '.repeat((widths[index] ?? 0) - length(cell)))
      .join('  ')
      .trimEnd();
  return cells.map((row) => `${line(row)}\n`).join('');
}

/** The whole report for a person at a terminal. */
export function* reportTable(report: Report, language: Language): Generator<string> {
  for (const target of report.targets) yield `${targetLines(target, language).join('\n')}\n\n`;
  if (report.groups.length > 0) {
    for (const group of report.groups) {
      yield `${text(language, 'cause.shared', { count: group.count })}: ${harmless(group.title[language])} `;
      yield `(${group.target}, ${group.layer} ${harmless(group.path)})\n`;
    }
    yield '\n';
  }
  if (report.findings.length > 0) {
    yield columns([heading(language), ...report.findings.map((finding) => findingRow(finding, language))]);
    yield '\n';
  }
  yield `${summaryLine(report, language)}\n`;
}

/** The worst unwaived violations, one line each. */
export function worstTable(findings: readonly NativeFinding[], count: number, language: Language): string {
  const worst = findings.filter((finding) => finding.verdict === 'violation' && finding.status !== 'waived');
  const rows = worst.slice(0, count).map((finding) => findingRow(finding, language));
  const rest = worst.length - rows.length;
  const more = rest > 0 ? `${text(language, 'table.more', { count: rest })}\n` : '';
  return columns([heading(language), ...rows]) + more;
}

function heading(language: Language): string[] {
  return (['severity', 'verdict', 'target', 'subject', 'title', 'policy'] as const).map((name) =>
    text(language, `table.${name}`),
  );
}

function findingRow(finding: NativeFinding, language: Language): string[] {
  const status = finding.status === 'waived' ? ` (${text(language, 'status.waived')})` : '';
  return [
    text(language, `severity.${finding.severity}`),
    text(language, `verdict.${finding.verdict}`) + status,
    finding.target,
    subjectText(finding, language),
    finding.title[language],
    finding.policy,
  ];
}

function subjectText(finding: NativeFinding, language: Language): string {
  const { kind, name, id, ref } = finding.subject;
  if (finding.affected !== undefined) return `${finding.affected} × ${text(language, `kinds.${kind}`)}`;
  if (kind === 'deployment') return text(language, 'kind.deployment');
  return name ?? id ?? ref ?? text(language, `kind.${kind}`);
}

function targetLines(target: TargetReport, language: Language): string[] {
  const { rooms, score, counts } = target;
  const percent = (share: number): string => String(Math.round(share * 100));
  const lines = [
    `${target.id} (${target.vendor}): ${text(language, `state.${target.state}`)}`,
    `  ${text(language, `population.${rooms.population}`, { count: rooms.seen })}; ${text(language, 'summary.verdicts', counts)}`,
  ];
  if (score.low !== null && score.high !== null) {
    const { low, high, seen } = {
      low: percent(score.low),
      high: percent(score.high),
      seen: percent(score.seen),
    };
    lines.push(
      `  ${text(language, 'table.score')}: ${text(language, 'score.interval', { low, high, seen })}`,
    );
  }
  if (target.error !== undefined)
    lines.push(`  ${target.error.code}: ${harmless(target.error.message[language])}`);
  return lines;
}

function summaryLine(report: Report, language: Language): string {
  const { summary } = report;
  const parts = [
    text(language, 'summary.targets', { count: summary.targets }),
    text(language, 'summary.rooms', { count: summary.rooms }),
    text(language, 'summary.verdicts', summary.verdicts),
    text(language, 'summary.severities', summary.violations),
  ];
  if (summary.waived > 0) parts.push(text(language, 'summary.waived', { count: summary.waived }));
  return parts.join('; ');
}

/** Control characters, marks that turn the writing direction and characters that nobody sees could rewrite the terminal's line. */
const unseen =
  /[\p{Cc}\p{Zl}\p{Zp}\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff\u{e0000}-\u{e007f}]/gu;

function harmless(cell: string): string {
  return cell.replace(unseen, '\uFFFD');
}

const length = (cell: string): number => [...cell].length;

function shorten(cell: string, widest: number): string {
  const characters = [...cell];
  return characters.length <= widest ? cell : `${characters.slice(0, widest - 1).join('')}…`;
}

import type { Report } from '../findings/types.ts';
import type { Language } from '../texts/index.ts';
import { csvHeader, csvLine } from './csv.ts';
import { flatten } from './flat.ts';
import { reportTable } from './table.ts';

export const reportFormats = ['table', 'json', 'ndjson', 'csv', 'flat'] as const;
export type ReportFormat = (typeof reportFormats)[number];

/** The report as text, in pieces. `ndjson` and `flat` are one finding a line; the summary is in `json` and `table`. */
export function writeReport(format: ReportFormat, report: Report, language: Language): Iterable<string> {
  switch (format) {
    case 'table':
      return reportTable(report, language);
    case 'json':
      return [`${JSON.stringify(report, null, 2)}\n`];
    case 'ndjson':
      return mapped(report, (finding) => `${JSON.stringify(finding)}\n`);
    case 'flat':
      return mapped(report, (finding) => `${JSON.stringify(flatten(finding, report.generated_at))}\n`);
    case 'csv':
      return csv(report);
  }
}

function* mapped(report: Report, line: (finding: Report['findings'][number]) => string): Generator<string> {
  for (const finding of report.findings) yield line(finding);
}

function* csv(report: Report): Generator<string> {
  yield csvHeader;
  for (const finding of report.findings) yield csvLine(flatten(finding, report.generated_at));
}

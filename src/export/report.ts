import type { NativeFinding, Report } from '../findings/types.ts';
import { actionPlan } from './actionPlan.ts';
import { toCef } from './cef.ts';
import type { ExportContext } from './context.ts';
import { csvHeader, csvLine } from './csv.ts';
import { toEcs } from './ecs.ts';
import { type ExportEvent, stateEvent } from './event.ts';
import { flatten } from './flat.ts';
import { junitReport } from './junit.ts';
import { toOcsf } from './ocsf.ts';
import { oscalResults } from './oscalResults.ts';
import { sarifReport } from './sarif.ts';
import { toSyslog5424 } from './syslog.ts';
import { reportTable } from './table.ts';

export const reportFormats = [
  'table',
  'json',
  'ndjson',
  'csv',
  'action-plan',
  'flat',
  'ocsf',
  'ecs',
  'cef',
  'syslog',
  'sarif',
  'junit',
  'oscal',
] as const;
export type ReportFormat = (typeof reportFormats)[number];

/** The report as text, in pieces. Formats of events have one finding a line, without the summary. */
export function writeReport(format: ReportFormat, report: Report, context: ExportContext): Iterable<string> {
  const { generated_at: at } = report;
  const events = (line: (event: ExportEvent) => string): Iterable<string> =>
    mapped(report, (finding) => `${line(stateEvent(finding, at))}\n`);
  switch (format) {
    case 'table':
      return reportTable(report, context.language);
    case 'json':
      return [`${JSON.stringify(report, null, 2)}\n`];
    case 'ndjson':
      return mapped(report, (finding) => `${JSON.stringify(finding)}\n`);
    case 'flat':
      return mapped(report, (finding) => `${JSON.stringify(flatten(finding, at))}\n`);
    case 'csv':
      return csv(report);
    case 'action-plan':
      return actionPlan(report.findings, context.language);
    case 'ocsf':
      return events((event) => JSON.stringify(toOcsf(event, context)));
    case 'ecs':
      return events((event) => JSON.stringify(toEcs(event, context)));
    case 'cef':
      return events((event) => toCef(event, context));
    case 'syslog':
      return events((event) => toSyslog5424(event, context));
    case 'sarif':
      return sarifReport(report, context);
    case 'junit':
      return junitReport(report, context);
    case 'oscal':
      return [`${JSON.stringify(oscalResults(report, context), null, 2)}\n`];
  }
}

function* mapped(report: Report, line: (finding: NativeFinding) => string): Generator<string> {
  for (const finding of report.findings) yield line(finding);
}

function* csv(report: Report): Generator<string> {
  yield csvHeader;
  for (const finding of report.findings) yield csvLine(flatten(finding, report.generated_at));
}

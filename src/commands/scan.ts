import type { Command } from 'commander';
import packageFile from '../../package.json' with { type: 'json' };
import type { ConfiguredTarget } from '../config/types.ts';
import { RoomwardenError } from '../errors.ts';
import { type ExportContext, exportContext } from '../export/context.ts';
import { type ReportFormat, reportFormats, writeReport } from '../export/report.ts';
import type { Report } from '../findings/types.ts';
import { type Severity, severities, type Verdict, verdicts } from '../policy/types.ts';
import { collectRecords } from '../scan/collect.ts';
import { exitCode } from '../scan/exit.ts';
import { judgeRecords } from '../scan/judge.ts';
import type { ScanRecord } from '../scan/records.ts';
import { buildReport } from '../scan/report.ts';
import { text } from '../texts/index.ts';
import { inOrder } from './concurrent.ts';
import {
  adapterOf,
  chooseTargets,
  collectDeps,
  defaultConfiguration,
  type Environment,
  interruptible,
  openEnvironment,
  requireSecrets,
} from './environment.ts';
import { print, readFormat } from './output.ts';
import { recordTargets } from './record.ts';

export interface ReportOptions {
  format: string;
  verdicts: string;
  failOn: string;
  failOnUnknown?: boolean;
}

const { version } = packageFile;

/** Targets that are scanned at the same time; each keeps its own limits. */
const width = 4;

export function registerScan(program: Command): void {
  reportOptions(
    program
      .command('scan')
      .description('scan now and report; does not touch the ledger unless --record')
      .argument('[targets...]', 'ids of targets; all where none is named'),
  )
    .option('--config <file>', 'configuration', defaultConfiguration)
    .option('--record', 'also write the result into the ledger')
    .action(async (names: string[], options: ReportOptions & { config: string; record?: boolean }) => {
      const wanted = readReportOptions(options);
      const environment = await openEnvironment(options.config);
      const targets = chooseTargets(environment.config, names);
      const ids = targets.map((target) => target.id);
      await requireSecrets(environment, ids);
      const signal = interruptible();
      const records =
        options.record === true
          ? recordTargets(environment, targets, signal)
          : scanTargets(environment, targets, signal);
      const report = await reportOn(environment, records, wanted.verdicts);
      await printReport(report, wanted, exportContext(environment.config, { ...environment, version }));
    });
}

/** The flags that `scan` and `evaluate` share. */
export function reportOptions(command: Command): Command {
  return command
    .option('--format <format>', reportFormats.join(', '), 'table')
    .option('--verdicts <list>', `any of ${verdicts.join(', ')}, or all`, 'violation')
    .option('--fail-on <severity>', 'lowest severity that makes the exit code 1', 'low')
    .option('--fail-on-unknown', 'unknown verdicts make the exit code 1 too');
}

export interface Wanted {
  format: ReportFormat;
  verdicts: ReadonlySet<Verdict>;
  failOn: Severity;
  failOnUnknown: boolean;
}

/** @throws {RoomwardenError} RW1004, RW1015 before anything is asked */
export function readReportOptions(options: ReportOptions): Wanted {
  const { failOn } = options;
  const format = readFormat(options.format, reportFormats);
  const named = options.verdicts === 'all' ? [...verdicts] : options.verdicts.split(',');
  const strange = named.find((name) => !(verdicts as readonly string[]).includes(name));
  if (strange !== undefined) throw new RoomwardenError('RW1004', { detail: `--verdicts ${strange}` });
  if (!(severities as readonly string[]).includes(failOn)) {
    throw new RoomwardenError('RW1004', { detail: `--fail-on ${failOn}` });
  }
  return {
    format,
    verdicts: new Set(named as Verdict[]),
    failOn: failOn as Severity,
    failOnUnknown: options.failOnUnknown === true,
  };
}

export function scanTargets(
  environment: Environment,
  targets: readonly ConfiguredTarget[],
  signal: AbortSignal,
): AsyncIterable<ScanRecord> {
  const deps = collectDeps(environment, signal);
  return inOrder(
    targets.map((target) => () => {
      progress(text(environment.language, 'progress.scanning', { target: target.id }));
      return collectRecords(target, adapterOf(environment, target), environment.config, deps);
    }),
    width,
  );
}

export async function reportOn(
  { catalogue, bind }: Pick<Environment, 'catalogue' | 'bind'>,
  records: AsyncIterable<ScanRecord>,
  listed: ReadonlySet<Verdict>,
): Promise<Report> {
  return buildReport(judgeRecords(records, bind), { catalogue, now: Date.now(), verdicts: listed });
}

export async function printReport(report: Report, wanted: Wanted, context: ExportContext): Promise<void> {
  const { language } = context;
  await print(writeReport(wanted.format, report, context));
  for (const { error } of report.targets) {
    if (error !== undefined) process.stderr.write(`${error.code}: ${error.message[language]}\n`);
  }
  process.exitCode = exitCode(report, wanted);
}

/** Only where a person watches. */
export function progress(line: string): void {
  if (process.stderr.isTTY) process.stderr.write(`${line}\n`);
}

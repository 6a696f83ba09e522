import { createReadStream } from 'node:fs';
import { access, constants } from 'node:fs/promises';
import type { Command } from 'commander';
import { adapters } from '../../adapters/registry.ts';
import packageFile from '../../package.json' with { type: 'json' };
import { RoomwardenError } from '../errors.ts';
import { exportContext } from '../export/context.ts';
import { SettingsError } from '../policy/evaluate.ts';
import { binder } from '../scan/bind.ts';
import { readRecords } from '../scan/ndjson.ts';
import { languageOf } from '../texts/index.ts';
import { openCatalogue } from './environment.ts';
import { printReport, type ReportOptions, readReportOptions, reportOn, reportOptions } from './scan.ts';

export function registerEvaluate(program: Command): void {
  reportOptions(
    program
      .command('evaluate')
      .description('judge what collect wrote; asks no server and reads no configuration')
      .requiredOption('--facts <file>', 'NDJSON of collect; - for standard input'),
  ).action(async (options: ReportOptions & { facts: string }) => {
    const wanted = readReportOptions(options);
    const catalogue = await openCatalogue();
    const bind = binder(catalogue, adapters);
    const report = await reportOn({ catalogue, bind }, await recordsOf(options.facts), wanted.verdicts).catch(
      (error: unknown) => {
        if (!(error instanceof SettingsError)) throw error;
        throw new RoomwardenError('RW1014', { file: options.facts, line: 1, detail: error.message });
      },
    );
    const { version } = packageFile;
    const language = languageOf(process.env);
    await printReport(report, wanted, exportContext(null, { catalogue, version, language }));
  });
}

async function recordsOf(file: string): Promise<ReturnType<typeof readRecords>> {
  if (file === '-') return readRecords(process.stdin, file);
  await access(file, constants.R_OK).catch((error: NodeJS.ErrnoException) => {
    throw new RoomwardenError('RW1014', { file, line: 0, detail: error.code ?? 'EIO' });
  });
  return readRecords(createReadStream(file), file);
}

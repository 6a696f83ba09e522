import type { Command } from 'commander';
import type { ScanEnd, ScanRecord } from '../scan/records.ts';
import { writeRecord } from '../scan/records.ts';
import { outcomeOf } from '../scan/state.ts';
import {
  chooseTargets,
  defaultConfiguration,
  interruptible,
  openEnvironment,
  requireSecrets,
} from './environment.ts';
import { print } from './output.ts';
import { scanTargets } from './scan.ts';

export function registerCollect(program: Command): void {
  program
    .command('collect')
    .description('write what was seen as NDJSON, to be judged elsewhere with evaluate')
    .argument('[targets...]', 'ids of targets; all where none is named')
    .option('--config <file>', 'configuration', defaultConfiguration)
    .action(async (names: string[], options: { config: string }) => {
      const environment = await openEnvironment(options.config);
      const targets = chooseTargets(environment.config, names);
      await requireSecrets(
        environment,
        targets.map((target) => target.id),
      );
      const ends: ScanEnd[] = [];
      await print(lines(scanTargets(environment, targets, interruptible()), ends));
      for (const end of ends) {
        const { state, error } = outcomeOf(end.target, end);
        if (error !== undefined) {
          process.stderr.write(`${error.code}: ${error.message[environment.language]}\n`);
        }
        if (state !== 'complete') process.exitCode = 2;
      }
    });
}

async function* lines(records: AsyncIterable<ScanRecord>, ends: ScanEnd[]): AsyncGenerator<string> {
  for await (const record of records) {
    if (record.schema === 'roomwarden.scan-end/1') ends.push(record);
    yield writeRecord(record);
  }
}

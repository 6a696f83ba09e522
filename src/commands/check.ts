import type { Command } from 'commander';
import type { SourceCheck } from '../../adapters/contract/adapter.ts';
import type { ConfiguredTarget } from '../config/types.ts';
import { columns } from '../export/table.ts';
import { checkSources } from '../scan/checking.ts';
import { reasonText, text } from '../texts/index.ts';
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

const formats = ['table', 'json'] as const;

export function registerCheck(program: Command): void {
  program
    .command('check')
    .description('ask every source of every target what answers, what is missing and what would give it')
    .argument('[targets...]', 'ids of targets; all where none is named')
    .option('--config <file>', 'configuration', defaultConfiguration)
    .option('--format <format>', formats.join(', '), 'table')
    .action(async (names: string[], options: { config: string; format: string }) => {
      const format = readFormat(options.format, formats);
      const environment = await openEnvironment(options.config);
      const targets = chooseTargets(environment.config, names);
      await requireSecrets(
        environment,
        targets.map((target) => target.id),
      );
      const signal = interruptible();
      const checked = await Promise.all(
        targets.map(async (target) => ({ target, sources: await checkTarget(environment, target, signal) })),
      );
      await print(
        format === 'json'
          ? [jsonOf(checked)]
          : checked.map(({ target, sources }) => tableOf(environment, target, sources)),
      );
      if (checked.some(({ sources }) => sources.some((source) => source.state === 'failed'))) {
        process.exitCode = 2;
      }
    });
}

interface Checked {
  target: ConfiguredTarget;
  sources: SourceCheck[];
}

async function checkTarget(
  environment: Environment,
  target: ConfiguredTarget,
  signal: AbortSignal,
): Promise<SourceCheck[]> {
  const deps = collectDeps(environment, signal);
  const sources: SourceCheck[] = [];
  for await (const source of checkSources(adapterOf(environment, target), target, environment.config, deps))
    sources.push(source);
  return sources;
}

function jsonOf(checked: readonly Checked[]): string {
  const targets = checked.map(({ target, sources }) => ({ id: target.id, vendor: target.vendor, sources }));
  return `${JSON.stringify({ schema: 'roomwarden.check/1', targets }, null, 2)}\n`;
}

function tableOf({ language }: Environment, target: ConfiguredTarget, sources: SourceCheck[]): string {
  const rows = sources.map((source) => [
    `  ${source.source}`,
    text(language, `state.${source.state}`),
    [
      source.message[language],
      ...(source.state === 'failed' && source.reason !== undefined
        ? [reasonText(language, source.reason)]
        : []),
      ...(source.remedy === undefined ? [] : [source.remedy[language]]),
    ].join(' '),
  ]);
  const ok = sources.filter((source) => source.state === 'ok').length;
  const summary = text(language, 'check.summary', { ok, all: sources.length });
  return `${target.id} (${target.vendor}): ${summary}\n${columns(rows, 400)}\n`;
}

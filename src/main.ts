#!/usr/bin/env node
import { Command, CommanderError } from 'commander';
import packageFile from '../package.json' with { type: 'json' };
import { registerCheck } from './commands/check.ts';
import { registerCollect } from './commands/collect.ts';
import { registerEvaluate } from './commands/evaluate.ts';
import { registerPolicies } from './commands/policies.ts';
import { registerScan } from './commands/scan.ts';
import { registerServe } from './commands/serve.ts';
import { registerToken } from './commands/token.ts';
import { ConfigError, formatIssue } from './config/issues.ts';
import { RoomwardenError } from './errors.ts';
import { languageOf } from './texts/index.ts';

const program = new Command('roomwarden')
  .description(
    'Read-only auditor for video-conference servers: which rooms and settings break the rules, and why',
  )
  .version(packageFile.version)
  .exitOverride()
  .showHelpAfterError();

for (const register of [
  registerServe,
  registerScan,
  registerCheck,
  registerCollect,
  registerEvaluate,
  registerPolicies,
  registerToken,
]) {
  register(program);
}
for (const command of everyCommand(program)) command.exitOverride();

try {
  await program.parseAsync(process.argv);
} catch (error) {
  process.exitCode = conclude(error);
}

/** 3: wrong usage or configuration, nothing was scanned. */
function conclude(error: unknown): number {
  const language = languageOf(process.env);
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 3;
  if (error instanceof ConfigError) {
    const lines = error.issues.map((issue) => formatIssue(issue, language));
    process.stderr.write(`${[...lines, error.text(language)].join('\n')}\n`);
    return error.exitCode;
  }
  const known =
    error instanceof RoomwardenError
      ? error
      : new RoomwardenError('RW9001', { detail: error instanceof Error ? error.message : String(error) });
  process.stderr.write(`${known.text(language)}\n`);
  if (known !== error && error instanceof Error) process.stderr.write(`${error.stack}\n`);
  return known.exitCode;
}

function* everyCommand(command: Command): Generator<Command> {
  yield command;
  for (const child of command.commands) yield* everyCommand(child);
}

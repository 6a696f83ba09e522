import { Command, CommanderError } from 'commander';
import packageFile from '../../package.json' with { type: 'json' };
import { RoomwardenError } from '../errors.ts';
import { languageOf } from '../texts/index.ts';
import { registerBackup } from './backup.ts';
import { registerCheck } from './check.ts';
import { registerCollect } from './collect.ts';
import { registerErase } from './erase.ts';
import { registerEvaluate } from './evaluate.ts';
import { registerExport } from './export.ts';
import { registerPolicies } from './policies.ts';
import { registerReleases } from './releases.ts';
import { registerReport } from './report.ts';
import { registerScan } from './scan.ts';
import { registerServe } from './serve.ts';
import { registerToken } from './token.ts';

/** Reads the arguments, runs one command and sets the exit code of the process. */
export async function runProgram(argv: readonly string[]): Promise<void> {
  try {
    await describeProgram().parseAsync(argv);
  } catch (error) {
    process.exitCode = conclude(error);
  }
}

function describeProgram(): Command {
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
    registerReleases,
    registerToken,
    registerErase,
    registerExport,
    registerReport,
    registerBackup,
  ]) {
    register(program);
  }
  for (const command of everyCommand(program)) command.exitOverride();
  return program;
}

/** 3: wrong usage or configuration, nothing was scanned. */
function conclude(error: unknown): number {
  const language = languageOf(process.env);
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 3;
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

import { constants, open } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { SecretRef } from '../../adapters/contract/target.ts';
import { RoomwardenError } from '../errors.ts';
import type { Bilingual } from '../texts/fill.ts';
import { ConfigError, type ConfigIssue } from './issues.ts';
import type { Origin } from './types.ts';

/** A secret that the configuration names, with its place. */
export interface ConfiguredSecret {
  ref: SecretRef;
  /** As `targets[0].secret`. */
  path: string;
  /** Id of the target that needs it, null = the service itself. */
  target: string | null;
  /** Only a service needs it, no single command. */
  serving?: true;
  origin: Origin;
}

export type Environment = Readonly<Record<string, string | undefined>>;

const maximalBytes = 65_536;

/**
 * The secret as it is now, without the line end. Nothing is kept.
 * @throws {RoomwardenError} RW1008 (variable), RW1009, RW1010 (file)
 */
export async function readSecret(
  ref: SecretRef,
  directory: string,
  environment: Environment = process.env,
): Promise<string> {
  if ('env' in ref) {
    const value = withoutLineEnd(environment[ref.env] ?? '');
    if (value === '') throw new RoomwardenError('RW1008', { name: ref.env });
    return value;
  }
  return (await readSecretFile(resolve(directory, ref.file))).value;
}

async function readSecretFile(path: string): Promise<{ value: string; mode: number }> {
  let bytes: Buffer;
  let mode: number;
  try {
    // A named pipe must not hold the service up.
    await using file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK);
    const stat = await file.stat();
    if (!stat.isFile()) throw new RoomwardenError('RW1009', { path, detail: 'EISDIR' });
    mode = stat.mode;
    const read = await file.read(Buffer.alloc(maximalBytes + 1), 0, maximalBytes + 1, 0);
    bytes = read.buffer.subarray(0, read.bytesRead);
  } catch (error) {
    if (error instanceof RoomwardenError) throw error;
    throw new RoomwardenError('RW1009', { path, detail: (error as NodeJS.ErrnoException).code ?? 'EIO' });
  }
  if (bytes.length > maximalBytes) throw new RoomwardenError('RW1009', { path, detail: 'EFBIG, > 64 KiB' });
  const value = withoutLineEnd(bytes.toString('utf8'));
  if (value === '') throw new RoomwardenError('RW1010', { path });
  return { value, mode };
}

function withoutLineEnd(text: string): string {
  return text.replace(/[\r\n]+$/, '');
}

export interface SecretCheck {
  environment?: Environment;
  /** Only the service's own secrets and those of these targets; left out: all. */
  targets?: readonly string[];
}

/**
 * Reads every secret once and forgets it.
 * @returns warnings: files that every account of the machine can read
 * @throws {ConfigError} with the place of every secret that is missing
 */
export async function checkSecrets(
  config: { file: string; secrets: readonly ConfiguredSecret[] },
  check: SecretCheck = {},
): Promise<ConfigIssue[]> {
  const issues: ConfigIssue[] = [];
  const warnings: ConfigIssue[] = [];
  for (const { ref, path, target, serving, origin } of config.secrets) {
    if (serving && check.targets !== undefined) continue;
    if (target !== null && check.targets?.includes(target) === false) continue;
    try {
      if ('env' in ref) await readSecret(ref, '.', check.environment);
      else if (exposed((await readSecretFile(ref.file)).mode, ref.file)) {
        warnings.push({ ...origin, path, message: readableByAll(ref.file) });
      }
    } catch (error) {
      if (!(error instanceof RoomwardenError)) throw error;
      const message = {
        de: `${error.what('de')} ${error.todo('de')}`,
        en: `${error.what('en')} ${error.todo('en')}`,
      };
      issues.push({ ...origin, path, message });
    }
  }
  if (issues.length > 0) throw new ConfigError(config.file, issues);
  return warnings;
}

/** Container platforms mount their secrets there readable for the only account inside. */
function exposed(mode: number, path: string): boolean {
  return (mode & 0o004) !== 0 && !path.startsWith('/run/secrets/') && process.platform !== 'win32';
}

function readableByAll(path: string): Bilingual {
  return {
    de: `Die Geheimnisdatei ${path} ist für alle Konten des Rechners lesbar; chmod 0400 behebt das.`,
    en: `The secret file ${path} can be read by every account of the machine; chmod 0400 mends that.`,
  };
}

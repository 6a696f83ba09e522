import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { type Logger, pino } from 'pino';
import type { Adapter } from '../../adapters/contract/adapter.ts';
import { adapters } from '../../adapters/registry.ts';
import { formatIssue } from '../config/issues.ts';
import { type LoadedConfig, loadConfig } from '../config/load.ts';
import { checkSecrets, readSecret } from '../config/secrets.ts';
import type { ConfiguredTarget } from '../config/types.ts';
import { RoomwardenError } from '../errors.ts';
import type { Catalogue } from '../policy/catalogue.ts';
import { PolicyError } from '../policy/problems.ts';
import { checkUses } from '../policy/uses.ts';
import { preparedCatalogue } from '../prepared/catalogue.ts';
import { attestingPolicies, type Bind, binder } from '../scan/bind.ts';
import type { CollectDeps } from '../scan/collect.ts';
import { givenReleases } from '../scan/releases/store.ts';
import { openStore, type Store } from '../store/index.ts';
import { type Language, languageOf } from '../texts/index.ts';

export const policiesFolder = join(import.meta.dirname, '../../policies');

/** What every command that touches targets stands on. */
export interface Environment {
  config: LoadedConfig;
  catalogue: Catalogue;
  adapters: ReadonlyMap<string, Adapter>;
  bind: Bind;
  language: Language;
  log: Logger;
}

/** @throws {RoomwardenError} RW4001 */
export async function openCatalogue(): Promise<Catalogue> {
  const prepared = preparedCatalogue();
  if (prepared !== null) return prepared;
  const { loadCatalogue } = await import('../policy/load.ts');
  try {
    return loadCatalogue(policiesFolder);
  } catch (error) {
    const first = error instanceof PolicyError ? error.problems[0] : undefined;
    if (first === undefined) throw error;
    const { file, line, column, message } = first;
    throw new RoomwardenError('RW4001', { file, line, column, detail: message });
  }
}

/** Logs go to stderr: stdout belongs to the report. */
export function openLog(level: string): Logger {
  const options = { level: process.env['ROOMWARDEN_LOG'] ?? level, base: null };
  return pino(options, pino.destination({ fd: 2, sync: true }));
}

/** @throws {ConfigError | RoomwardenError} with everything that is wrong; nothing was contacted yet */
export async function openEnvironment(file: string, level = 'error'): Promise<Environment> {
  const catalogue = await openCatalogue();
  const config = await loadConfig(file, adapters, { checkPolicies: checkUses(catalogue) });
  return environmentOf(config, catalogue, level);
}

export function environmentOf(config: LoadedConfig, catalogue: Catalogue, level = 'error'): Environment {
  const language = languageOf(process.env);
  for (const issue of config.warnings) warn(formatIssue(issue, language));
  return {
    config,
    catalogue,
    adapters,
    bind: binder(catalogue, adapters),
    language,
    log: openLog(level),
  };
}

/** @throws {ConfigError} with the place of every secret that is missing */
export async function requireSecrets(environment: Environment, targets?: readonly string[]): Promise<void> {
  const warnings = await checkSecrets(environment.config, targets === undefined ? {} : { targets });
  for (const issue of warnings) warn(formatIssue(issue, environment.language));
}

export function warn(line: string): void {
  process.stderr.write(`${line}\n`);
}

/** The named targets in the order of the configuration; all where none is named. @throws {RoomwardenError} RW1012 */
export function chooseTargets(config: LoadedConfig, names: readonly string[]): ConfiguredTarget[] {
  // Nothing looked at must not look like nothing found.
  if (config.targets.length === 0) throw new RoomwardenError('RW1021', { file: config.file });
  const known = new Set(config.targets.map((target) => target.id));
  const strange = names.find((name) => !known.has(name));
  if (strange !== undefined) {
    throw new RoomwardenError('RW1012', { target: strange, known: [...known].join(', ') });
  }
  return config.targets.filter((target) => names.length === 0 || names.includes(target.id));
}

export function adapterOf(environment: Environment, target: ConfiguredTarget): Adapter {
  const adapter = environment.adapters.get(target.vendor);
  if (adapter === undefined) throw new Error(`no adapter for ${target.vendor}`);
  return adapter;
}

export function collectDeps(environment: Environment, signal: AbortSignal): CollectDeps {
  return {
    now: Date.now,
    log: environment.log,
    signal,
    secret: (ref) => readSecret(ref, environment.config.directory),
    async releases(vendor) {
      const book = environment.adapters.get(vendor)?.releases;
      return book === undefined
        ? undefined
        : givenReleases(environment.config.data, vendor, book, Date.now());
    },
    attesting: attestingPolicies(environment.catalogue),
  };
}

/** SQLite in the data folder, or the configured PostgreSQL. */
export async function openConfiguredStore(
  { database, data, directory }: LoadedConfig,
  serving: boolean,
): Promise<Store> {
  if (database !== null)
    return openStore({ kind: 'postgres', url: await readSecret(database.url, directory) });
  return openStore({ kind: 'sqlite', file: join(data, 'roomwarden.db'), serving });
}

/** The configuration to serve: the named one, else `./roomwarden.yaml` where it exists, else none (demo). */
export function configurationFile(named: string | undefined): string | null {
  if (named !== undefined) return named;
  return existsSync(defaultConfiguration) ? defaultConfiguration : null;
}

export const defaultConfiguration = './roomwarden.yaml';

/** Aborted by the first SIGINT or SIGTERM. */
export function interruptible(): AbortSignal {
  const controller = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => controller.abort());
  return controller.signal;
}

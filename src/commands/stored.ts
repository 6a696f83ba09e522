import { readdirSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import type { LoadedConfig } from '../config/load.ts';
import { readSecret } from '../config/secrets.ts';
import { RoomwardenError } from '../errors.ts';
import type { Store } from '../store/index.ts';
import { type Environment, openConfiguredStore, openEnvironment } from './environment.ts';
import { makeFolder } from './recording.ts';

export type StoreWork = (environment: Environment, store: Store) => Promise<void>;

/** A short visit, also while the service runs. */
export async function withStore(config: string, work: StoreWork): Promise<void> {
  const environment = await openEnvironment(config);
  makeFolder(environment.config.data);
  const store = await openConfiguredStore(environment.config, false);
  try {
    await work(environment, store);
  } finally {
    await store.close();
  }
}

export const storeFile = (config: Pick<LoadedConfig, 'data'>): string => join(config.data, 'roomwarden.db');

/** @throws {RoomwardenError} RW3006 where the store is PostgreSQL */
export async function requireFile(config: LoadedConfig, command: string): Promise<string> {
  if (config.database === null) return storeFile(config);
  const url = URL.parse(await readSecret(config.database.url, config.directory));
  const where = url === null ? 'database.url' : `${url.host}${url.pathname}`;
  throw new RoomwardenError('RW3006', { where, command });
}

/** Copies that an upgrade or a restore has left beside the store, with the time they were made. */
export function copiesBeside(file: string): { file: string; madeAt: number }[] {
  const begin = `${basename(file)}.before-`;
  try {
    return readdirSync(dirname(file))
      .filter((name) => name.startsWith(begin))
      .map((name) => join(dirname(file), name))
      .map((path) => ({ file: path, madeAt: statSync(path).ctimeMs }));
  } catch {
    return [];
  }
}

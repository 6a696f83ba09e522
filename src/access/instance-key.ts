import { randomBytes } from 'node:crypto';
import { link, mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { readSecret } from '../config/secrets.ts';
import type { Config } from '../config/types.ts';
import { RoomwardenError } from '../errors.ts';

const shortest = 32;

/**
 * Key of `roomRef` and `searchKey`: from the configuration, else `instance.key` in the data folder, made when it is
 * not there yet. Kept beside the store, not in it: a copy of the store alone must not undo the pseudonyms.
 * @throws {RoomwardenError} RW1008 to RW1011, RW1017
 */
export async function instanceKey(
  config: Pick<Config, 'data' | 'directory'> & { instance: Pick<Config['instance'], 'key'> },
): Promise<string> {
  const { key } = config.instance;
  if (key !== null) return longEnough(await readSecret(key, config.directory), 'instance.key');
  const file = join(config.data, 'instance.key');
  try {
    return longEnough(await readSecret({ file }, config.directory), file);
  } catch (error) {
    if (!(error instanceof RoomwardenError) || error.params['detail'] !== 'ENOENT') throw error;
  }
  await makeKey(config.data, file);
  return longEnough(await readSecret({ file }, config.directory), file);
}

/** Appears whole or not at all, and never replaces one that another process made meanwhile. */
async function makeKey(folder: string, file: string): Promise<void> {
  const draft = `${file}.${randomBytes(6).toString('hex')}`;
  try {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    await writeFile(draft, `${randomBytes(32).toString('base64url')}\n`, {
      mode: 0o600,
      flag: 'wx',
      flush: true,
    });
    await link(draft, file);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code !== 'EEXIST') throw new RoomwardenError('RW1017', { path: folder, detail: code ?? 'EIO' });
  } finally {
    await rm(draft, { force: true });
  }
}

function longEnough(key: string, where: string): string {
  if (key.length < shortest) throw new RoomwardenError('RW1011', { where });
  return key;
}

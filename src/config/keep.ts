import { link, mkdir, open, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { RoomwardenError } from '../errors.ts';
import { type Fragment, fragmentsFolder } from './fragments.ts';
import { type Guided, guidedSecrets, guidedText } from './guided.ts';

/** Where the guided set-up would write a target, and what; secrets lie beside, readable for this account alone. */
export interface GuidedFiles {
  fragment: Fragment;
  /** Path to value. */
  secrets: ReadonlyMap<string, string>;
}

export function guidedFiles(data: string, guided: Guided): GuidedFiles {
  const folder = join(data, 'secrets', guided.id);
  const place = (key: string): string => join(folder, key);
  const secrets = new Map([...guidedSecrets(guided)].map(([key, value]) => [place(key), value]));
  const file = join(fragmentsFolder(data), `${guided.id}.yaml`);
  const text = guidedText(guided, (key) => `../secrets/${guided.id}/${key}`);
  return { fragment: { file, text }, secrets };
}

/**
 * Writes all of it or nothing; what is there already is never written over.
 * @throws {RoomwardenError} RW1022, RW1023
 */
export async function keepGuided({ fragment, secrets }: GuidedFiles): Promise<void> {
  const written: string[] = [];
  try {
    for (const [path, value] of secrets) {
      await makeFolder(dirname(path));
      await write(path, `${value}\n`);
      written.push(path);
    }
    await makeFolder(dirname(fragment.file));
    // A file that was written by half would keep the service from starting again.
    const draft = join(dirname(fragment.file), `.draft-${process.pid}`);
    await rm(draft, { force: true });
    await write(draft, fragment.text);
    try {
      await link(draft, fragment.file);
    } finally {
      await rm(draft, { force: true });
    }
  } catch (error) {
    for (const path of written) await rm(path, { force: true });
    if (error instanceof RoomwardenError) throw error;
    const { code = 'EIO', path = fragment.file } = error as NodeJS.ErrnoException;
    if (code === 'EEXIST') throw new RoomwardenError('RW1023', { path: fragment.file });
    throw new RoomwardenError('RW1022', { path, detail: code });
  }
}

/** What `keepGuided` wrote. */
export async function dropGuided({ fragment, secrets }: GuidedFiles): Promise<void> {
  for (const path of [fragment.file, ...secrets.keys()]) await rm(path, { force: true });
}

async function makeFolder(path: string): Promise<void> {
  await mkdir(path, { recursive: true, mode: 0o700 });
}

async function write(path: string, text: string): Promise<void> {
  await using file = await open(path, 'wx', 0o600);
  await file.writeFile(text);
  await file.sync();
}

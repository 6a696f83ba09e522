import { mkdir, open, readFile, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { type ReasonCode, reason } from '../../../adapters/contract/fact.ts';
import type { GivenReleases, ReleaseBook, ReleaseList } from '../../../adapters/contract/releases.ts';
import { RoomwardenError } from '../../errors.ts';
import { parseReleases, releasesSchema } from './document.ts';
import { ReleasesError } from './issues.ts';

const maximalBytes = 1024 * 1024;

/** Where the lists of a vendor lie that the administrator gave. */
export function releasesFile(data: string, vendor: string): string {
  return join(data, 'releases', `${vendor}.json`);
}

/** @throws {RoomwardenError} RW1031 with the system's code */
export async function readReleasesText(file: string): Promise<string> {
  try {
    const { size } = await stat(file);
    if (size > maximalBytes) throw new RoomwardenError('RW1031', { file, detail: 'EFBIG, > 1 MiB' });
    return new TextDecoder('utf-8', { fatal: true }).decode(await readFile(file));
  } catch (error) {
    if (error instanceof RoomwardenError) throw error;
    const code = error instanceof TypeError ? 'UTF-8' : ((error as NodeJS.ErrnoException).code ?? 'EIO');
    throw new RoomwardenError('RW1031', { file, detail: code }, { cause: error });
  }
}

export type Stored = Readonly<Record<string, ReleaseList>>;

/**
 * The lists that were given for a vendor; none where there is no file.
 * @throws {RoomwardenError} RW1030, RW1031: a damaged file is no missing file
 */
export async function storedReleases(
  data: string,
  vendor: string,
  book: ReleaseBook,
  now: number,
): Promise<Stored> {
  const file = releasesFile(data, vendor);
  const text = await readReleasesText(file).catch((error: RoomwardenError) => {
    if ((error.cause as NodeJS.ErrnoException | undefined)?.code === 'ENOENT') return null;
    throw error;
  });
  if (text === null) return {};
  const document = parseReleases(text, file, new Map([[vendor, book]]), now);
  return document.lists;
}

/** For a scan: what cannot be read is a hole of the facts that rest on it, never the list that comes along. */
export async function givenReleases(
  data: string,
  vendor: string,
  book: ReleaseBook,
  now: number,
): Promise<GivenReleases> {
  try {
    return { lists: await storedReleases(data, vendor, book, now) };
  } catch (error) {
    if (!(error instanceof RoomwardenError)) throw error;
    const where = `the given list releases/${vendor}.json`;
    if (error instanceof ReleasesError) {
      const [first] = error.issues;
      const place = first === undefined ? '' : ` (${first.line}:${first.column})`;
      return { reason: reason('invalid_answer', `${where} is damaged${place}`) };
    }
    const detail = String(error.params['detail']);
    const code: ReasonCode = /^E(ACCES|PERM)$/.test(detail) ? 'not_permitted' : 'invalid_answer';
    return { reason: reason(code, `${where} cannot be read: ${detail}`) };
  }
}

/** Whole or not at all. @throws {RoomwardenError} RW1033 */
export async function writeReleases(data: string, vendor: string, products: Stored): Promise<string> {
  const file = releasesFile(data, vendor);
  const draft = `${file}.${process.pid}.tmp`;
  try {
    await mkdir(dirname(file), { recursive: true, mode: 0o700 });
    const handle = await open(draft, 'w', 0o600);
    try {
      await handle.writeFile(`${JSON.stringify({ schema: releasesSchema, vendor, products }, null, 2)}\n`);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(draft, file);
    return file;
  } catch (error) {
    await rm(draft, { force: true }).catch(() => {});
    throw new RoomwardenError('RW1033', { file, detail: (error as NodeJS.ErrnoException).code ?? 'EIO' });
  }
}

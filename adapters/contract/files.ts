import { constants } from 'node:fs';
import { open } from 'node:fs/promises';
import { basename } from 'node:path';
import { z } from 'zod';
import { type Evidence, type Ms, type Reason, reason, type SourceId } from './fact.ts';

/** A file of one host, mounted where we can read it. */
export const MountedFile = z.strictObject({ host: z.string().min(1), path: z.string().min(1) });
export type MountedFile = z.infer<typeof MountedFile>;
export const MountedFiles = z.array(MountedFile).min(1);

/** A file as it stands on the disk, which need not be what the process has loaded. */
export interface FileContent {
  host: string;
  name: string;
  /** Name and host, without folders: safe to keep. */
  locator: string;
  observedAt: Ms;
  /** When it was last changed. */
  contentTime: Ms;
  text: string;
}

export type FileRead =
  | FileContent
  | { host: string; name: string; locator: string; observedAt: Ms; reason: Reason };

export const maxFileBytes = 1024 * 1024;

/** Reads one after the other; a file that cannot be read says why. UTF-8, else ISO 8859-1. */
export async function readFiles(
  files: readonly MountedFile[],
  now: () => Ms,
  maxBytes = maxFileBytes,
): Promise<FileRead[]> {
  const read: FileRead[] = [];
  for (const file of files) read.push(await readOne(file, now, maxBytes));
  return read;
}

async function readOne({ host, path }: MountedFile, now: () => Ms, maxBytes: number): Promise<FileRead> {
  const name = basename(path).replaceAll('?', '');
  const base = { host, name, locator: `${name} on ${host.replaceAll('?', '')}` };
  try {
    // Not blocking: a pipe without a writer would hang the scan.
    const handle = await open(path, constants.O_RDONLY | constants.O_NONBLOCK);
    try {
      const stat = await handle.stat();
      const refuse = (why: Reason) => ({ ...base, observedAt: now(), reason: why });
      if (!stat.isFile()) return refuse(reason('unreachable', 'not a file'));
      if (stat.size > maxBytes) return refuse(reason('too_large', `more than ${maxBytes} bytes`));
      const buffer = Buffer.alloc(Math.min(stat.size, maxBytes) + 1);
      let length = 0;
      for (;;) {
        const { bytesRead } = await handle.read(buffer, length, buffer.length - length, length);
        if (bytesRead === 0) break;
        length += bytesRead;
        if (length === buffer.length)
          return refuse(reason('invalid_answer', 'the file changed while it was read'));
      }
      const bytes = buffer.subarray(0, length);
      if (bytes.some(isNoText)) return refuse(reason('invalid_answer', 'not a text file'));
      const text = textOf(bytes);
      if (text.trim() === '') return refuse(reason('invalid_answer', 'the file is empty'));
      return { ...base, observedAt: now(), contentTime: Math.floor(stat.mtimeMs), text };
    } finally {
      await handle.close();
    }
  } catch (error) {
    return { ...base, observedAt: now(), reason: fileReason(error) };
  }
}

/** Control characters but tab, line ends and form feed; UTF-16 is full of zeros. */
function isNoText(byte: number): boolean {
  return byte < 9 || (byte > 13 && byte < 32);
}

function textOf(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return new TextDecoder('windows-1252').decode(bytes);
  }
}

/** @throws what is no failure of a file */
function fileReason(error: unknown): Reason {
  const code = (error as NodeJS.ErrnoException).code;
  switch (code) {
    case 'ENOENT':
    case 'ENOTDIR':
      return reason('unreachable', 'the file is not there');
    case 'EACCES':
    case 'EPERM':
      return reason('not_permitted', 'the file may not be read', { kind: 'permission', name: 'read' });
    case undefined:
      throw error;
    default:
      return reason('unreachable', code);
  }
}

/** What one host's files say together, or why they say nothing. */
export interface HostPart<T> {
  host: string;
  file: FileRead;
  content: { value: T } | { reason: Reason };
}

/** What every listed host says: the same, or why it is not one thing. Evidence for each of them. */
export type Agreed<T> = { value: T; evidence: Evidence[] } | { reason: Reason; evidence: Evidence[] };

/**
 * One setting of several hosts. It is known only if all of them were read and say the same; a host that could not be
 * read comes before a disagreement, since it might be the one that is right.
 */
export function agreed<S, T>(
  source: SourceId,
  parts: readonly HostPart<S>[],
  path: string,
  read: (content: S) => T,
): Agreed<T> {
  const evidence: Evidence[] = [];
  const values = new Map<string, T>();
  let failed: Reason | null = null;
  for (const { file, content } of parts) {
    evidence.push(fileEvidence(source, file, path));
    if ('reason' in content) failed ??= content.reason;
    else {
      const value = read(content.value);
      values.set(JSON.stringify(value) ?? '', value);
    }
  }
  if (failed !== null) return { reason: failed, evidence };
  const [first, ...others] = values.values();
  if (values.size === 0) return { reason: reason('not_configured'), evidence };
  if (others.length > 0)
    return { reason: reason('conflicting', 'the files of the listed hosts differ'), evidence };
  return { value: first as T, evidence };
}

export function fileEvidence(source: SourceId, file: FileRead, path: string): Evidence {
  return {
    source,
    locator: file.locator,
    path,
    observed_at: file.observedAt,
    ...('contentTime' in file ? { content_time: file.contentTime } : {}),
    provenance: 'direct',
    force: 'enforced',
  };
}

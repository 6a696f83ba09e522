import { z } from 'zod';
import type { SqlRow } from '../../contract/sql.ts';
import type { ChatTimes, SharedFiles } from './types.ts';
import { Natural, naturalOf } from './values.ts';

const fileTypes = new Set(['file', 'media', 'audio', 'voice', 'recording', 'deckcard', 'other']);
/** Shared, but nothing that is kept elsewhere. */
const noFiles = new Set(['location', 'poll', 'pinned']);

const FileRow = z.object({ object_type: z.string(), n: Natural, oldest: Natural });
export const noFile: SharedFiles = { count: 0, oldest: null, recordings: 0, unread: 0 };

export function addFiles(files: SharedFiles, row: SqlRow): SharedFiles {
  const parsed = FileRow.safeParse(row);
  if (!parsed.success) return { ...files, unread: files.unread + 1 };
  const { object_type: type, n, oldest } = parsed.data;
  if (noFiles.has(type)) return files;
  if (!fileTypes.has(type)) return { ...files, unread: files.unread + n };
  return {
    count: files.count + n,
    oldest: Math.min(files.oldest ?? Number.POSITIVE_INFINITY, oldest * 1000),
    recordings: files.recordings + (type === 'recording' ? n : 0),
    unread: files.unread,
  };
}

export function sumFiles(a: SharedFiles, b: SharedFiles): SharedFiles {
  if (b === noFile) return a;
  const oldest = [a.oldest, b.oldest].filter((one) => one !== null);
  return {
    count: a.count + b.count,
    oldest: oldest.length === 0 ? null : Math.min(...oldest),
    recordings: a.recordings + b.recordings,
    unread: a.unread + b.unread,
  };
}

export function chatTimes(row: SqlRow): ChatTimes | null {
  const [oldest, overdue] = [naturalOf(row['oldest']), naturalOf(row['overdue'])];
  return oldest === undefined || overdue === undefined ? null : { oldest: oldest * 1000, overdue };
}

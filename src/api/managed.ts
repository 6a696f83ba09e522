import type { Origin } from '../config/types.ts';
import { CursorError, readCursor, writeCursor } from '../findings/cursor.ts';
import { rfc3339 } from '../findings/detail.ts';
import { seal, unseal } from './cursor.ts';
import { HttpProblem } from './plugins/problems.ts';

export interface Managed {
  origin?: Origin;
  createdAt?: number;
  createdBy?: string;
  revokedAt?: number | null;
  revokedBy?: string | null;
}

/** @param whole the caller operates: sees who did it */
export function managedView({ origin, createdAt, createdBy, revokedAt, revokedBy }: Managed, whole: boolean) {
  if (origin !== undefined) return { managed_by: 'file' as const, file: origin.file, line: origin.line };
  return {
    managed_by: 'api' as const,
    ...(createdAt === undefined ? {} : { created_at: rfc3339(createdAt) }),
    ...(whole && createdBy !== undefined ? { created_by: createdBy } : {}),
    ...(revokedAt == null ? {} : { revoked_at: rfc3339(revokedAt) }),
    ...(whole && revokedBy != null ? { revoked_by: revokedBy } : {}),
  };
}

export function ofTheFile({ file, line }: Origin): HttpProblem {
  const detail = {
    de: `Das steht in der Konfiguration und wird dort geändert: ${file}, Zeile ${line}.`,
    en: `This stands in the configuration and is changed there: ${file}, line ${line}.`,
  };
  return new HttpProblem('conflict', detail, { file, line });
}

interface Ended {
  id: string;
  /** Milliseconds. */
  end: number;
}

/** Soonest end first. There are few enough to sort them here. @throws {HttpProblem} 400 */
export function pageOf<T extends Ended>(
  items: readonly T[],
  asked: object,
  { limit, after }: { limit: number; after?: string | undefined },
): { items: T[]; next_cursor: string | null; has_more: boolean } {
  const sorted = items.toSorted((a, b) => a.end - b.end || (a.id < b.id ? -1 : 1));
  const rest = after === undefined ? sorted : sorted.slice(positionAfter(sorted, unseal(asked, after)));
  const shown = rest.slice(0, limit);
  const last = shown.at(-1);
  const more = rest.length > shown.length && last !== undefined;
  const next = more ? seal(asked, writeCursor([last.end, last.id])) : null;
  return { items: shown, next_cursor: next, has_more: more };
}

function positionAfter(sorted: readonly Ended[], cursor: string): number {
  const [end, id] = readCursor(cursor, 'number', 'string');
  if (!Number.isSafeInteger(end)) throw new CursorError('invalid');
  const index = sorted.findIndex((item) => item.end > end || (item.end === end && item.id > id));
  return index === -1 ? sorted.length : index;
}

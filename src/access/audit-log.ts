import type { Kysely } from 'kysely';
import { readCursor, writeCursor } from '../findings/cursor.ts';
import type { Database } from '../store/schema.ts';

export interface AuditFilter {
  /** What the caller may see; null = all, also what is of no target. */
  visible: readonly string[] | null;
  target?: string;
  actor?: string;
  /** Whole (`token.create`) or the thing alone (`token`): letters and dots. */
  action?: string;
  /** Milliseconds, from inclusive to exclusive. */
  since?: number;
  until?: number;
}

export interface AuditLine {
  id: string;
  at: number;
  actor: string;
  action: string;
  object: string | null;
  target: string | null;
  detail: Record<string, string | number | boolean | null>;
}

/** Newest first. @throws {CursorError} */
export async function readAudit(
  db: Kysely<Database>,
  filter: AuditFilter,
  page: { limit: number; after?: string },
): Promise<{ entries: AuditLine[]; next_cursor: string | null; has_more: boolean }> {
  let query = db
    .selectFrom('audit_log')
    .selectAll()
    .orderBy('at', 'desc')
    .orderBy('id', 'desc')
    .limit(page.limit + 1);
  const { visible, target, actor, action, since, until } = filter;
  if (visible !== null) query = query.where('target', 'in', visible.length === 0 ? [''] : visible);
  if (target !== undefined) query = query.where('target', '=', target);
  if (actor !== undefined) query = query.where('actor', '=', actor);
  if (action !== undefined) {
    query = query.where((where) =>
      where.or([where('action', '=', action), where('action', 'like', `${action}.%`)]),
    );
  }
  if (since !== undefined) query = query.where('at', '>=', since);
  if (until !== undefined) query = query.where('at', '<', until);
  if (page.after !== undefined) {
    const [at, id] = readCursor(page.after, 'number', 'string');
    query = query.where((where) =>
      where.or([where('at', '<', at), where.and([where('at', '=', at), where('id', '<', id)])]),
    );
  }
  const rows = await query.execute();
  const shown = rows.slice(0, page.limit);
  const last = shown.at(-1);
  const more = rows.length > page.limit && last !== undefined;
  return {
    entries: shown.map(({ detail_json, ...row }) => ({ ...row, detail: JSON.parse(detail_json) })),
    next_cursor: more ? writeCursor([last.at, last.id]) : null,
    has_more: more,
  };
}

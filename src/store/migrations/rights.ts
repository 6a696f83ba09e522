import { sql } from 'kysely';
import type { MigrationContext } from './context.ts';

/**
 * PostgreSQL: a token that loses or gains a right, or goes, leaves a mark as well, so that one question tells whether an
 * answer may be given again. A new token does not: no answer was ever given to it. Nor does its use, once a day. SQLite
 * tells of every commit by itself.
 */
export async function rights({ db, dialect }: MigrationContext): Promise<void> {
  if (dialect === 'sqlite') return;
  await sql`
    CREATE TRIGGER tokens_mark
    AFTER DELETE OR TRUNCATE OR UPDATE OF id, hash, scopes, targets, expires_at, revoked_at ON tokens
    FOR EACH STATEMENT EXECUTE FUNCTION roomwarden_mark()
  `.execute(db);
}

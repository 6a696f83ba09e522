import { sql } from 'kysely';
import type { MigrationContext } from './context.ts';

/**
 * PostgreSQL: each transaction that touches what lists show leaves one row with a random number, whoever wrote it and by
 * whatever way; the sum of those that are committed names what can be seen. A counter in one row would make transactions
 * wait for each other until they end, and would come to the same number again after a restore. SQLite tells by itself
 * whether anything was committed.
 */
export async function markChanges({ db, dialect }: MigrationContext): Promise<void> {
  if (dialect === 'sqlite') return;
  await sql`
    CREATE TABLE changes (
      id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
      mark numeric NOT NULL DEFAULT 1 + floor(random() * 4503599627370495)
    )
  `.execute(db);
  await sql`
    CREATE FUNCTION roomwarden_mark() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
      IF current_setting('roomwarden.marked', true) IS DISTINCT FROM txid_current()::text THEN
        PERFORM set_config('roomwarden.marked', txid_current()::text, true);
        EXECUTE format('INSERT INTO %I.changes DEFAULT VALUES', TG_TABLE_SCHEMA);
      END IF;
      RETURN NULL;
    END
    $$
  `.execute(db);
  for (const table of ['findings', 'subjects', 'targets']) {
    await sql`
      CREATE TRIGGER ${sql.raw(table)}_mark
      AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON ${sql.raw(table)}
      FOR EACH STATEMENT EXECUTE FUNCTION roomwarden_mark()
    `.execute(db);
  }
}

import { sql } from 'kysely';
import { bigNumber, type MigrationContext } from './context.ts';

/** When a finding was there for the first time; `opened_at` begins anew each time it is opened again. */
export async function firsts(context: MigrationContext): Promise<void> {
  await context.db.schema
    .alterTable('findings')
    .addColumn('first_opened_at', bigNumber(context), (column) => column.notNull().defaultTo(0))
    .execute();
  await sql`
    UPDATE findings SET first_opened_at = opened_at
  `.execute(context.db);
  await sql`
    UPDATE findings SET first_opened_at = earliest.at
    FROM (SELECT uid, MIN(at) AS at FROM events WHERE uid IS NOT NULL GROUP BY uid) AS earliest
    WHERE earliest.uid = findings.uid AND earliest.at < findings.opened_at
  `.execute(context.db);
}

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
  // What a baseline opened has no event of that moment; the snapshot of its first event knows it. Nothing else in the
  // text can look like the key: quotes within values are escaped.
  const opened =
    context.dialect === 'postgres'
      ? sql`coalesce(substring(snapshot_json from '"opened_at":([0-9]+)')::bigint, at)`
      : sql`CASE WHEN instr(snapshot_json, '"opened_at":') = 0 THEN at
          ELSE CAST(substr(snapshot_json, instr(snapshot_json, '"opened_at":') + 12) AS INTEGER) END`;
  const first = context.dialect === 'postgres' ? sql`LEAST(at, ${opened})` : sql`MIN(at, ${opened})`;
  await sql`
    UPDATE findings SET first_opened_at = earliest.at
    FROM (SELECT uid, MIN(${first}) AS at FROM events WHERE uid IS NOT NULL GROUP BY uid) AS earliest
    WHERE earliest.uid = findings.uid AND earliest.at < findings.opened_at
  `.execute(context.db);
}

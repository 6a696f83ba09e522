import { sql } from 'kysely';
import { bigNumber, keyText, type MigrationContext, required } from './context.ts';

/** Instances that share one store, and which attempt at a scan may still write. */
export async function instances(context: MigrationContext): Promise<void> {
  const [ms, key] = [bigNumber(context), keyText(context)];
  await context.db.schema.alterTable('scans').addColumn('fence', 'integer').execute();
  await context.db.schema
    .createTable('instances')
    .addColumn('id', key, (column) => column.primaryKey())
    .addColumn('configuration', 'text', required)
    .addColumn('works', 'integer', required)
    .addColumn('seen_at', ms, required)
    .execute();
  await sql`
    CREATE INDEX scans_active ON scans (target) WHERE state IN ('queued', 'running')
  `.execute(context.db);
}

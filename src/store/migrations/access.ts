import { bigNumber, keyText, type MigrationContext, required } from './context.ts';

/** Sessions of the page, and who did what. */
export async function access(context: MigrationContext): Promise<void> {
  const [ms, key] = [bigNumber(context), keyText(context)];
  await context.db.schema
    .createTable('sessions')
    .addColumn('hash', key, (column) => column.primaryKey())
    .addColumn('data_json', 'text', required)
    .addColumn('created_at', ms, required)
    .addColumn('expires_at', ms, required)
    .execute();
  await context.db.schema
    .createTable('audit_log')
    .addColumn('id', key, (column) => column.primaryKey())
    .addColumn('at', ms, required)
    .addColumn('actor', 'text', required)
    .addColumn('action', 'text', required)
    .addColumn('object', 'text')
    .addColumn('target', key)
    .addColumn('detail_json', 'text', required)
    .execute();
  // Holds all that counting open findings reads: their rows are large.
  await context.db.schema
    .createIndex('findings_counts')
    .on('findings')
    .columns(['status', 'target', 'vendor', 'policy', 'verdict', 'severity'])
    .execute();
  await context.db.schema.createIndex('audit_log_at').on('audit_log').columns(['at', 'id']).execute();
}

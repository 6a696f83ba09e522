import { bigNumber, keyText, type MigrationContext, required } from './context.ts';

/** Where each receiver stands in the feed, and what it would not take. */
export async function push(context: MigrationContext): Promise<void> {
  const [number, key] = [bigNumber(context), keyText(context)];
  await context.db.schema
    .createTable('receivers')
    .addColumn('id', key, (column) => column.primaryKey())
    .addColumn('epoch', key, required)
    .addColumn('position', number, required)
    .addColumn('attempts', 'integer', required)
    .addColumn('refusals', 'integer', required)
    .addColumn('next_attempt_at', number)
    .addColumn('delivered_at', number)
    .addColumn('failed_at', number)
    .addColumn('error_json', 'text')
    .addColumn('gap_json', 'text')
    .execute();
  await context.db.schema
    .createTable('dead_letters')
    .addColumn('receiver', key, required)
    .addColumn('seq', number, required)
    .addColumn('at', number, required)
    .addColumn('error_json', 'text', required)
    .addColumn('retry', 'integer', required)
    .addPrimaryKeyConstraint('dead_letters_key', ['receiver', 'seq'])
    .execute();
}

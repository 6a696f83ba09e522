import { bigNumber, keyText, type MigrationContext, required } from './context.ts';

/** One line per target, policy and day: how many verdicts there were of each kind. */
export async function trends(context: MigrationContext): Promise<void> {
  const [ms, key] = [bigNumber(context), keyText(context)];
  await context.db.schema
    .createTable('trends')
    .addColumn('policy', key, required)
    .addColumn('target', key, required)
    .addColumn('day', key, required)
    .addColumn('seen_at', ms, required)
    .addColumn('pass', 'integer', required)
    .addColumn('violation', 'integer', required)
    .addColumn('waived', 'integer', required)
    .addColumn('unknown', 'integer', required)
    .addColumn('low', 'double precision')
    .addColumn('high', 'double precision')
    .addColumn('seen', 'double precision')
    .addPrimaryKeyConstraint('trends_key', ['policy', 'target', 'day'])
    .execute();
  await context.db.schema.createIndex('trends_day').on('trends').column('day').execute();
}

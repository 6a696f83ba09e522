import { sql } from 'kysely';
import { bigNumber, keyText, type MigrationContext, required } from './context.ts';

/** What instances that share one scan hand each other until it is over; on SQLite nothing ever stands here. */
export async function slices(context: MigrationContext): Promise<void> {
  const [ms, key] = [bigNumber(context), keyText(context)];
  const bytes = context.dialect === 'postgres' ? sql`bytea` : sql`blob`;
  const { schema } = context.db;
  await schema
    .createTable('splits')
    .addColumn('scan', key, required)
    .addColumn('fence', 'integer', required)
    .addColumn('target', key, required)
    .addColumn('at', ms, required)
    .addColumn('plan', bytes, required)
    .addPrimaryKeyConstraint('splits_key', ['scan', 'fence'])
    .execute();
  await schema
    .createTable('slice_lines')
    .addColumn('scan', key, required)
    .addColumn('fence', 'integer', required)
    .addColumn('slice', 'integer', required)
    .addColumn('chunk', 'integer', required)
    .addColumn('at', ms, required)
    .addColumn('lines', bytes, required)
    .addPrimaryKeyConstraint('slice_lines_key', ['scan', 'fence', 'slice', 'chunk'])
    // Whoever comes late finds nothing that it could add to.
    .addForeignKeyConstraint(
      'slice_lines_split',
      ['scan', 'fence'],
      'splits',
      ['scan', 'fence'],
      (constraint) => constraint.onDelete('cascade'),
    )
    .execute();
}

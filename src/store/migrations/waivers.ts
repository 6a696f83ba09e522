import { bigNumber, keyText, type MigrationContext, required } from './context.ts';

/** Waivers and attestations that were given over REST. */
export async function waivers(context: MigrationContext): Promise<void> {
  const [ms, key] = [bigNumber(context), keyText(context)];
  await context.db.schema
    .createTable('waivers')
    .addColumn('id', key, (column) => column.primaryKey())
    .addColumn('policy', key, required)
    .addColumn('target', key, required)
    .addColumn('room', key)
    .addColumn('tag', key)
    .addColumn('finding', key)
    .addColumn('purpose', 'text')
    .addColumn('reason', 'text', required)
    .addColumn('owner', 'text', required)
    .addColumn('ticket', 'text')
    .addColumn('approved_by', 'text')
    .addColumn('until', ms, required)
    .addColumn('created_at', ms, required)
    .addColumn('created_by', 'text', required)
    .addColumn('revoked_at', ms)
    .addColumn('revoked_by', 'text')
    .execute();
  await context.db.schema.createIndex('waivers_target').on('waivers').columns(['target', 'policy']).execute();

  await context.db.schema
    .createTable('attestations')
    .addColumn('id', key, (column) => column.primaryKey())
    .addColumn('policy', key, required)
    .addColumn('target', key, required)
    .addColumn('fields_json', 'text', required)
    .addColumn('attested_at', ms, required)
    .addColumn('valid_until', ms, required)
    .addColumn('created_at', ms, required)
    .addColumn('created_by', 'text', required)
    .addColumn('revoked_at', ms)
    .addColumn('revoked_by', 'text')
    .execute();
  await context.db.schema
    .createIndex('attestations_target')
    .on('attestations')
    .columns(['target', 'policy'])
    .execute();

  await context.db.schema
    .createTable('aftercare')
    .addColumn('waiver', key, (column) => column.primaryKey())
    .addColumn('state', 'text', required)
    .addColumn('count', 'integer')
    .addColumn('checked_at', ms)
    .addColumn('at', ms, required)
    .execute();
}

import { bigNumber, keyText, type MigrationContext, required } from './context.ts';

/** What a push said of one meeting, until that meeting is over. */
export async function notes(context: MigrationContext): Promise<void> {
  const [ms, key] = [bigNumber(context), keyText(context)];
  await context.db.schema
    .createTable('notes')
    .addColumn('target', key, required)
    .addColumn('session', key, required)
    .addColumn('room', key, required)
    .addColumn('at', ms, required)
    .addColumn('content_json', 'text', required)
    .addPrimaryKeyConstraint('notes_key', ['target', 'session'])
    .execute();
  await context.db.schema.createIndex('notes_room').on('notes').columns(['target', 'room']).execute();
}

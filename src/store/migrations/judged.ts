import type { MigrationContext } from './context.ts';

/**
 * What a subject's findings were last brought in line with: where it is the same again, they need not be read. Whether a
 * subject is as it was is found in the index alone; in the row it stands behind all its facts.
 */
export async function judged({ db }: MigrationContext): Promise<void> {
  await db.schema.alterTable('subjects').addColumn('judged', 'text').execute();
  await db.schema
    .createIndex('subjects_standing')
    .on('subjects')
    .columns([
      'target',
      'kind',
      'id',
      'state',
      'unseen',
      'missed',
      'first_seen_at',
      'changed_at',
      'facts_hash',
      'judged',
    ])
    .execute();
}

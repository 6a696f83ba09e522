import { sql } from 'kysely';
import type { MigrationContext } from './context.ts';
import { markChanges } from './marks.ts';

/**
 * What lists are read by. Findings: equal columns first, then the order of the list, then whatever a filter asks for, so
 * that a page is found in the index alone.
 */
export async function reads(context: MigrationContext): Promise<void> {
  const { schema } = context.db;
  for (const name of ['findings_worst', 'findings_changed', 'subjects_ref']) {
    await schema.dropIndex(name).execute();
  }
  const asked = ['vendor', 'policy', 'kind', 'changed_at', 'cause_key'] as const;
  await schema
    .createIndex('findings_worst')
    .on('findings')
    .columns(['status', 'verdict', 'severity_rank desc', 'uid', 'target', ...asked])
    .execute();
  await schema
    .createIndex('findings_target')
    .on('findings')
    .columns(['target', 'status', 'verdict', 'severity_rank desc', 'uid', ...asked])
    .execute();
  await sql`
    CREATE INDEX findings_aggregates ON findings (target) WHERE reason_key IS NOT NULL
  `.execute(context.db);
  await schema
    .createIndex('subjects_ref')
    .on('subjects')
    .columns(['target', 'kind', 'ref', 'state'])
    .execute();
  await schema.createIndex('events_seq').on('events').columns(['seq', 'at', 'target']).execute();
  await schema.createIndex('events_target').on('events').columns(['target', 'seq', 'at']).execute();
  await markChanges(context);
}

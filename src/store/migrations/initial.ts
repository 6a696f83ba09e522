import { randomBytes } from 'node:crypto';
import { type ColumnDefinitionBuilder, sql } from 'kysely';
import type { MigrationContext } from './context.ts';

export async function initial({ db, dialect }: MigrationContext): Promise<void> {
  const ms = dialect === 'postgres' ? sql`bigint` : sql`integer`;
  // Keys sort by bytes on both engines, so that cursors mean the same.
  const keyType = dialect === 'postgres' ? sql`text COLLATE "C"` : sql`text`;
  const required = (column: ColumnDefinitionBuilder): ColumnDefinitionBuilder => column.notNull();

  await db.schema
    .createTable('targets')
    .addColumn('id', keyType, (column) => column.primaryKey())
    .addColumn('vendor', 'text', required)
    .addColumn('state', 'text', required)
    .addColumn('first_seen_at', ms, required)
    .addColumn('removed_at', ms)
    .addColumn('last_scan', 'text')
    .addColumn('last_scan_at', ms)
    .addColumn('baseline_scan', 'text')
    .addColumn('covered_json', 'text', required)
    .addColumn('sources_json', 'text', required)
    .addColumn('report_json', 'text')
    .addColumn('policies_json', 'text', required)
    .execute();

  await db.schema
    .createTable('subjects')
    .addColumn('target', keyType, required)
    .addColumn('kind', keyType, required)
    .addColumn('id', keyType, required)
    .addColumn('ref', keyType, required)
    .addColumn('name', 'text')
    .addColumn('state', 'text', required)
    .addColumn('first_seen_at', ms, required)
    .addColumn('unseen', 'integer', required)
    .addColumn('last_seen_at', ms, required)
    .addColumn('missed', 'integer', required)
    .addColumn('changed_at', ms, required)
    .addColumn('aliases_json', 'text', required)
    .addColumn('tags_json', 'text', required)
    .addColumn('facts_json', 'text', required)
    .addColumn('facts_hash', 'text', required)
    .addPrimaryKeyConstraint('subjects_key', ['target', 'kind', 'id'])
    .execute();
  await db.schema.createIndex('subjects_ref').on('subjects').columns(['target', 'kind', 'ref']).execute();

  await db.schema
    .createTable('findings')
    .addColumn('uid', keyType, (column) => column.primaryKey())
    .addColumn('target', keyType, required)
    .addColumn('vendor', 'text', required)
    .addColumn('kind', 'text', required)
    .addColumn('subject_id', keyType, required)
    .addColumn('subject_ref', keyType, required)
    .addColumn('subject_name', 'text')
    .addColumn('policy', keyType, required)
    .addColumn('policy_version', 'integer', required)
    .addColumn('severity', 'text', required)
    .addColumn('severity_rank', 'integer', required)
    .addColumn('verdict', 'text', required)
    .addColumn('status', 'text', required)
    .addColumn('confidence', 'text', required)
    .addColumn('confirmed', 'integer', required)
    .addColumn('reason_key', 'text')
    .addColumn('affected', 'integer')
    .addColumn('cause', 'text', required)
    .addColumn('opened_at', ms, required)
    .addColumn('changed_at', ms, required)
    .addColumn('resolved_at', ms)
    .addColumn('facts_key', 'text', required)
    .addColumn('tags_json', 'text', required)
    .addColumn('waiver_json', 'text')
    .addColumn('waived_json', 'text', required)
    .addColumn('detail_json', 'text', required)
    .execute();
  await db.schema
    .createIndex('findings_subject')
    .on('findings')
    .columns(['target', 'kind', 'subject_id', 'policy'])
    .execute();
  await db.schema
    .createIndex('findings_worst')
    .on('findings')
    .columns(['status', 'verdict', 'severity_rank desc', 'uid'])
    .execute();
  await db.schema.createIndex('findings_changed').on('findings').columns(['changed_at', 'uid']).execute();

  await db.schema
    .createTable('events')
    .addColumn('seq', ms, (column) => column.primaryKey())
    .addColumn('at', ms, required)
    .addColumn('kind', 'text', required)
    .addColumn('target', keyType)
    .addColumn('scan', 'text')
    .addColumn('uid', keyType)
    .addColumn('policy', 'text')
    .addColumn('subject_kind', 'text')
    .addColumn('cause', 'text')
    .addColumn('policy_version', 'integer')
    .addColumn('severity', 'text')
    .addColumn('severity_rank', 'integer')
    .addColumn('verdict', 'text')
    .addColumn('status', 'text')
    .addColumn('snapshot_json', 'text', required)
    .execute();
  await db.schema.createIndex('events_uid').on('events').columns(['uid', 'seq']).execute();

  await db.schema
    .createTable('scans')
    .addColumn('id', keyType, (column) => column.primaryKey())
    .addColumn('target', keyType, required)
    .addColumn('vendor', 'text', required)
    .addColumn('state', 'text', required)
    .addColumn('recorded', 'integer', required)
    .addColumn('requested_at', ms, required)
    .addColumn('started_at', ms)
    .addColumn('finished_at', ms)
    .addColumn('error_json', 'text')
    .addColumn('sources_json', 'text', required)
    .addColumn('counts_json', 'text', required)
    .addColumn('progress_json', 'text', required)
    .addColumn('policy_hash', 'text')
    .execute();
  await db.schema.createIndex('scans_target').on('scans').columns(['target', 'requested_at']).execute();

  await db.schema
    .createTable('tokens')
    .addColumn('id', keyType, (column) => column.primaryKey())
    .addColumn('name', 'text', required)
    .addColumn('hash', keyType, (column) => column.notNull().unique())
    .addColumn('scopes', 'text', required)
    .addColumn('targets', 'text')
    .addColumn('created_at', ms, required)
    .addColumn('expires_at', ms)
    .addColumn('revoked_at', ms)
    .addColumn('last_used_at', ms)
    .execute();

  await db
    .insertInto('meta')
    .values([
      { key: 'epoch', value: randomBytes(8).toString('hex') },
      { key: 'instance', value: randomBytes(32).toString('hex') },
    ])
    .execute();
}

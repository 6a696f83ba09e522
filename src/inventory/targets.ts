import type { Kysely } from 'kysely';
import type { SourceOutcome, SubjectKind } from '../../adapters/contract/subject.ts';
import type { Database, StoreTransaction, TargetsTable } from '../store/index.ts';
import type { SourceRecord } from './facts.ts';

/** Kind of subject to the end of the last scan that looked at it. */
export type Covered = Partial<Record<SubjectKind, number>>;

export const coveredOf = (row: Pick<TargetsTable, 'covered_json'>): Covered => JSON.parse(row.covered_json);
export const sourcesOf = (row: Pick<TargetsTable, 'sources_json'>): SourceRecord =>
  JSON.parse(row.sources_json);

export async function hasSubjects(db: Kysely<Database>, target: string): Promise<boolean> {
  const row = await db
    .selectFrom('subjects')
    .select('id')
    .where('target', '=', target)
    .limit(1)
    .executeTakeFirst();
  return row !== undefined;
}

/** The target's row, made where there was none; others wait for it until the end of the transaction. */
export async function takeTarget(
  tx: StoreTransaction,
  id: string,
  vendor: string,
  now: number,
): Promise<TargetsTable> {
  await tx.lock(`target ${id}`);
  const row = await tx.db.selectFrom('targets').selectAll().where('id', '=', id).executeTakeFirst();
  if (row !== undefined) return row;
  const fresh: TargetsTable = {
    id,
    vendor,
    state: 'configured',
    first_seen_at: now,
    removed_at: null,
    last_scan: null,
    last_scan_at: null,
    baseline_scan: null,
    covered_json: '{}',
    sources_json: '{}',
    report_json: null,
    policies_json: '{}',
  };
  await tx.db.insertInto('targets').values(fresh).execute();
  return fresh;
}

export async function saveTarget(db: Kysely<Database>, { id, ...rest }: TargetsTable): Promise<void> {
  await db.updateTable('targets').set(rest).where('id', '=', id).execute();
}

/** A source that failed keeps the time of its last answer; one that was not asked has none. */
export function mergeSources(
  before: SourceRecord,
  outcomes: readonly SourceOutcome[],
  now: number,
): SourceRecord {
  const merged: SourceRecord = {};
  for (const outcome of outcomes) {
    const answered = outcome.state === 'complete' || outcome.state === 'partial';
    const earlier = outcome.state === 'failed' ? (before[outcome.source]?.answered_at ?? null) : null;
    merged[outcome.source] = { outcome, answered_at: answered ? now : earlier };
  }
  return merged;
}

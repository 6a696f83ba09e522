import type { Kysely } from 'kysely';
import type { SubjectKind } from '../../adapters/contract/subject.ts';
import type { Database, FindingsTable } from '../store/index.ts';
import type { Detail } from './detail.ts';

const nothing: Detail = { facts: {}, evidence: [], reasons: [], met: [] };

/** What is left of a finding once its room is gone for good: that there was one, of which policy, and when. */
export const anonymous = {
  subject_id: '',
  subject_ref: '',
  subject_name: null,
  cause_key: null,
  facts_key: '',
  tags_json: '[]',
  waiver_json: null,
  waived_json: '{}',
  detail_json: JSON.stringify(nothing),
} as const satisfies Partial<FindingsTable>;

/** Only findings that are over: an open one is never touched. @returns number of findings */
export async function loseTraces(
  db: Kysely<Database>,
  { target, kind, ids }: { target: string; kind: SubjectKind; ids: readonly string[] },
): Promise<number> {
  if (ids.length === 0) return 0;
  const { numUpdatedRows } = await db
    .updateTable('findings')
    .set(anonymous)
    .where('target', '=', target)
    .where('kind', '=', kind)
    .where('subject_id', 'in', ids)
    .where('status', 'in', ['resolved', 'closed'])
    .executeTakeFirst();
  return Number(numUpdatedRows);
}

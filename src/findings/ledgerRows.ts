import type { SubjectKind } from '../../adapters/contract/subject.ts';
import type { FindingsTable, StoreTransaction } from '../store/index.ts';
import type { HoldableWaiver } from './waivers.ts';

interface Place {
  tx: StoreTransaction;
  target: string;
}

/** All findings of these subjects, by their ids. */
export async function findingsOf(
  { tx, target, only }: Place & { only?: ReadonlySet<string> },
  kind: SubjectKind,
  ids: readonly string[],
): Promise<Map<string, FindingsTable[]>> {
  const found = new Map<string, FindingsTable[]>();
  for (let from = 0; from < ids.length; from += 1_000) {
    let query = tx.db
      .selectFrom('findings')
      .selectAll()
      .where('target', '=', target)
      .where('kind', '=', kind)
      .where('subject_id', 'in', ids.slice(from, from + 1_000));
    if (only !== undefined) query = query.where('policy', 'in', [...only]);
    for (const row of await query.execute()) {
      const list = found.get(row.subject_id);
      if (list === undefined) found.set(row.subject_id, [row]);
      else list.push(row);
    }
  }
  return found;
}

export async function hasFindings(db: StoreTransaction['db'], target: string): Promise<boolean> {
  const row = await db
    .selectFrom('findings')
    .select('uid')
    .where('target', '=', target)
    .limit(1)
    .executeTakeFirst();
  return row !== undefined;
}

/** Policies of which a finding is under a waiver or may come under one: those are looked at by every scan. */
export async function waivedPolicies({
  tx,
  target,
  waivers,
}: Place & { waivers: readonly HoldableWaiver[] }): Promise<ReadonlySet<string>> {
  const rows = await tx.db
    .selectFrom('findings')
    .select('policy')
    .distinct()
    .where('target', '=', target)
    .where('status', '=', 'waived')
    .execute();
  return new Set([...rows, ...waivers].map(({ policy }) => policy));
}

/** Findings of these subjects were written by something else than a look at all of them. */
export async function forgetLooks(
  { tx, target }: Place,
  kind: SubjectKind,
  ids: readonly string[],
): Promise<void> {
  for (let from = 0; from < ids.length; from += 1_000) {
    await tx.db
      .updateTable('subjects')
      .set({ judged: null })
      .where('target', '=', target)
      .where('kind', '=', kind)
      .where('id', 'in', ids.slice(from, from + 1_000))
      .where('judged', 'is not', null)
      .execute();
  }
}

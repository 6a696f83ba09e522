import { roomRef } from '../access/ref.ts';
import { LedgerPass } from '../findings/ledger.ts';
import { settleWaivers } from '../findings/settle.ts';
import { saveTarget } from '../inventory/targets.ts';
import { waiversFor } from './declared.ts';
import { pseudonyms } from './pseudonyms.ts';
import type { ApplyDeps } from './record.ts';

/**
 * At start and after every change of the configuration: findings of targets that are no longer in it are archived, never
 * resolved.
 * @returns ids of the targets that were archived
 */
export async function archiveRemoved(
  deps: ApplyDeps,
  configured: readonly string[],
  now: number,
): Promise<string[]> {
  return deps.store.transaction(async (tx) => {
    const rows = await tx.db.selectFrom('targets').selectAll().where('state', '=', 'configured').execute();
    const gone = rows.filter((row) => !configured.includes(row.id)).map((row) => row.id);
    const removed: string[] = [];
    for (const id of gone.sort()) {
      await tx.lock(`target ${id}`);
      const row = await tx.db.selectFrom('targets').selectAll().where('id', '=', id).executeTakeFirst();
      // Another instance was faster.
      if (row === undefined || row.state === 'removed') continue;
      const ledger = new LedgerPass({
        tx,
        catalogue: deps.catalogue,
        target: row.id,
        vendor: row.vendor,
        scan: null,
        now,
        states: new Map(),
        waivers: [],
        baseline: new Set(),
        causeOf: () => 'scope',
        ...pseudonyms(deps),
      });
      await ledger.closeAll();
      await saveTarget(tx.db, { ...row, state: 'removed', removed_at: now });
      removed.push(id);
    }
    return removed;
  });
}

/**
 * Waivers that began or ended meanwhile, so that none outlasts its date because nothing was scanned.
 * @param targets ids; left out: all that there are
 * @returns number of findings that moved
 */
export async function refreshWaivers(
  deps: ApplyDeps,
  now: number,
  targets?: readonly string[],
): Promise<number> {
  const known = await deps.store.db.selectFrom('targets').select('id').orderBy('id').execute();
  let moved = 0;
  for (const { id } of known) {
    if (targets?.includes(id) === false) continue;
    moved += await deps.store.transaction(async (tx) => {
      await tx.lock(`target ${id}`);
      const waivers = await waiversFor(tx.db, deps.config, id);
      return settleWaivers(tx, deps.catalogue, id, waivers, now);
    });
  }
  return moved;
}

/**
 * Refs are kept as columns to be found by. When the configuration brings another instance key they are made anew.
 * @returns whether that was necessary
 */
export async function adoptKey({ store, key }: Pick<ApplyDeps, 'store' | 'key'>): Promise<boolean> {
  const fingerprint = roomRef(key, 'roomwarden key');
  const known = await store.db
    .selectFrom('meta')
    .select('value')
    .where('key', '=', 'key_used')
    .executeTakeFirst();
  if (known?.value === fingerprint) return false;
  await store.transaction(async (tx) => {
    const subjects = await tx.db.selectFrom('subjects').selectAll().execute();
    await tx.bulkUpsert(
      'subjects',
      subjects.map((row) => ({ ...row, ref: roomRef(key, row.id) })),
    );
    const findings = await tx.db.selectFrom('findings').selectAll().where('subject_id', '!=', '').execute();
    await tx.bulkUpsert(
      'findings',
      findings.map((row) => ({ ...row, subject_ref: roomRef(key, row.subject_id) })),
    );
    await tx.db
      .insertInto('meta')
      .values({ key: 'key_used', value: fingerprint })
      .onConflict((conflict) => conflict.column('key').doUpdateSet({ value: fingerprint }))
      .execute();
  });
  return known !== undefined;
}

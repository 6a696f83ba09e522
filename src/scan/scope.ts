import { roomRef } from '../access/ref.ts';
import { LedgerPass } from '../findings/ledger.ts';
import { settleWaivers } from '../findings/settle.ts';
import { saveTarget } from '../inventory/targets.ts';
import { setMeta } from '../store/epoch.ts';
import type { Store, StoreTransaction } from '../store/index.ts';
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
  const { db } = deps.store;
  const rows = await db.selectFrom('targets').select('id').where('state', '=', 'configured').execute();
  const gone = rows.map(({ id }) => id).filter((id) => !configured.includes(id));
  const removed: string[] = [];
  // Each for itself: whoever holds the feed must not wait for another target.
  for (const id of gone.sort()) {
    if (await deps.store.transaction((tx) => archive(tx, deps, id, now))) removed.push(id);
  }
  return removed;
}

/** @returns false where another instance was faster */
async function archive(tx: StoreTransaction, deps: ApplyDeps, id: string, now: number): Promise<boolean> {
  await tx.lock(`target ${id}`);
  const row = await tx.db.selectFrom('targets').selectAll().where('id', '=', id).executeTakeFirst();
  if (row === undefined || row.state === 'removed') return false;
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
  return true;
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
  const used = (db: Store['db']) =>
    db.selectFrom('meta').select('value').where('key', '=', 'key_used').executeTakeFirst();
  if ((await used(store.db))?.value === fingerprint) return false;
  return store.transaction(async (tx) => {
    await tx.lock('instance key');
    const known = await used(tx.db);
    // Another instance was faster, and may be scanning already.
    if (known?.value === fingerprint) return false;
    const subjects = await tx.db.selectFrom('subjects').select(['target', 'kind', 'id']).execute();
    // Nothing but the refs: what else stands in these rows may have been written since they were read.
    await tx.bulkUpdate(
      'subjects',
      ['ref'],
      subjects.map((row) => ({ ...row, ref: roomRef(key, row.id) })),
    );
    const named = tx.db.selectFrom('findings').select(['uid', 'subject_id']).where('subject_id', '!=', '');
    const findings = await named.execute();
    await tx.bulkUpdate(
      'findings',
      ['subject_ref'],
      findings.map((row) => ({ uid: row.uid, subject_ref: roomRef(key, row.subject_id) })),
    );
    await setMeta(tx.db, 'key_used', fingerprint);
    return known !== undefined;
  });
}

import type { StoreTransaction } from '../store/index.ts';

/** Of those in the shared queue. */
export async function lastScan(
  tx: StoreTransaction,
  target: string,
): Promise<{ id: string; active: boolean } | null> {
  const row = await tx.db
    .selectFrom('scans')
    .select(['id', 'state'])
    .where('target', '=', target)
    .where('fence', 'is not', null)
    .orderBy('requested_at', 'desc')
    .limit(1)
    .executeTakeFirst();
  return row === undefined ? null : { id: row.id, active: row.state === 'queued' || row.state === 'running' };
}

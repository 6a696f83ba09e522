import type { StoreTransaction } from '../store/index.ts';

/** The one in the shared queue that waits or runs. */
export async function activeScanOf(tx: StoreTransaction, target: string): Promise<string | null> {
  const row = await tx.db
    .selectFrom('scans')
    .select('id')
    .where('target', '=', target)
    .where('state', 'in', ['queued', 'running'])
    .where('fence', 'is not', null)
    .orderBy('requested_at', 'desc')
    .limit(1)
    .executeTakeFirst();
  return row?.id ?? null;
}

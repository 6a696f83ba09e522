import { sql } from 'kysely';
import type { Store, StoreTransaction } from '../store/index.ts';

/** Another attempt at the same scan has begun meanwhile: this one must not write. */
export class Superseded extends Error {
  override readonly name = 'Superseded';
}

/** The process stops before the scan was collected: it is for another attempt. */
export class Unfinished extends Error {
  override readonly name = 'Unfinished';
}

/** The store could not even be told that the scan failed: it is for another attempt once this one is missed. */
export class Unsettled extends Error {
  override readonly name = 'Unsettled';
}

/** Says how an attempt at a scan from the shared queue ended, not how the scan did. */
export const isOfAttempt = (error: unknown): boolean =>
  error instanceof Superseded || error instanceof Unfinished || error instanceof Unsettled;

/**
 * A process that stands still in the middle of a transaction would hold what it locked for ever: the server ends its
 * session instead. Between two statements there is work of milliseconds.
 */
const longestIdleMs = 60_000;

/**
 * Whether the ledger holds the scan already. From then on no newer attempt can begin until the transaction ends.
 * @throws {Superseded}
 */
export async function isRecorded(
  tx: StoreTransaction,
  dialect: Store['dialect'],
  { id, fence }: { id: string; fence?: number },
): Promise<boolean> {
  const query = tx.db.selectFrom('scans').select(['recorded', 'fence']).where('id', '=', id);
  if (dialect === 'sqlite') return (await query.executeTakeFirst())?.recorded === 1;
  await sql`set local idle_in_transaction_session_timeout = ${sql.lit(longestIdleMs)}`.execute(tx.db);
  const row = await query.forUpdate().executeTakeFirst();
  if (fence !== undefined && row?.fence !== fence) throw new Superseded();
  return row?.recorded === 1;
}

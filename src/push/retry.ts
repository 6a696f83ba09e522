import { audit } from '../access/audit.ts';
import type { Store } from '../store/index.ts';

/**
 * Set-aside events are sent once more, as soon as the receiver takes anything.
 * @param seqs null = all of them
 * @returns how many there are
 */
export async function retryDeadLetters(
  store: Store,
  receiver: string,
  seqs: readonly number[] | null,
  actor: string,
  now: number,
): Promise<number> {
  return store.transaction(async ({ db }) => {
    let update = db.updateTable('dead_letters').set({ retry: 1 }).where('receiver', '=', receiver);
    if (seqs !== null) update = update.where('seq', 'in', seqs.length === 0 ? [-1] : seqs);
    const { numUpdatedRows } = await update.executeTakeFirst();
    const count = Number(numUpdatedRows);
    await audit(db, { actor, action: 'receiver.retry', object: receiver, detail: { count } }, now);
    return count;
  });
}

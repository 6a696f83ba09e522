import { CompiledQuery, type Kysely } from 'kysely';
import { type ConstructorOptions, PgBoss } from 'pg-boss';
import type { Log } from '../../adapters/contract/adapter.ts';
import type { Database, Store } from '../store/index.ts';

export type Boss = PgBoss;
export const queueName = 'scan';
const schema = 'roomwarden_queue';

export interface ScanJob {
  target: string;
  scan: string;
}

export interface TakenJob {
  id: string;
  retryCount: number;
  data: ScanJob;
}

/** A scan that no instance can finish is given up after so many instances died of it. */
const retryLimit = 3;
const longestScanS = 6 * 3600;

/** Runs the queue's statements where ours run: on the same connections, or in the same transaction. */
export function statements(db: Kysely<Database>): NonNullable<ConstructorOptions['db']> {
  return {
    async executeSql(text, values = []) {
      const { rows } = await db.executeQuery<never>(CompiledQuery.raw(text, [...values]));
      return { rows };
    },
  };
}

/**
 * Opens the queue and makes it where it is not there yet.
 * @param heartbeat seconds, 10 at least
 * @param supervises looks for scans whose instance gave no sign of life
 */
export async function openBoss(
  store: Store,
  { heartbeat, supervises, log }: { heartbeat: number; supervises: boolean; log: Log },
): Promise<Boss> {
  const every = Math.max(1, Math.floor(heartbeat / 5));
  const boss = new PgBoss({
    db: statements(store.db),
    schema,
    schedule: false,
    supervise: supervises,
    superviseIntervalSeconds: every,
    monitorIntervalSeconds: every,
  });
  boss.on('error', (error: Error) => log.error({ error: error.name }, 'the queue of scans does not answer'));
  const options = {
    heartbeatSeconds: heartbeat,
    retryLimit,
    retryDelay: 0,
    expireInSeconds: longestScanS,
    deleteAfterSeconds: 3600,
  };
  // Instances that start together would make the same tables at once, and all but one would fail.
  await store.transaction(async (tx) => {
    await tx.lock('queue of scans');
    await boss.start();
    await boss.createQueue(queueName, { policy: 'exclusive', ...options });
    await boss.updateQueue(queueName, options);
  });
  return boss;
}

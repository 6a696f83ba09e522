import { CompiledQuery, type Kysely, sql } from 'kysely';
import { type ConstructorOptions, PgBoss } from 'pg-boss';
import type { Log } from '../../adapters/contract/adapter.ts';
import type { Database, Store } from '../store/index.ts';

export type Boss = PgBoss;
export const queueName = 'scan';
/** Of rooms of large targets, for whoever has a place free. */
export const sliceQueue = 'slice';
const schema = 'roomwarden_queue';

export interface ScanJob {
  target: string;
  scan: string;
}

export interface TakenJob<T = ScanJob> {
  id: string;
  retryCount: number;
  data: T;
}

/** The types of the library leave out what it answers: how many jobs were still in this attempt. */
export const reached = (answer: object): boolean => 'affected' in answer && answer.affected === 1;

export const attemptOf = ({ id, retryCount }: TakenJob<unknown>): { id: string; retryCount: number } => ({
  id,
  retryCount,
});

/** A scan that no instance can finish is given up after so many instances died of it. */
const retryLimit = 3;
const longestScanS = 6 * 3600;
const longestSliceS = 3600;

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
 * Out of the queue, unless somebody has it. The library itself deletes jobs in any state.
 * @returns `retry`: somebody had it and did not finish it
 */
export async function takeBack(
  { db }: Pick<Store, 'db'>,
  queue: string,
  id: string,
): Promise<'created' | 'retry' | null> {
  const { rows } = await sql<{ state: 'created' | 'retry' }>`
    delete from ${sql.table(`${schema}.job`)}
    where name = ${queue} and id = ${id}::uuid and state in ('created', 'retry') returning state
  `.execute(db);
  return rows[0]?.state ?? null;
}

export interface QueueDepth {
  work: 'scan' | 'slice';
  state: 'waiting' | 'active';
  jobs: number;
}

/** Of all instances together. Each queue by itself: so both are read by an index, however many scans are over. */
export async function queueDepth({ db }: Pick<Store, 'db'>): Promise<QueueDepth[]> {
  const job = sql.table(`${schema}.job`);
  const { rows } = await sql<{ work: QueueDepth['work']; waiting: string; active: string }>`
    select ${queueName}::text as work, count(*) filter (where state <> 'active') as waiting,
      count(*) filter (where state = 'active') as active
    from ${job} where name = ${queueName} and state <= 'active' and policy = 'exclusive'
    union all
    select ${sliceQueue}::text, count(*) filter (where state <> 'active'), count(*) filter (where state = 'active')
    from ${job} where name = ${sliceQueue} and state <= 'active'
  `.execute(db);
  return rows.flatMap(({ work, waiting, active }) => [
    { work, state: 'waiting' as const, jobs: Number(waiting) },
    { work, state: 'active' as const, jobs: Number(active) },
  ]);
}

/**
 * A worker that died after its scan was over, and before it said so, keeps the target's place until its signs of life
 * are missed. Nobody needs it any more.
 */
export async function freePlace({ db }: Pick<Store, 'db'>, target: string): Promise<void> {
  await sql`
    delete from ${sql.table(`${schema}.job`)} job
    where name = ${queueName} and singleton_key = ${target} and state in ('created', 'retry', 'active')
    and not exists (
      select from scans where scans.id = job.data ->> 'scan' and scans.state in ('queued', 'running')
    )
  `.execute(db);
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
    const once = { ...options, retryLimit: 1, expireInSeconds: longestSliceS };
    await boss.createQueue(sliceQueue, { policy: 'standard', ...once });
    await boss.updateQueue(sliceQueue, once);
  });
  return boss;
}

import type { Log } from '../../adapters/contract/adapter.ts';
import type { Slices } from '../../adapters/contract/slices.ts';
import { RoomwardenError } from '../errors.ts';
import { rfc3339 } from '../findings/detail.ts';
import type { Store } from '../store/index.ts';
import { attemptOf, type Boss, queueName, reached, statements, type TakenJob } from './boss.ts';
import { Superseded, Unfinished } from './fence.ts';
import type { SplitDeps } from './lender.ts';
import type { ScanProgress } from './runner.ts';
import { dropSplits } from './slices.ts';
import { type OwnSlice, Split } from './split.ts';
import { failureOf } from './state.ts';

/** One turn at a scan of the shared queue. */
export interface Turn {
  target: string;
  scan: string;
  /** Number of this attempt. */
  fence: number;
  signal: AbortSignal;
  onProgress(progress: ScanProgress): void;
  /** Shares the rooms with all instances; left out where none is to be shared. */
  divide?(own: OwnSlice): Slices;
}

/** What any work from the shared queue needs. */
export interface QueueWork {
  store: Store;
  boss: Boss;
  /** Seconds without a sign of life after which another instance takes the work. */
  heartbeat: number;
  now(): number;
  log: Log;
  knows(target: string): boolean;
}

export interface AttemptDeps extends QueueWork {
  /** Null: every target is collected by one instance. */
  split: SplitDeps | null;
  /** @throws {Superseded | Unfinished | Unsettled} when nothing was written */
  run(turn: Turn): Promise<void>;
}

const progressEveryMs = 2_000;

/** Takes a scan from the queue, gives signs of life while it runs, and settles it: done, handed back, or left to another. */
export async function attempt(deps: AttemptDeps, job: TakenJob, stopping: AbortSignal): Promise<void> {
  const { target, scan } = job.data;
  if (!deps.knows(target)) await giveUp(deps, scan, `${target} is not in the configuration`);
  const fence = await begin(deps, scan);
  if (fence === null) return settle(deps, job);
  const life = signsOfLife(deps, queueName, job);
  try {
    const signal = AbortSignal.any([stopping, life.lost]);
    const onProgress = progressWriter(deps, scan, fence);
    const { split } = deps;
    const divide = (own: OwnSlice): Slices =>
      new Split(split as SplitDeps, { target, scan, fence, signal }, own);
    await deps.run({ target, scan, fence, signal, onProgress, ...(split === null ? {} : { divide }) });
    await settle(deps, job);
  } catch (error) {
    if (error instanceof Superseded || life.lost.aborted) {
      deps.log.warn({ target, scan }, 'another instance has taken this scan over; nothing was written');
    } else if (error instanceof Unfinished) {
      await handBack(deps, job, fence);
    } else throw error;
  } finally {
    life.end();
  }
}

/** @returns the number of this attempt; null where the scan is recorded or given up already */
async function begin({ store, now }: AttemptDeps, scan: string): Promise<number | null> {
  const row = await store.db
    .updateTable('scans')
    .set((expression) => ({
      state: 'running',
      started_at: now(),
      progress_json: '{}',
      fence: expression('fence', '+', 1),
    }))
    .where('id', '=', scan)
    .where('recorded', '=', 0)
    .where('state', 'in', ['queued', 'running'])
    .returning('fence')
    .executeTakeFirst();
  // A newer attempt may have begun since.
  await dropSplits(store, scan, row === undefined ? {} : { before: row.fence ?? 0 });
  return row?.fence ?? null;
}

/** Whoever settles an attempt that is not the newest settles nothing. */
async function settle({ boss }: AttemptDeps, job: TakenJob): Promise<void> {
  await boss.complete(queueName, attemptOf(job));
}

/** For the next instance, before everything that waits. */
async function handBack({ store, boss, log }: AttemptDeps, job: TakenJob, fence: number): Promise<void> {
  const { target, scan } = job.data;
  await store.transaction(async (tx) => {
    const row = await tx.db
      .updateTable('scans')
      .set({ state: 'queued', started_at: null, progress_json: '{}', fence: fence + 1 })
      .where('id', '=', scan)
      .where('fence', '=', fence)
      .returning('id')
      .executeTakeFirst();
    if (row === undefined) return;
    const db = statements(tx.db);
    if (!reached(await boss.deleteJob(queueName, attemptOf(job), { db }))) return;
    await boss.send(queueName, job.data, { singletonKey: target, priority: 1, db });
  });
  log.info({ target, scan }, 'scan handed back: this instance stops');
}

/** The scan is over without a result; whoever still runs it cannot write any more. @returns whether it was */
export async function giveUp(
  { store, now }: Pick<AttemptDeps, 'store' | 'now'>,
  scan: string,
  detail = `interrupted, noticed ${rfc3339(now())}`,
): Promise<boolean> {
  const error = failureOf(new RoomwardenError('RW2006', { target: '', detail }));
  const row = await store.db
    .updateTable('scans')
    .set((expression) => ({
      state: 'interrupted',
      finished_at: now(),
      error_json: JSON.stringify(error),
      fence: expression('fence', '+', 1),
    }))
    .where('id', '=', scan)
    .where('recorded', '=', 0)
    .where('state', 'in', ['queued', 'running'])
    .returning('id')
    .executeTakeFirst();
  await dropSplits(store, scan);
  return row !== undefined;
}

export function signsOfLife(
  { boss, heartbeat }: Pick<AttemptDeps, 'boss' | 'heartbeat'>,
  queue: string,
  job: TakenJob<unknown>,
): { lost: AbortSignal; end(): void } {
  const lost = new AbortController();
  let last = performance.now();
  const lose = (): void => lost.abort(new Superseded());
  const beat = async (): Promise<void> => {
    try {
      if (reached(await boss.touch(queue, attemptOf(job)))) last = performance.now();
      else lose();
    } catch {
      // Nobody else sees this instance either.
      if (performance.now() - last > heartbeat * 1000) lose();
    }
  };
  const timer = setInterval(() => void beat(), (heartbeat * 1000) / 4);
  return { lost: lost.signal, end: () => clearInterval(timer) };
}

function progressWriter({ store }: AttemptDeps, scan: string, fence: number): Turn['onProgress'] {
  let before = Number.NEGATIVE_INFINITY;
  let writing = false;
  return (progress) => {
    if (writing || performance.now() - before < progressEveryMs) return;
    writing = true;
    before = performance.now();
    void store.db
      .updateTable('scans')
      .set({ progress_json: JSON.stringify(progress) })
      .where('id', '=', scan)
      .where('fence', '=', fence)
      .execute()
      .catch(() => {})
      .finally(() => {
        writing = false;
      });
  };
}

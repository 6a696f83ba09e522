import type { KeyRange } from '../../adapters/contract/subject.ts';
import { type QueueWork, signsOfLife } from './attempt.ts';
import { attemptOf, reached, sliceQueue, statements, type TakenJob } from './boss.ts';
import { Superseded } from './fence.ts';
import type { SplitDeps } from './lender.ts';
import type { CollectedSlice } from './slice-collect.ts';
import { isPassing, jobKey, keepLines, type SliceCounts, type SliceJob, splitOf } from './slices.ts';

export interface SliceTurn {
  target: string;
  basis: unknown;
  range: KeyRange;
  signal: AbortSignal;
}

export interface HelperDeps extends QueueWork {
  /** Scans in flight of this instance. */
  concurrency: number;
  /** Most rooms of one slice. */
  size: number;
  counts: SliceCounts;
  collect(turn: SliceTurn): Promise<CollectedSlice>;
}

type SliceDeps = Omit<HelperDeps, 'concurrency' | 'size'>;

/** What one instance does for scans of others, and they for its own. */
export class Helper {
  readonly #deps: HelperDeps;
  #helping = 0;
  /** Own scans whose slices others may take. */
  #splits = 0;

  constructor(deps: HelperDeps) {
    this.#deps = deps;
  }

  /**
   * A slice, for whoever has no scan to begin: on half of the places, so that no large target takes all of them, and not
   * while an own scan is divided. @returns null where there is none to be had
   */
  async take(
    fetch: () => Promise<TakenJob<SliceJob>[]>,
    signal: AbortSignal,
  ): Promise<{ work: Promise<void> } | null> {
    if (this.#splits > 0 || this.#helping >= Math.max(1, this.#deps.concurrency / 2)) return null;
    const [job] = await fetch();
    if (job === undefined) return null;
    // An own scan was divided while this was fetched.
    if (this.#splits > 0) return { work: handBack(this.#deps, job) };
    this.#helping += 1;
    const work = help(this.#deps, job, signal).finally(() => {
      this.#helping -= 1;
    });
    return { work };
  }

  splitDeps(look: number): SplitDeps {
    const { store, boss, log, now, size, counts } = this.#deps;
    const onSplit = (begins: boolean): void => {
      this.#splits += begins ? 1 : -1;
    };
    return { store, boss, log, now, size, counts, look, onSplit };
  }
}

/** Collects one slice of a scan that another instance has, and hands it over; a slice that nobody waits for is dropped. */
export async function help(deps: SliceDeps, job: TakenJob<SliceJob>, stopping: AbortSignal): Promise<void> {
  const { boss, log, counts } = deps;
  const { target, scan, slice } = job.data;
  const plan = deps.knows(target) ? await splitOf(deps.store, job.data) : null;
  const range = plan?.ranges[slice];
  if (plan === null || range === undefined) {
    await boss.complete(sliceQueue, attemptOf(job));
    return;
  }
  if (job.retryCount > 0) counts.repeated(target, 'other');
  const life = signsOfLife(deps, sliceQueue, job);
  const signal = AbortSignal.any([stopping, life.lost]);
  try {
    const collected = await deps.collect({ target, basis: plan.basis, range, signal });
    signal.throwIfAborted();
    if (isPassing(collected.end) && job.retryCount === 0) await boss.fail(sliceQueue, attemptOf(job));
    else {
      await handOver(deps, job, collected);
      counts.collected(target, 'other', collected.end);
    }
    log.info({ target, scan, slice, subjects: collected.subjects }, 'slice collected for another instance');
  } catch (error) {
    if (error instanceof Superseded || life.lost.aborted)
      log.warn(
        { target, scan, slice },
        'this slice was taken over, or its scan is over; nothing was written',
      );
    else if (stopping.aborted) await handBack(deps, job);
    else {
      log.warn({ target, scan, slice, error: nameOf(error) }, 'a slice could not be collected');
      await boss.fail(sliceQueue, attemptOf(job));
    }
  } finally {
    life.end();
  }
}

/** @throws {Superseded} when another instance has the slice */
async function handOver(
  { store, boss, now }: SliceDeps,
  job: TakenJob<SliceJob>,
  { chunks, end }: CollectedSlice,
): Promise<void> {
  await store.transaction(async (tx) => {
    const db = statements(tx.db);
    const answer = await boss.complete(sliceQueue, attemptOf(job), { end }, { db });
    if (!reached(answer)) throw new Superseded();
    await keepLines(tx, job.data, chunks, now());
  });
}

/** This try does not count. */
async function handBack({ store, boss }: SliceDeps, job: TakenJob<SliceJob>): Promise<void> {
  await store.transaction(async (tx) => {
    const db = statements(tx.db);
    if (!reached(await boss.deleteJob(sliceQueue, attemptOf(job), { db }))) return;
    await boss.send(sliceQueue, job.data, { singletonKey: jobKey(job.data), priority: 1, db });
  });
}

const nameOf = (error: unknown): string => (error instanceof Error ? error.name : typeof error);

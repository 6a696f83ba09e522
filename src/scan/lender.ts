import type { Log } from '../../adapters/contract/adapter.ts';
import type { SliceEnd } from '../../adapters/contract/slices.ts';
import type { KeyRange } from '../../adapters/contract/subject.ts';
import type { Store } from '../store/index.ts';
import { type Boss, sliceQueue, takeBack } from './boss.ts';
import { pause } from './pause.ts';
import { jobKey, type SliceCounts, type SliceJob } from './slices.ts';

export interface SplitDeps {
  store: Store;
  boss: Boss;
  log: Log;
  now(): number;
  /** Milliseconds between two looks at what others have done. */
  look: number;
  /** Most rooms of one slice. */
  size: number;
  counts: SliceCounts;
  /** Called when the division begins and when it is over. */
  onSplit?(begins: boolean): void;
}

export interface Slice {
  number: number;
  range: KeyRange;
  tries: number;
  /** Rooms that an earlier try gave before it broke off. */
  told: ReadonlySet<string>;
}

/** Slices of one target that others have at the same time: so many connections to its source, and no more places of theirs. */
const mostLent = 3;

/** Offers slices of one scan to all instances, and takes back what nobody has begun. */
export class Lender {
  readonly #deps: SplitDeps;
  readonly #attempt: Omit<SliceJob, 'slice'>;
  readonly #closing = new AbortController();
  readonly #loop: Promise<void>;
  #waiting: Slice[];
  readonly #lent = new Map<number, Slice>();
  #ended: { slice: Slice; end: SliceEnd | null }[] = [];

  constructor(
    deps: SplitDeps,
    attempt: Omit<SliceJob, 'slice'>,
    ranges: readonly KeyRange[],
    signal: AbortSignal,
  ) {
    this.#deps = deps;
    this.#attempt = attempt;
    this.#waiting = ranges.map((range, number) => ({ number, range, tries: 0, told: new Set() }));
    this.#loop = this.#watch(AbortSignal.any([signal, this.#closing.signal]));
  }

  /** What others are through with since the last call; `end` null: nobody collected it. */
  ended(): { slice: Slice; end: SliceEnd | null }[] {
    return this.#ended.splice(0);
  }

  isOver(): boolean {
    return this.#waiting.length === 0 && this.#lent.size === 0 && this.#ended.length === 0;
  }

  again(slice: Slice): void {
    this.#waiting.push(slice);
  }

  /** For this instance itself; null where there is none, or others are at work on what is left. */
  async next(): Promise<Slice | null> {
    const own = this.#waiting.shift();
    if (own !== undefined) return own;
    for (const { id, state, data } of await this.#jobs()) {
      const slice = this.#lent.get(data.slice);
      if (slice === undefined || (state !== 'created' && state !== 'retry')) continue;
      // First of all: whoever looks meanwhile would take it for lost.
      this.#lent.delete(slice.number);
      const was = await takeBack(this.#deps.store, sliceQueue, id);
      if (was === 'retry') this.#deps.counts.repeated(data.target, 'own');
      if (was !== null) return slice;
      this.#lent.set(slice.number, slice);
    }
    return null;
  }

  async close(): Promise<void> {
    this.#closing.abort();
    await this.#loop;
    const jobs = await this.#jobs().catch(() => []);
    const ids = jobs.map(({ id }) => id);
    if (ids.length > 0) await this.#deps.boss.deleteJob(sliceQueue, ids).catch(() => {});
  }

  #jobs() {
    return this.#deps.boss.findJobs<SliceJob>(sliceQueue, { key: jobKey(this.#attempt) });
  }

  async #watch(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      await this.#look().catch((error: unknown) => {
        const told = error instanceof Error ? error.name : typeof error;
        this.#deps.log.error({ error: told }, 'slices cannot be shared; it is tried again');
      });
      await pause(this.#deps.look, signal);
    }
  }

  async #look(): Promise<void> {
    const lent = [...this.#lent.values()];
    const jobs = new Map((await this.#jobs()).map((job) => [job.data.slice, job]));
    for (const slice of lent) {
      const job = jobs.get(slice.number);
      // Taken back meanwhile.
      if (!this.#lent.has(slice.number)) continue;
      if (job === undefined) {
        this.#lent.delete(slice.number);
        this.#waiting.push(slice);
        continue;
      }
      if (job.state !== 'completed' && job.state !== 'failed' && job.state !== 'cancelled') continue;
      this.#lent.delete(slice.number);
      const { end = null } = (job.output ?? {}) as { end?: SliceEnd | null };
      this.#ended.push({ slice, end: job.state === 'completed' ? end : null });
    }
    // One is left for this instance, which is at work in any case.
    while (this.#lent.size < mostLent && this.#waiting.length > 1) {
      const slice = this.#waiting.pop() as Slice;
      this.#lent.set(slice.number, slice);
      const job: SliceJob = { ...this.#attempt, slice: slice.number };
      try {
        await this.#deps.boss.send(sliceQueue, job, { singletonKey: jobKey(this.#attempt) });
      } catch (error) {
        this.#lent.delete(slice.number);
        this.#waiting.push(slice);
        throw error;
      }
    }
  }
}

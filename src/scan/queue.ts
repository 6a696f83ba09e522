import type { Log } from '../../adapters/contract/adapter.ts';
import { latestAt } from '../inventory/clock.ts';
import { lastStarts } from '../inventory/starts.ts';
import type { Store, StoreTransaction } from '../store/index.ts';
import { activeScanOf } from './active-scan.ts';
import { type AttemptDeps, attempt, giveUp } from './attempt.ts';
import {
  type Boss,
  freePlace,
  openBoss,
  queueName,
  type ScanJob,
  sliceQueue,
  statements,
  type TakenJob,
} from './boss.ts';
import { Helper, type HelperDeps } from './helper.ts';
import { pause } from './pause.ts';
import type { ScanProgress } from './runner.ts';
import type { Requested, ScanQueue } from './schedule.ts';
import { dropLostSplits, type SliceJob } from './slices.ts';
import { Timetable } from './timetable.ts';

export interface SharedQueueDeps extends Pick<AttemptDeps, 'now' | 'knows' | 'run' | 'heartbeat'> {
  store: Store;
  timezone: string;
  /** Scans in flight of this instance. */
  concurrency: number;
  /** How long a stop waits for what runs, ms. */
  deadline: number;
  /** Whether this instance may take scans at all. */
  takes: boolean;
  targets: readonly { id: string; vendor: string; schedule: string | null }[];
  /** Null: no scan is shared with other instances. */
  slices: Pick<HelperDeps, 'size' | 'collect' | 'counts'> | null;
  newScanId(): string;
  log: Log;
  /** Milliseconds between two looks at what waits, runs and is due; default a second. */
  look?: number;
}

interface Active {
  target: string;
  scan: string;
  progress: ScanProgress | null;
}

const usualLookMs = 1_000;
const batchSize = 100;

/**
 * One queue in PostgreSQL for all instances: one scan per target at a time, first come, first served. Whoever takes a
 * scan and gives no sign of life loses it to another instance and can write nothing from then on.
 */
export class SharedQueue implements ScanQueue {
  readonly #deps: SharedQueueDeps;
  readonly #boss: Boss;
  readonly #lookMs: number;
  readonly #stopping = new AbortController();
  /** Aborted when this instance is to leave its scans to others. */
  #shift = new AbortController();
  readonly #running = new Set<Promise<void>>();
  readonly #loops: Promise<void>[] = [];
  readonly #helper: Helper | null;
  #active = new Map<string, Active>();
  #timetable: Timetable | null = null;
  #working = false;
  #wake = (): void => {};

  private constructor(deps: SharedQueueDeps, boss: Boss) {
    this.#deps = deps;
    this.#boss = boss;
    this.#lookMs = deps.look ?? usualLookMs;
    const { slices } = deps;
    this.#helper = slices === null ? null : new Helper({ ...deps, ...slices, boss });
  }

  static async open(deps: SharedQueueDeps): Promise<SharedQueue> {
    const { store, heartbeat, takes, log } = deps;
    const queue = new SharedQueue(deps, await openBoss(store, { heartbeat, supervises: takes, log }));
    await queue.#look();
    queue.#loops.push(queue.#watch());
    if (takes) queue.#loops.push(queue.#take());
    return queue;
  }

  /** Takes scans and keeps the schedules from now on, or leaves both to others. What runs is ended by `false`. */
  async work(on: boolean): Promise<void> {
    const { targets, timezone, store, now } = this.#deps;
    if (on && this.#timetable === null) {
      const ids = targets.map(({ id }) => id);
      const starts = await lastStarts(store, ids, latestAt(now()));
      const planned = targets.map((target) => ({ ...target, lastStartedAt: starts.get(target.id) ?? null }));
      this.#timetable = new Timetable(planned, timezone);
    }
    if (!on) this.#timetable = null;
    if (on && !this.#working) this.#shift = new AbortController();
    if (!on) this.#shift.abort(new Error('not to work'));
    this.#working = on;
    this.#wake();
  }

  async request(target: string): Promise<Requested> {
    const { newScanId, now, store } = this.#deps;
    for (;;) {
      const scan = newScanId();
      const requested = await store.transaction(async (tx): Promise<Requested | null> => {
        if (await this.#send(tx, { target, scan }, now())) return { scan, accepted: true };
        const active = await activeScanOf(tx, target);
        return active === null ? null : { scan: active, accepted: false };
      });
      // The one that was in the way has just ended.
      if (requested === null) continue;
      this.#active.set(target, { target, scan: requested.scan, progress: null });
      this.#wake();
      return requested;
    }
  }

  activeScan(target: string): string | null {
    return this.#active.get(target)?.scan ?? null;
  }

  /** Of a scan that runs in any instance, a few seconds old. */
  progress(scan: string): ScanProgress | null {
    return [...this.#active.values()].find((active) => active.scan === scan)?.progress ?? null;
  }

  /** Until nothing runs in this instance. */
  async idle(): Promise<void> {
    while (this.#running.size > 0) await Promise.all(this.#running);
  }

  /** Scans that the queue knows no more are over. @returns how many there were */
  async sweep(): Promise<number> {
    const { store } = this.#deps;
    const rows = await store.db
      .selectFrom('scans')
      .select(['id', 'target'])
      .where('state', 'in', ['queued', 'running'])
      .where('fence', 'is not', null)
      .execute();
    let given = 0;
    for (const { id, target } of rows) {
      const jobs = await this.#boss.findJobs<ScanJob>(queueName, { key: target });
      const alive = jobs.some(
        ({ data, state }) => data.scan === id && ['created', 'retry', 'active'].includes(state),
      );
      if (!alive && (await giveUp(this.#deps, id))) given += 1;
    }
    await dropLostSplits(store);
    return given;
  }

  /** What runs is aborted and handed back; after the deadline others take it over when its signs of life are missing. */
  async stop(): Promise<void> {
    this.#stopping.abort(new Error('stopping'));
    this.#wake();
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<'late'>((resolve) => {
      timer = setTimeout(() => resolve('late'), this.#deps.deadline);
    });
    const done = await Promise.race([Promise.all([...this.#loops, this.idle()]), late]);
    clearTimeout(timer);
    if (done === 'late') this.#deps.log.warn({ scans: this.#running.size }, 'scans were left behind');
    await this.#boss.stop({ graceful: false, close: false });
  }

  async #send(tx: StoreTransaction, job: ScanJob, at: number): Promise<boolean> {
    const send = () => this.#boss.send(queueName, job, { singletonKey: job.target, db: statements(tx.db) });
    let id = await send();
    if (id === null) {
      await freePlace(tx, job.target);
      id = await send();
    }
    if (id === null) return false;
    const vendor = this.#deps.targets.find((target) => target.id === job.target)?.vendor ?? '';
    await tx.db
      .insertInto('scans')
      .values({
        id: job.scan,
        target: job.target,
        vendor,
        state: 'queued',
        recorded: 0,
        requested_at: at,
        sources_json: '[]',
        counts_json: '{}',
        progress_json: '{}',
        fence: 0,
      })
      .execute();
    return true;
  }

  async #take(): Promise<void> {
    const { concurrency } = this.#deps;
    while (!this.#stopping.signal.aborted) {
      const free = this.#working && this.#running.size < concurrency;
      const signal = AbortSignal.any([this.#stopping.signal, this.#shift.signal]);
      const [job] = free ? await this.#fetch<ScanJob>(queueName) : [];
      if (job !== undefined) {
        const split = this.#helper?.splitDeps(this.#lookMs) ?? null;
        this.#begin(attempt({ ...this.#deps, boss: this.#boss, split }, job, signal));
        continue;
      }
      const slice = free ? await this.#helper?.take(() => this.#fetch<SliceJob>(sliceQueue), signal) : null;
      if (slice === null || slice === undefined) await this.#pause();
      else this.#begin(slice.work);
    }
  }

  #begin(turn: Promise<void>): void {
    const work = turn
      .catch((error: unknown) => this.#trouble(error))
      .finally(() => {
        this.#running.delete(work);
        this.#wake();
      });
    this.#running.add(work);
  }

  async #fetch<T extends object>(queue: string): Promise<TakenJob<T>[]> {
    try {
      return await this.#boss.fetch<T>(queue);
    } catch (error) {
      this.#trouble(error);
      return [];
    }
  }

  async #watch(): Promise<void> {
    while (!this.#stopping.signal.aborted) {
      await this.#look().catch((error: unknown) => this.#trouble(error));
      await this.plan().catch((error: unknown) => this.#trouble(error));
      await pause(this.#lookMs, this.#stopping.signal);
    }
  }

  async #look(): Promise<void> {
    const rows = await this.#deps.store.db
      .selectFrom('scans')
      .select(['id', 'target', 'progress_json'])
      .where('state', 'in', ['queued', 'running'])
      .where('fence', 'is not', null)
      .execute();
    this.#active = new Map(
      rows.map(({ id, target, progress_json }) => {
        const progress = JSON.parse(progress_json) as ScanProgress | Record<string, never>;
        return [
          target,
          { target, scan: id, progress: 'phase' in progress ? (progress as ScanProgress) : null },
        ];
      }),
    );
  }

  /** Asks for what is due now. Every instance does so; who comes later sees that it was asked for already. */
  async plan(): Promise<void> {
    const timetable = this.#timetable;
    const { now, store, newScanId } = this.#deps;
    if (timetable === null) return;
    const due = timetable.due(now());
    for (let from = 0; from < due.length; from += batchSize) {
      const targets = due.slice(from, from + batchSize);
      const started = await store.transaction(async (tx) => {
        await tx.lock('schedules');
        const starts = await lastStarts(tx, targets, latestAt(now()));
        for (const target of targets) {
          const planned = timetable.nextAfter(target, starts.get(target) ?? null);
          const at = now();
          if (planned > at) continue;
          await this.#send(tx, { target, scan: newScanId() }, at);
          starts.set(target, at);
        }
        return starts;
      });
      for (const [target, at] of started) timetable.started(target, at);
    }
    if (due.length > 0) this.#wake();
  }

  #pause(): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, this.#lookMs);
      this.#wake = (): void => {
        clearTimeout(timer);
        resolve();
      };
      if (this.#stopping.signal.aborted) this.#wake();
    });
  }

  #trouble(error: unknown): void {
    if (this.#stopping.signal.aborted) return;
    const told = error instanceof Error ? error.name : typeof error;
    this.#deps.log.error({ error: told }, 'the queue of scans cannot be used; it is tried again');
  }
}

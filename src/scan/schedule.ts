import { type ScheduledTarget, Timetable } from './timetable.ts';

export interface SchedulerDeps {
  timezone: string;
  /** Scans in flight over all targets. */
  concurrency: number;
  now(): number;
  /** Runs one scan to its end; failures are its own matter and are logged there. */
  run(target: string, scan: string, signal: AbortSignal): Promise<void>;
  newScanId(): string;
}

export interface Requested {
  scan: string;
  /** False: that target's scan was queued or running already, and this is its id. */
  accepted: boolean;
}

/** Where scans wait for their turn: in this process, or in a database for all instances. */
export interface ScanQueue {
  request(target: string): Requested | Promise<Requested>;
  /** Id of the scan that is queued or running. */
  activeScan(target: string): string | null;
  idle(): Promise<void>;
  stop(): Promise<void>;
}

const lookMs = 1_000;

/** In-process queue: never two scans of one target at once; a scan that was due while nothing ran is made up for once. */
export class Scheduler implements ScanQueue {
  readonly #deps: SchedulerDeps;
  #timetable: Timetable | null = null;
  #timer: NodeJS.Timeout | undefined;
  /** Target to the scan that is queued or running. */
  readonly #active = new Map<string, string>();
  readonly #queue: { target: string; scan: string }[] = [];
  readonly #running = new Set<Promise<void>>();
  readonly #abort = new AbortController();

  constructor(deps: SchedulerDeps) {
    this.#deps = deps;
  }

  /** Begins the schedules and asks for what was missed. A target that was never scanned is scanned at once. */
  start(targets: readonly ScheduledTarget[]): void {
    this.#timetable = new Timetable(targets, this.#deps.timezone);
    this.plan();
    this.#timer = setInterval(() => this.plan(), lookMs);
    this.#timer.unref();
  }

  /** Asks for what is due now. */
  plan(): void {
    const now = this.#deps.now();
    for (const target of this.#timetable?.due(now) ?? []) {
      this.request(target);
      this.#timetable?.started(target, now);
    }
  }

  /** Asks for a scan now. */
  request(target: string): Requested {
    const running = this.#active.get(target);
    if (running !== undefined) return { scan: running, accepted: false };
    const scan = this.#deps.newScanId();
    this.#active.set(target, scan);
    this.#queue.push({ target, scan });
    this.#advance();
    return { scan, accepted: true };
  }

  activeScan(target: string): string | null {
    return this.#active.get(target) ?? null;
  }

  /** Waits until nothing is queued or running. */
  async idle(): Promise<void> {
    while (this.#running.size > 0) await Promise.all(this.#running);
  }

  /** Ends the schedules, aborts what runs and waits for it. */
  async stop(): Promise<void> {
    clearInterval(this.#timer);
    this.#timetable = null;
    for (const { target } of this.#queue.splice(0)) this.#active.delete(target);
    this.#abort.abort();
    await this.idle();
  }

  #advance(): void {
    while (this.#running.size < this.#deps.concurrency && !this.#abort.signal.aborted) {
      const next = this.#queue.shift();
      if (next === undefined) return;
      const work = this.#deps
        .run(next.target, next.scan, this.#abort.signal)
        .catch(() => {})
        .finally(() => {
          this.#running.delete(work);
          this.#active.delete(next.target);
          this.#advance();
        });
      this.#running.add(work);
    }
  }
}

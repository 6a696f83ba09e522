import { Cron } from 'croner';
import { latestAt } from '../inventory/clock.ts';

export interface ScheduledTarget {
  id: string;
  /** Cron line, or null = only on demand. */
  schedule: string | null;
  /** Start of its last scan, or null. */
  lastStartedAt: number | null;
}

/** Times of one cron line. Many targets have the same one, and asking the library takes a quarter of a millisecond. */
export class Schedule {
  readonly #cron: Cron;
  /** No planned time lies between the two. */
  #span = { from: Number.POSITIVE_INFINITY, next: Number.NEGATIVE_INFINITY };

  constructor(line: string, timezone: string) {
    this.#cron = new Cron(line, { timezone, paused: true });
  }

  /** The first planned time after this one; infinite where there is none. */
  after(at: number): number {
    const { from, next } = this.#span;
    if (at >= from && at < next) return next;
    const found = this.#cron.nextRun(new Date(at))?.getTime() ?? Number.POSITIVE_INFINITY;
    this.#span = { from: at, next: found };
    return found;
  }
}

/** When each target is to be scanned next. What was missed is due once, a target that was never scanned at once. */
export class Timetable {
  readonly #schedules = new Map<string, Schedule>();
  readonly #next = new Map<string, number>();
  readonly #started = new Map<string, number>();

  constructor(targets: readonly ScheduledTarget[], timezone: string) {
    const lines = new Map<string, Schedule>();
    for (const { id, schedule: line, lastStartedAt } of targets) {
      if (line !== null) {
        const schedule = lines.get(line) ?? new Schedule(line, timezone);
        lines.set(line, schedule);
        this.#schedules.set(id, schedule);
      }
      this.started(id, lastStartedAt);
    }
  }

  /** The target was scanned last at this time, or never. */
  started(target: string, at: number | null): void {
    this.#next.set(target, this.nextAfter(target, at));
    if (at !== null && this.#schedules.has(target)) this.#started.set(target, at);
  }

  /** Also what a clock that was wrong put off. */
  due(now: number): string[] {
    const latest = latestAt(now);
    const isDue = ([target, at]: [string, number]): boolean =>
      at <= now || (this.#started.get(target) ?? now) > latest;
    return [...this.#next].filter(isDue).map(([target]) => target);
  }

  /** When it is due, if it was scanned last at this time; infinite where nothing is planned. */
  nextAfter(target: string, at: number | null): number {
    if (at === null) return Number.NEGATIVE_INFINITY;
    return this.#schedules.get(target)?.after(at) ?? Number.POSITIVE_INFINITY;
  }
}

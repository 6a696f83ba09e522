import { Cron } from 'croner';

export interface ScheduledTarget {
  id: string;
  /** Cron line, or null = only on demand. */
  schedule: string | null;
  /** Start of its last scan, or null. */
  lastStartedAt: number | null;
}

/** When each target is to be scanned next. What was missed is due once, a target that was never scanned at once. */
export class Timetable {
  readonly #crons = new Map<string, Cron>();
  readonly #next = new Map<string, number>();

  constructor(targets: readonly ScheduledTarget[], timezone: string) {
    for (const { id, schedule, lastStartedAt } of targets) {
      if (schedule !== null) this.#crons.set(id, new Cron(schedule, { timezone }));
      this.started(id, lastStartedAt);
    }
  }

  /** The target was scanned last at this time, or never. */
  started(target: string, at: number | null): void {
    this.#next.set(target, this.nextAfter(target, at));
  }

  due(now: number): string[] {
    return [...this.#next].filter(([, at]) => at <= now).map(([target]) => target);
  }

  /** When it is due, if it was scanned last at this time; infinite where nothing is planned. */
  nextAfter(target: string, at: number | null): number {
    if (at === null) return Number.NEGATIVE_INFINITY;
    const next = this.#crons.get(target)?.nextRun(new Date(at)) ?? null;
    return next?.getTime() ?? Number.POSITIVE_INFINITY;
  }
}

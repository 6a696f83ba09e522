import type { ConfiguredTarget } from '../config/types.ts';
import { latestAt } from '../inventory/clock.ts';
import { type LastTurn, lastTurns } from '../inventory/starts.ts';
import type { Store } from '../store/index.ts';
import { Schedule } from './timetable.ts';

type Planned = Pick<ConfiguredTarget, 'id' | 'schedule'>;

/** A scan may wait for others for so long, and a tenth of the time between two of its own, before it counts as late. */
const toleranceMs = 60_000;

/** How long scans of the schedule wait beyond their time. Keeps the times of each cron line. */
export class Overdue {
  readonly #schedules = new Map<string, Schedule>();
  readonly #timezone: string;

  constructor(timezone: string) {
    this.#timezone = timezone;
  }

  /** Seconds since each target's planned scan should have begun, 0 while it is on time; null where nothing is planned. */
  async read(
    store: Pick<Store, 'db'>,
    targets: readonly Planned[],
    now: number,
  ): Promise<Map<string, number | null>> {
    const turns = await lastTurns(
      store,
      targets.map(({ id }) => id),
      latestAt(now),
    );
    return new Map(targets.map((target) => [target.id, this.of(target, turns.get(target.id), now)]));
  }

  of({ schedule: line }: Planned, turn: LastTurn | undefined, now: number): number | null {
    if (line === null) return null;
    const schedule = this.#schedules.get(line) ?? new Schedule(line, this.#timezone);
    this.#schedules.set(line, schedule);
    // Never begun: it is due since it was first asked for.
    const due = turn?.began == null ? (turn?.waits ?? now) : schedule.after(turn.began);
    if (due >= now) return 0;
    const tolerance = Math.max(toleranceMs, (schedule.after(due) - due) / 10);
    return now - due <= tolerance ? 0 : Math.floor((now - due) / 1000);
  }
}

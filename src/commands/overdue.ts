import { Overdue } from '../scan/overdue.ts';
import type { Store } from '../store/index.ts';
import type { Environment } from './environment.ts';
import type { Job } from './jobs.ts';

const minute = 60_000;
/** While scans stay late. */
const remindMs = 600_000;
const named = 10;

/** Says in the log when planned scans wait too long, and when they no longer do. */
export function overdueJob({ config, log }: Pick<Environment, 'config' | 'log'>, store: Store): Job {
  const overdue = new Overdue(config.timezone);
  let told: number | null = null;
  return {
    name: 'overdue',
    every: minute,
    async run(now) {
      const seconds = await overdue.read(store, config.targets, now);
      const late = [...seconds]
        .flatMap(([target, by]) => (by === null || by === 0 ? [] : [{ target, by }]))
        .sort((a, b) => b.by - a.by);
      if (late.length === 0) {
        if (told !== null) log.info({}, 'planned scans are on time again');
        told = null;
        return;
      }
      if (told !== null && now - told < remindMs) return;
      told = now;
      const fields = { targets: late.length, seconds: late[0]?.by, latest: late.slice(0, named) };
      log.warn(fields, 'planned scans are late: too few workers, or scans that take too long');
    },
  };
}

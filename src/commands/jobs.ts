import type { Logger } from 'pino';
import { RoomwardenError } from '../errors.ts';

/** What a service does by the clock besides scanning. */
export interface Job {
  name: string;
  /** Milliseconds between the starts; a run that takes longer skips its next turn. */
  every: number;
  run(now: number): Promise<void>;
}

/** Runs each at its interval, never twice at once; a failure is logged and the next turn comes. @returns what ends them */
export function startJobs(jobs: readonly Job[], log: Logger, now: () => number): () => Promise<void> {
  const running = new Map<string, Promise<void>>();
  const timers = jobs.map((job) =>
    setInterval(() => {
      if (running.has(job.name)) return;
      running.set(
        job.name,
        attempt(job, log, now()).finally(() => running.delete(job.name)),
      );
    }, job.every),
  );
  return async () => {
    for (const timer of timers) clearInterval(timer);
    await Promise.all(running.values());
  };
}

async function attempt(job: Job, log: Logger, now: number): Promise<void> {
  try {
    await job.run(now);
  } catch (error) {
    const told = error instanceof RoomwardenError ? error.message : 'unexpected';
    log.error({ job: job.name, error: told }, 'a regular job failed; it is tried again at its next turn');
  }
}

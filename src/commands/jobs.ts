import type { Logger } from 'pino';
import { RoomwardenError } from '../errors.ts';
import type { Hold } from '../store/index.ts';

const laterMs = 1_000;

/** What a service does by the clock besides scanning. */
export interface Job {
  name: string;
  /** Milliseconds between the starts; a run that takes longer skips its next turn. */
  every: number;
  /** Also once at the start; `later`: when the first calls have been answered, because it reads much. */
  atStart?: true | 'later';
  /** @param signal aborted when the service ends: what can stop in the middle does */
  run(now: number, signal: AbortSignal): Promise<void>;
}

/**
 * Runs each at its interval, never twice at once, neither in this process nor in another that asks for the same hold; a
 * failure is logged and the next turn comes.
 * @returns what ends them
 */
export function startJobs(
  jobs: readonly Job[],
  log: Logger,
  now: () => number,
  hold?: (name: string) => Promise<Hold | null>,
): () => Promise<void> {
  const running = new Map<string, Promise<void>>();
  const end = new AbortController();
  const turn = (job: Job): void => {
    if (running.has(job.name)) return;
    const work = attempt(job, { log, hold }, now(), end.signal).finally(() => running.delete(job.name));
    running.set(job.name, work);
  };
  const timers = jobs.map((job) => setInterval(() => turn(job), job.every));
  for (const job of jobs) if (job.atStart === true) turn(job);
  const later = setTimeout(() => {
    for (const job of jobs) if (job.atStart === 'later') turn(job);
  }, laterMs);
  return async () => {
    end.abort();
    clearTimeout(later);
    for (const timer of timers) clearInterval(timer);
    await Promise.all(running.values());
  };
}

interface Surroundings {
  log: Logger;
  hold: ((name: string) => Promise<Hold | null>) | undefined;
}

async function attempt(
  job: Job,
  { log, hold }: Surroundings,
  now: number,
  signal: AbortSignal,
): Promise<void> {
  let held: Hold | null = null;
  try {
    if (hold !== undefined) {
      held = await hold(`job ${job.name}`);
      if (held === null) return;
    }
    await job.run(now, held === null ? signal : AbortSignal.any([signal, held.lost]));
  } catch (error) {
    const told = error instanceof RoomwardenError ? error.message : 'unexpected';
    log.error({ job: job.name, error: told }, 'a regular job failed; it is tried again at its next turn');
  } finally {
    await held?.release().catch(() => {});
  }
}

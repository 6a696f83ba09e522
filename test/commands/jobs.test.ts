import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { type Job, startJobs } from '../../src/commands/jobs.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());
const log = { error: vi.fn() };

function job(change: Partial<Job> = {}): Job & { runs: number[] } {
  const runs: number[] = [];
  return {
    name: 'x',
    every: 1_000,
    runs,
    async run(now) {
      runs.push(now);
    },
    ...change,
  };
}

it('runs at its interval, and at the start where it says so', async () => {
  const [late, early] = [job(), job({ name: 'y', atStart: true })];
  let now = 0;
  const stop = startJobs([late, early], log as never, () => ++now);
  expect([late.runs.length, early.runs.length]).toEqual([0, 1]);
  await vi.advanceTimersByTimeAsync(2_500);
  expect([late.runs.length, early.runs.length]).toEqual([2, 3]);
  await stop();
  await vi.advanceTimersByTimeAsync(5_000);
  expect(late.runs).toHaveLength(2);
});

it('reads much only when the first calls have been answered', async () => {
  const [reading, early] = [job({ every: 60_000, atStart: 'later' }), job({ name: 'y', every: 60_000 })];
  const stop = startJobs([reading, early], log as never, () => 1);
  expect(reading.runs).toHaveLength(0);
  await vi.advanceTimersByTimeAsync(1_000);
  expect([reading.runs.length, early.runs.length]).toEqual([1, 0]);
  await stop();
  const ended = job({ atStart: 'later' });
  await startJobs([ended], log as never, () => 1)();
  await vi.advanceTimersByTimeAsync(5_000);
  expect(ended.runs).toHaveLength(0);
});

it('never twice at once; the end asks it to stop and waits for it; a failure does not end it', async () => {
  let ended = false;
  const long = job({
    atStart: true,
    run: (_, signal) =>
      new Promise((resolve) => {
        long.runs.push(1);
        signal.addEventListener('abort', () => {
          ended = true;
          resolve();
        });
      }),
  });
  const failing = job({
    name: 'z',
    async run() {
      failing.runs.push(1);
      throw new Error('no');
    },
  });
  const stop = startJobs([long, failing], log as never, () => 0);
  await vi.advanceTimersByTimeAsync(3_500);
  expect([long.runs.length, failing.runs.length]).toEqual([1, 3]);
  expect(log.error).toHaveBeenCalledTimes(3);
  await stop();
  expect(ended).toBe(true);
});

import { expect, it } from 'vitest';
import { Scheduler, type SchedulerDeps } from '../../src/scan/schedule.ts';

const now = Date.UTC(2026, 10, 1, 8, 10);

function scheduler(change: Partial<SchedulerDeps> = {}) {
  const runs: { target: string; end: () => void; signal: AbortSignal }[] = [];
  let ids = 0;
  const made = new Scheduler({
    timezone: 'Europe/Berlin',
    concurrency: 2,
    now: () => now,
    newScanId: () => `s${ids++}`,
    run: (target, _scan, signal) =>
      new Promise((resolve) => {
        runs.push({ target, end: resolve, signal });
        signal.addEventListener('abort', () => resolve());
      }),
    ...change,
  });
  return { made, runs, started: () => runs.map((run) => run.target) };
}

const turn = () => new Promise((resolve) => setImmediate(resolve));

it('never runs one target twice at once and keeps to the limit', async () => {
  const { made, runs, started } = scheduler();
  expect(made.request('a')).toEqual({ scan: 's0', accepted: true });
  expect(made.request('a')).toEqual({ scan: 's0', accepted: false });
  made.request('b');
  expect(made.request('c')).toEqual({ scan: 's2', accepted: true });
  expect(made.request('c')).toEqual({ scan: 's2', accepted: false });
  expect(started()).toEqual(['a', 'b']);
  runs[0]?.end();
  await turn();
  expect(started()).toEqual(['a', 'b', 'c']);
  expect(made.activeScan('a')).toBeNull();
  expect(made.request('a').accepted).toBe(true);
  await made.stop();
});

it('goes on after a scan that fails', async () => {
  const { made, started } = scheduler({
    concurrency: 1,
    run: async () => {
      throw new Error('store');
    },
  });
  made.request('a');
  made.request('b');
  await made.idle();
  expect(started()).toEqual([]);
  expect(made.activeScan('b')).toBeNull();
});

it.each([
  ['never scanned', '0 3 * * *', null, true],
  ['never scanned, without schedule', null, null, true],
  ['scanned once, without schedule', null, now - 86_400_000, false],
  ['missed this night', '0 3 * * *', now - 86_400_000, true],
  ['done this night, in local time', '0 3 * * *', Date.UTC(2026, 10, 1, 2, 0, 1), false],
  ['three o’clock in Berlin, not in UTC', '0 3 * * *', Date.UTC(2026, 10, 1, 1, 59), true],
  ['missed many times', '*/5 * * * *', now - 86_400_000, true],
  ['not yet due', '*/30 * * * *', now - 60_000, false],
] as const)('at start: %s', async (_name, schedule, lastStartedAt, runs) => {
  const { made, started } = scheduler();
  made.start([{ id: 'a', schedule, lastStartedAt }]);
  expect(started()).toEqual(runs ? ['a'] : []);
  await made.stop();
});

it('stops: aborts what runs, forgets what waits', async () => {
  const { made, runs } = scheduler({ concurrency: 1 });
  made.request('a');
  made.request('b');
  await made.stop();
  expect(runs).toHaveLength(1);
  expect(runs[0]?.signal.aborted).toBe(true);
  made.request('c');
  expect(runs).toHaveLength(1);
});

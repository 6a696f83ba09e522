import { afterEach, expect, it } from 'vitest';
import { SharedQueue, type SharedQueueDeps } from '../../src/scan/queue.ts';
import type { Store } from '../../src/store/index.ts';
import { closeAll, closers, database } from './database.ts';
import { quiet } from './toy.ts';

const at = (text: string): number => Date.parse(`${text}:00Z`);
afterEach(closeAll);

interface Estate {
  now: number;
  /** How often a worker looked at the clock. */
  looked?: number;
  schedules: Record<string, string | null>;
}

/** A worker whose scans take no time and are all recorded. */
async function worker(
  store: Store,
  estate: Estate,
  change: Partial<SharedQueueDeps> = {},
): Promise<SharedQueue> {
  let scans = 0;
  const name = Math.random().toString(36).slice(2);
  const queue = await SharedQueue.open({
    store,
    timezone: 'Europe/Berlin',
    concurrency: 4,
    heartbeat: 10,
    deadline: 2_000,
    takes: true,
    slices: null,
    targets: Object.entries(estate.schedules).map(([id, schedule]) => ({ id, vendor: 'toy', schedule })),
    now: () => {
      estate.looked = (estate.looked ?? 0) + 1;
      return estate.now;
    },
    newScanId: () => `scan-${name}-${scans++}`,
    log: quiet,
    look: 10,
    knows: (id) => id in estate.schedules,
    run: async ({ scan }) => {
      await store.db
        .updateTable('scans')
        .set({ state: 'complete', recorded: 1, finished_at: estate.now })
        .where('id', '=', scan)
        .execute();
    },
    ...change,
  });
  closers.push(() => queue.stop());
  await queue.work(true);
  return queue;
}

/** Scans per target, once none is ahead and each planned one is there. */
async function scans(store: Store, expected: number): Promise<Record<string, number>> {
  for (;;) {
    const rows = await store.db.selectFrom('scans').select(['target', 'state']).execute();
    if (rows.length >= expected && rows.every(({ state }) => state === 'complete')) {
      const counts: Record<string, number> = {};
      for (const { target } of rows) counts[target] = (counts[target] ?? 0) + 1;
      return counts;
    }
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

/** Until the workers have looked several times at what is due. */
async function looks(estate: Estate): Promise<void> {
  const before = estate.looked ?? 0;
  while ((estate.looked ?? 0) < before + 20) await new Promise((resolve) => setTimeout(resolve, 5));
}

it('what was missed while no worker ran is made up for once, by one of those that come', async () => {
  const open = await database();
  const estate: Estate = {
    now: at('2026-11-01T12:00'),
    schedules: { often: '*/5 * * * *', daily: '0 3 * * *', never: null },
  };
  const first = await worker(await open(), estate);
  const store = await open();
  expect(await scans(store, 3)).toEqual({ often: 1, daily: 1, never: 1 });
  await first.stop();
  estate.now = at('2026-11-04T12:01');
  await Promise.all([
    worker(await open(), estate),
    worker(await open(), estate),
    worker(await open(), estate),
  ]);
  expect(await scans(store, 5)).toEqual({ often: 2, daily: 2, never: 1 });
  await looks(estate);
  expect(await scans(store, 5)).toEqual({ often: 2, daily: 2, never: 1 });
  // Not yet.
  estate.now = at('2026-11-04T12:04');
  await looks(estate);
  expect(await scans(store, 5)).toEqual({ often: 2, daily: 2, never: 1 });
  estate.now = at('2026-11-04T12:05');
  expect(await scans(store, 6)).toEqual({ often: 3, daily: 2, never: 1 });
  // A worker that slept meanwhile, as a laptop does.
  estate.now = at('2026-11-06T12:07');
  expect(await scans(store, 8)).toEqual({ often: 4, daily: 3, never: 1 });
  await looks(estate);
  expect(await scans(store, 8)).toEqual({ often: 4, daily: 3, never: 1 });
});

it('a target that is new in the configuration is scanned at once, a removed one no more', async () => {
  const open = await database();
  const store = await open();
  const estate: Estate = { now: at('2026-11-01T12:00'), schedules: { old: '*/5 * * * *' } };
  const first = await worker(await open(), estate);
  expect(await scans(store, 1)).toEqual({ old: 1 });
  await first.stop();
  const next: Estate = { now: estate.now + 3_600_000, schedules: { fresh: '0 3 * * *' } };
  await worker(await open(), next);
  expect(await scans(store, 2)).toEqual({ old: 1, fresh: 1 });
  await looks(next);
  expect(await scans(store, 2)).toEqual({ old: 1, fresh: 1 });
});

it('an hour of 60 targets, two workers: every target at each of its times', async () => {
  const open = await database();
  const store = await open();
  const ids = Array.from({ length: 60 }, (_, place) => `t${place}`);
  const estate = {
    now: at('2026-11-01T12:00'),
    schedules: Object.fromEntries(ids.map((id) => [id, '*/15 * * * *'])),
  };
  await Promise.all([worker(await open(), estate), worker(await open(), estate)]);
  let expected = ids.length;
  await scans(store, expected);
  for (let quarter = 0; quarter < 4; quarter += 1) {
    estate.now += 900_000;
    expected += ids.length;
    await scans(store, expected);
  }
  expect(await scans(store, expected)).toEqual(Object.fromEntries(ids.map((id) => [id, 5])));
});

/** Its process is killed after its scan was written and before the queue heard of it. */
const dying = (store: Store, state: 'complete' | 'failed'): Partial<SharedQueueDeps> => ({
  run: async ({ scan }) => {
    await store.db
      .updateTable('scans')
      .set({ state, recorded: Number(state === 'complete') })
      .where('id', '=', scan)
      .execute();
    throw new Error('killed');
  },
});

it.each(['complete', 'failed'] as const)(
  'a worker that dies when its scan is %s and not yet out of the queue keeps nobody from the next one',
  async (state) => {
    const open = await database();
    const store = await open();
    const estate: Estate = {
      now: at('2026-11-01T12:00'),
      schedules: { asked: '0 3 * * *', planned: '*/5 * * * *' },
    };
    const dead = await worker(await open(), estate, dying(store, state));
    const ended = async (): Promise<number> =>
      (await store.db.selectFrom('scans').select('id').where('state', '=', state).execute()).length;
    while ((await ended()) < 2) await new Promise((resolve) => setTimeout(resolve, 10));
    await dead.stop();
    const next = await worker(await open(), estate);
    await looks(estate);
    expect(await ended()).toBe(2);
    expect((await next.request('asked')).accepted).toBe(true);
    estate.now = at('2026-11-01T12:05');
    await store.db.updateTable('scans').set({ state: 'complete' }).where('state', '=', 'failed').execute();
    expect(await scans(store, 4)).toEqual({ asked: 2, planned: 2 });
  },
);

it('a target that was scanned while the clock was wrong is scanned again at its times', async () => {
  const open = await database();
  const store = await open();
  const estate = { now: at('2036-02-07T06:28'), schedules: { a: '*/5 * * * *' } };
  const queue = await worker(store, estate);
  expect(await scans(store, 1)).toEqual({ a: 1 });
  estate.now = at('2026-11-01T08:00');
  expect(await scans(store, 2)).toEqual({ a: 2 });
  estate.now = at('2026-11-01T08:04');
  await queue.plan();
  expect(await scans(store, 2)).toEqual({ a: 2 });
  await queue.stop();
  estate.now = at('2026-11-01T08:05');
  await worker(store, estate);
  expect(await scans(store, 3)).toEqual({ a: 3 });
});

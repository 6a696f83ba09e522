import { afterEach, expect, it } from 'vitest';
import { reason } from '../../adapters/contract/fact.ts';
import { Counted } from '../../src/api/metrics/counted.ts';
import { queueDepth, sliceQueue } from '../../src/scan/boss.ts';
import type { SliceCounts } from '../../src/scan/slices.ts';
import type { Store } from '../../src/store/index.ts';
import { type Parsed, parseExposition } from '../api/exposition.ts';
import { closeStages, stage } from '../api/helper.ts';
import { closeAll, database } from './database.ts';
import { estate, id, start, taken } from './divided.ts';
import { over, silence, until } from './handed-over.ts';
import type { OnSlice } from './sliced.ts';

afterEach(async () => {
  await closeStages();
  await closeAll();
});

/** One instance's counts, and how they are read from its `/metrics`. */
async function counting(store: Store) {
  const counted = new Counted([]);
  const counts: SliceCounts = counted.slices([{ id: 't', vendor: 'toy' }]);
  const deps = { counted, queue: () => queueDepth(store) };
  const { get } = await stage(store, { scanned: false, deps });
  const scrape = async (): Promise<Parsed> => parseExposition((await get('/metrics')).body, false);
  return {
    counts,
    /** Series that are not zero. */
    async slices(): Promise<Record<string, number>> {
      const { samples } = await scrape();
      const own = samples.filter(({ name, value }) => name.startsWith('roomwarden_slices_') && value > 0);
      return Object.fromEntries(
        own.map(({ name, labels: { target, vendor, ...rest }, value }) => {
          expect([target, vendor]).toEqual(['t', 'toy']);
          return [[name.slice('roomwarden_'.length), ...Object.values(rest)].join(' '), value];
        }),
      );
    },
    async waiting(): Promise<Record<string, number>> {
      const { samples } = await scrape();
      const queue = samples.filter(({ name }) => name === 'roomwarden_queue_jobs');
      return Object.fromEntries(
        queue.map(({ labels, value }) => [`${labels['work']} ${labels['state']}`, value]),
      );
    },
  };
}

const nothing = { 'scan waiting': 0, 'scan active': 0, 'slice waiting': 0, 'slice active': 0 };

it('each instance tells what it collected, and all of them what waits', async () => {
  const open = await database();
  const store = await open();
  const state = estate(52);
  const [first, second] = [await counting(store), await counting(store)];
  const done = { first: 0, second: 0 };
  const patient: OnSlice = async () => {
    await until(() => done.second >= 3);
    done.first += 1;
  };
  const coordinator = await start(store, { state, size: 5, onSlice: patient, counts: first.counts });
  expect([await first.slices(), await first.waiting()]).toEqual([{}, nothing]);
  const { scan } = await coordinator.request('t');
  await until(async () => (await first.waiting())['slice waiting'] === 3);
  expect(await second.waiting()).toEqual({ ...nothing, 'scan active': 1, 'slice waiting': 3 });
  const busy: OnSlice = () => {
    done.second += 1;
  };
  const helper = await start(await open(), { state, size: 5, onSlice: busy, counts: second.counts });
  expect(await over(store, scan)).toBe('complete');
  await Promise.all([coordinator.idle(), helper.idle()]);
  expect(done.first + done.second).toBe(11);
  expect(await first.slices()).toEqual({ 'slices_total own complete': done.first });
  expect(await second.slices()).toEqual({ 'slices_total other complete': done.second });
  expect(await second.waiting()).toEqual(nothing);
});

const down = reason('unreachable', 'connection refused');

it.each([
  [1, { 'slices_total own complete': 4, 'slices_repeated_total own': 1 }],
  [
    9,
    {
      'slices_total own complete': 3,
      'slices_total own partial': 1,
      'slices_repeated_total own': 1,
    },
  ],
])('a source that fails in one slice, %i times', async (times, told) => {
  const store = await (await database())();
  const one = await counting(store);
  let failures = 0;
  const onSlice: OnSlice = ({ from }) => {
    if (from !== id(5)) return undefined;
    failures += 1;
    return failures <= times ? down : undefined;
  };
  const queue = await start(store, { state: estate(20), size: 5, onSlice, counts: one.counts });
  await over(store, (await queue.request('t')).scan);
  await queue.idle();
  expect(await one.slices()).toEqual(told);
});

it('a slice that another instance cannot collect twice is tried again there, and lost here', async () => {
  const open = await database();
  const store = await open();
  const state = estate(20);
  const [first, second] = [await counting(store), await counting(store)];
  const failed: string[] = [];
  const patient: OnSlice = () => until(() => failed.length >= 2);
  const coordinator = await start(store, { state, size: 5, onSlice: patient, counts: first.counts });
  const { scan } = await coordinator.request('t');
  const throwing: OnSlice = ({ from }) => {
    if (from !== (failed[0] ?? from)) return undefined;
    failed.push(from);
    throw new Error('a defect');
  };
  const broken = { state, size: 5, onSlice: throwing, concurrency: 1, counts: second.counts };
  const helper = await start(await open(), broken);
  expect(await over(store, scan)).toBe('partial');
  await Promise.all([coordinator.idle(), helper.idle()]);
  const [here, there] = [await first.slices(), await second.slices()];
  const collected = [here['slices_total own complete'], there['slices_total other complete']];
  expect(collected.reduce((sum = 0, each = 0) => sum + each, 0)).toBe(3);
  expect([here['slices_lost_total'], here['slices_repeated_total own']]).toEqual([1, undefined]);
  expect([there['slices_lost_total'], there['slices_repeated_total other']]).toEqual([undefined, 1]);
});

it('a slice whose instance vanished counts where it is tried again', async () => {
  const open = await database();
  const store = await open();
  const state = estate(20);
  const one = await counting(store);
  let begun = false;
  const patient: OnSlice = () => until(() => begun);
  const queue = await start(store, { state, size: 5, onSlice: patient, counts: one.counts });
  const { scan } = await queue.request('t');
  let go = (): void => {};
  const free = new Promise<void>((resolve) => {
    go = resolve;
  });
  const lost = await taken(await open(), state, () => {
    begun = true;
    return free;
  });
  await until(() => begun);
  await silence(store, sliceQueue);
  expect(await over(store, scan)).toBe('complete');
  await queue.idle();
  go();
  await lost.work;
  expect(await one.slices()).toEqual({ 'slices_total own complete': 4, 'slices_repeated_total own': 1 });
});

import { openBoss, sliceQueue, type TakenJob } from '../../src/scan/boss.ts';
import { help } from '../../src/scan/helper.ts';
import type { SharedQueue } from '../../src/scan/queue.ts';
import type { SliceJob } from '../../src/scan/slices.ts';
import type { Store } from '../../src/store/index.ts';
import { closers } from './database.ts';
import { until } from './handed-over.ts';
import { spool } from './recording.ts';
import { collecting, type InstanceOptions, instance, type OnSlice, sliceDeps, uncounted } from './sliced.ts';
import { quiet, t0, type World, world } from './toy.ts';

export async function start(store: Store, options: Omit<InstanceOptions, 'spool'>): Promise<SharedQueue> {
  const queue = await instance(store, { spool, ...options });
  closers.push(() => queue.stop());
  return queue;
}

export const id = (place: number): string => `room-${String(place).padStart(3, '0')}`;
export const estate = (many: number): World =>
  world({
    population: 'all',
    now: t0,
    rooms: Array.from({ length: many }, (_, place) => ({ id: id(place), password: place % 3 === 0 })),
    recordings: [{ id: 'recording', age: 5 }],
  });

/** A slice that an instance has which gives no signs of life. */
export async function taken(store: Store, state: World, onSlice: OnSlice) {
  const boss = await openBoss(store, { heartbeat: 1_000, supervises: false, log: quiet });
  closers.push(() => boss.stop({ graceful: false, close: false }));
  let job: TakenJob<SliceJob> | undefined;
  await until(async () => {
    [job] = await boss.fetch<SliceJob>(sliceQueue);
    return job !== undefined;
  });
  const deps = { store, boss, heartbeat: 1_000, now: () => state.now, log: quiet, knows: () => true };
  const collect = collecting(sliceDeps({ state, size: 5, spool, onSlice }, store));
  const data = (job as TakenJob<SliceJob>).data;
  return {
    data,
    work: help(
      { ...deps, counts: uncounted, collect },
      job as TakenJob<SliceJob>,
      new AbortController().signal,
    ),
  };
}

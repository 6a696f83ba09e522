import { sql } from 'kysely';
import { afterEach, expect, it } from 'vitest';
import { reason } from '../../adapters/contract/fact.ts';
import { openBoss, sliceQueue, type TakenJob } from '../../src/scan/boss.ts';
import { Helper } from '../../src/scan/helper.ts';
import { jobKey, type SliceJob } from '../../src/scan/slices.ts';
import { closeAll, database } from './database.ts';
import { estate, id, start, taken } from './divided.ts';
import { handedOver, left, over, rows, silence, until } from './handed-over.ts';
import { spool } from './recording.ts';
import { instance, type OnSlice, uncounted } from './sliced.ts';
import { quiet, t0, type World } from './toy.ts';

afterEach(closeAll);

/** What an undivided scan of the same leaves. */
async function undivided(states: readonly World[]) {
  const store = await (await database())();
  for (const state of states) {
    const queue = await instance(store, { state, size: null, spool });
    await over(store, (await queue.request('t')).scan);
    await queue.stop();
  }
  return left(store);
}

it('two instances collect each slice once, and what is recorded is that of an undivided scan', async () => {
  const open = await database();
  const store = await open();
  const state = estate(52);
  const done = { first: [] as string[], second: [] as string[] };
  const first: OnSlice = async ({ from }) => {
    await until(() => done.second.length >= 3);
    done.first.push(from);
    return undefined;
  };
  const coordinator = await start(store, { state, size: 5, onSlice: first });
  const { scan } = await coordinator.request('t');
  await until(async () => (await handedOver(store))[0] === 1);
  await start(await open(), { state, size: 5, onSlice: ({ from }) => void done.second.push(from) });
  expect(await over(store, scan)).toBe('complete');
  const all = [...done.first, ...done.second].sort();
  expect(all).toEqual(['', ...Array.from({ length: 10 }, (_, place) => id((place + 1) * 5))]);
  expect(await left(store)).toEqual(await undivided([estate(52)]));
  await until(async () => (await handedOver(store)).every((count) => count === 0));
});

it('one instance alone collects all slices itself', async () => {
  const store = await (await database())();
  const queue = await start(store, { state: estate(23), size: 2 });
  expect(await over(store, (await queue.request('t')).scan)).toBe('complete');
  expect(await left(store)).toEqual(await undivided([estate(23)]));
  await until(async () => (await handedOver(store)).every((count) => count === 0));
});

it('a target that is not larger than a slice is not divided', async () => {
  const store = await (await database())();
  const seen: string[] = [];
  const queue = await start(store, {
    state: estate(5),
    size: 5,
    onSlice: ({ from }) => void seen.push(from),
  });
  expect(await over(store, (await queue.request('t')).scan)).toBe('complete');
  expect(seen).toEqual([]);
});

it('a slice whose instance vanished is taken over, and what that one has is not taken any more', async () => {
  const open = await database();
  const store = await open();
  const state = estate(20);
  let go = (): void => {};
  const free = new Promise<void>((resolve) => {
    go = resolve;
  });
  let begun = false;
  const queue = await start(store, {
    state,
    size: 5,
    onSlice: () => until(() => begun),
  });
  const { scan } = await queue.request('t');
  const lost = await taken(await open(), state, async () => {
    begun = true;
    await free;
    return undefined;
  });
  await until(() => begun);
  await silence(store, sliceQueue);
  expect(await over(store, scan)).toBe('complete');
  expect(await left(store)).toEqual(await undivided([estate(20)]));
  go();
  await lost.work;
  await until(async () => (await handedOver(store)).every((count) => count === 0));
});

it('a scan that was taken over begins anew: slices of the attempt before are dropped', async () => {
  const open = await database();
  const store = await open();
  const state = estate(20);
  const free = { go: (): void => {} };
  const wait = new Promise<void>((resolve) => {
    free.go = resolve;
  });
  const hangs: OnSlice = async (_range, { signal }) => {
    await Promise.race([wait, new Promise((resolve) => signal.addEventListener('abort', resolve))]);
    return undefined;
  };
  const dead = await start(store, { state, size: 5, onSlice: hangs, heartbeat: 1_000, concurrency: 1 });
  const { scan } = await dead.request('t');
  const old = await taken(await open(), state, hangs);
  expect(old.data.fence).toBe(1);
  const second: string[] = [];
  await start(await open(), { state, size: 5, onSlice: ({ from }) => void second.push(from) });
  await silence(store, 'scan');
  expect(await over(store, scan)).toBe('complete');
  // It may have begun with one of the attempt before.
  expect([...new Set(second)].sort()).toEqual(['', id(5), id(10), id(15)]);
  const after = await left(store);
  expect(after).toEqual(await undivided([estate(20)]));
  free.go();
  await old.work;
  await dead.idle();
  expect(await left(store)).toEqual(after);
  expect((await handedOver(store)).slice(0, 2)).toEqual([0, 0]);
  const [row] = await rows(store, sql<{ fence: number }>`select fence from scans where id = ${scan}`);
  expect(row?.fence).toBe(2);
});

it('an instance that stops hands its slices back', async () => {
  const open = await database();
  const store = await open();
  const state = estate(30);
  let [here, stopped] = [0, false];
  const queue = await start(store, { state, size: 5, onSlice: () => until(() => stopped) });
  const { scan } = await queue.request('t');
  const hangs: OnSlice = (_range, { signal }) => {
    here += 1;
    return new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(signal.reason)));
  };
  const helper = await start(await open(), { state, size: 5, onSlice: hangs, deadline: 60_000 });
  await until(() => here === 2);
  await helper.stop();
  const queued = sql<{ n: number }>`select count(*)::int as n from roomwarden_queue.job
    where name = 'slice' and state = 'created'`;
  expect((await rows(store, queued))[0]?.n).toBe(3);
  stopped = true;
  expect(await over(store, scan)).toBe('complete');
  expect(await left(store)).toEqual(await undivided([estate(30)]));
});

it('a slice that is fetched while an own scan is being divided goes back for others', async () => {
  const store = await (await database())();
  const boss = await openBoss(store, { heartbeat: 1_000, supervises: false, log: quiet });
  const collect = () => Promise.reject(new Error('not here'));
  const own = { store, boss, heartbeat: 1_000, now: () => t0, log: quiet, knows: () => true };
  const helper = new Helper({ ...own, concurrency: 4, size: 5, counts: uncounted, collect });
  const job: SliceJob = { target: 't', scan: 'own', fence: 1, slice: 0 };
  await boss.send(sliceQueue, job, { singletonKey: jobKey(job) });
  const fetch = async (): Promise<TakenJob<SliceJob>[]> => {
    const jobs = await boss.fetch<SliceJob>(sliceQueue);
    helper.splitDeps(10).onSplit?.(true);
    return jobs;
  };
  const taken = await helper.take(fetch, new AbortController().signal);
  await taken?.work;
  const waiting = sql<{ data: SliceJob }>`select data from roomwarden_queue.job where state = 'created'`;
  expect(await rows(store, waiting)).toEqual([{ data: job }]);
  await boss.stop({ graceful: false, close: false });
});

const down = reason('unreachable', 'connection refused');

it.each([
  ['once: it is tried again', 1, 'complete', 2],
  ['for good: the source is partial', 9, 'partial', 2],
])('a source that fails in one slice %s', async (_name, times, outcome, tries) => {
  const store = await (await database())();
  const state = estate(20);
  let failures = 0;
  const onSlice: OnSlice = ({ from }) => {
    if (state.now === t0 || from !== id(5)) return undefined;
    failures += 1;
    return failures <= times ? down : undefined;
  };
  const queue = await start(store, { state, size: 5, onSlice: onSlice });
  await over(store, (await queue.request('t')).scan);
  const before = await left(store);
  state.now += 60_000;
  // A room of another slice is gone for good: nothing may be told of it either while the list is partial.
  state.rooms = state.rooms.filter((room) => room.id !== id(17));
  expect(await over(store, (await queue.request('t')).scan)).toBe(outcome);
  expect(failures).toBe(times === 1 ? 2 : tries);
  const after = await left(store);
  const gone = after.subjects.filter((subject) => subject.state !== 'present').map((subject) => subject.id);
  if (outcome === 'partial') {
    expect(after.subjects.map(({ id: own, state: is }) => [own, is])).toEqual(
      before.subjects.map(({ id: own, state: is }) => [own, is]),
    );
    expect(JSON.stringify(after.target)).toContain('connection refused');
  } else expect(gone.length + after.subjects.length).toBe(before.subjects.length + gone.length);
});

it('a slice that another instance cannot collect twice is lost: partial, and nothing is gone', async () => {
  const open = await database();
  const store = await open();
  const state = estate(20);
  const first = await start(store, { state, size: 5 });
  await over(store, (await first.request('t')).scan);
  await first.stop();
  const before = await left(store);
  state.now += 60_000;
  const failed: string[] = [];
  const patient: OnSlice = () => until(() => failed.length >= 2);
  const coordinator = await start(store, { state, size: 5, onSlice: patient });
  const { scan } = await coordinator.request('t');
  const throwing: OnSlice = ({ from }) => {
    if (from !== (failed[0] ?? from)) return undefined;
    failed.push(from);
    throw new Error('a defect');
  };
  await start(await open(), { state, size: 5, onSlice: throwing, concurrency: 1 });
  expect(await over(store, scan)).toBe('partial');
  expect(failed).toHaveLength(2);
  const after = await left(store);
  expect(after.subjects.map((subject) => subject.state)).toEqual(
    before.subjects.map((subject) => subject.state),
  );
  expect(JSON.stringify(after.target)).toContain('collected by no instance');
});

it('slices take half of the places at most, and wait for scans', async () => {
  const open = await database();
  const store = await open();
  const state = estate(40);
  let [here, most, free] = [0, 0, false];
  const first = await start(store, {
    state,
    size: 5,
    onSlice: () => until(() => free),
  });
  const { scan } = await first.request('t');
  await until(async () => (await handedOver(store))[2] === 3);
  const helper = await start(await open(), {
    state,
    size: 5,
    onSlice: async () => {
      here += 1;
      most = Math.max(most, here);
      await until(() => free);
      here -= 1;
      return undefined;
    },
  });
  await until(() => here === 2);
  // Too small to be divided; the places that are left are for such.
  const small = estate(3);
  await first.work(false);
  state.rooms = small.rooms;
  const other = await helper.request('other');
  expect(await over(store, other.scan)).toBe('complete');
  expect(most).toBe(2);
  free = true;
  expect(await over(store, scan)).toBe('complete');
});

import { afterEach, beforeEach, expect, it } from 'vitest';
import { type Clock, Membership, type MembershipDeps } from '../../src/scan/membership.ts';
import { openStore, type Store } from '../../src/store/index.ts';
import { freshDatabase } from '../store/helper.ts';
import { quiet } from './toy.ts';

const heartbeat = 30;
let store: Store;
let drop: () => Promise<void>;
beforeEach(async () => {
  const database = await freshDatabase();
  drop = database.drop;
  store = await openStore({ kind: 'postgres', url: database.url });
});
afterEach(async () => {
  await store.close().catch(() => {});
  await drop();
});

/** Time passes only by `pass`, which gives the signs of life that fall due. */
class HandClock implements Clock {
  time = 0;
  #waiting: { at: number; run: () => Promise<void> }[] = [];

  now(): number {
    return this.time;
  }

  after(ms: number, run: () => Promise<void>): () => void {
    const entry = { at: this.time + ms, run };
    this.#waiting.push(entry);
    return () => {
      this.#waiting = this.#waiting.filter((each) => each !== entry);
    };
  }

  async pass(seconds: number): Promise<void> {
    const end = this.time + seconds * 1000;
    for (;;) {
      const next = this.#waiting.sort((a, b) => a.at - b.at)[0];
      if (next === undefined || next.at > end) break;
      this.#waiting.shift();
      this.time = next.at;
      await next.run();
    }
    this.time = end;
  }
}

interface Member {
  membership: Membership;
  clock: HandClock;
  /** What it was told, in order. */
  told: boolean[];
}

async function member(configuration: string, change: Partial<MembershipDeps> = {}): Promise<Member> {
  const clock = new HandClock();
  const told: boolean[] = [];
  const membership = new Membership({
    store,
    id: `instance-${Math.random()}`,
    configuration,
    works: true,
    heartbeat,
    log: quiet,
    clock,
    onChange: async (accepted) => void told.push(accepted),
    ...change,
  });
  await membership.join();
  return { membership, clock, told };
}

/** The clock that counts is the database's: what was signed is made older. */
const age = (seconds: number): Promise<unknown> =>
  store.db
    .updateTable('instances')
    .set((expression) => ({ seen_at: expression('seen_at', '-', seconds * 1000) }))
    .execute();

it('works alone, and with others of its configuration', async () => {
  const [first, second] = [await member('A'), await member('A')];
  for (const { membership, told } of [first, second]) {
    expect([membership.accepted, membership.working, told]).toEqual([true, 'A', [true]]);
  }
  await first.membership.leave();
  expect(first.membership.accepted).toBe(false);
  await second.clock.pass(60);
  expect([second.membership.accepted, second.told]).toEqual([true, [true]]);
});

it('waits while a worker of another configuration gives signs of life, and works when it has left', async () => {
  const first = await member('A');
  const second = await member('B');
  expect([second.membership.accepted, second.membership.working, second.told]).toEqual([false, 'A', []]);
  await second.clock.pass(300);
  expect(second.membership.accepted).toBe(false);
  await first.membership.leave();
  await second.clock.pass(heartbeat / 4);
  expect([second.membership.accepted, second.membership.working, second.told]).toEqual([true, 'B', [true]]);
});

it('takes over from one that gave no sign of life; that one stops when it comes back', async () => {
  const first = await member('A');
  const second = await member('B');
  await age(heartbeat - 2);
  await second.clock.pass(heartbeat / 4);
  expect(second.membership.accepted).toBe(false);
  await age(heartbeat + 1);
  await second.clock.pass(heartbeat / 4);
  expect(second.membership.accepted).toBe(true);
  await first.clock.pass(heartbeat / 4);
  expect([first.membership.accepted, first.membership.working, first.told]).toEqual([
    false,
    'B',
    [true, false],
  ]);
});

it('one that only answers does not hold a configuration', async () => {
  const answers = await member('A', { works: false });
  expect(answers.membership.accepted).toBe(true);
  const worker = await member('B');
  expect(worker.membership.accepted).toBe(true);
  await answers.clock.pass(heartbeat / 4);
  expect([answers.membership.accepted, answers.told]).toEqual([false, [true, false]]);
  const late = await member('A', { works: false });
  expect([late.membership.accepted, late.membership.working]).toEqual([false, 'B']);
});

it('one that cannot sign does not work any longer than its sign of life holds, and works again', async () => {
  const failing = { any: false };
  const broken: Store = {
    ...store,
    transaction: (work) => (failing.any ? Promise.reject(new Error('connection')) : store.transaction(work)),
  };
  const { membership, clock, told } = await member('A', { store: broken });
  failing.any = true;
  await clock.pass(heartbeat - 1);
  expect([membership.accepted, told]).toEqual([true, [true]]);
  await clock.pass(2);
  expect(membership.accepted).toBe(false);
  await clock.pass(heartbeat);
  expect(told).toEqual([true, false]);
  failing.any = false;
  await clock.pass(heartbeat / 4);
  expect([membership.accepted, told]).toEqual([true, [true, false, true]]);
});

it('is told of one change after the other, however long each takes', async () => {
  let go = (): void => {};
  const held = new Promise<void>((resolve) => {
    go = resolve;
  });
  const steps: string[] = [];
  const first = await member('A', {
    onChange: async (accepted) => {
      if (!accepted) await held;
      steps.push(accepted ? 'begins' : 'ends');
    },
  });
  const second = await member('B');
  await age(heartbeat + 1);
  await second.clock.pass(heartbeat / 4);
  await first.clock.pass(heartbeat / 4);
  await second.membership.leave();
  await first.clock.pass(heartbeat / 4);
  expect([first.membership.accepted, steps]).toEqual([true, ['begins']]);
  go();
  await first.membership.leave();
  expect(steps).toEqual(['begins', 'ends', 'begins']);
});

it('does not begin where its first change fails', async () => {
  const refused = new Error('cannot prepare');
  await expect(member('A', { onChange: () => Promise.reject(refused) })).rejects.toBe(refused);
});

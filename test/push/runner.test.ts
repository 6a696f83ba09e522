import { afterEach, describe, expect, it } from 'vitest';
import { realSleep } from '../../adapters/contract/http-limits.ts';
import type { ConfiguredReceiver } from '../../src/config/push.ts';
import { Pushing } from '../../src/push/runner.ts';
import { openStore, type Store } from '../../src/store/index.ts';
import { until } from '../commands/helper.ts';
import { deadlineByHand } from '../deadline.ts';
import { eachStore } from '../store/helper.ts';
import { many, receiver, row, stage, tell } from './helper.ts';
import { hecDialect, inOrder, type StrictReceiver, strictReceiver } from './receivers.ts';

const closers: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

async function receiving(): Promise<StrictReceiver> {
  const server = await strictReceiver(hecDialect);
  closers.push(() => server.close());
  return server;
}

const splunk = (server: StrictReceiver, change: Record<string, unknown> = {}) =>
  receiver({ kind: 'splunk-hec', url: server.url, token: { env: 'TOKEN' }, timeout: '1s', ...change });

async function running(store: Store, receivers: readonly ConfiguredReceiver[]) {
  const { deps, logs } = stage(store, receivers, { sleep: realSleep, now: Date.now });
  const pushing = new Pushing(deps);
  await pushing.start();
  let ended: Promise<void> | undefined;
  const stop = (deadline?: number): Promise<void> => {
    ended ??= pushing.stop(deadline);
    return ended;
  };
  closers.push(() => stop(0));
  return { stop, logs };
}

const seqs = (server: StrictReceiver) => [...new Set(server.taken.map(({ seq }) => seq))];
const upTo = (count: number) => Array.from({ length: count }, (_, index) => index + 1);

eachStore((open, dialect) => {
  describe('all receivers', () => {
    it('one that hangs holds up neither the others nor the ledger', async () => {
      const { store } = await open();
      const [good, bad] = [await receiving(), await receiving()];
      bad.refuse = () => 'hang';
      const both = [splunk(bad, { id: 'bad', timeout: '60s' }), splunk(good, { id: 'good' })];
      await running(store, both);
      for (let round = 0; round < 5; round += 1) await tell(store, many(100));
      await until(
        async () => seqs(good).length,
        (count) => count === 500,
      );
      expect(bad.taken).toEqual([]);
      // Its first call is still waited for.
      expect(await row(store, 'bad')).toMatchObject({ position: 0, attempts: 0 });
    });

    it('a stop sends what is there, but not for ever', async () => {
      const { store } = await open();
      const [good, bad] = [await receiving(), await receiving()];
      good.delay = () => 10;
      bad.refuse = () => 'hang';
      const both = [splunk(bad, { id: 'bad', timeout: '60s' }), splunk(good, { id: 'good' })];
      const { stop } = await running(store, both);
      await tell(store, many(300));
      const deadline = deadlineByHand();
      const stopped = stop(deadline.ms);
      await until(
        () => row(store, 'good'),
        ({ position }) => position === 300,
      );
      deadline.pass();
      await stopped;
      expect(seqs(good)).toEqual(upTo(300));
      expect(await row(store, 'bad')).toMatchObject({ position: 0, attempts: 0 });
    });

    it('a store that fails for a while ends nothing', async () => {
      const { store } = await open();
      const server = await receiving();
      let broken = false;
      const shaky: Store = {
        ...store,
        feed: () => (broken ? Promise.reject(new Error('password=hunter2')) : store.feed()),
      };
      const { logs } = await running(shaky, [splunk(server)]);
      broken = true;
      await tell(store, many(5));
      await until(
        async () => logs.length,
        (count) => count > 0,
      );
      expect(logs.join()).not.toContain('hunter2');
      broken = false;
      await until(
        async () => seqs(server).length,
        (count) => count === 5,
      );
    });
  });

  if (dialect === 'sqlite') return;

  describe('several instances', () => {
    it('exactly one sends at a time; another one takes over', async () => {
      const { store, location } = await open();
      const other = await openStore(location);
      closers.push(() => other.close().catch(() => {}));
      const server = await receiving();
      let flying = 0;
      let most = 0;
      server.delay = () => {
        flying += 1;
        most = Math.max(most, flying);
        setTimeout(() => {
          flying -= 1;
        }, 9);
        return 10;
      };
      const first = await running(store, [splunk(server, { batch: { events: 5 } })]);
      const second = await running(other, [splunk(server, { batch: { events: 5 } })]);
      await tell(store, many(300));
      await until(
        async () => seqs(server).length,
        (count) => count >= 100,
      );
      await first.stop(60_000);
      await tell(other, many(100));
      await until(
        async () => seqs(server).length,
        (count) => count === 400,
      );
      await second.stop(60_000);
      expect(most).toBe(1);
      expect(server.taken.map(({ seq }) => seq)).toEqual(upTo(400));
      expect(inOrder(server.taken)).toBe(true);
    });

    it('stops sending when its connection to the database breaks', async () => {
      const { store } = await open();
      const hold = await store.hold('receiver r');
      expect(hold).not.toBeNull();
      expect(await store.hold('receiver r')).toBeNull();
      await store.db.executeQuery(
        (await import('kysely')).CompiledQuery.raw(
          'select pg_terminate_backend(pid) from pg_locks where locktype = $1 and classid = 7283004',
          ['advisory'],
        ),
      );
      await until(
        async () => hold?.lost.aborted,
        (lost) => lost === true,
      );
      expect(await hold?.holds()).toBe(false);
      const again = await store.hold('receiver r');
      expect(await again?.holds()).toBe(true);
      await again?.release();
      expect(await store.hold('receiver r')).not.toBeNull();
    });
  });
});

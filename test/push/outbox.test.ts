import { afterEach, expect, it } from 'vitest';
import { beginEpoch, setMeta } from '../../src/store/epoch.ts';
import type { Store } from '../../src/store/index.ts';
import { eachStore } from '../store/helper.ts';
import { letters, many, opened, row, secrets, settle, t0, tell } from './helper.ts';
import { hecDialect, inOrder, type StrictReceiver, strictReceiver, type Trouble } from './receivers.ts';

let server: StrictReceiver;
const closers: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});

async function splunk(store: Store, change: Record<string, unknown> = {}) {
  server = await strictReceiver(hecDialect);
  const entry = { kind: 'splunk-hec' as const, url: server.url, token: { env: 'TOKEN' }, timeout: '1s' };
  const made = await opened({ ...entry, ...change }, store);
  closers.push(
    () => made.sender.close(),
    () => server.close(),
  );
  return made;
}

const seqs = () => server.taken.map(({ seq }) => seq);
const upTo = (count: number) => Array.from({ length: count }, (_, index) => index + 1);

eachStore((open) => {
  it('sends everything in order, in batches, and keeps its place', async () => {
    const { store } = await open();
    await tell(store, many(250));
    const { sender } = await splunk(store);
    expect(await settle(sender)).toBe(1_000);
    expect(seqs()).toEqual(upTo(250));
    expect(server.sizes).toEqual([100, 100, 50]);
    expect(server.faults).toEqual([]);
    expect(server.connections).toBe(1);
    expect(await row(store)).toMatchObject({
      position: 250,
      attempts: 0,
      error_json: null,
      delivered_at: t0,
    });
    await settle(sender);
    expect(server.taken).toHaveLength(250);
  });

  it('begins now unless asked for the beginning, and goes on where it stood', async () => {
    const { store } = await open();
    await tell(store, many(5));
    const { sender, deps } = await splunk(store, { from: 'now' });
    await tell(store, many(3));
    await settle(sender);
    expect(seqs()).toEqual([6, 7, 8]);
    await tell(store, many(2));
    await sender.prepare();
    await settle(sender);
    expect(seqs()).toEqual([6, 7, 8, 9, 10]);
    expect(deps.config.push).toHaveLength(1);
  });

  it.each<[string, Trouble, string]>([
    ['a fault', { status: 500 }, 'receiver_error'],
    ['overload', { status: 503 }, 'throttled'],
    ['no permission', { status: 403, body: '{"text":"Invalid token","code":4}' }, 'not_permitted'],
    ['no such address', { status: 404 }, 'not_found'],
    ['a redirect', { status: 302, headers: { location: 'https://elsewhere.example.org/' } }, 'redirected'],
    ['a page that asks to sign in', { status: 200, body: '<html>login</html>' }, 'invalid_answer'],
    [
      'an index that is not there',
      { status: 400, body: '{"text":"Incorrect index","code":7}' },
      'misconfigured',
    ],
    ['a connection that is cut', 'close before', 'cut_off'],
    ['a word that is lost', 'close after', 'cut_off'],
    ['an answer that breaks off', 'close mid-body', 'cut_off'],
    ['silence', 'hang', 'timeout'],
  ])('%s keeps the place, and is tried again', async (_, trouble, code) => {
    const { store } = await open();
    await tell(store, many(120));
    const { sender, clock, logs } = await splunk(store);
    server.plan = [trouble, trouble];
    expect(await settle(sender)).toBe(1_000);
    expect(await row(store)).toMatchObject({ position: 0, attempts: 1, next_attempt_at: t0 + 1_000 });
    // Nothing is sent before it is due, whoever asks.
    await settle(sender);
    expect(server.sizes).toHaveLength(1);
    clock.now += 1_000;
    await settle(sender);
    expect(await row(store)).toMatchObject({ position: 0, attempts: 2, next_attempt_at: t0 + 3_000 });
    clock.now += 2_000;
    await settle(sender);
    expect(inOrder(server.taken)).toBe(true);
    expect([...new Set(seqs())]).toEqual(upTo(120));
    expect(await row(store)).toMatchObject({ position: 120, attempts: 0, error_json: null });
    expect(await letters(store)).toEqual([]);
    const said = logs.join('\n');
    expect(said).toContain(code);
    expect(said).toContain('a receiver takes events again');
    for (const secret of [...Object.values(secrets), 'sEcReT-eCho', 'elsewhere', 'Incorrect'])
      expect(said).not.toContain(secret);
  });

  it('waits as long as it is asked to', async () => {
    const { store } = await open();
    await tell(store, many(1));
    const { sender } = await splunk(store);
    server.plan = [{ status: 429, headers: { 'retry-after': '77' } }];
    await settle(sender);
    expect((await row(store)).next_attempt_at).toBe(t0 + 77_000);
  });

  it('sets aside the one event that is refused, and only that one', async () => {
    const { store } = await open();
    await tell(store, many(50));
    const { sender, clock, logs } = await splunk(store, { attempts: 3 });
    const bad = (events: readonly { seq: number }[]): Trouble | null =>
      events.some(({ seq }) => seq === 20 || seq === 41)
        ? { status: 400, body: '{"text":"x","code":6}' }
        : null;
    server.refuse = bad;
    for (let round = 0; round < 20; round += 1) {
      await settle(sender);
      clock.now += 10_000;
    }
    expect(await letters(store)).toMatchObject([
      { receiver: 'r', seq: 20, retry: 0 },
      { receiver: 'r', seq: 41, retry: 0 },
    ]);
    expect(JSON.parse((await letters(store))[0]?.error_json ?? '')).toEqual({
      code: 'refused',
      status: 400,
      detail: 'HEC 6',
    });
    expect(seqs()).toEqual(upTo(50).filter((seq) => seq !== 20 && seq !== 41));
    expect(logs.filter((line) => line.includes('set aside'))).toHaveLength(2);
    expect((await row(store)).position).toBe(50);

    // Asked for once more while it still refuses: it stays. Afterwards it is taken, late.
    await store.db.updateTable('dead_letters').set({ retry: 1 }).execute();
    await settle(sender);
    expect(await letters(store)).toMatchObject([{ retry: 0 }, { retry: 0 }]);
    server.refuse = () => null;
    await store.db.updateTable('dead_letters').set({ retry: 1 }).where('seq', '=', 41).execute();
    await settle(sender);
    expect(seqs().at(-1)).toBe(41);
    expect(await letters(store)).toMatchObject([{ seq: 20 }]);
  });

  it('other failures do not count as refusals', async () => {
    const { store } = await open();
    await tell(store, many(1));
    const { sender, clock } = await splunk(store, { attempts: 2 });
    server.plan = [
      { status: 500 },
      { status: 500 },
      { status: 500 },
      { status: 422 },
      { status: 401 },
      { status: 500 },
    ];
    for (let round = 0; round < 6; round += 1) {
      await settle(sender);
      clock.now += 600_000;
    }
    expect(await letters(store)).toEqual([]);
    expect(await row(store)).toMatchObject({ position: 0, attempts: 6, refusals: 1 });
    await settle(sender);
    expect(seqs()).toEqual([1]);
  });

  it('sends what the filter asks for, and moves past the rest', async () => {
    const { store } = await open();
    await tell(store, [
      { uid: 'a', severity: 'low' },
      { uid: 'b', severity: 'high' },
      { kind: 'heartbeat' },
      { uid: 'c', target: 'other', severity: 'critical' },
      // Told once, it is told to its end.
      { uid: 'b', kind: 'changed', severity: 'low' },
      { uid: 'b', kind: 'resolved', severity: 'low' },
      { uid: 'a', kind: 'resolved', severity: 'low' },
    ]);
    const { sender } = await splunk(store, { severity: 'high', targets: ['t'] });
    await settle(sender);
    expect(seqs()).toEqual([2, 5, 6]);
    expect((await row(store)).position).toBe(7);
    await tell(store, [{ uid: 'd', severity: 'info' }]);
    await settle(sender);
    expect((await row(store)).position).toBe(8);
  });

  it('kinds of events and heartbeats', async () => {
    const { store } = await open();
    await tell(store, [
      { uid: 'a' },
      { kind: 'heartbeat' },
      { kind: 'baseline' },
      { uid: 'a', kind: 'resolved' },
    ]);
    const { sender } = await splunk(store, { events: ['opened'], heartbeats: true });
    await settle(sender);
    expect(seqs()).toEqual([1, 2]);
  });

  it('says what retention took before it could be sent, and goes on behind it', async () => {
    const { store } = await open();
    await tell(store, many(20));
    const { sender, clock, logs } = await splunk(store);
    await settle(sender);
    clock.now += 10_000;
    await tell(store, many(10));
    await store.transaction(async ({ db }) => {
      await db.deleteFrom('events').where('seq', '<=', 25).execute();
      await setMeta(db, 'feed_floor', '25');
    });
    server.taken = [];
    await settle(sender);
    expect(seqs()).toEqual([26, 27, 28, 29, 30]);
    expect(JSON.parse((await row(store)).gap_json ?? '')).toEqual({ from: 21, to: 25, at: clock.now });
    expect(logs.join()).toContain('retention deleted events before a receiver took them');
  });

  it('after a restore it is told again what came after the copy, under the same ids', async () => {
    const { store } = await open();
    await tell(store, many(10));
    const { sender, logs } = await splunk(store);
    await settle(sender);
    const ids = server.taken.map(({ id }) => id);
    // The copy was made when the receiver had taken six.
    await store.db.updateTable('receivers').set({ position: 6 }).execute();
    await store.transaction(async ({ db }) => {
      await beginEpoch(db, 15);
    });
    await tell(store, many(2));
    server.taken = [];
    await settle(sender);
    expect(seqs()).toEqual([7, 8, 9, 10, 16, 17]);
    expect(server.taken.slice(0, 4).map(({ id }) => id)).toEqual(ids.slice(6));
    expect(logs.join()).toContain('the store was set back');
  });

  it('never moves a receiver that somebody else has moved', async () => {
    const { store } = await open();
    await tell(store, many(3));
    const { sender } = await splunk(store);
    server.refuse = () => null;
    server.delay = () => 0;
    const before = server;
    const other = store.db.updateTable('receivers').set({ position: 2 });
    before.refuse = () => {
      void other.execute();
      return null;
    };
    before.delay = () => 30;
    await expect(settle(sender)).rejects.toThrow();
    expect((await row(store)).position).toBe(2);
  });

  it('an event that cannot be put into its form does not hold up the others', async () => {
    const { store } = await open();
    await tell(store, [{ uid: 'a' }, { uid: 'b', target: 'odd' }, { uid: 'c' }, { uid: 'd' }]);
    const { sender, clock, deps } = await splunk(store, { format: 'ecs', attempts: 2 });
    deps.context.hostOf = (target) => {
      if (target === 'odd') throw new TypeError('odd');
      return null;
    };
    for (let round = 0; round < 5; round += 1) {
      await settle(sender);
      clock.now += 10_000;
    }
    expect(server.taken).toHaveLength(3);
    expect((await row(store)).position).toBe(4);
    expect(JSON.parse((await letters(store))[0]?.error_json ?? '')).toMatchObject({ code: 'internal' });
  });
});

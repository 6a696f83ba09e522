import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { type RawBuilder, sql } from 'kysely';
import { Client } from 'pg';
import { afterEach, describe, expect, it } from 'vitest';
import { createToken, revokeToken } from '../../src/access/tokens.ts';
import { question } from '../../src/store/question.ts';
import { shared } from '../../src/store/version.ts';
import { administer, eachStore, freshDatabase } from './helper.ts';

const closers: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

/** What of a token gives nobody more or less than before; all else is thought to. */
const harmless = new Set(['name', 'created_at', 'last_used_at']);

const othersEnded = `select pg_terminate_backend(pid) from pg_stat_activity
  where datname = current_database() and pid <> pg_backend_pid()`;

eachStore((open, dialect) => {
  it('a token that is revoked gives another version, however many ask meanwhile', async () => {
    const { store, location } = await open();
    const other = (await open(location)).store;
    let last = await store.version();
    for (let round = 0; round < 10; round += 1) {
      const { info } = await createToken(store.db, { name: `t${round}`, scopes: ['read'] }, 1);
      const before = Array.from({ length: 5 }, () => store.version());
      await revokeToken(other.db, info.id, 2);
      const after = await Promise.all(Array.from({ length: 5 }, () => store.version()));
      expect(new Set(after).size).toBe(1);
      expect(after[0]).not.toBe(last);
      expect((await Promise.all(before)).length).toBe(5);
      last = after[0] as string;
    }
  });

  if (dialect === 'sqlite') return;

  it('a token that changes in what it opens, or goes, gives another version; its use does not', async () => {
    const { store } = await open();
    const tables = await store.db.introspection.getTables();
    const columns = tables.find(({ name }) => name === 'tokens')?.columns.map(({ name }) => name) ?? [];
    expect(columns).toEqual(expect.arrayContaining(['id', 'revoked_at', ...harmless]));
    const moves = async (step: RawBuilder<unknown>): Promise<boolean> => {
      const before = await store.version();
      await step.execute(store.db);
      return (await store.version()) !== before;
    };
    for (const name of columns) {
      const step = sql`update tokens set ${sql.ref(name)} = ${sql.ref(name)}`;
      expect([name, await moves(step)]).toEqual([name, !harmless.has(name)]);
    }
    expect([await moves(sql`delete from tokens`), await moves(sql`truncate tokens`)]).toEqual([true, true]);
  });

  it('many marks become one, and the version stays', async () => {
    const { store } = await open();
    await sql`insert into changes (mark) select n from generate_series(1, 500) s(n)`.execute(store.db);
    const version = await store.version();
    const { rows } = await sql<{ n: number }>`select count(*)::int as n from changes`.execute(store.db);
    expect(rows).toEqual([{ n: 1 }]);
    expect(await store.version()).toBe(version);
  });

  it('a connection that was ended between two questions, or under one, is replaced', async () => {
    const { store, location } = await open();
    if (location.kind !== 'postgres') throw new Error('another store');
    const version = await store.version();
    await administer(location.url, othersEnded);
    expect(await Promise.all([store.version(), store.version()])).toEqual([version, version]);
    const holder = new Client({ connectionString: location.url });
    await holder.connect();
    await holder.query('begin; lock table changes in access exclusive mode');
    const asked = Promise.all([store.version(), store.version()]);
    const waits = `select count(*)::int as n from pg_locks where relation = 'changes'::regclass and not granted`;
    const waiting = async (): Promise<boolean> => (await holder.query(waits)).rows[0].n > 0;
    while (!(await waiting()));
    await holder.query(othersEnded);
    while (!(await waiting()));
    await holder.query('commit');
    await holder.end();
    expect(await asked).toEqual([version, version]);
  });
});

describe('a question', () => {
  it('is asked on another connection where one falls silent', async () => {
    const { url, drop } = await freshDatabase();
    closers.push(drop);
    const server = new URL(url);
    const sockets: Socket[] = [];
    let silent: Socket | null = null;
    const proxy = createServer((near) => {
      const far = connect(Number(server.port), server.hostname);
      sockets.push(near, far);
      for (const socket of [near, far]) socket.on('error', () => {});
      far.on('data', (chunk) => near !== silent && near.write(chunk));
      near.on('data', (chunk) => near !== silent && far.write(chunk));
      near.on('close', () => far.destroy());
    });
    await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
    const through = new URL(url);
    through.port = String((proxy.address() as AddressInfo).port);
    const asked = question({ connectionString: through.href }, 'select pg_backend_pid()', 300);
    closers.push(
      () => new Promise((resolve) => proxy.close(resolve)),
      () => sockets.forEach((socket) => void socket.destroy()),
      () => asked.close(),
    );
    const [first] = await asked.ask();
    expect(await asked.ask()).toEqual([first]);
    silent = sockets[0] as Socket;
    const [second] = await asked.ask();
    expect(second).not.toBe(first);
    expect(await asked.ask()).toEqual([second]);
  });

  it('fails each time where it is wrong, and is not answered after the end', async () => {
    const { url, drop } = await freshDatabase();
    closers.push(drop);
    const wrong = question({ connectionString: url }, 'select nothing');
    for (let times = 0; times < 3; times += 1) await expect(wrong.ask()).rejects.toThrow('nothing');
    await wrong.close();
    await expect(wrong.ask()).rejects.toThrow('closed');
  });
});

describe('a question that is shared', () => {
  /** Each question is answered with its number when its turn comes. */
  function asking() {
    const open: { resolve(n: number): void; reject(error: Error): void }[] = [];
    const ask = shared(() => new Promise<number>((resolve, reject) => void open.push({ resolve, reject })));
    return { ask, open, answer: (n: number) => open[n - 1]?.resolve(n) };
  }

  it('is never the one that was under way when somebody came, and one for all who came meanwhile', async () => {
    const { ask, open, answer } = asking();
    const first = ask();
    const later = [ask(), ask(), ask()];
    expect(open.length).toBe(1);
    answer(1);
    expect(await first).toBe(1);
    await new Promise((resolve) => setImmediate(resolve));
    const latest = ask();
    expect(open.length).toBe(2);
    answer(2);
    expect(await Promise.all(later)).toEqual([2, 2, 2]);
    answer(3);
    expect(await latest).toBe(3);
    expect(open.length).toBe(3);
  });

  it('that fails fails for those who waited for it, not for those after them', async () => {
    const { ask, open, answer } = asking();
    const first = ask();
    const later = ask();
    open[0]?.reject(new Error('gone'));
    await expect(first).rejects.toThrow('gone');
    await new Promise((resolve) => setImmediate(resolve));
    answer(2);
    expect(await later).toBe(2);
  });
});

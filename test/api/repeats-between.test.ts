import type { Server } from 'node:http';
import { Client } from 'pg';
import { afterEach, expect, it } from 'vitest';
import { revokeToken } from '../../src/access/tokens.ts';
import { openStore, type Store } from '../../src/store/index.ts';
import { eachStore } from '../store/helper.ts';
import { closeStages, stage } from './helper.ts';
import { countingLong, type Line, linesTo } from './line.ts';

afterEach(closeStages);

const list = '/api/v1/violations?severity=low&verdict=all&status=all';

/** The next answer of the store about its version is made at once, but told only after `tell`. */
function slowVersion(store: Store) {
  let held: { made(): void; told: Promise<void> } | null = null;
  const version = async (): Promise<string> => {
    const mine = held;
    held = null;
    const answer = await store.version();
    mine?.made();
    await mine?.told;
    return answer;
  };
  const hold = (): { made: Promise<void>; tell(): void } => {
    const [made, told] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    held = { made: made.resolve, told: told.promise };
    return { made: made.promise, tell: told.resolve };
  };
  return { store: { ...store, version }, hold };
}

/** When the next call has come, and the turn in which it came is over. */
const nextCall = (server: Server): Promise<void> =>
  new Promise((resolve) => server.once('request', () => setImmediate(() => setImmediate(resolve))));

/** A list that is asked for until it is answered in front of Fastify. @returns what asks, and its tag */
async function warm(call: Line, bearer: Record<string, string>): Promise<Record<string, string>> {
  await call(list, bearer);
  const sent = { ...bearer, 'if-none-match': String((await call(list, bearer)).headers['etag']) };
  for (let times = 0; times < 3; times += 1) expect((await call(list, sent)).status).toBe(304);
  return sent;
}

eachStore((open, dialect) => {
  const ends: Record<string, [change: (store: Store) => Promise<unknown>, status: number]> = {
    'a revocation': [(store) => revokeToken(store.db, 't1', 1), 401],
    'a commit': [(store) => store.db.updateTable('findings').set({ affected: 7 }).execute(), 200],
  };

  it.each(Object.entries(ends))(
    '%s between two polls is known to the second, while the first still waits',
    async (_, [change, status]) => {
      const opened = await open();
      // Opening it is a commit, too.
      const other = await openStore(opened.location);
      const slow = slowVersion(opened.store);
      const made = await stage(slow.store);
      const [one, two] = await linesTo(made, 2);
      const sent = await warm(one as Line, { authorization: `Bearer ${await made.token(['read'])}` });
      const question = slow.hold();
      const first = (one as Line)(list, sent);
      await question.made;
      await change(other);
      await other.close();
      const arrived = nextCall(made.app.server);
      const second = (two as Line)(list, sent);
      await arrived;
      question.tell();
      expect([(await first).status, (await second).status]).toEqual([304, status]);
    },
  );

  it('no poll is told of less than was committed when it was sent, whoever polls and writes meanwhile', async () => {
    const opened = await open();
    const { store, long } = countingLong(opened.store);
    const made = await stage(store, { deps: { limits: { address: 1e9, token: 1e9 } } });
    const lines = await linesTo(made, 4);
    const bearer = { authorization: `Bearer ${await made.token(['read'])}` };
    await warm(lines[0] as Line, bearer);
    const other = await openStore(opened.location);
    const rounds = 25;
    let committed = 0;
    const write = async (): Promise<void> => {
      for (let round = 1; round <= rounds; round += 1) {
        await other.db.updateTable('findings').set({ affected: round }).execute();
        committed = round;
        await (lines.at(-1) as Line)(list, bearer);
      }
    };
    let calls = 0;
    const poll = async (call: Line): Promise<void> => {
      let tag = '';
      let known = -1;
      while (committed < rounds) {
        const least = committed;
        const heard = await call(list, tag === '' ? bearer : { ...bearer, 'if-none-match': tag });
        calls += 1;
        if (heard.status === 200) {
          tag = String(heard.headers['etag']);
          known = Math.max(
            ...JSON.parse(heard.body).violations.map((v: { affected?: number }) => v.affected ?? 0),
          );
        }
        expect(known).toBeGreaterThanOrEqual(least);
      }
    };
    try {
      const before = long.calls;
      await Promise.all([write(), ...lines.slice(0, -1).map(poll)]);
      expect(calls + rounds - (long.calls - before)).toBeGreaterThan(0);
    } finally {
      await other.close();
    }
  });

  if (dialect === 'sqlite') return;

  it('a poll that comes while the database thinks about another one is asked for anew', async () => {
    const opened = await open();
    if (opened.location.kind !== 'postgres') throw new Error('another store');
    const made = await stage(opened.store);
    const [one, two] = await linesTo(made, 2);
    const sent = await warm(one as Line, { authorization: `Bearer ${await made.token(['read'])}` });
    const holder = new Client({ connectionString: opened.location.url });
    await holder.connect();
    try {
      await holder.query(`begin; lock table changes in access exclusive mode`);
      await holder.query(`update tokens set revoked_at = 1 where name = 't1'`);
      const first = (one as Line)(list, sent);
      const waits = `select count(*)::int as n from pg_locks where relation = 'changes'::regclass and not granted`;
      while ((await holder.query(waits)).rows[0].n === 0);
      const arrived = nextCall(made.app.server);
      const second = (two as Line)(list, sent);
      await arrived;
      await holder.query('commit');
      expect([304, 401]).toContain((await first).status);
      expect((await second).status).toBe(401);
    } finally {
      await holder.end();
    }
  });

  it('polls are answered again after the connections to the database were cut', async () => {
    const opened = await open();
    const { store, long } = countingLong(opened.store);
    if (opened.location.kind !== 'postgres') throw new Error('another store');
    const made = await stage(store);
    const lines = await linesTo(made, 4);
    const sent = await warm(lines[0] as Line, { authorization: `Bearer ${await made.token(['read'])}` });
    const cut = new Client({ connectionString: opened.location.url });
    await cut.connect();
    try {
      for (let round = 0; round < 5; round += 1) {
        const before = long.calls;
        await cut.query(
          `select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()`,
        );
        const heard = await Promise.all(lines.map((line) => line(list, sent)));
        expect(heard.map(({ status }) => status)).toEqual([304, 304, 304, 304]);
        expect(long.calls).toBe(before);
      }
    } finally {
      await cut.end();
    }
  });
});

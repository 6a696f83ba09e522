import type { ClientBase } from 'pg';
import { expect, it } from 'vitest';
import { behind, inLine } from '../../src/store/line.ts';
import { eachStore } from './helper.ts';

/** A client whose statements end when they are told to. */
function fake() {
  const sent: string[] = [];
  const ends: ((error?: Error) => void)[] = [];
  const client = {
    query(text: string) {
      sent.push(text);
      return new Promise((resolve, reject) => {
        ends.push((error) => (error === undefined ? resolve({ rows: [text] }) : reject(error)));
      });
    },
  };
  inLine(client as unknown as ClientBase);
  const ask = (text: string): Promise<{ rows: string[] }> =>
    (client.query as (...given: unknown[]) => unknown)(text, []) as never;
  const turn = () => new Promise((resolve) => setImmediate(resolve));
  return { sent, ends, ask, turn };
}

it('waits for no statement that goes behind, and keeps the order', async () => {
  const { sent, ends, ask, turn } = fake();
  await ask(behind('a'));
  await ask(behind('b'));
  const c = ask('c');
  await turn();
  expect(sent).toEqual([behind('a')]);
  ends[0]?.();
  await turn();
  expect(sent).toEqual([behind('a'), behind('b')]);
  ends[1]?.();
  await turn();
  expect(sent).toEqual([behind('a'), behind('b'), 'c']);
  ends[2]?.();
  expect((await c).rows).toEqual(['c']);
});

it('waits once too many are on their way', async () => {
  const { ends, ask, turn } = fake();
  for (const text of ['a', 'b', 'c', 'd']) await ask(behind(text));
  let over = false;
  const fifth = ask(behind('e')).then(() => {
    over = true;
  });
  await turn();
  expect(over).toBe(false);
  ends[0]?.();
  await fifth;
});

it('fails with the first error until the end of the transaction', async () => {
  const { sent, ends, ask, turn } = fake();
  await ask(behind('a'));
  await ask(behind('b'));
  await turn();
  ends[0]?.(new Error('first'));
  await expect(ask('commit')).rejects.toThrow('first');
  await expect(ask(behind('c'))).rejects.toThrow('first');
  expect(sent).toEqual([behind('a')]);
  const rollback = ask('rollback');
  await turn();
  ends[1]?.();
  await rollback;
  const next = ask('begin');
  await turn();
  ends[2]?.();
  await next;
  expect(sent).toEqual([behind('a'), 'rollback', 'begin']);
});

eachStore((open) => {
  it('a write that fails after the call takes the transaction with it', async () => {
    const { store } = await open();
    const event = { seq: 1, at: 1, kind: 'heartbeat', target: 't', snapshot_json: '{}' };
    const row = { ...event, scan: null, uid: null, policy: null, subject_kind: null, cause: null };
    const rest = { policy_version: null, severity: null, severity_rank: null, verdict: null, status: null };
    const good = { ...row, ...rest };
    const bad = { ...good, seq: 2, kind: null as unknown as string };
    const failing = store.transaction(async (tx) => {
      await tx.bulkUpsert('events', [good]);
      await tx.bulkUpsert('events', [bad]);
      await tx.bulkUpsert('events', [{ ...good, seq: 3 }]);
    });
    await expect(failing).rejects.toThrow();
    expect(await store.db.selectFrom('events').selectAll().execute()).toEqual([]);
    await store.transaction((tx) => tx.bulkUpsert('events', [good]));
    expect(await store.db.selectFrom('events').select('seq').execute()).toEqual([{ seq: 1 }]);
  });

  it('what is written is read by the next statement of the transaction', async () => {
    const { store } = await open();
    const base = { at: 1, kind: 'heartbeat', target: 't', snapshot_json: '{}', scan: null, uid: null };
    const rest = { policy: null, subject_kind: null, cause: null, policy_version: null, severity: null };
    const all = { ...base, ...rest, severity_rank: null, verdict: null, status: null };
    await store.transaction(async (tx) => {
      for (let from = 0; from < 5; from += 1) {
        const rows = Array.from({ length: 2_500 }, (_, at) => ({ seq: from * 2_500 + at + 1, ...all }));
        await tx.bulkUpsert('events', rows);
        const { n } = await tx.db
          .selectFrom('events')
          .select((expression) => expression.fn.countAll<number>().as('n'))
          .executeTakeFirstOrThrow();
        expect(n).toBe((from + 1) * 2_500);
      }
    });
  });
});

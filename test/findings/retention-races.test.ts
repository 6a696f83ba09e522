import type { KyselyPlugin } from 'kysely';
import { describe, expect, it } from 'vitest';
import { eraseRoom } from '../../src/findings/erase.ts';
import { FeedWriter } from '../../src/findings/feed.ts';
import { forgetEvents } from '../../src/findings/forget.ts';
import { keepToRetention } from '../../src/findings/retention.ts';
import { takeTarget } from '../../src/inventory/targets.ts';
import { feedState } from '../../src/store/epoch.ts';
import type { Database, Store, StoreTransaction } from '../../src/store/index.ts';
import { eachStore, overOrWaiting } from '../store/helper.ts';
import { ago, now, retention } from './limits.ts';
import { sample } from './rows.ts';

const keep = (store: Store) => keepToRetention({ store, retention, receivers: [] }, now);

interface Return {
  table: keyof Database;
  /** Of a row that is too old. */
  row: object;
  /** What a scan or a push makes of it. */
  now: object;
  also?: Partial<Database['targets']>;
}

const returns: [string, Return][] = [
  [
    'a resolved finding that opens again',
    {
      table: 'findings',
      row: { status: 'resolved', resolved_at: ago(366) },
      now: { status: 'open', changed_at: now },
    },
  ],
  [
    'a room that comes back',
    { table: 'subjects', row: { state: 'gone', changed_at: ago(31) }, now: { state: 'present' } },
  ],
  [
    'a target that comes back',
    {
      table: 'targets',
      row: { state: 'removed', removed_at: ago(366) },
      now: { state: 'configured', removed_at: null },
    },
  ],
  ['a meeting that is told again', { table: 'notes', row: { at: ago(31) }, now: { at: now } }],
  [
    'what became of recordings',
    { table: 'aftercare', row: { at: ago(366) }, now: { at: now, state: 'gone' } },
  ],
];

eachStore((open, dialect) => {
  const add = (db: StoreTransaction['db'] | Store['db'], table: keyof Database, rows: object[]) =>
    db
      .insertInto(table)
      .values(rows as never)
      .execute();

  if (dialect === 'postgres')
    describe('what another process is writing at the same time stays', () => {
      it.each(returns)('%s', async (_, { table, row, now: changed }) => {
        const { store } = await open();
        await add(store.db, table, [{ ...sample[table], ...row }]);
        let kept: Promise<unknown> = Promise.resolve();
        await store.transaction(async (tx) => {
          await takeTarget(tx, 't', 'toy', now);
          await tx.db.updateTable(table).set(changed).execute();
          kept = keep(store);
          await overOrWaiting(store, kept);
        });
        await kept;
        const rows = await store.db.selectFrom(table).selectAll().execute();
        expect(rows).toEqual([expect.objectContaining(changed)]);
      });

      it('rooms of a target that comes back, which the scan left as they were', async () => {
        const { store } = await open();
        await add(store.db, 'targets', [{ ...sample.targets, state: 'removed', removed_at: ago(31) }]);
        await add(store.db, 'subjects', [sample.subjects]);
        let kept: Promise<unknown> = Promise.resolve();
        await store.transaction(async (tx) => {
          await takeTarget(tx, 't', 'toy', now);
          await tx.db.updateTable('targets').set({ state: 'configured', removed_at: null }).execute();
          kept = keep(store);
          await overOrWaiting(store, kept);
        });
        await kept;
        expect(await store.db.selectFrom('subjects').select('id').execute()).toHaveLength(1);
      });
    });

  if (dialect === 'postgres')
    it('an erasure does not write back events that retention takes meanwhile', async () => {
      const { store } = await open();
      const evidence = [{ source: 'list', locator: 'GET /rooms/room', observed_at: 1 }];
      const detail = JSON.stringify({ facts: {}, evidence, reasons: [], met: [] });
      const finding = {
        ...sample.findings,
        subject_id: '',
        subject_ref: '',
        reason_key: 'k',
        detail_json: detail,
      };
      const told = { uid: finding.uid, at: ago(100), snapshot_json: JSON.stringify(finding) };
      await add(store.db, 'subjects', [sample.subjects]);
      await add(store.db, 'findings', [finding]);
      await add(store.db, 'events', [{ ...sample.events, ...told, subject_kind: 'deployment' }]);
      const keeping: KyselyPlugin = {
        transformQuery: ({ node }) => node,
        async transformResult({ result }) {
          if ('snapshot_json' in ((result.rows[0] ?? {}) as object))
            await forgetEvents({ store }, ago(90), now);
          return result;
        },
      };
      const watched: Store = {
        ...store,
        transaction: (work) =>
          store.transaction((tx) => work({ ...tx, db: tx.db.withPlugin(keeping) as typeof tx.db })),
      };
      const asked = { target: 't', room: 'room', policies: [], refOf: () => 'ref' };
      expect(await eraseRoom(watched, asked, { actor: 'cli', now })).toMatchObject({ mentions: 2 });
      expect(await store.db.selectFrom('events').selectAll().execute()).toEqual([]);
    });

  it('no number of the feed is given twice while retention takes all events', async () => {
    const { store } = await open();
    await store.transaction(async (tx) => {
      const feed = new FeedWriter(tx, null);
      for (const days of [100, 99, 98]) feed.numbers('heartbeat', 't', {}, ago(days));
      await feed.flush();
    });
    const db = store.db.withPlugin({
      transformQuery: ({ node }) => node,
      async transformResult({ result }) {
        await forgetEvents({ store }, ago(90), now);
        return result;
      },
    });
    expect((await feedState(db)).head).toBe(3);
    expect(await feedState(store.db)).toMatchObject({ head: 3, floor: 3 });
  });

  it('a target that comes back between two steps keeps the rooms that it still has', async () => {
    const { store } = await open();
    await add(store.db, 'targets', [{ ...sample.targets, state: 'removed', removed_at: ago(31) }]);
    const rooms = Array.from({ length: 700 }, (_, index) => ({ ...sample.subjects, id: `r${index}` }));
    await store.transaction((tx) => tx.bulkUpsert('subjects', rooms));
    const watched: Store = {
      ...store,
      async transaction(work) {
        const result = await store.transaction(work);
        const left = await store.db.selectFrom('subjects').select('id').execute();
        if (left.length < rooms.length)
          await store.db.updateTable('targets').set({ state: 'configured', removed_at: null }).execute();
        return result;
      },
    };
    await keep(watched);
    expect(await store.db.selectFrom('subjects').select('id').execute()).toHaveLength(200);
  });
});

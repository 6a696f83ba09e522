import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { KyselyPlugin } from 'kysely';
import { afterAll, expect, it } from 'vitest';
import type { Adapter } from '../../adapters/contract/adapter.ts';
import { findRoom } from '../../src/inventory/queries.ts';
import { collectRecords } from '../../src/scan/collect.ts';
import { recordScan } from '../../src/scan/runner.ts';
import { adoptKey, archiveRemoved } from '../../src/scan/scope.ts';
import type { Store } from '../../src/store/index.ts';
import { eachStore, overOrWaiting } from '../store/helper.ts';
import { config, recordDeps, target, toyAdapter, world } from './toy.ts';

const spool = mkdtempSync(join(tmpdir(), 'roomwarden-upkeep-'));
afterAll(() => rmSync(spool, { recursive: true, force: true }));
const signal = new AbortController().signal;

eachStore((open, dialect) => {
  it('finds rooms by the refs of the key in use', async () => {
    const { store } = await open();
    const deps = recordDeps(store, world(), spool);
    expect(await adoptKey(deps)).toBe(false);
    await recordScan(deps, { id: 's', target: target(), signal });
    const before = (await findRoom(store, 't', 'open'))?.ref ?? '';
    expect(await adoptKey({ store, key: 'another key of the configuration' })).toBe(true);
    expect(await adoptKey({ store, key: 'another key of the configuration' })).toBe(false);
    const after = (await findRoom(store, 't', 'open'))?.ref ?? '';
    expect(after).not.toBe(before);
    expect((await findRoom(store, 't', after))?.id).toBe('open');
    const findings = await store.db
      .selectFrom('findings')
      .selectAll()
      .where('subject_id', '=', 'open')
      .execute();
    expect(findings.map((row) => row.subject_ref)).toEqual([after]);
  });

  it('instances that begin together make the refs anew once', async () => {
    const { store } = await open();
    await adoptKey({ store, key: 'a' });
    const done = await Promise.all([adoptKey({ store, key: 'b' }), adoptKey({ store, key: 'b' })]);
    expect(done.sort()).toEqual([false, true]);
  });

  if (dialect === 'postgres')
    it('what a scan writes while the refs are made anew stays', async () => {
      const { store } = await open();
      const deps = recordDeps(store, world(), spool);
      await adoptKey(deps);
      await recordScan(deps, { id: 's', target: target(), signal });
      await store.db.updateTable('findings').set({ status: 'resolved' }).execute();
      const reopen: KyselyPlugin = {
        transformQuery: ({ node }) => node,
        async transformResult({ result }) {
          const isFinding = 'subject_id' in ((result.rows[0] ?? {}) as object);
          if (isFinding) await store.db.updateTable('findings').set({ status: 'open' }).execute();
          return result;
        },
      };
      const watched: Store = {
        ...store,
        transaction: (work) =>
          store.transaction((tx) => work({ ...tx, db: tx.db.withPlugin(reopen) as typeof tx.db })),
      };
      expect(await adoptKey({ store: watched, key: 'another' })).toBe(true);
      const rows = await store.db.selectFrom('findings').select('status').distinct().execute();
      expect(rows).toEqual([{ status: 'open' }]);
    });

  if (dialect === 'postgres')
    it('targets are archived while another one is being recorded', async () => {
      const { store } = await open();
      const deps = recordDeps(store, world(), spool);
      await recordScan(deps, { id: 's', target: target(), signal });
      const other = { vendor: 'toy', covered_json: '{}', sources_json: '{}', policies_json: '{}' };
      const row = { ...other, id: 'u', state: 'configured', first_seen_at: 1 } as const;
      await store.db.insertInto('targets').values(row).execute();
      let archived: Promise<string[]> = Promise.resolve([]);
      await store.transaction(async (tx) => {
        await tx.lock('target u');
        archived = archiveRemoved(deps, [], 1);
        archived.catch(() => {});
        await overOrWaiting(store, archived);
        await tx.appendLock();
      });
      expect(await archived).toEqual(['t', 'u']);
    });

  it('pseudonymous names stay the same, also of rooms out of sight', async () => {
    const { store } = await open();
    const state = world();
    const privacy = { room_names: 'pseudonymous' as const, room_ids: 'ref' as const };
    const deps = () => recordDeps(store, state, spool, { privacy });
    const names = async () =>
      (
        await store.db
          .selectFrom('findings')
          .select('subject_name')
          .where('subject_id', '=', 'open')
          .execute()
      ).map((row) => row.subject_name);
    await recordScan(deps(), { id: 's', target: target(), signal });
    const [name] = await names();
    expect(name).toMatch(/^[a-z2-7]{16}$/);
    state.rooms = [];
    await recordScan(deps(), { id: 's2', target: target(), signal });
    expect(await names()).toEqual([name]);
    expect(JSON.stringify(await store.db.selectFrom('events').selectAll().execute())).not.toContain(
      'Room open',
    );
  });
});

it('a scan that is to stop does not wait for an adapter that hangs', async () => {
  const stop = new AbortController();
  const hanging: Adapter = {
    ...toyAdapter(world()),
    async *collect() {
      queueMicrotask(() => stop.abort());
      await new Promise(() => {});
      yield* [];
    },
  };
  const deps = { ...recordDeps({} as never, world(), spool).collect, signal: stop.signal };
  const records = [];
  for await (const record of collectRecords(target(), hanging, config(), deps)) records.push(record);
  expect(records.at(-1)).toMatchObject({ error: { code: 'RW2006' } });
});

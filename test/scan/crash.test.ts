import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { sql } from 'kysely';
import { afterAll, describe, expect, it } from 'vitest';
import { readScan } from '../../src/inventory/queries.ts';
import { Unsettled } from '../../src/scan/fence.ts';
import { recordScan, recoverScans } from '../../src/scan/runner.ts';
import type { Store } from '../../src/store/index.ts';
import { eachStore } from '../store/helper.ts';
import type { Crash } from './crashing.ts';
import { recordDeps, t0, target, world } from './toy.ts';

const child = fileURLToPath(new URL('./crashing.ts', import.meta.url));
const spool = mkdtempSync(join(tmpdir(), 'roomwarden-crash-'));
afterAll(() => rmSync(spool, { recursive: true, force: true }));

async function killAt(crash: Crash): Promise<void> {
  const process_ = spawn(process.execPath, [child, JSON.stringify(crash)], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let errors = '';
  process_.stderr.on('data', (chunk) => {
    errors += chunk;
  });
  await new Promise<void>((resolve, reject) => {
    process_.stdout.on('data', (chunk) => {
      if (String(chunk).includes('here')) resolve();
    });
    process_.once('exit', () => reject(new Error(`ended before the point was reached: ${errors}`)));
  });
  const gone = new Promise((resolve) => process_.once('close', resolve));
  process_.kill('SIGKILL');
  await gone;
}

async function everything(store: Store) {
  return {
    targets: await store.db.selectFrom('targets').selectAll().orderBy('id').execute(),
    subjects: await store.db.selectFrom('subjects').selectAll().orderBy('id').execute(),
    findings: await store.db.selectFrom('findings').selectAll().orderBy('uid').execute(),
    events: await store.db.selectFrom('events').selectAll().orderBy('seq').execute(),
  };
}

eachStore((open, dialect) => {
  describe('kill -9', () => {
    it.each(['collecting', 'first write', 'later write', 'before commit'] as const)('%s', async (at) => {
      const first = await open();
      const rooms = Array.from({ length: 700 }, (_, n) => ({ id: `r${n}`, password: n % 3 === 0 }));
      const state = world({ presence: true, rooms });
      const signal = new AbortController().signal;
      await recordScan(recordDeps(first.store, state, spool), { id: 'good', target: target(), signal });
      const good = await everything(first.store);
      await first.store.close();

      const changed = rooms.map((room) => ({ ...room, password: !room.password }));
      const later = world({ presence: false, rooms: changed, now: t0 + 60_000 });
      await killAt({ location: first.location, spool, scan: 'killed', world: later, at });

      const { store } = await open(first.location);
      if (dialect === 'sqlite') {
        const check = await sql<{ integrity_check: string }>`pragma integrity_check`.execute(store.db);
        expect(check.rows.map((row) => row.integrity_check)).toEqual(['ok']);
      }
      expect(await everything(store)).toEqual(good);
      const wait = dialect === 'sqlite' ? 0 : 7 * 3_600_000;
      expect(await recoverScans(store, spool, t0 + 120_000 + wait)).toBe(1);
      expect(await readScan(store, 'killed')).toMatchObject({
        state: 'interrupted',
        error: { code: 'RW2006' },
      });
      if (dialect === 'sqlite') expect(existsSync(spool)).toBe(false);

      later.now = t0 + 180_000;
      await recordScan(recordDeps(store, later, spool), { id: 'next', target: target(), signal });
      const next = await everything(store);
      expect(
        next.findings.filter((row) => row.status === 'open' && row.verdict === 'violation'),
      ).toHaveLength(234);
      expect(next.events.map((event) => event.seq)).toEqual(next.events.map((_, index) => index + 1));
    });
  });

  it('a store that fails in the middle leaves the state of the scan before and says so', async () => {
    const { store } = await open();
    const state = world();
    const signal = new AbortController().signal;
    await recordScan(recordDeps(store, state, spool), { id: 'good', target: target(), signal });
    const good = await everything(store);
    let writes = 0;
    const failing: Store = {
      ...store,
      transaction: (work) =>
        store.transaction((tx) =>
          work({
            ...tx,
            async bulkUpsert(table, rows) {
              writes += 1;
              if (writes > 1) throw Object.assign(new Error('database or disk is full'), { errcode: 13 });
              await tx.bulkUpsert(table, rows);
            },
          }),
        ),
    };
    state.presence = true;
    const request = { id: 'full', target: target(), signal };
    await expect(recordScan(recordDeps(failing, state, spool), request)).rejects.toMatchObject({
      code: 'RW3003',
    });
    expect(await everything(store)).toEqual(good);
    expect(await readScan(store, 'full')).toMatchObject({ state: 'failed', error: { code: 'RW3003' } });
  });

  it('a scan that was recorded is not called failed because the answer to that was lost', async () => {
    const { store } = await open();
    const signal = new AbortController().signal;
    const deaf: Store = {
      ...store,
      async transaction(work) {
        await store.transaction(work);
        throw Object.assign(new Error('Connection terminated unexpectedly'), { code: 'ECONNRESET' });
      },
    };
    const request = { id: 'heard', target: target(), signal };
    await expect(recordScan(recordDeps(deaf, world(), spool), request)).rejects.toThrow('terminated');
    expect(await readScan(store, 'heard')).toMatchObject({ state: 'complete', error: null });
  });

  it('a scan whose failure cannot be told either is left to another attempt', async () => {
    const { store } = await open();
    const lost = () => new Error('Connection terminated unexpectedly');
    const mute: Store = {
      ...store,
      db: store.db.withPlugin({
        transformQuery({ node }) {
          if (node.kind === 'UpdateQueryNode') throw lost();
          return node;
        },
        transformResult: async ({ result }) => result,
      }),
      transaction: () => Promise.reject(lost()),
    };
    const signal = new AbortController().signal;
    const request = { id: 'mute', target: target(), signal };
    const deps = recordDeps(mute, world(), spool);
    await expect(recordScan(deps, request)).rejects.toThrow('terminated');
    await expect(recordScan(deps, { ...request, fence: 1 })).rejects.toThrow(Unsettled);
    expect(await readScan(store, 'mute')).toMatchObject({ state: 'running' });
  });

  it('a scan is not recorded over one that was recorded since it began', async () => {
    const { store } = await open();
    const signal = new AbortController().signal;
    const record = (id: string, change: Parameters<typeof world>[0]) =>
      recordScan(recordDeps(store, world(change), spool), { id, target: target(), signal });
    await record('first', { rooms: [{ id: 'r', password: true }] });
    let other = true;
    const before = async (): Promise<void> => {
      if (!other) return;
      other = false;
      await record('newer', { rooms: [{ id: 'r', password: false }], now: t0 + 60_000 });
    };
    const slow = record('slow', { rooms: [{ id: 'r', password: true }], before, now: t0 + 90_000 });
    await expect(slow).rejects.toMatchObject({ code: 'RW2006' });
    expect(await readScan(store, 'slow')).toMatchObject({ state: 'failed', error: { code: 'RW2006' } });
    const rows = await store.db
      .selectFrom('findings')
      .select('status')
      .where('subject_id', '=', 'r')
      .execute();
    expect(rows).toContainEqual({ status: 'open' });
  });
});

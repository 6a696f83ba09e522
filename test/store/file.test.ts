import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setImmediate as turn } from 'node:timers/promises';
import { afterAll, describe, expect, it } from 'vitest';
import { openStore } from '../../src/store/index.ts';
import { event, subject } from './rows.ts';

describe('a SQLite file that cannot be used', () => {
  const folder = mkdtempSync(join(tmpdir(), 'roomwarden-bad-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  const code = (expected: string) => expect.objectContaining({ name: 'RoomwardenError', code: expected });

  it('is not a database', async () => {
    const file = join(folder, 'text.db');
    writeFileSync(file, 'this is no database, and it is long enough to be looked at as one'.repeat(20));
    await expect(openStore({ kind: 'sqlite', file })).rejects.toEqual(code('RW3001'));
  });

  it('lies below a file instead of a folder', async () => {
    writeFileSync(join(folder, 'plain'), '');
    await expect(openStore({ kind: 'sqlite', file: join(folder, 'plain', 'x.db') })).rejects.toEqual(
      code('RW3001'),
    );
  });

  it('is locked by a writer that does not let go', async () => {
    const file = join(folder, 'locked.db');
    const store = await openStore({ kind: 'sqlite', file, patience: 50 });
    const other = new DatabaseSync(file);
    other.exec('begin immediate');
    await expect(store.transaction((tx) => tx.bulkUpsert('events', [event(1)]))).rejects.toEqual(
      code('RW3005'),
    );
    other.exec('rollback');
    await store.transaction((tx) => tx.bulkUpsert('events', [event(1)]));
    other.close();
    await store.close();
  });

  it('is written by another process: writes wait, and everything else goes on', async () => {
    const file = join(folder, 'shared.db');
    const store = await openStore({ kind: 'sqlite', file });
    const other = new DatabaseSync(file);
    other.exec('begin immediate');
    let written = 0;
    const count = () => {
      written += 1;
    };
    const writes = [
      store.transaction((tx) => tx.bulkUpsert('events', [event(1)])).then(count),
      store.db.deleteFrom('events').where('seq', '=', 2).execute().then(count),
    ];
    for (let times = 0; times < 20; times += 1) {
      expect(await store.db.selectFrom('events').select('seq').execute()).toEqual([]);
      await turn();
    }
    expect(written).toBe(0);
    other.exec('commit');
    await Promise.all(writes);
    expect(await store.db.selectFrom('events').select('seq').execute()).toEqual([{ seq: 1 }]);
    other.close();
    await store.close();
  });

  it('is served by another process; short visits are still allowed', async () => {
    const file = join(folder, 'served.db');
    const first = await openStore({ kind: 'sqlite', file, serving: true });
    await expect(openStore({ kind: 'sqlite', file, serving: true })).rejects.toEqual(code('RW3005'));
    const visit = await openStore({ kind: 'sqlite', file });
    await visit.close();
    await first.close();
    const next = await openStore({ kind: 'sqlite', file, serving: true });
    await next.close();
  });

  it('was made before files could shrink, and learns it when it is served', async () => {
    const file = join(folder, 'stiff.db');
    await (await openStore({ kind: 'sqlite', file })).close();
    const stiff = new DatabaseSync(file);
    stiff.exec('pragma auto_vacuum = 0; vacuum');
    stiff.close();
    await (await openStore({ kind: 'sqlite', file, serving: true })).close();
    const after = new DatabaseSync(file);
    expect(after.prepare('pragma auto_vacuum').get()).toEqual({ auto_vacuum: 2 });
    after.close();
  });

  it('has no room left: clear error, nothing half written, goes on when there is room', async () => {
    const file = join(folder, 'full.db');
    const store = await openStore({ kind: 'sqlite', file });
    await store.transaction((tx) => tx.bulkUpsert('subjects', [subject('kept')]));
    const pages = (await limitPages(file, store)) as number;
    expect(pages).toBeGreaterThan(0);
    const big = Array.from({ length: 500 }, (_, index) => subject(`x${index}`, 'y'.repeat(4_000)));
    await expect(store.transaction((tx) => tx.bulkUpsert('subjects', big))).rejects.toEqual(code('RW3003'));
    const rows = await store.db.selectFrom('subjects').select('id').execute();
    expect(rows.map((row) => row.id)).toEqual(['kept']);
    await store.transaction((tx) => tx.bulkUpsert('subjects', [subject('next')]));
    await store.close();
  });
});

/** SQLite gives the same error for its own page limit as for a full disk. */
async function limitPages(_file: string, store: Awaited<ReturnType<typeof openStore>>): Promise<unknown> {
  const { sql } = await import('kysely');
  const { rows } = await sql<{ page_count: number }>`pragma page_count`.execute(store.db);
  const limit = (rows[0]?.page_count ?? 0) + 20;
  const set = await sql<{
    max_page_count: number;
  }>`pragma max_page_count = ${sql.raw(String(limit))}`.execute(store.db);
  return set.rows[0]?.max_page_count;
}

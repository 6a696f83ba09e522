import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, describe, expect, it } from 'vitest';
import { type EventsTable, openStore, type SubjectsTable } from '../../src/store/index.ts';
import { eachStore } from './helper.ts';

const subject = (id: string, name: string | null = null): SubjectsTable => ({
  target: 't',
  kind: 'room',
  id,
  ref: `r${id}`,
  name,
  state: 'present',
  first_seen_at: 1_790_000_000_000,
  unseen: 0,
  last_seen_at: 1_790_000_000_000,
  missed: 0,
  changed_at: 1_790_000_000_000,
  aliases_json: '[]',
  tags_json: '[]',
  book: null,
  facts_json: '{}',
  facts_hash: '',
  judged: null,
});

const event = (seq: number): EventsTable => ({
  seq,
  at: 1_790_000_000_000,
  kind: 'heartbeat',
  target: 't',
  scan: null,
  uid: null,
  policy: null,
  subject_kind: null,
  cause: null,
  policy_version: null,
  severity: null,
  severity_rank: null,
  verdict: null,
  status: null,
  snapshot_json: '{}',
});

eachStore((open) => {
  it('keeps epoch and key over a reopening', async () => {
    const { store, location } = await open();
    const before = (await store.feed()).epoch;
    expect(before).toMatch(/^[0-9a-f]{16}$/);
    await store.close();
    const again = await open(location);
    expect((await again.store.feed()).epoch).toBe(before);
    expect(again.store.instanceKey).toMatch(/^[0-9a-f]{64}$/);
  });

  it('writes, replaces and reads numbers as numbers, keys sorted by bytes', async () => {
    const { store } = await open();
    const ids = ['b', 'B', 'a', 'ä', 'Z', '007', '1e5', 'a/b'];
    await store.transaction(async (tx) => {
      await tx.bulkUpsert(
        'subjects',
        ids.map((id) => subject(id)),
      );
      await tx.bulkUpsert('subjects', [subject('a', `O'Hara "x" {y,z} \\ ü`)]);
    });
    const rows = await store.db.selectFrom('subjects').selectAll().orderBy('id').execute();
    expect(rows.map((row) => row.id)).toEqual(['007', '1e5', 'B', 'Z', 'a', 'a/b', 'b', 'ä']);
    expect(rows.find((row) => row.id === 'a')?.name).toBe(`O'Hara "x" {y,z} \\ ü`);
    expect(rows.find((row) => row.id === 'b')?.name).toBeNull();
    expect(rows[0]?.first_seen_at).toBe(1_790_000_000_000);
  });

  it('writes single columns of rows that are there, and nothing else', async () => {
    const { store } = await open();
    await store.transaction(async (tx) => {
      await tx.bulkUpsert('subjects', [subject('a', 'A'), subject('b', 'B')]);
      const key = { target: 't', kind: 'room' } as const;
      await tx.bulkUpdate(
        'subjects',
        ['facts_hash', 'judged'],
        [
          { ...key, id: 'a', facts_hash: 'x"\\', judged: null },
          { ...key, id: 'b', facts_hash: 'ü', judged: 'k' },
          { ...key, id: 'c', facts_hash: 'z', judged: 'z' },
        ],
      );
    });
    const rows = await store.db.selectFrom('subjects').selectAll().orderBy('id').execute();
    expect(rows).toEqual([
      { ...subject('a', 'A'), facts_hash: 'x"\\' },
      { ...subject('b', 'B'), facts_hash: 'ü', judged: 'k' },
    ]);
  });

  it('keeps what stands around half a character', async () => {
    const { store } = await open();
    const half = 'before \ud83d after';
    await store.transaction((tx) => tx.bulkUpsert('subjects', [subject('a', half)]));
    const [row] = await store.db.selectFrom('subjects').select('name').execute();
    expect(row?.name).toMatch(/^before .* after$/);
  });

  const long = (text: string): string => JSON.stringify({ long: text.repeat(30) });
  const odd: Record<string, SubjectsTable[]> = {
    'one row of empty texts': [{ ...subject(''), ref: '', facts_json: '' }],
    'rows alike but for their key': ['a', 'b', ''].map((id) => ({ ...subject(id), ref: 'r' })),
    'empty texts and none': [subject('a', ''), subject('b', null), subject('c', ' '), subject('d', 'x')],
    'signs that part values': [
      subject('a\u0001b', 'one'),
      subject('a\u0002', '\u0002'),
      subject('\u0001', null),
      subject('\u0003\u001f\u007f'),
    ],
    'what a list, a text or JSON could read as its own': [
      subject('{a,"b"}', 'NULL'),
      subject('\\x01', 'a\\nb'),
      subject("E'\\x02'", 'null'),
      subject('$1', '\t\n\r"\\'),
    ],
    'few long texts, some of them none': Array.from({ length: 40 }, (_, place) => ({
      ...subject(`s${place}`),
      facts_json: long(['ä„“', '\u0001', 'x'][place % 3] as string),
      judged: place % 4 === 0 ? null : 'j'.repeat(70 + (place % 2)),
      book: place % 5 === 0 ? null : place,
    })),
    'many long texts': Array.from({ length: 40 }, (_, place) => ({
      ...subject(`s${place}`),
      facts_json: long(`${place}`),
    })),
  };
  for (const [name, rows] of Object.entries(odd)) {
    it(`gives back what it was given: ${name}`, async () => {
      const { store } = await open();
      const byId = (one: SubjectsTable, other: SubjectsTable): number => (one.id < other.id ? -1 : 1);
      const stored = async () =>
        (await store.db.selectFrom('subjects').selectAll().execute()).sort(byId).map((row) => ({ ...row }));
      await store.transaction((tx) => tx.bulkUpsert('subjects', rows));
      expect(await stored()).toEqual(rows.toSorted(byId));
      const changed = rows.map((row, place) => ({
        ...row,
        judged: row.name,
        book: place % 2 === 0 ? 7 : null,
      }));
      await store.transaction((tx) => tx.bulkUpdate('subjects', ['judged', 'book'], changed));
      expect(await stored()).toEqual(changed.toSorted(byId));
    });
  }

  it('takes more rows than one batch', async () => {
    const { store } = await open();
    const many = Array.from({ length: 12_001 }, (_, index) => subject(String(index)));
    await store.transaction((tx) => tx.bulkUpsert('subjects', many));
    const row = await store.db
      .selectFrom('subjects')
      .select((expression) => expression.fn.countAll<number>().as('n'))
      .executeTakeFirstOrThrow();
    expect(row.n).toBe(12_001);
  });

  it('rolls back as a whole', async () => {
    const { store } = await open();
    const failed = store.transaction(async (tx) => {
      await tx.bulkUpsert('subjects', [subject('x')]);
      throw new Error('no');
    });
    await expect(failed).rejects.toThrow('no');
    expect(await store.db.selectFrom('subjects').selectAll().execute()).toEqual([]);
    await store.transaction((tx) => tx.bulkUpsert('subjects', [subject('y')]));
  });

  it('lets a reader see only what is committed', async () => {
    const { store } = await open();
    await store.transaction(async (tx) => {
      await tx.bulkUpsert('subjects', [subject('x')]);
      expect(await store.db.selectFrom('subjects').selectAll().execute()).toEqual([]);
      expect(await tx.db.selectFrom('subjects').selectAll().execute()).toHaveLength(1);
    });
    expect(await store.db.selectFrom('subjects').selectAll().execute()).toHaveLength(1);
  });

  it('numbers events without gap under concurrent appends', async () => {
    const { store, location } = await open();
    const second = (await open(location)).store;
    await Promise.all(
      Array.from({ length: 30 }, (_, index) =>
        (index % 2 === 0 ? store : second).transaction(async (tx) => {
          const next = await tx.appendLock();
          await tx.bulkUpsert('events', [event(next), event(next + 1)]);
        }),
      ),
    );
    const rows = await store.db.selectFrom('events').select('seq').orderBy('seq').execute();
    expect(rows.map((row) => row.seq)).toEqual(Array.from({ length: 60 }, (_, index) => index + 1));
  });

  it('refuses the schema of a newer version', async () => {
    const { store, location } = await open();
    await store.db.updateTable('meta').set({ value: '999' }).where('key', '=', 'schema').execute();
    await store.close();
    await expect(openStore(location)).rejects.toMatchObject({ code: 'RW3002' });
  });

  it('migrates once when two open at the same time', async () => {
    const { location } = await open();
    const stores = await Promise.all([openStore(location), openStore(location)]);
    expect(await stores[0]?.feed()).toEqual(await stores[1]?.feed());
    for (const store of stores) await store.close();
  });
});

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
    const store = await openStore({ kind: 'sqlite', file });
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

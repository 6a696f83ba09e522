import { expect, it } from 'vitest';
import { openStore, type SubjectsTable } from '../../src/store/index.ts';
import { eachStore } from './helper.ts';
import { event, subject } from './rows.ts';

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

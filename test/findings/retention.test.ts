// longer: rows of every table of the store, twice
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import type { Kysely } from 'kysely';
import { describe, expect, it } from 'vitest';
import { CursorError, readCursor } from '../../src/findings/cursor.ts';
import { listEvents } from '../../src/findings/events.ts';
import { FeedWriter } from '../../src/findings/feed.ts';
import { forgetEvents } from '../../src/findings/forget.ts';
import { keepToRetention, rules } from '../../src/findings/retention.ts';
import type { Database, Store } from '../../src/store/index.ts';
import { catalogue } from '../scan/toy.ts';
import { eachStore } from '../store/helper.ts';
import { ago, day, now, retention } from './limits.ts';
import { sample } from './rows.ts';

const dayOf = (at: number): string => new Date(at).toISOString().slice(0, 10);
/** Stands in every text of what has to go. */
const canary = 'CANARY-of-a-room';

type Changes = { [T in keyof Database]: readonly Partial<Database[T]>[] };

/** Just too old, each in its own way. */
const goes: Changes = {
  meta: [],
  instances: [{ id: 'ended', seen_at: ago(1.1) }],
  events: [{ seq: 1, at: ago(91), snapshot_json: `{"x":"${canary}"}` }],
  dead_letters: [
    { seq: 1, at: ago(1), error_json: canary },
    { seq: 40, at: ago(91), error_json: canary },
  ],
  receivers: [{ id: 'former', delivered_at: ago(91), error_json: canary }],
  subjects: [
    { id: canary, name: canary, state: 'gone', changed_at: ago(31), book: 2, facts_json: `["${canary}"]` },
    { kind: 'recording', id: canary, state: 'gone', changed_at: ago(31) },
    { id: `${canary}2`, state: 'ended', changed_at: ago(31) },
    { target: 'removed', id: `${canary}3`, state: 'present' },
  ],
  books: [
    { book: 1, text: canary },
    { book: 2, text: canary },
    { book: 3, target: 'removed', text: canary },
  ],
  findings: [
    { uid: 'f1', status: 'resolved', resolved_at: ago(366), subject_name: canary },
    { uid: 'f2', status: 'closed', resolved_at: ago(366), subject_name: canary },
  ],
  splits: [{ scan: 'old', at: ago(0.26), target: canary }],
  slice_lines: [{ scan: 'old', at: ago(0.26) }],
  scans: [
    { id: 's1', requested_at: ago(61), error_json: canary },
    { id: 's2', state: 'interrupted', requested_at: ago(61), finished_at: null },
  ],
  waivers: [
    { id: 'w1', until: ago(366), room: canary },
    { id: 'w2', until: ago(-10), revoked_at: ago(366), room: canary },
  ],
  attestations: [{ id: 'a1', valid_until: ago(366), fields_json: `{"x":"${canary}"}` }],
  aftercare: [{ waiver: 'w1', at: ago(366) }],
  targets: [{ id: 'long-removed', state: 'removed', removed_at: ago(366), report_json: canary }],
  tokens: [
    { id: 't1', hash: 'h1', name: canary, revoked_at: ago(201) },
    { id: 't2', hash: 'h2', name: canary, expires_at: ago(201) },
  ],
  sessions: [{ hash: 'h1', expires_at: now - 1, data_json: canary }],
  audit_log: [{ id: '1', at: ago(201), object: canary }],
  trends: [{ day: dayOf(ago(702)) }],
  notes: [{ session: 's1', at: ago(31), room: canary }],
};

/** Just young enough, or without an end. */
const stays: Changes = {
  meta: [],
  instances: [{ id: 'k', seen_at: ago(0.9) }],
  events: [{ seq: 2, at: ago(89) }],
  dead_letters: [{ receiver: 'other', seq: 41, at: ago(89) }],
  receivers: [
    { id: 'configured', delivered_at: ago(500) },
    { id: 'just-removed', delivered_at: ago(89) },
  ],
  subjects: [
    { id: 'gone', state: 'gone', changed_at: ago(29) },
    { id: 'there', state: 'present', changed_at: ago(500), book: 3 },
    { id: 'unseen', state: 'no_longer_visible', changed_at: ago(500) },
  ],
  books: [{ book: 3 }, { book: 3, number: 1 }],
  findings: [
    { uid: 'k1', status: 'open', changed_at: ago(3_000) },
    { uid: 'k2', status: 'waived', changed_at: ago(3_000) },
    { uid: 'k3', status: 'resolved', resolved_at: ago(364), changed_at: ago(364) },
  ],
  splits: [{ scan: 'k', at: ago(0.24) }],
  slice_lines: [{ scan: 'k', at: ago(0.24) }],
  scans: [{ id: 'k', requested_at: ago(59) }],
  waivers: [{ id: 'k', until: ago(364) }],
  attestations: [{ id: 'k', valid_until: ago(364) }],
  aftercare: [{ waiver: 'w2', at: ago(364) }],
  targets: [
    { id: 't', last_scan_at: ago(500) },
    { id: 'removed', state: 'removed', removed_at: ago(31) },
  ],
  tokens: [
    { id: 'k1', hash: 'k1', revoked_at: ago(199) },
    { id: 'k2', hash: 'k2' },
  ],
  sessions: [{ hash: 'k', expires_at: now + 1 }],
  audit_log: [{ id: '2', at: ago(199) }],
  trends: [{ day: dayOf(ago(698)) }],
  notes: [{ session: 'k', at: ago(29) }],
};

type Loose = Kysely<Record<string, Record<string, unknown>>>;
const loose = (store: Store): Loose => store.db as unknown as Loose;

async function fill(store: Store): Promise<void> {
  for (const changes of [goes, stays]) {
    for (const [table, rows] of Object.entries(changes)) {
      const whole = rows.map((row) => ({ ...sample[table as keyof Database], ...row }));
      if (whole.length > 0) await loose(store).insertInto(table).values(whole).execute();
    }
  }
}

/** Random numbers that PostgreSQL sums up to a version; they become one row by themselves. */
const ofTheEngine = (name: string): boolean => name.startsWith('sqlite_') || name === 'changes';

async function tables(store: Store): Promise<string[]> {
  const all = await store.db.introspection.getTables();
  return all.map((table) => table.name).filter((name) => !ofTheEngine(name));
}

async function everywhere(store: Store): Promise<string> {
  const rows: unknown[] = [];
  for (const table of await tables(store))
    rows.push(await loose(store).selectFrom(table).selectAll().execute());
  return JSON.stringify(rows);
}

const keep = (store: Store, at = now) => keepToRetention({ store, retention, receivers: ['configured'] }, at);

eachStore((open, dialect) => {
  it('every table of the schema has a rule, and this test knows it', async () => {
    const { store } = await open();
    const names = (await tables(store)).sort();
    expect(Object.keys(rules).sort()).toEqual(names);
    expect(Object.keys(goes).sort()).toEqual(names);
    expect(Object.entries(rules).flatMap(([name, rule]) => (rule === null ? [name] : []))).toEqual(['meta']);
  });

  it('leaves nothing in any table that is older than its time, and all else', async () => {
    const { store } = await open();
    await fill(store);
    expect(await everywhere(store)).toContain(canary);
    const deleted = await keep(store);
    expect(await everywhere(store)).not.toContain(canary);
    for (const [table, rows] of Object.entries(stays)) {
      if (table === 'meta') continue;
      const left = await loose(store).selectFrom(table).selectAll().execute();
      expect(left, table).toHaveLength(rows.length);
      for (const row of rows) expect(left, table).toContainEqual(expect.objectContaining(row));
    }
    const numbers = Object.entries(goes).filter(([table]) => table !== 'meta' && table !== 'dead_letters');
    expect(deleted).toMatchObject(Object.fromEntries(numbers.map(([table, rows]) => [table, rows.length])));
    expect(await keep(store)).toEqual({});
  });

  it('an open finding stays however old; one that is over loses the traces of a room that is gone', async () => {
    const { store } = await open();
    const room = {
      subject_id: canary,
      subject_ref: canary,
      subject_name: canary,
      detail_json: `"${canary}"`,
    };
    await store.db
      .insertInto('subjects')
      .values({ ...sample.subjects, id: canary, state: 'gone', changed_at: ago(31) })
      .execute();
    await store.db
      .insertInto('findings')
      .values([
        { ...sample.findings, ...room, uid: 'over', status: 'closed', resolved_at: ago(31) },
        { ...sample.findings, subject_id: 'x', uid: 'open', opened_at: ago(5_000) },
      ])
      .execute();
    await keep(store);
    const rows = await store.db.selectFrom('findings').selectAll().orderBy('uid').execute();
    expect(rows).toHaveLength(2);
    expect(JSON.stringify(rows)).not.toContain(canary);
    expect(rows[1]).toMatchObject({ uid: 'over', policy: 'access', status: 'closed', subject_id: '' });
  });

  it('deletes many in small steps', async () => {
    const { store } = await open();
    const many = Array.from({ length: 1_200 }, (_, index) => ({
      ...sample.audit_log,
      id: `a${index}`,
      at: ago(201),
    }));
    for (let from = 0; from < many.length; from += 300)
      await store.db
        .insertInto('audit_log')
        .values(many.slice(from, from + 300))
        .execute();
    let longest = 0;
    const watched: Store = {
      ...store,
      transaction: (work) => {
        longest += 1;
        return store.transaction(work);
      },
    };
    expect(await keep(watched)).toEqual({ audit_log: 1_200 });
    expect(longest).toBeGreaterThan(3);
  });

  describe('the feed', () => {
    const write = async (store: Store, ages: readonly number[]): Promise<void> => {
      await store.transaction(async (tx) => {
        const feed = new FeedWriter(tx, null);
        for (const days of ages) await feed.numbers('heartbeat', 't', { text: `age ${days}` }, ago(days));
        await feed.flush();
      });
    };
    const seqs = async (store: Store) =>
      (await store.db.selectFrom('events').select('seq').orderBy('seq').execute()).map((row) => row.seq);
    const read = (store: Store, after?: string) =>
      listEvents(
        { store, catalogue },
        { visible: null, limit: 100, ...(after === undefined ? {} : { after }) },
        'ref',
      );

    it('ends from the oldest on; cursors before that are told where to begin; numbers go on', async () => {
      const { store } = await open();
      await write(store, [100, 99, 98, 50, 1]);
      const old = await read(store);
      const first = (await listEvents({ store, catalogue }, { visible: null, limit: 1 }, 'ref')).next_cursor;
      await keep(store);
      expect(await seqs(store)).toEqual([4, 5]);
      const refused = await read(store, first).catch((error: unknown) => error);
      expect(refused).toBeInstanceOf(CursorError);
      const oldest = (refused as CursorError).oldest ?? '';
      expect(readCursor(oldest, 'string', 'number')[1]).toBe(3);
      expect((await read(store, oldest)).events.map((event) => event.seq)).toEqual([4, 5]);
      expect((await read(store, old.next_cursor)).events).toEqual([]);
      await keep(store, now + 400 * day);
      expect(await seqs(store)).toEqual([]);
      await write(store, [0]);
      expect(await seqs(store)).toEqual([6]);
    });

    it.each([
      ['one too old behind a young one is emptied', [100, 50, 95, 1], [2, 3, 4], [3]],
      ['a clock that ran behind loses only its own', [80, 20_000, 1], [1, 2, 3], [2]],
      ['a clock that ran ahead holds nothing back', [-5_000, 100, 99, 1], [4], []],
      ['what is told while it runs, or by a clock a minute ahead, stays', [100, 99, -0.001], [3], []],
      ['so do the first events of a store', [-0.001, -0.001], [1, 2], []],
    ])('%s', async (_, ages, left, emptied) => {
      const { store } = await open();
      await write(store, ages);
      await keep(store);
      expect(await seqs(store)).toEqual(left);
      const { events } = await read(store);
      expect(events.filter((event) => event.erased).map((event) => event.seq)).toEqual(emptied);
    });
  });

  it.each([
    ['an empty feed', []],
    ['a feed of old events', [100, 99]],
    ['a feed of old and young events', [100, 99, 1]],
  ])('loses nothing that scans tell between its questions: %s', async (_, ages) => {
    const { store } = await open();
    const tell = (days: number) =>
      store.transaction(async (tx) => {
        const feed = new FeedWriter(tx, null);
        feed.numbers('heartbeat', 't', {}, ago(days));
        await feed.flush();
      });
    for (const days of ages) await tell(days);
    let told = 0;
    const db = store.db.withPlugin({
      transformQuery: ({ node }) => node,
      async transformResult({ result }) {
        told += 1;
        await tell(told % 2 === 0 ? 0 : -0.001);
        return result;
      },
    });
    await forgetEvents({ store: { ...store, db } }, ago(90), now);
    const left = await store.db.selectFrom('events').select('seq').where('at', '>=', ago(90)).execute();
    expect(told).toBeGreaterThan(2);
    expect(left).toHaveLength(told + ages.filter((days) => days < 90).length);
  });

  if (dialect === 'sqlite') {
    it('deleted text is in no file of the store, and the file is smaller', async () => {
      const { store, location } = await open();
      const file = location.kind === 'sqlite' ? location.file : '';
      const bytes = (): string =>
        readdirSync(dirname(file))
          .filter((name) => name.startsWith(basename(file)))
          .map((name) => readFileSync(join(dirname(file), name), 'latin1'))
          .join('');
      await fill(store);
      const many = Array.from({ length: 3_000 }, (_, index) => ({
        ...sample.subjects,
        id: `${canary}-${index}`,
        state: 'gone' as const,
        changed_at: ago(31),
        facts_json: JSON.stringify(canary.repeat(40)),
      }));
      await store.transaction((tx) => tx.bulkUpsert('subjects', many));
      await store.tidy();
      const before = statSync(file).size;
      expect(bytes()).toContain(canary);
      await keep(store);
      expect(await store.tidy()).toBe(true);
      expect(bytes()).not.toContain(canary);
      expect(statSync(file).size).toBeLessThan(before / 4);
    });
  }
});

import {
  copyFileSync,
  existsSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { CursorError } from '../../src/findings/cursor.ts';
import { listEvents } from '../../src/findings/events.ts';
import { FeedWriter } from '../../src/findings/feed.ts';
import { backupSqlite, restoreSqlite } from '../../src/store/backup.ts';
import { beginEpoch, eventId } from '../../src/store/epoch.ts';
import { openStore, type Store } from '../../src/store/index.ts';
import { readWitness, witnessFile } from '../../src/store/witness.ts';
import { catalogue } from '../scan/toy.ts';
import { administer, freshDatabase } from './helper.ts';

const now = Date.UTC(2026, 10, 1);
const cleanup: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  for (const step of cleanup.splice(0).reverse()) await step();
});

function place(): string {
  const folder = mkdtempSync(join(tmpdir(), 'roomwarden-restore-'));
  cleanup.push(() => rmSync(folder, { recursive: true, force: true }));
  return join(folder, 'roomwarden.db');
}

async function opened(file: string, serving = false): Promise<Store> {
  const store = await openStore({ kind: 'sqlite', file, serving });
  cleanup.push(() => store.close().catch(() => {}));
  return store;
}

async function tell(store: Store, count: number): Promise<void> {
  await store.transaction(async (tx) => {
    const feed = new FeedWriter(tx, null);
    for (let index = 0; index < count; index += 1) await feed.numbers('heartbeat', 't', {}, now);
    await feed.flush();
  });
}

const read = (store: Store, after?: string) =>
  listEvents(
    { store, catalogue },
    { visible: null, limit: 1_000, ...(after === undefined ? {} : { after }) },
    'ref',
  );

/** Reads on from a cursor of before: refused, and from the oldest on every id is another one or the same event. */
async function refused(store: Store, cursor: string, before: readonly string[], kept: number): Promise<void> {
  const error = await read(store, cursor).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(CursorError);
  const { oldest } = error as CursorError;
  await tell(store, 3);
  const { events } = await read(store, oldest ?? '');
  const ids = events.map((event) => event.id);
  expect(ids.slice(0, kept)).toEqual(before.slice(0, kept));
  for (const id of ids.slice(kept)) expect(before).not.toContain(id);
  expect(new Set(events.map((event) => event.seq)).size).toBe(events.length);
}

describe('backup and restore', () => {
  it('copy while others write, whole and readable by the owner only', async () => {
    const file = place();
    const store = await opened(file, true);
    await tell(store, 10);
    const copy = `${file}.copy`;
    const writing = (async () => {
      for (let round = 0; round < 20; round += 1) await tell(store, 1);
    })();
    const bytes = backupSqlite(file, copy, now);
    await writing;
    expect(statSync(copy)).toMatchObject({ size: bytes });
    expect(statSync(copy).mode & 0o777).toBe(0o600);
    expect(existsSync(`${copy}-wal`)).toBe(false);
    expect(() => backupSqlite(file, copy, now)).toThrow(/RW3007/);
    const visited = await opened(copy);
    expect((await read(visited)).events.length).toBeGreaterThanOrEqual(10);
  });

  it('void old cursors, give no number twice, and events keep their ids', async () => {
    const file = place();
    let store = await opened(file, true);
    await tell(store, 10);
    const copy = `${file}.copy`;
    backupSqlite(file, copy, now);
    await tell(store, 15);
    const before = await read(store);
    expect(() => restoreSqlite(file, copy, now)).toThrow(/RW3005/);
    await store.close();
    expect(restoreSqlite(file, copy, now)).toEqual({
      file: `${file}.before-restore`,
      erasures: [],
      known: true,
    });
    store = await opened(file, true);
    expect((await store.feed()).head).toBe(25);
    await refused(
      store,
      before.next_cursor,
      before.events.map((event) => event.id),
      10,
    );
    const { epoch } = await store.feed();
    await store.close();
    // Once is enough.
    expect((await (await opened(file)).feed()).epoch).toBe(epoch);
  });

  it('say what was erased since, and refuse what is no store', async () => {
    const file = place();
    const store = await opened(file);
    await tell(store, 1);
    const copy = `${file}.copy`;
    backupSqlite(file, copy, now);
    const entry = { id: 'x', at: now + 1, actor: 'cli', detail_json: '{}' };
    await store.db
      .insertInto('audit_log')
      .values([
        { ...entry, action: 'room.erase', object: 'ref', target: 't' },
        { ...entry, id: 'y', at: now - 1, action: 'room.erase', object: 'earlier', target: 't' },
      ])
      .execute();
    await store.close();
    const bad = `${file}.bad`;
    writeFileSync(bad, 'no database, but long enough to be looked at as one'.repeat(30));
    expect(() => restoreSqlite(file, bad, now)).toThrow(/RW3008/);
    expect(() => restoreSqlite(file, `${file}.missing`, now)).toThrow(/RW3008/);
    expect(restoreSqlite(file, copy, now).erasures).toEqual([{ target: 't', ref: 'ref' }]);
    writeFileSync(file, 'damaged');
    expect(restoreSqlite(file, copy, now)).toMatchObject({ known: false, erasures: [] });
    expect((await read(await opened(file))).events).toHaveLength(1);
  });
});

describe('a SQLite file that was put back by hand', () => {
  const set = async (change: (file: string, old: string) => void | Promise<void>) => {
    const file = place();
    const store = await opened(file);
    await tell(store, 10);
    await store.close();
    const old = `${file}.old`;
    copyFileSync(file, old);
    const next = await opened(file);
    await tell(next, 15);
    const before = await read(next);
    await next.close();
    await change(file, old);
    return { store: await opened(file), before };
  };

  it('is noticed by the note beside it', async () => {
    const { store, before } = await set((file, old) => copyFileSync(old, file));
    expect((await store.feed()).head).toBe(25);
    await refused(
      store,
      before.next_cursor,
      before.events.map((event) => event.id),
      10,
    );
  });

  it('is noticed where the note is missing, as on another machine', async () => {
    const { store, before } = await set((file, old) => {
      copyFileSync(old, file);
      rmSync(witnessFile(file));
    });
    await expect(read(store, before.next_cursor)).rejects.toBeInstanceOf(CursorError);
  });

  it('together with its note: the cursor that is ahead of it is refused', async () => {
    let note = '';
    const { store, before } = await set((file, old) => {
      copyFileSync(old, file);
      note = readFileSync(witnessFile(file), 'utf8').replace('"seq":25', '"seq":10');
      writeFileSync(witnessFile(file), note);
    });
    expect(note).toContain('"seq":10');
    await expect(read(store, before.next_cursor)).rejects.toBeInstanceOf(CursorError);
  });

  it('one that goes on as it was keeps its cursors', async () => {
    const { store, before } = await set(() => {});
    expect((await read(store, before.next_cursor)).events).toEqual([]);
  });

  it('the note is never ahead of what is committed', async () => {
    const file = place();
    const store = await opened(file);
    await tell(store, 4);
    const failed = store.transaction(async (tx) => {
      await tx.appendLock();
      throw new Error('no');
    });
    await expect(failed).rejects.toThrow('no');
    expect(readWitness(file)?.seq).toBe(4);
    expect((await store.feed()).head).toBe(4);
  });
});

describe('PostgreSQL', () => {
  it('a database that was made again from a copy begins a new life, one that was only restarted does not', async () => {
    const { url, drop } = await freshDatabase();
    cleanup.push(drop);
    const store = await openStore({ kind: 'postgres', url });
    await tell(store, 10);
    const before = await read(store);
    await store.close();
    const again = await openStore({ kind: 'postgres', url });
    expect((await read(again, before.next_cursor)).events).toEqual([]);
    await again.close();
    const name = new URL(url).pathname.slice(1);
    const other = new URL(url);
    other.pathname = `/${name}_copy`;
    const base = new URL(url);
    base.pathname = '/postgres';
    await administer(base.href, `create database ${name}_copy template ${name}`);
    cleanup.push(() => administer(base.href, `drop database ${name}_copy with (force)`));
    const copy = await openStore({ kind: 'postgres', url: other.href });
    cleanup.push(() => copy.close());
    await expect(read(copy, before.next_cursor)).rejects.toBeInstanceOf(CursorError);
  });

  it('another process that marks a restore is believed at once', async () => {
    const { url, drop } = await freshDatabase();
    cleanup.push(drop);
    const serving = await openStore({ kind: 'postgres', url });
    const visit = await openStore({ kind: 'postgres', url });
    cleanup.push(
      () => serving.close(),
      () => visit.close(),
    );
    await tell(serving, 2);
    const before = await read(serving);
    await visit.transaction((tx) => beginEpoch(tx.db, 7));
    await expect(read(serving, before.next_cursor)).rejects.toBeInstanceOf(CursorError);
    await tell(serving, 1);
    const { events } = await read(serving);
    expect(events.map((event) => event.seq)).toEqual([1, 2, 8]);
    const { epoch } = await serving.feed();
    expect(events[2]?.id).toBe(`${epoch}-8`);
    expect(events[1]?.id).toBe(before.events[1]?.id);
  });
});

it.each([
  [1, 'a-1'],
  [10, 'a-10'],
  [26, 'b-26'],
  [99, 'c-99'],
])('event %i keeps the id of the life it was told in', (seq, id) => {
  const epochs = [
    ['a', 1],
    ['b', 26],
    ['c', 50],
  ] as const;
  expect(eventId(epochs, seq)).toBe(id);
});

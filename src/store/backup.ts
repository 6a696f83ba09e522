import { closeSync, existsSync, fsyncSync, linkSync, openSync, renameSync, rmSync, statSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { RoomwardenError } from '../errors.ts';
import { isBusy, storeError } from './errors.ts';
import { holdServing } from './lock.ts';
import { checkSchema } from './migrations.ts';
import { readWitness, writeWitness } from './witness.ts';

const busyMs = 30_000;

/**
 * A whole and consistent copy while others write. It is marked: wherever it is opened as a store, its feed begins a new
 * life.
 * @returns its size in bytes
 * @throws {RoomwardenError} RW3001, RW3003, RW3005, RW3007, RW3008
 */
export function backupSqlite(file: string, to: string, now: number): number {
  if (existsSync(to)) throw new RoomwardenError('RW3007', { file: to });
  const draft = `${to}.${process.pid}.partial`;
  try {
    copyInto(file, draft, now);
    // Unlike a renaming this fails where the name has been taken meanwhile.
    linkSync(draft, to);
    return statSync(to).size;
  } catch (error) {
    throw (error as NodeJS.ErrnoException).code === 'EEXIST'
      ? new RoomwardenError('RW3007', { file: to })
      : storeError(error, file);
  } finally {
    rmSync(draft, { force: true });
  }
}

/** What the store that is replaced knows, as far as it can be read. */
export interface Replaced {
  /** Where it lies now; null where there was none. */
  file: string | null;
  /** Rooms that were erased in it after the copy was made. */
  erasures: { target: string; ref: string }[];
  /** False: it could not be read, so nobody knows which these are. */
  known: boolean;
}

/**
 * Puts a copy in the place of the store. Opening it begins a new life of the feed.
 * @throws {RoomwardenError} RW3002, RW3005, RW3008: the store is as it was
 */
export function restoreSqlite(file: string, from: string, now: number): Replaced {
  const madeAt = inspect(from);
  const release = holdServing(file);
  const draft = `${file}.${process.pid}.restoring`;
  try {
    copyInto(from, draft, madeAt ?? now);
    const replaced = setAside(file, madeAt ?? 0);
    // A log that could not be read into its store stays with it, away from the new one.
    if (existsSync(`${file}-wal`)) renameSync(`${file}-wal`, `${file}.before-restore-wal`);
    rmSync(`${file}-shm`, { force: true });
    renameSync(draft, file);
    return replaced;
  } catch (error) {
    throw storeError(error, file);
  } finally {
    rmSync(draft, { force: true });
    release();
  }
}

/** @param at when what is copied was current, milliseconds */
function copyInto(from: string, to: string, at: number): void {
  const mask = process.umask(0o077);
  const source = new DatabaseSync(from, { timeout: busyMs });
  try {
    source.prepare('vacuum into ?').run(to);
  } finally {
    source.close();
    process.umask(mask);
  }
  const copy = new DatabaseSync(to);
  try {
    healthy(copy, to);
    copy
      .prepare("insert into meta (key, value) values ('backup', ?) on conflict (key) do nothing")
      .run(String(at));
  } finally {
    copy.close();
  }
  const handle = openSync(to, 'r+');
  fsyncSync(handle);
  closeSync(handle);
}

/** @returns when it was made; null for a copy that `backup` did not make */
function inspect(file: string): number | null {
  if (!existsSync(file)) throw new RoomwardenError('RW3008', { file, detail: 'ENOENT' });
  try {
    const database = new DatabaseSync(file, { readOnly: true });
    try {
      healthy(database, file);
      checkSchema(Number(metaOf(database, 'schema') ?? 0), file);
      const mark = metaOf(database, 'backup');
      return mark === null ? null : Number(mark);
    } finally {
      database.close();
    }
  } catch (error) {
    if (error instanceof RoomwardenError) throw error;
    throw new RoomwardenError('RW3008', { file, detail: (error as Error).message }, { cause: error });
  }
}

function healthy(database: DatabaseSync, file: string): void {
  const found = Object.values(database.prepare('pragma quick_check(1)').get() ?? {})[0];
  if (found !== 'ok') throw new RoomwardenError('RW3008', { file, detail: String(found) });
  if (metaOf(database, 'epoch') === null) throw new RoomwardenError('RW3008', { file, detail: 'meta.epoch' });
}

function metaOf(database: DatabaseSync, key: string): string | null {
  const row = database.prepare('select value from meta where key = ?').get(key);
  return row === undefined ? null : String(row['value']);
}

function setAside(file: string, since: number): Replaced {
  if (!existsSync(file)) return { file: null, erasures: [], known: readWitness(file) === null };
  const aside = `${file}.before-restore`;
  let seen: Pick<Replaced, 'erasures'> | null = null;
  try {
    seen = lastWords(file, since);
  } catch (error) {
    const known = storeError(error, file);
    if (isBusy(known)) throw known;
  }
  rmSync(aside, { force: true });
  linkSync(file, aside);
  return { file: aside, erasures: seen?.erasures ?? [], known: seen !== null };
}

/** How far it told its feed, so that no number is given twice, and what was erased in it. */
function lastWords(file: string, since: number): Pick<Replaced, 'erasures'> {
  const database = new DatabaseSync(file, { timeout: 0 });
  try {
    database.exec('begin immediate');
    const told = [
      database.prepare('select max(seq) as value from events').get()?.['value'],
      metaOf(database, 'feed_floor'),
      metaOf(database, 'feed_head'),
    ];
    const seq = Math.max(0, ...told.map((value) => Number(value ?? 0)));
    writeWitness(file, { epoch: metaOf(database, 'epoch') ?? '', seq });
    const rows = database
      .prepare("select target, object from audit_log where action = 'room.erase' and at >= ? order by id")
      .all(since);
    database.exec('commit');
    // What is still in the log of the old store goes into its file before it is set aside.
    database.prepare('pragma wal_checkpoint(TRUNCATE)').get();
    return {
      erasures: rows.map(({ target, object }) => ({ target: String(target), ref: String(object) })),
    };
  } finally {
    database.close();
  }
}

import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync, type SQLInputValue, type StatementSync } from 'node:sqlite';
import { setTimeout as pause, setImmediate as turn } from 'node:timers/promises';
import {
  CompiledQuery,
  type DatabaseConnection,
  type Dialect,
  type Driver,
  type QueryResult,
  SelectQueryNode,
  SqliteAdapter,
  SqliteIntrospector,
  SqliteQueryCompiler,
} from 'kysely';
import { isBusy, storeError } from './errors.ts';

const busyMs = 5_000;
/** Another process may record a scan of 100,000 rooms meanwhile. */
const usualPatience = 120_000;
const pauseMs = 20;

/** Writers of this process queue here; SQLite itself holds other processes off. */
class Mutex {
  #tail: Promise<void> = Promise.resolve();

  async acquire(): Promise<() => void> {
    const before = this.#tail;
    let release = (): void => {};
    this.#tail = new Promise((resolve) => {
      release = resolve;
    });
    await before;
    return release;
  }
}

/** One connection that writes, one that reads: a reader never waits for a transaction nor sees it half done. */
export class SqliteFile {
  readonly file: string;
  readonly writer: DatabaseSync;
  readonly reader: DatabaseSync;
  readonly mutex = new Mutex();
  readonly #patience: number;
  readonly #statements = new WeakMap<DatabaseSync, Map<string, StatementSync>>();

  /**
   * @param patience milliseconds that a write waits for one of another process
   * @throws {RoomwardenError} RW3001, RW3005
   */
  constructor(file: string, patience = usualPatience) {
    this.file = file;
    this.#patience = patience;
    try {
      mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
      this.writer = open(file);
      // Pages that a large transaction writes are kept until it ends: keys of findings lie anywhere in their indexes.
      this.writer.exec('PRAGMA cache_size = -32768');
      // Holds for a file that is made now; `convert` does it for one that was there.
      this.writer.exec('PRAGMA auto_vacuum = INCREMENTAL');
      this.writer.exec('PRAGMA journal_mode = WAL');
      this.writer.exec('PRAGMA secure_delete = ON');
      this.reader = open(file);
      this.reader.exec('PRAGMA query_only = 1');
    } catch (error) {
      throw storeError(asOpening(error), file);
    }
  }

  run(database: DatabaseSync, query: { sql: string; parameters: readonly unknown[] }): QueryResult<unknown> {
    try {
      const statement = this.prepared(database, query.sql);
      const parameters = query.parameters as SQLInputValue[];
      if (statement.columns().length > 0) return { rows: statement.all(...parameters) };
      const { changes } = statement.run(...parameters);
      return { rows: [], numAffectedRows: BigInt(changes) };
    } catch (error) {
      throw storeError(error, this.file);
    }
  }

  /**
   * What takes the lock of the file. While another process has it, this one goes on with everything else.
   * @throws {RoomwardenError} RW3005
   */
  async locking(query: { sql: string; parameters: readonly unknown[] }): Promise<QueryResult<unknown>> {
    const until = performance.now() + this.#patience;
    for (;;) {
      try {
        this.writer.exec('PRAGMA busy_timeout = 0');
        return this.run(this.writer, query);
      } catch (error) {
        if (!isBusy(error) || performance.now() >= until) throw error;
      } finally {
        this.writer.exec(`PRAGMA busy_timeout = ${busyMs}`);
      }
      await pause(pauseMs);
    }
  }

  prepared(database: DatabaseSync, sql: string): StatementSync {
    let cache = this.#statements.get(database);
    if (cache === undefined) {
      cache = new Map();
      this.#statements.set(database, cache);
    }
    let statement = cache.get(sql);
    if (statement === undefined) {
      if (cache.size > 500) cache.clear();
      statement = database.prepare(sql);
      cache.set(sql, statement);
    }
    return statement;
  }

  /** A file of an earlier version learns to shrink. Left for another time while somebody else is at work. */
  convert(): void {
    if (this.#number('auto_vacuum') !== 0) return;
    try {
      this.writer.exec('PRAGMA auto_vacuum = INCREMENTAL; VACUUM');
    } catch (error) {
      const known = storeError(error, this.file);
      if (!isBusy(known)) throw known;
    }
  }

  /** Gives free pages back in small steps, then empties the write-ahead log: deleted text stays in neither file. */
  async tidy(): Promise<boolean> {
    while (this.#number('freelist_count') > 0) {
      const before = this.#number('freelist_count');
      await this.#alone(() => this.writer.exec('PRAGMA incremental_vacuum(500)'));
      await turn();
      if (this.#number('freelist_count') >= before) break;
    }
    return this.#alone(() => {
      const row = this.writer.prepare('PRAGMA wal_checkpoint(TRUNCATE)').get() as { busy: number };
      return row.busy === 0;
    });
  }

  #number(pragma: string): number {
    return Number(Object.values(this.writer.prepare(`PRAGMA ${pragma}`).get() ?? {})[0] ?? 0);
  }

  async #alone<T>(work: () => T): Promise<T> {
    const release = await this.mutex.acquire();
    try {
      return work();
    } catch (error) {
      throw storeError(error, this.file);
    } finally {
      release();
    }
  }

  close(): void {
    this.reader.close();
    this.writer.close();
  }
}

function open(file: string): DatabaseSync {
  const database = new DatabaseSync(file, { timeout: busyMs });
  database.exec('PRAGMA synchronous = FULL; PRAGMA foreign_keys = 1; PRAGMA temp_store = MEMORY');
  return database;
}

/** A folder that cannot be made or entered is the same trouble as a file that cannot be opened. */
function asOpening(error: unknown): unknown {
  const { code } = error as { code?: string };
  return ['EACCES', 'EPERM', 'EROFS', 'ENOTDIR', 'EEXIST', 'ENOENT'].includes(code ?? '')
    ? Object.assign(new Error((error as Error).message, { cause: error }), { errcode: 14 })
    : error;
}

class SqliteConnection implements DatabaseConnection {
  readonly #file: SqliteFile;
  inTransaction = false;
  release: (() => void) | null = null;

  constructor(file: SqliteFile) {
    this.#file = file;
  }

  async executeQuery<R>(query: CompiledQuery): Promise<QueryResult<R>> {
    if (this.inTransaction) return this.#file.run(this.#file.writer, query) as QueryResult<R>;
    if (SelectQueryNode.is(query.query)) return this.#file.run(this.#file.reader, query) as QueryResult<R>;
    const release = await this.#file.mutex.acquire();
    try {
      return (await this.#file.locking(query)) as QueryResult<R>;
    } finally {
      release();
    }
  }

  async *streamQuery<R>(query: CompiledQuery): AsyncIterableIterator<QueryResult<R>> {
    yield await this.executeQuery<R>(query);
  }
}

class SqliteDriver implements Driver {
  readonly #file: SqliteFile;

  constructor(file: SqliteFile) {
    this.#file = file;
  }

  async init(): Promise<void> {}

  async acquireConnection(): Promise<SqliteConnection> {
    return new SqliteConnection(this.#file);
  }

  async beginTransaction(connection: SqliteConnection): Promise<void> {
    const release = await this.#file.mutex.acquire();
    // Timers and sockets get their turn between two transactions, since the engine itself never yields.
    await turn();
    try {
      await this.#file.locking(CompiledQuery.raw('begin immediate'));
    } catch (error) {
      release();
      throw error;
    }
    connection.inTransaction = true;
    connection.release = release;
  }

  async commitTransaction(connection: SqliteConnection): Promise<void> {
    this.#file.run(this.#file.writer, CompiledQuery.raw('commit'));
    this.#end(connection);
  }

  async rollbackTransaction(connection: SqliteConnection): Promise<void> {
    try {
      // A full disk has rolled back already.
      if (this.#file.writer.isTransaction) {
        this.#file.run(this.#file.writer, CompiledQuery.raw('rollback'));
      }
    } finally {
      this.#end(connection);
    }
  }

  async releaseConnection(connection: SqliteConnection): Promise<void> {
    this.#end(connection);
  }

  async destroy(): Promise<void> {
    this.#file.close();
  }

  #end(connection: SqliteConnection): void {
    connection.inTransaction = false;
    connection.release?.();
    connection.release = null;
  }
}

class ConcurrentSqliteAdapter extends SqliteAdapter {
  override get supportsMultipleConnections(): boolean {
    return true;
  }
}

/** Kysely over `node:sqlite`. */
export function sqliteDialect(file: SqliteFile): Dialect {
  return {
    createDriver: () => new SqliteDriver(file),
    createQueryCompiler: () => new SqliteQueryCompiler(),
    createAdapter: () => new ConcurrentSqliteAdapter(),
    createIntrospector: (db) => new SqliteIntrospector(db),
  };
}

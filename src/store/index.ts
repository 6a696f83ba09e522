import { existsSync, rmSync } from 'node:fs';
import { Kysely, PostgresDialect, sql, type Transaction } from 'kysely';
import { RoomwardenError } from '../errors.ts';
import { type BulkTable, bulkUpdate, bulkUpsert } from './bulk.ts';
import { type FeedState, feedState } from './epoch.ts';
import { storeError } from './errors.ts';
import { type Hold, type Holds, localHolds, postgresHolds } from './hold.ts';
import { inLine } from './line.ts';
import { holdServing } from './lock.ts';
import { checkSchema, migrations } from './migrations.ts';
import { checkPostgres, checkSqlite } from './place.ts';
import type { Database } from './schema.ts';
import { SqliteFile, sqliteDialect } from './sqlite.ts';
import { type Versions, versionsOfFile, versionsOfServer } from './version.ts';
import { writeWitness } from './witness.ts';

export { type Epochs, eventId, type FeedState } from './epoch.ts';
export type { Hold } from './hold.ts';
export type * from './schema.ts';

export type StoreLocation =
  /**
   * `serving`: refuse while another process serves the same file; `patience`: milliseconds that a write waits for one
   * of another process, else two minutes.
   */
  { kind: 'sqlite'; file: string; serving?: boolean; patience?: number } | { kind: 'postgres'; url: string };

export interface StoreTransaction {
  db: Transaction<Database>;
  /** On PostgreSQL it may still be on its way afterwards; where it fails, what comes next fails. */
  bulkUpsert<T extends BulkTable>(table: T, rows: readonly Database[T][]): Promise<void>;
  /** Of rows that are there, these columns alone; each is given with its key. */
  bulkUpdate<T extends BulkTable>(
    table: T,
    fields: readonly (keyof Database[T] & string)[],
    rows: readonly Partial<Database[T]>[],
  ): Promise<void>;
  /** Next free number of the feed. Whoever called holds the feed until the end of the transaction. */
  appendLock(): Promise<number>;
  /** Holds others off that name the same, until the end of the transaction. */
  lock(name: string): Promise<void>;
}

export interface Store {
  readonly dialect: 'sqlite' | 'postgres';
  /** Reads and single statements. On SQLite a plain select reads the last committed state, also during a transaction. */
  readonly db: Kysely<Database>;
  /** As committed now; another process may have begun a new epoch. Cursors of another epoch are void. */
  feed(): Promise<FeedState>;
  /** Another text after each commit that findings, subjects, targets or rights of tokens may show; ask before reading them. */
  version(): Promise<string>;
  /** Key for pseudonyms of this installation, unless the configuration brings its own. */
  readonly instanceKey: string;
  /** One at a time per process on SQLite. Rolled back when the function throws. @throws {RoomwardenError} RW30xx */
  transaction<T>(work: (tx: StoreTransaction) => Promise<T>): Promise<T>;
  /** Makes this process the only one that does what the name says; null while another one does. */
  hold(name: string): Promise<Hold | null>;
  /** After deletions: on SQLite gives the space back and leaves no deleted text in the files. @returns whether it could */
  tidy(): Promise<boolean>;
  close(): Promise<void>;
}

/** Any number, the same for all Roomwardens: the locks of one database must meet. */
const advisory = { migration: 7_283_001, feed: 7_283_002, named: 7_283_003, held: 7_283_004 };

/** Opens and migrates. @throws {RoomwardenError} RW3001 to RW3005 */
export async function openStore(location: StoreLocation): Promise<Store> {
  return location.kind === 'sqlite' ? openSqlite(location) : openPostgres(location.url);
}

type SqliteLocation = Extract<StoreLocation, { kind: 'sqlite' }>;

async function openSqlite({ file, serving, patience }: SqliteLocation): Promise<Store> {
  const sqlite = new SqliteFile(file, patience);
  let release = (): void => {};
  try {
    if (serving === true) release = holdServing(file);
    copyBeforeMigration(sqlite);
    if (serving === true) sqlite.convert();
    const db = new Kysely<Database>({ dialect: sqliteDialect(sqlite) });
    const versions = versionsOfFile(sqlite);
    return await finish('sqlite', db, file, { sqlite, release, holds: localHolds(), versions });
  } catch (error) {
    release();
    sqlite.close();
    throw storeError(error, file);
  }
}

function copyBeforeMigration(sqlite: SqliteFile): void {
  const select = (text: string) => sqlite.run(sqlite.writer, { sql: text, parameters: [] }).rows as never[];
  if (select("select 1 from sqlite_master where name = 'meta'").length === 0) return;
  const [row] = select("select value from meta where key = 'schema'") as { value: string }[];
  const current = Number(row?.value ?? 0);
  checkSchema(current, sqlite.file);
  if (current === 0 || current === migrations.length) return;
  const copy = `${sqlite.file}.before-${migrations.length}`;
  if (existsSync(copy)) rmSync(copy);
  sqlite.run(sqlite.writer, { sql: 'vacuum into ?', parameters: [copy] });
}

async function openPostgres(url: string): Promise<Store> {
  const { Pool, TypeOverrides, types } = await import('pg');
  const numbers = new TypeOverrides();
  // Values stay below 2^53: both engines give numbers.
  numbers.setTypeParser(types.builtins.INT8, Number);
  const pool = new Pool({ connectionString: url, max: 10, connectionTimeoutMillis: 10_000, types: numbers });
  // An idle connection that breaks must not end the process; the next query reports it.
  pool.on('error', () => {});
  // The same for one that is ended by the server in the middle of a transaction, between two statements.
  pool.on('connect', (client) => client.on('error', () => {}));
  pool.on('connect', inLine);
  const db = new Kysely<Database>({ dialect: new PostgresDialect({ pool }) });
  const detail = withoutPassword(url);
  try {
    const holds = postgresHolds(url, advisory.held);
    const versions = versionsOfServer(db, url);
    return await finish('postgres', db, detail, { sqlite: null, release: () => {}, holds, versions });
  } catch (error) {
    await db.destroy();
    throw storeError(error, detail);
  }
}

function withoutPassword(url: string): string {
  const parsed = URL.parse(url);
  return parsed === null ? 'database.url' : `${parsed.host}${parsed.pathname}`;
}

interface Parts {
  sqlite: SqliteFile | null;
  release: () => void;
  holds: Holds;
  versions: Versions;
}

async function finish(
  dialect: Store['dialect'],
  db: Kysely<Database>,
  detail: string,
  { sqlite, release, holds, versions }: Parts,
): Promise<Store> {
  await migrate(db, dialect, detail);
  if (sqlite === null) await checkPostgres(db, advisory.migration);
  else await checkSqlite(db, sqlite.file);
  const rows = await db.selectFrom('meta').selectAll().execute();
  const meta = new Map(rows.map((row) => [row.key, row.value]));
  return {
    dialect,
    db,
    feed: () => feedState(db),
    version: versions.now,
    instanceKey: meta.get('instance') ?? '',
    async transaction(work) {
      const told = { any: false };
      try {
        const result = await db
          .transaction()
          .execute((tx) => work(transactionOf(tx, { dialect, sqlite, told })));
        if (sqlite !== null && told.any) {
          const { epoch, head } = await feedState(db);
          writeWitness(sqlite.file, { epoch, seq: head });
        }
        return result;
      } catch (error) {
        throw storeError(error, detail);
      }
    },
    tidy: async () => (sqlite === null ? true : sqlite.tidy()),
    async hold(name) {
      try {
        return await holds.hold(name);
      } catch (error) {
        throw storeError(error, detail);
      }
    },
    async close() {
      await holds.close();
      await versions.close();
      await db.destroy();
      release();
    },
  };
}

interface Surroundings {
  dialect: Store['dialect'];
  sqlite: SqliteFile | null;
  told: { any: boolean };
}

function transactionOf(db: Transaction<Database>, { dialect, sqlite, told }: Surroundings): StoreTransaction {
  return {
    db,
    bulkUpsert: (table, rows) => bulkUpsert(db, sqlite, table, rows),
    bulkUpdate: (table, fields, rows) => bulkUpdate(db, sqlite, table, fields, rows),
    async lock(name) {
      if (dialect === 'sqlite') return;
      await sql`select pg_advisory_xact_lock(${advisory.named}::int, hashtext(${name}))`.execute(db);
    },
    async appendLock() {
      // SQLite has one writer at a time already: every transaction begins immediate.
      if (dialect === 'postgres') await sql`select pg_advisory_xact_lock(${advisory.feed})`.execute(db);
      told.any = true;
      return (await feedState(db)).head + 1;
    },
  };
}

async function migrate(db: Kysely<Database>, dialect: Store['dialect'], detail: string): Promise<void> {
  await db.transaction().execute(async (tx) => {
    if (dialect === 'postgres') await sql`select pg_advisory_xact_lock(${advisory.migration})`.execute(tx);
    await tx.schema
      .createTable('meta')
      .ifNotExists()
      .addColumn('key', 'text', (column) => column.primaryKey())
      .addColumn('value', 'text', (column) => column.notNull())
      .execute();
  });
  // All or none: the older version can still open a store whose migration failed.
  await db.transaction().execute(async (tx) => {
    if (dialect === 'postgres') await sql`select pg_advisory_xact_lock(${advisory.migration})`.execute(tx);
    const row = await tx.selectFrom('meta').select('value').where('key', '=', 'schema').executeTakeFirst();
    const current = Number(row?.value ?? 0);
    checkSchema(current, detail);
    if (current === migrations.length) return;
    for (const [index, next] of migrations.entries()) {
      if (index < current) continue;
      try {
        await next({ db: tx, dialect });
      } catch (error) {
        const known = storeError(error, detail);
        if (known instanceof RoomwardenError) throw known;
        const params = { migration: index + 1, detail: (error as Error).message };
        throw new RoomwardenError('RW3004', params, { cause: error });
      }
    }
    await tx
      .insertInto('meta')
      .values({ key: 'schema', value: String(migrations.length) })
      .onConflict((conflict) =>
        conflict.column('key').doUpdateSet({ value: (expression) => expression.ref('excluded.value') }),
      )
      .execute();
  });
}

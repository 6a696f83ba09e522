import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { gunzipSync } from 'node:zlib';
import { Client, TypeOverrides, types } from 'pg';
import type { StoreLocation } from '../../src/store/index.ts';
import { freshDatabase } from './helper.ts';

export type Dialect = 'sqlite' | 'postgres';
export type Row = Record<string, string | number | null>;
export type Rows = Record<string, Row[]>;

/** Tables of the version that wrote the fixtures, with what they are sorted by. */
export const oldTables = {
  meta: 'key',
  targets: 'id',
  subjects: 'target, kind, id',
  findings: 'uid',
  events: 'seq',
  scans: 'id',
  tokens: 'id',
} as const;

export function fixture(name: 'sqlite.sql' | 'postgres.sql' | 'reopened.json'): string {
  return gunzipSync(readFileSync(new URL(`./fixtures/${name}.gz`, import.meta.url))).toString('utf8');
}

export interface OldStore {
  location: StoreLocation;
  remove(): Promise<void>;
}

/** A store as `pg_dump` and SQLite's own dump gave it, or the same tables with other rows of that version. */
export async function oldStore(dialect: Dialect, rows?: Rows): Promise<OldStore> {
  const made = await place(dialect);
  await execute(made.location, fixture(`${dialect}.sql`));
  if (rows === undefined) return made;
  for (const [table, each] of Object.entries(rows)) {
    await execute(made.location, `delete from ${named(dialect, table)}`);
    for (const row of each) await insert(made.location, named(dialect, table), row);
  }
  return made;
}

const named = (dialect: Dialect, table: string): string =>
  dialect === 'postgres' ? `public.${table}` : `"${table}"`;

async function place(dialect: Dialect): Promise<OldStore> {
  if (dialect === 'postgres') {
    const { url, drop } = await freshDatabase();
    return { location: { kind: 'postgres', url }, remove: drop };
  }
  const folder = mkdtempSync(join(tmpdir(), 'roomwarden-upgrade-'));
  return {
    location: { kind: 'sqlite', file: join(folder, 'roomwarden.db') },
    async remove() {
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

const literal = (value: string | number | null): string =>
  value === null ? 'null' : typeof value === 'number' ? String(value) : `'${value.replaceAll("'", "''")}'`;

export async function insert(location: StoreLocation, table: string, row: Row): Promise<void> {
  const values = Object.values(row).map(literal);
  await execute(location, `insert into ${table} (${Object.keys(row)}) values (${values})`);
}

/** Past the store: opening it would migrate. */
export async function execute(location: StoreLocation, text: string): Promise<Row[]> {
  if (location.kind === 'sqlite') return ofFile(location.file, text);
  const numbers = new TypeOverrides();
  numbers.setTypeParser(types.builtins.INT8, Number);
  const client = new Client({ connectionString: location.url, types: numbers });
  await client.connect();
  try {
    const { rows } = await client.query(text);
    return rows ?? [];
  } finally {
    await client.end();
  }
}

export function ofFile(file: string, text: string): Row[] {
  const database = new DatabaseSync(file);
  try {
    if (!/^select /.test(text)) {
      database.exec(text);
      return [];
    }
    return database
      .prepare(text)
      .all()
      .map((row) => ({ ...row }) as Row);
  } finally {
    database.close();
  }
}

/** All that the older version knows, in its columns. */
export async function contents(location: StoreLocation, columns?: Record<string, string[]>): Promise<Rows> {
  const found: Rows = {};
  for (const [table, order] of Object.entries(oldTables)) {
    const names = columns?.[table]?.join(', ') ?? '*';
    found[table] = await execute(location, `select ${names} from ${table} order by ${order}`);
  }
  return found;
}

export const columnsOf = (rows: Rows): Record<string, string[]> =>
  Object.fromEntries(Object.entries(rows).map(([table, [first]]) => [table, Object.keys(first ?? {})]));

import { CompiledQuery, type Kysely } from 'kysely';
import { type ColumnType, type Given, givenByColumns } from './columns.ts';
import { behind } from './line.ts';
import type { Database } from './schema.ts';
import type { SqliteFile } from './sqlite.ts';

export type BulkTable = 'subjects' | 'books' | 'findings' | 'events';

/** Columns in the order of the arrays that are sent; both engines write exactly these. */
const columns: { [T in BulkTable]: Record<keyof Database[T] & string, ColumnType> } = {
  subjects: {
    target: 'text',
    kind: 'text',
    id: 'text',
    ref: 'text',
    name: 'text',
    state: 'text',
    first_seen_at: 'bigint',
    unseen: 'integer',
    last_seen_at: 'bigint',
    missed: 'integer',
    changed_at: 'bigint',
    aliases_json: 'text',
    tags_json: 'text',
    book: 'bigint',
    facts_json: 'text',
    facts_hash: 'text',
    judged: 'text',
  },
  books: { target: 'text', book: 'bigint', number: 'integer', text: 'text' },
  findings: {
    uid: 'text',
    target: 'text',
    vendor: 'text',
    kind: 'text',
    subject_id: 'text',
    subject_ref: 'text',
    subject_name: 'text',
    policy: 'text',
    policy_version: 'integer',
    severity: 'text',
    severity_rank: 'integer',
    verdict: 'text',
    status: 'text',
    confidence: 'text',
    confirmed: 'integer',
    reason_key: 'text',
    affected: 'integer',
    cause: 'text',
    opened_at: 'bigint',
    first_opened_at: 'bigint',
    changed_at: 'bigint',
    resolved_at: 'bigint',
    cause_key: 'text',
    facts_key: 'text',
    tags_json: 'text',
    waiver_json: 'text',
    waived_json: 'text',
    detail_json: 'text',
  },
  events: {
    seq: 'bigint',
    at: 'bigint',
    kind: 'text',
    target: 'text',
    scan: 'text',
    uid: 'text',
    policy: 'text',
    subject_kind: 'text',
    cause: 'text',
    policy_version: 'integer',
    severity: 'text',
    severity_rank: 'integer',
    verdict: 'text',
    status: 'text',
    snapshot_json: 'text',
  },
};

const keys: Record<BulkTable, readonly string[]> = {
  subjects: ['target', 'kind', 'id'],
  books: ['target', 'book', 'number'],
  findings: ['uid'],
  events: ['seq'],
};

const batch = 1_000;

/** Inserts or replaces whole rows by key. Only inside a transaction. */
export async function bulkUpsert<T extends BulkTable>(
  db: Kysely<Database>,
  file: SqliteFile | null,
  table: T,
  rows: readonly Database[T][],
): Promise<void> {
  if (rows.length === 0) return;
  if (file === null) {
    for (let from = 0; from < rows.length; from += batch) {
      await postgresUpsert(db, table, rows.slice(from, from + batch));
    }
    return;
  }
  const statement = file.prepared(file.writer, upsertText(table, `values (${names(table).map(() => '?')})`));
  const order = names(table) as (keyof Database[T])[];
  const values: (string | number | null)[] = new Array(order.length).fill(null);
  for (const row of rows) {
    for (let at = 0; at < order.length; at += 1) values[at] = row[order[at] as keyof typeof row] as never;
    statement.run(...values);
  }
}

async function postgresUpsert<T extends BulkTable>(
  db: Kysely<Database>,
  table: T,
  rows: readonly Database[T][],
): Promise<void> {
  const order = names(table) as (keyof Database[T] & string)[];
  const { select, parameters } = given(table, order, rows);
  await db.executeQuery(CompiledQuery.raw(behind(upsertText(table, select)), parameters));
}

function given<T extends BulkTable>(
  table: T,
  order: readonly (keyof Database[T] & string)[],
  rows: readonly Partial<Database[T]>[],
): Given {
  const types = columns[table] as Record<string, ColumnType>;
  return givenByColumns(order, types, rows as never) ?? givenAsJson(order, types, rows as never);
}

/** One text for all rows, whatever they hold. */
function givenAsJson(
  order: readonly string[],
  types: Readonly<Record<string, ColumnType>>,
  rows: readonly Readonly<Record<string, unknown>>[],
): Given {
  const text = JSON.stringify(
    rows.map((row) => Object.fromEntries(order.map((name) => [name, wellFormed(row[name] ?? null)]))),
  );
  const typed = order.map((name) => `${name} ${types[name]}`);
  return { select: `select * from json_to_recordset($1::json) as given(${typed})`, parameters: [text] };
}

/** The server refuses half a character that is written as an escape. */
const wellFormed = (value: unknown): unknown =>
  typeof value === 'string' && !value.isWellFormed() ? value.toWellFormed() : value;

/** Writes these columns of rows that are there; the keys are given with them. Only inside a transaction. */
export async function bulkUpdate<T extends BulkTable>(
  db: Kysely<Database>,
  file: SqliteFile | null,
  table: T,
  fields: readonly (keyof Database[T] & string)[],
  rows: readonly Partial<Database[T]>[],
): Promise<void> {
  if (rows.length === 0) return;
  const key = keys[table] as (keyof Database[T] & string)[];
  const order = [...fields, ...key];
  if (file !== null) {
    const sets = fields.map((name) => `${name} = ?`);
    const places = key.map((name) => `${name} = ?`);
    const statement = file.prepared(file.writer, `update ${table} set ${sets} where ${places.join(' and ')}`);
    for (const row of rows) statement.run(...order.map((name) => row[name] as string | number | null));
    return;
  }
  const sets = fields.map((name) => `${name} = given.${name}`);
  const places = key.map((name) => `${table}.${name} = given.${name}`);
  for (let from = 0; from < rows.length; from += batch) {
    const { select, parameters } = given(table, order, rows.slice(from, from + batch));
    const text = `update ${table} set ${sets} from (${select}) as given where ${places.join(' and ')}`;
    await db.executeQuery(CompiledQuery.raw(behind(text), parameters));
  }
}

const names = (table: BulkTable): string[] => Object.keys(columns[table]);

function upsertText(table: BulkTable, source: string): string {
  const key = keys[table];
  const updates = names(table)
    .filter((name) => !key.includes(name))
    .map((name) => `${name} = excluded.${name}`);
  return `insert into ${table} (${names(table)}) ${source} on conflict (${key}) do update set ${updates}`;
}

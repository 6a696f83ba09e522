import { readFileSync, writeFileSync } from 'node:fs';
import { sql } from 'kysely';
import { parse, stringify } from 'yaml';
import { type Environment, openConfiguredStore, openEnvironment } from '../src/commands/environment.ts';
import { makeFolder, recordDeps } from '../src/commands/recording.ts';
import { startEstate } from '../src/demo/estate.ts';
import { newScanId, recordScan } from '../src/scan/runner.ts';
import type { Database, Store } from '../src/store/index.ts';

export interface Stored {
  /** Of the configuration; the simulated servers answer until `close`. */
  file: string;
  environment: Environment;
  store: Store;
  close(): Promise<void>;
}

export const databaseVariable = 'ROOMWARDEN_BENCH_DATABASE';
const keyVariable = 'ROOMWARDEN_BENCH_KEY';

/** The demo estate, scanned and recorded once: rows as real ones are. @param url of PostgreSQL; null: SQLite */
export async function storedEstate(url: string | null): Promise<Stored> {
  const estate = await startEstate(Date.now());
  if (url !== null) {
    process.env[databaseVariable] = url;
    process.env[keyVariable] = 'bench-'.repeat(8);
    const configuration = parse(readFileSync(estate.configuration, 'utf8'));
    const shared = { database: { url: { env: databaseVariable } }, instance: { key: { env: keyVariable } } };
    writeFileSync(estate.configuration, stringify({ ...configuration, ...shared }));
  }
  const environment = await openEnvironment(estate.configuration, 'silent');
  makeFolder(environment.config.data);
  const store = await openConfiguredStore(environment.config, false);
  const deps = await recordDeps(environment, store);
  for (const target of environment.config.targets) {
    await recordScan(deps, { id: newScanId(), target, signal: new AbortController().signal });
  }
  return {
    file: estate.configuration,
    environment,
    store,
    async close() {
      await store.close().catch(() => {});
      await estate.close();
    },
  };
}

type Numbered = ReturnType<typeof sql>;

interface Words {
  series(to: number): { head: Numbered; from: Numbered };
  /** Eight digits. */
  digits: Numbered;
}

function wordsOf({ dialect }: Store): Words {
  if (dialect === 'postgres') {
    return {
      series: (to) => ({ head: sql``, from: sql`generate_series(1, ${sql.lit(to)}) as s(n)` }),
      digits: sql`lpad(s.n::text, 8, '0')`,
    };
  }
  return {
    series: (to) => ({
      head: sql`with recursive s(n) as (select 1 union all select n + 1 from s where n < ${sql.lit(to)})`,
      from: sql`s`,
    }),
    digits: sql`printf('%08d', s.n)`,
  };
}

async function columnsOf(store: Store, table: keyof Database): Promise<string[]> {
  const tables = await store.db.introspection.getTables();
  return tables.find(({ name }) => name === table)?.columns.map(({ name }) => name) ?? [];
}

/** Copies the rows that there are, by one statement, until there are so many; what tells rows apart is numbered. */
async function multiply(
  store: Store,
  table: 'subjects' | 'findings',
  which: Numbered,
  numbered: Readonly<Record<string, Numbered>>,
  wanted: number,
): Promise<void> {
  const { rows } = await sql<{
    n: number;
  }>`select count(*) as n from ${sql.table(table)} t where ${which}`.execute(store.db);
  const there = Number(rows[0]?.n ?? 0);
  if (there === 0) throw new Error(`nothing to copy in ${table}`);
  const { series } = wordsOf(store);
  const { head, from } = series(Math.ceil((wanted - there) / there));
  const columns = await columnsOf(store, table);
  const values = columns.map((name) => numbered[name] ?? sql.ref(`t.${name}`));
  await sql`insert into ${sql.table(table)} (${sql.join(columns.map((name) => sql.ref(name)))})
    ${head} select ${sql.join(values)} from ${sql.table(table)} t cross join ${from}
    where ${which} limit ${sql.lit(wanted - there)}`.execute(store.db);
}

export async function fillFindings(store: Store, wanted: number): Promise<void> {
  const { digits } = wordsOf(store);
  const rooms = sql`t.kind = 'room' and t.subject_id <> '' and t.verdict = 'violation'`;
  await multiply(
    store,
    'findings',
    rooms,
    {
      uid: sql`substr(t.uid, 1, 18) || ${digits}`,
      subject_id: sql`t.subject_id || '-' || ${digits}`,
      subject_ref: sql`substr(t.subject_ref, 1, 8) || ${digits}`,
    },
    wanted,
  );
}

export async function fillRooms(store: Store, wanted: number): Promise<void> {
  const { digits } = wordsOf(store);
  await multiply(
    store,
    'subjects',
    sql`t.kind = 'room' and t.state = 'present'`,
    {
      id: sql`t.id || '-' || ${digits}`,
      ref: sql`substr(t.ref, 1, 8) || ${digits}`,
    },
    wanted,
  );
}

/** PostgreSQL: an event `opened` for every finding of a room, as the ledger would tell it. */
export async function fillEvents(store: Store, wanted: number): Promise<void> {
  const { head } = await store.feed();
  await sql`
    insert into events (seq, at, kind, target, scan, uid, policy, subject_kind, cause, policy_version, severity,
      severity_rank, verdict, status, snapshot_json)
    select ${sql.lit(head)} + row_number() over (order by uid), t.opened_at, 'opened', t.target, 'scan', t.uid, t.policy,
      t.kind, t.cause, t.policy_version, t.severity, t.severity_rank, t.verdict, t.status, row_to_json(t)::text
    from findings t where t.kind = 'room' and t.subject_id <> '' order by uid limit ${sql.lit(wanted)}
  `.execute(store.db);
}

export async function settle(store: Store): Promise<void> {
  await (store.dialect === 'postgres' ? sql`vacuum analyze` : sql`pragma wal_checkpoint(truncate)`).execute(
    store.db,
  );
}

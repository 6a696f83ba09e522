import { type Kysely, sql } from 'kysely';
import { beginEpoch, feedState, setMeta } from './epoch.ts';
import type { Database } from './schema.ts';
import { readWitness, witnessFile, writeWitness } from './witness.ts';

/**
 * A store that was set back without the command `restore` is noticed at its next opening, and its feed begins a new life.
 * SQLite: the copy was made by `backup`, or the note beside the file is missing, of another life, or further on.
 */
export async function checkSqlite(db: Kysely<Database>, file: string): Promise<void> {
  await db.transaction().execute(async (tx) => {
    const { epoch, head } = await feedState(tx);
    const witness = readWitness(file);
    const marks = await tx
      .selectFrom('meta')
      .select('key')
      .where('key', 'in', ['backup', 'witness'])
      .execute();
    const marked = new Set(marks.map((row) => row.key));
    const setBack =
      marked.has('backup') ||
      (witness === null ? marked.has('witness') : witness.epoch !== epoch || witness.seq > head);
    if (setBack) await beginEpoch(tx, witness?.seq ?? 0);
    if (!marked.has('witness')) await setMeta(tx, 'witness', witnessFile('').slice(1));
  });
  const { epoch, head } = await feedState(db);
  writeWitness(file, { epoch, seq: head });
}

/** What changes when a database was restored: cluster, timeline (recovery to a point in time), database, table. */
interface Place {
  system: string | null;
  timeline: string | null;
  database: string | null;
  table: string | null;
}

/** PostgreSQL: restored from a dump, or recovered to a point in time, if the server tells where it stands. */
export async function checkPostgres(db: Kysely<Database>, lock: number): Promise<void> {
  const place: Place = {
    system: await ask(db, 'system_identifier from pg_control_system()'),
    timeline: await ask(db, 'substr(pg_walfile_name(pg_current_wal_lsn()), 1, 8)'),
    database: await ask(db, 'oid from pg_database where datname = current_database()'),
    table: await ask(db, "'events'::regclass::oid"),
  };
  await db.transaction().execute(async (tx) => {
    await sql`select pg_advisory_xact_lock(${lock})`.execute(tx);
    const row = await tx.selectFrom('meta').select('value').where('key', '=', 'place').executeTakeFirst();
    const before = row === undefined ? null : (JSON.parse(row.value) as Place);
    if (before !== null && moved(before, place)) await beginEpoch(tx, 0);
    if (row?.value !== JSON.stringify(place)) await setMeta(tx, 'place', JSON.stringify(place));
  });
}

/** What a server does not tell, to this role or at all, decides nothing. */
function moved(before: Place, now: Place): boolean {
  return (Object.keys(now) as (keyof Place)[]).some(
    (name) => before[name] !== null && now[name] !== null && before[name] !== now[name],
  );
}

async function ask(db: Kysely<Database>, what: string): Promise<string | null> {
  try {
    const { rows } = await sql<{ said: unknown }>`select (select ${sql.raw(what)})::text as said`.execute(db);
    return rows[0]?.said == null ? null : String(rows[0].said);
  } catch {
    return null;
  }
}

import { readdirSync } from 'node:fs';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { sql } from 'kysely';
import type { Store } from '../../src/store/index.ts';

/** What must not grow. */
export interface Measured {
  heapMb: number;
  rssMb: number;
  /** Open files and sockets of the process. */
  handles: number;
  storeMb: number;
  rows: Record<string, number>;
  /** PostgreSQL: rows that were replaced or deleted and whose place is not free yet. */
  dead: number | null;
}

export async function measured({ db, dialect }: Store): Promise<Measured> {
  const rows: Record<string, number> = {};
  for (const table of ['scans', 'events', 'findings', 'subjects', 'targets'] as const) {
    const found = await db
      .selectFrom(table)
      .select((expression) => expression.fn.countAll<number>().as('number'))
      .executeTakeFirstOrThrow();
    rows[table] = Number(found.number);
  }
  let dead: number | null = null;
  if (dialect === 'postgres') {
    const found = await sql<{ dead: number }>`
        select coalesce(sum(n_dead_tup), 0)::bigint as dead from pg_stat_user_tables
      `.execute(db);
    dead = Number(found.rows[0]?.dead ?? 0);
    const jobs = await sql<{ number: number }>`
        select count(*)::bigint as number from roomwarden_queue.job
      `.execute(db);
    rows['jobs'] = Number(jobs.rows[0]?.number ?? 0);
  }
  const size =
    dialect === 'sqlite'
      ? sql<{
          bytes: number;
        }>`select page_count * page_size as bytes from pragma_page_count(), pragma_page_size()`
      : sql<{ bytes: number }>`select pg_database_size(current_database()) as bytes`;
  const bytes = Number((await size.execute(db)).rows[0]?.bytes ?? 0);
  collectGarbage();
  const { heapUsed, rss } = process.memoryUsage();
  return {
    heapMb: round(heapUsed / 2 ** 20),
    rssMb: round(rss / 2 ** 20),
    handles: readdirSync('/proc/self/fd').length,
    storeMb: round(bytes / 2 ** 20),
    rows,
    dead,
  };
}

let collector: (() => void) | null = null;
function collectGarbage(): void {
  if (collector === null) {
    setFlagsFromString('--expose-gc');
    collector = runInNewContext('gc') as () => void;
  }
  collector();
  collector();
}

const round = (value: number): number => Math.round(value * 10) / 10;

import { type Kysely, sql } from 'kysely';
import type { Database } from './schema.ts';

/** Milliseconds by PostgreSQL's own clock, the same for all instances: theirs may differ. */
export async function serverClock(db: Kysely<Database>): Promise<number> {
  const { rows } = await sql<{ now: number }>`
    select (extract(epoch from clock_timestamp()) * 1000)::bigint as now
  `.execute(db);
  return rows[0]?.now ?? 0;
}

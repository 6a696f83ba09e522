import { randomBytes } from 'node:crypto';
import { type Kysely, sql } from 'kysely';
import type { Database } from './schema.ts';
import type { SqliteFile } from './sqlite.ts';

/** Rows of marks that are summed up at each question; more become one. */
const mostMarks = 500;

/**
 * Another text after each commit that may show in a list: on SQLite after any commit at all and after each opening, on
 * PostgreSQL the same in all processes. Ask before reading: what is read then is as new, or newer.
 */
export function versionOf(db: Kysely<Database>, sqlite: SqliteFile | null): () => Promise<string> {
  if (sqlite === null) return shared(() => sumOfMarks(db));
  const life = randomBytes(9).toString('base64url');
  const { reader } = sqlite;
  const statement = reader.prepare('PRAGMA data_version');
  // Its changes are those of other connections; this one only reads.
  return async () => `${life}.${(statement.get() as { data_version: number }).data_version}`;
}

async function sumOfMarks(db: Kysely<Database>): Promise<string> {
  const { rows } = await sql<{ sum: string; marks: number }>`
    SELECT coalesce(sum(mark), 0)::text AS sum, count(*)::int AS marks FROM changes
  `.execute(db);
  const [{ sum, marks } = { sum: '', marks: 0 }] = rows;
  if (sum === '') throw new Error('the marks of changes gave no sum');
  if (marks > mostMarks) await fold(db);
  return sum;
}

/** In one statement: the sum is the same at every moment. */
async function fold(db: Kysely<Database>): Promise<void> {
  await sql`
    WITH old AS (
      DELETE FROM changes WHERE id IN (SELECT id FROM changes ORDER BY id LIMIT 10000 FOR UPDATE SKIP LOCKED)
      RETURNING mark
    )
    INSERT INTO changes (mark) SELECT sum(mark) FROM old HAVING count(*) > 0
  `.execute(db);
}

/** Whoever asks while a question is under way waits for the next one, which is asked after all of them. */
function shared<T>(ask: () => Promise<T>): () => Promise<T> {
  let running: Promise<void> | null = null;
  let next: Promise<T> | null = null;
  const begin = (): Promise<T> => {
    next = null;
    const asked = ask();
    const over: Promise<void> = asked.then(
      () => {},
      () => {},
    );
    running = over;
    void over.then(() => {
      if (running === over) running = null;
    });
    return asked;
  };
  return () => {
    if (running === null) return begin();
    next ??= running.then(begin);
    return next;
  };
}

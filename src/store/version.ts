import { randomBytes } from 'node:crypto';
import { type Kysely, sql } from 'kysely';
import { question } from './question.ts';
import type { Database } from './schema.ts';
import type { SqliteFile } from './sqlite.ts';

/** Rows of marks that are summed up at each question; more become one. */
const mostMarks = 100;

export interface Versions {
  now(): Promise<string>;
  close(): Promise<void>;
}

/** Another text after any commit at all and after each opening. */
export function versionsOfFile({ reader }: SqliteFile): Versions {
  const life = randomBytes(9).toString('base64url');
  const statement = reader.prepare('PRAGMA data_version');
  return {
    // Its changes are those of other connections; this one only reads.
    now: async () => `${life}.${(statement.get() as { data_version: number }).data_version}`,
    close: async () => {},
  };
}

/**
 * Another text after each commit that may show in a list or takes a right from a token, the same in all processes. Ask
 * before reading: what is read then is as new, or newer.
 */
export function versionsOfServer(db: Kysely<Database>, url: string): Versions {
  const marks = question(
    { connectionString: url },
    'SELECT coalesce(sum(mark), 0)::text, count(*)::int FROM changes',
  );
  const sum = async (): Promise<string> => {
    const [told, rows] = (await marks.ask()) as [string, number];
    if (rows > mostMarks) await fold(db);
    return told;
  };
  return { now: shared(sum), close: () => marks.close() };
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
export function shared<T>(ask: () => Promise<T>): () => Promise<T> {
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

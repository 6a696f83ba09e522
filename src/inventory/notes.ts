import type { Kysely } from 'kysely';
import type { Note } from '../../adapters/contract/note.ts';
import type { Database, NotesTable, StoreTransaction } from '../store/index.ts';

/** What a push said of a meeting, with the time of its arrival. */
export interface StoredNote extends Note {
  at: number;
}

/** A meeting whose end nobody reports and no scan sees is forgotten. */
const longestMeetingMs = 7 * 86_400_000;

/** The newest word on a meeting replaces an older one. */
export async function keepNote(tx: StoreTransaction, target: string, note: Note, now: number): Promise<void> {
  const { room, session, since, content } = note;
  const row: NotesTable = {
    target,
    session,
    room,
    at: now,
    content_json: JSON.stringify({ since, content }),
  };
  await tx.db
    .insertInto('notes')
    .values(row)
    .onConflict((conflict) => conflict.columns(['target', 'session']).doUpdateSet(row))
    .execute();
}

export async function listNotes(db: Kysely<Database>, target: string): Promise<StoredNote[]> {
  const rows = await db.selectFrom('notes').selectAll().where('target', '=', target).orderBy('at').execute();
  return rows.map(noteOf);
}

export async function findNote(
  db: Kysely<Database>,
  target: string,
  session: string,
): Promise<StoredNote | null> {
  const row = await db
    .selectFrom('notes')
    .selectAll()
    .where('target', '=', target)
    .where('session', '=', session)
    .executeTakeFirst();
  return row === undefined ? null : noteOf(row);
}

function noteOf({ room, session, at, content_json }: NotesTable): StoredNote {
  return { room, session, at, ...(JSON.parse(content_json) as Pick<Note, 'since' | 'content'>) };
}

export async function dropNotes(
  tx: StoreTransaction,
  target: string,
  sessions: readonly string[],
): Promise<void> {
  for (let from = 0; from < sessions.length; from += 500)
    await tx.db
      .deleteFrom('notes')
      .where('target', '=', target)
      .where('session', 'in', sessions.slice(from, from + 500))
      .execute();
}

export async function dropOldNotes(tx: StoreTransaction, target: string, now: number): Promise<void> {
  await tx.db
    .deleteFrom('notes')
    .where('target', '=', target)
    .where('at', '<', now - longestMeetingMs)
    .execute();
}

export async function dropAllNotes(tx: StoreTransaction, target: string): Promise<void> {
  await tx.db.deleteFrom('notes').where('target', '=', target).execute();
}

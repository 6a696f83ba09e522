import { sql } from 'kysely';
import { bigNumber, keyText, type MigrationContext, required } from './context.ts';

/**
 * What facts of many subjects have in common stands once in a book of their target. Subjects that are stored already keep
 * their facts as they are until they are written again. The index tells which books are in use.
 */
export async function books(context: MigrationContext): Promise<void> {
  const { schema } = context.db;
  await schema
    .createTable('books')
    .addColumn('target', keyText(context), required)
    .addColumn('book', bigNumber(context), required)
    .addColumn('number', 'integer', required)
    .addColumn('text', 'text', required)
    .addPrimaryKeyConstraint('books_key', ['target', 'book', 'number'])
    .execute();
  await schema.alterTable('subjects').addColumn('book', bigNumber(context)).execute();
  await sql`CREATE INDEX subjects_book ON subjects (target, book) WHERE book IS NOT NULL`.execute(context.db);
}

import type { MigrationContext } from './context.ts';

/** What a subject's findings were last brought in line with: where it is the same again, they need not be read. */
export async function judged({ db }: MigrationContext): Promise<void> {
  await db.schema.alterTable('subjects').addColumn('judged', 'text').execute();
}

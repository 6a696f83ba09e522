import { type ColumnDefinitionBuilder, type Kysely, type RawBuilder, sql } from 'kysely';
import type { Database } from '../schema.ts';

export interface MigrationContext {
  db: Kysely<Database>;
  dialect: 'sqlite' | 'postgres';
}

/** Milliseconds UTC, and numbers of the feed. */
export function bigNumber({ dialect }: MigrationContext): RawBuilder<unknown> {
  return dialect === 'postgres' ? sql`bigint` : sql`integer`;
}

/** Keys sort by bytes on both engines, so that cursors mean the same. */
export function keyText({ dialect }: MigrationContext): RawBuilder<unknown> {
  return dialect === 'postgres' ? sql`text COLLATE "C"` : sql`text`;
}

export const required = (column: ColumnDefinitionBuilder): ColumnDefinitionBuilder => column.notNull();

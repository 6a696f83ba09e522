import { DatabaseSync } from 'node:sqlite';
import { Client } from 'pg';
import type { Place } from './look.ts';

/** All rows of all tables, as text: in the file itself a value may lie on two pages. */
export function sqliteRows(file: string): Place {
  const database = new DatabaseSync(file, { readOnly: true });
  try {
    const tables = database.prepare("SELECT name FROM sqlite_master WHERE type = 'table'").all();
    const rows = tables.flatMap(({ name }) => [
      name,
      ...database
        .prepare(`SELECT * FROM "${name}"`)
        .all()
        .map((row) => JSON.stringify(row)),
    ]);
    return { name: 'rows of SQLite', ids: 'allowed', content: Buffer.from(rows.join('\n')) };
  } finally {
    database.close();
  }
}

export async function postgresRows(url: string): Promise<Place> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    const tables = await client.query(
      "SELECT schemaname, tablename FROM pg_tables WHERE schemaname NOT IN ('pg_catalog', 'information_schema')",
    );
    const lines: string[] = [];
    for (const { schemaname, tablename } of tables.rows) {
      const { rows } = await client.query(`SELECT t::text AS line FROM "${schemaname}"."${tablename}" t`);
      lines.push(tablename, ...rows.map(({ line }) => line));
    }
    return { name: 'rows of PostgreSQL', ids: 'allowed', content: Buffer.from(lines.join('\n')) };
  } finally {
    await client.end();
  }
}

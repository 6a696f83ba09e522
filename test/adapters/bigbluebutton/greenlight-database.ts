import { randomBytes } from 'node:crypto';
import { Client } from 'pg';
import {
  greenlightRows,
  greenlightTables,
  type SimulatedDatabase,
} from '../../../adapters/bigbluebutton/simulator-database.ts';
import { grants, viewText } from '../../../adapters/bigbluebutton/statements.ts';
import { freshDatabase } from '../../store/helper.ts';

export interface GreenlightTables {
  /** With the role that the README describes. */
  url: string;
  /** With every right. */
  adminUrl: string;
  role: string;
  run(text: string, values?: unknown[]): Promise<Record<string, unknown>[]>;
  drop(): Promise<void>;
}

export const databasePassword = 'greenlight-database-canary';

/** Greenlight's tables in a database of their own, and a role with the grants of the README. */
export async function greenlightDatabase(
  world: SimulatedDatabase,
  { view = false }: { view?: boolean } = {},
): Promise<GreenlightTables> {
  const database = await freshDatabase();
  const client = new Client({ connectionString: database.url });
  await client.connect();
  const role = `auditor_${randomBytes(4).toString('hex')}`;
  const run = async (text: string, values: unknown[] = []): Promise<Record<string, unknown>[]> =>
    (await client.query(text, values)).rows;
  await run(greenlightTables);
  for (const { text, values } of greenlightRows(world)) await run(text, values);
  await run(`CREATE ROLE ${role} LOGIN PASSWORD '${databasePassword}'`);
  if (view) await run(viewText);
  for (const grant of grants(role, view)) await run(grant);
  const url = new URL(database.url);
  url.username = role;
  url.password = databasePassword;
  return {
    url: url.href,
    adminUrl: database.url,
    role,
    run,
    async drop() {
      await run(`DROP OWNED BY ${role}`);
      await client.end();
      await database.drop();
    },
  };
}

import { reason } from './fact.ts';
import { SourceError } from './http.ts';
import type { ReadOnlySql, SqlDeps, SqlOptions } from './sql.ts';
import { MySql } from './sql-mysql.ts';
import { PostgresSql } from './sql-postgres.ts';
import { Sqlite } from './sql-sqlite.ts';

/** By scheme of the address; nothing is sent before the first question. */
export function openSql(options: SqlOptions, deps: SqlDeps): ReadOnlySql {
  const scheme = /^([a-z][a-z0-9+.-]*):/i.exec(options.url)?.[1]?.toLowerCase();
  if (scheme === 'postgres' || scheme === 'postgresql') return new PostgresSql(options, deps);
  if (scheme === 'mysql' || scheme === 'mariadb') return new MySql(options, deps);
  if (scheme === 'sqlite') return new Sqlite(options, deps);
  return refusing(options, 'the address of the database has to begin with postgres://, mysql:// or sqlite:/');
}

/** An address is a secret: it is found wrong only when it is used, and is not quoted. */
function refusing({ label }: SqlOptions, detail: string): ReadOnlySql {
  const locator = (name: string): string => `SQL ${label}: ${name}`;
  return {
    // biome-ignore lint/correctness/useYield: it only fails
    async *query(name) {
      throw new SourceError(reason('unreachable', detail), locator(name));
    },
    locator,
    close() {},
  };
}

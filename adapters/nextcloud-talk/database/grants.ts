import type { Dialect } from './dialect.ts';
import type { DatabaseSource } from './session.ts';
import { columns, type Table, tableNames } from './tables.ts';

type Server = Exclude<Dialect['name'], 'sqlite'>;

export const tablesOfSource: Readonly<Record<DatabaseSource, readonly Table[]>> = {
  QC: [],
  Q1: ['talk_rooms'],
  Q2: ['talk_attendees', 'talk_sessions'],
  Q3: ['comments'],
  Q4: ['talk_attachments'],
  Q5: ['jobs'],
  Q6: ['roomwarden_recordings'],
};

/** Where Nextcloud's own tables lie by default. */
const home: Readonly<Record<Server, string>> = { postgres: 'public', mysql: 'nextcloud' };

/** A view with the name of the table, in a place of its own, with the columns that are read and no others. */
export function viewOf(server: Server, table: Table, prefix: string, from = home[server]): string {
  const view = `CREATE VIEW roomwarden.${prefix}${table} AS`;
  if (table === 'roomwarden_recordings') return `${view} ${recordings(server, prefix, from)};`;
  const list = columns[table].map((column) => (column === 'has_password' ? hasPassword : column)).join(', ');
  return `${view} SELECT ${list} FROM ${from}.${prefix}${table}${kept[table] ?? ''};`;
}

const hasPassword = "CASE WHEN password IS NULL OR password = '' THEN 0 ELSE 1 END AS has_password";
const kept: Readonly<Partial<Record<Table, string>>> = { comments: " WHERE object_type = 'chat'" };

/** Recordings lie in folders named after the conversation; no file's name is shown. */
function recordings(server: Server, prefix: string, from: string): string {
  const token =
    server === 'postgres'
      ? "split_part(substring(path FROM '[^/]+/[^/]+$'), '/', 1)"
      : "SUBSTRING_INDEX(SUBSTRING_INDEX(path, '/', -2), '/', 1)";
  const fits = server === 'postgres' ? '~' : 'REGEXP';
  return `SELECT ${token} AS token, COUNT(*) AS files, MIN(mtime) AS oldest, MAX(mtime) AS newest FROM ${from}.${prefix}filecache WHERE path LIKE 'files/%/Recording/%' AND path ${fits} '^files/.+/Recording/[A-Za-z0-9]+/[^/]+$' GROUP BY 1`;
}

/** The whole of it, for a database administrator; the password is theirs to choose. */
export function grantScript(
  server: Server,
  prefix: string,
  from = home[server],
  tables: readonly Table[] = tableNames,
): string[] {
  const views = tables.map((table) => viewOf(server, table, prefix, from));
  if (server === 'postgres') {
    return [
      "CREATE ROLE roomwarden LOGIN PASSWORD 'CHOOSE-ONE';",
      'ALTER ROLE roomwarden SET search_path = roomwarden;',
      'ALTER ROLE roomwarden SET default_transaction_read_only = on;',
      'CREATE SCHEMA roomwarden;',
      ...views,
      'GRANT USAGE ON SCHEMA roomwarden TO roomwarden;',
      'GRANT SELECT ON ALL TABLES IN SCHEMA roomwarden TO roomwarden;',
    ];
  }
  return [
    "CREATE USER roomwarden IDENTIFIED BY 'CHOOSE-ONE';",
    'CREATE DATABASE roomwarden;',
    ...views,
    'GRANT SELECT ON roomwarden.* TO roomwarden;',
  ];
}

/** What one source needs, for an account that is there already. */
export function grantsOf(server: Server, source: DatabaseSource, prefix: string): string {
  const views = tablesOfSource[source].map((table) => viewOf(server, table, prefix));
  const grant =
    server === 'postgres'
      ? 'GRANT SELECT ON ALL TABLES IN SCHEMA roomwarden TO roomwarden;'
      : 'GRANT SELECT ON roomwarden.* TO roomwarden;';
  return [...views, grant].join(' ');
}

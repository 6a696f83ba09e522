/** What PostgreSQL, MySQL (MariaDB) and SQLite do not agree on. Everything else is one text for all of them. */
export interface Dialect {
  name: 'postgres' | 'mysql' | 'sqlite';
  identifier(name: string): string;
  /** Unix seconds of a column that holds UTC without a zone. */
  seconds(expression: string): string;
  /** A parameter `YYYY-MM-DD HH:MM:SS` (UTC) as something to compare such a column with. */
  time(parameter: string): string;
  /** A number as text, as another table refers to it. */
  text(expression: string): string;
  /** Columns of these tables wherever they lie: which are there, which may be read, which tables be changed. */
  catalogue(tables: readonly string[]): string;
}

/** Backslashes of class names are plain characters only with another escape. */
export const like = (parameter: string): string => `LIKE ${parameter} ESCAPE '!'`;

const quoted = (names: readonly string[]): string => names.map((name) => `'${name}'`).join(', ');

const postgres: Dialect = {
  name: 'postgres',
  identifier: (name) => `"${name}"`,
  seconds: (expression) => `CAST(FLOOR(EXTRACT(EPOCH FROM ${expression})) AS BIGINT)`,
  time: (parameter) => `CAST(${parameter} AS TIMESTAMP)`,
  text: (expression) => `CAST(${expression} AS TEXT)`,
  catalogue: (tables) => `SELECT c.relname AS table_name, a.attname AS column_name,
    CASE WHEN pg_table_is_visible(c.oid) THEN 1 ELSE 0 END AS here,
    CASE WHEN has_schema_privilege(n.oid, 'USAGE') AND has_column_privilege(c.oid, a.attnum, 'SELECT') THEN 1 ELSE 0 END
      AS readable,
    CASE WHEN has_table_privilege(c.oid, 'INSERT, UPDATE, DELETE, TRUNCATE') THEN 1 ELSE 0 END AS writable
    FROM pg_catalog.pg_class c
    JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
    JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
    WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f') AND c.relname IN (${quoted(tables)})`,
};

const changing =
  "'INSERT', 'UPDATE', 'DELETE', 'CREATE', 'DROP', 'ALTER', 'TRIGGER', 'EVENT', 'FILE', 'SUPER', 'CREATE USER'";
const self = "grantee = CONCAT('''', REPLACE(CURRENT_USER(), '@', '''@'''), '''')";

const mysql: Dialect = {
  name: 'mysql',
  identifier: (name) => `\`${name}\``,
  seconds: (expression) => `FLOOR(UNIX_TIMESTAMP(${expression}))`,
  time: (parameter) => `CAST(${parameter} AS DATETIME)`,
  text: (expression) => `CAST(${expression} AS CHAR)`,
  catalogue: (tables) => `SELECT c.table_name AS table_name, c.column_name AS column_name,
    CASE WHEN c.table_schema = DATABASE() THEN 1 ELSE 0 END AS here,
    CASE WHEN c.privileges LIKE '%select%' THEN 1 ELSE 0 END AS readable,
    CASE WHEN c.privileges LIKE '%insert%' OR c.privileges LIKE '%update%' THEN 1 ELSE 0 END AS writable
    FROM information_schema.columns c WHERE c.table_name IN (${quoted(tables)})
    ${['user', 'schema', 'table']
      .map(
        (level) => `UNION ALL SELECT '', '', 0, 0, 1 FROM information_schema.${level}_privileges
          WHERE privilege_type IN (${changing}) AND ${self}`,
      )
      .join(' ')}`,
};

const sqlite: Dialect = {
  name: 'sqlite',
  identifier: (name) => `"${name}"`,
  // A text that is no time is no time that was not set.
  seconds: (expression) =>
    `CASE WHEN ${expression} IS NULL THEN NULL ELSE COALESCE(CAST(strftime('%s', ${expression}) AS INTEGER), -1) END`,
  time: (parameter) => parameter,
  text: (expression) => `CAST(${expression} AS TEXT)`,
  catalogue: (
    tables,
  ) => `SELECT m.name AS table_name, p.name AS column_name, 1 AS here, 1 AS readable, 0 AS writable
    FROM sqlite_master m JOIN pragma_table_info(m.name) p
    WHERE m.type IN ('table', 'view') AND m.name IN (${quoted(tables)})`,
};

/** By scheme of the address; an unknown one is refused by the client in any dialect. */
export function dialectOf(url: string): Dialect {
  if (/^(mysql|mariadb):/i.test(url)) return mysql;
  return /^sqlite:/i.test(url) ? sqlite : postgres;
}

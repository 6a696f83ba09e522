import type { Ms } from './fact.ts';

/**
 * One question that may be put to a database, known before the connection is opened. It reads and nothing else:
 * `text` is a single SELECT with `$1`, `$2` ... for its parameters.
 */
export interface SqlStatement {
  text: string;
  /** Columns that it reads, by table: the smallest right it needs, named where the database refuses it. */
  reads?: Readonly<Record<string, readonly string[]>>;
}

export interface SqlOptions {
  /**
   * Address with its password, a secret as a whole: `postgres://` or `mysql://user:password@host/database?sslmode=...`
   * (`socket=` for a path), `sqlite:/path/to/file`.
   */
  url: string;
  /** By name; nothing else is ever sent. */
  statements: Readonly<Record<string, SqlStatement>>;
  /** What the database is called in locators, e.g. `Greenlight`. */
  label: string;
  /** CA file in PEM (its path, or its text), besides `sslrootcert` of the address. */
  ca?: string;
  /** Longest time for one batch of rows; default 30 s. */
  timeoutMs?: Ms;
  /** Longest wait for a lock; default 2 s. */
  lockTimeoutMs?: Ms;
  /** Rows fetched at once; default 5,000: all of most questions about one page of rooms. */
  batch?: number;
}

export const defaultBatch = 5_000;

export interface SqlDeps {
  log: { debug(fields: object, message: string): void };
  signal: AbortSignal;
}

/** Values of one row by column. The statement itself bounds texts and counts. */
export type SqlRow = Readonly<Record<string, unknown>>;

/** One session that cannot write. Opened by the first question; one question at a time. */
export interface ReadOnlySql {
  /**
   * Rows as they come, at most two batches in memory.
   * @throws {SourceError} not_permitted (login or a right), throttled (a timeout), unreachable, invalid_answer,
   *   not_supported_by_version (a column is not there). A name that is not registered, or a second question inside
   *   the loop over the first, is a programming error and throws Error.
   */
  query(name: string, parameters?: readonly unknown[]): AsyncIterable<SqlRow>;
  /** Stands in evidence: `SQL Greenlight: rooms`. */
  locator(name: string): string;
  close(): void;
}

/** The right that a statement needs, as SQL would grant it: `SELECT (id, name) ON rooms`. */
export function grantOf(table: string, columns: readonly string[] | undefined): string {
  return columns === undefined ? `SELECT ON ${table}` : `SELECT (${columns.join(', ')}) ON ${table}`;
}

export interface SqlDeps {
  /** Takes the name of a question and the code of its failure. */
  log: { debug(fields: object, message: string): void };
  signal: AbortSignal;
}

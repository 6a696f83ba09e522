import { connect, isIP } from 'node:net';
import type { Connection, ConnectionOptions, RowDataPacket } from 'mysql2';
import { type Reason, reason } from './fact.ts';
import { SourceError } from './http.ts';
import {
  defaultBatch,
  type ReadOnlySql,
  type SqlDeps,
  type SqlOptions,
  type SqlRow,
  type SqlStatement,
} from './sql.ts';
import { mysqlReason } from './sql-mysql-failure.ts';
import { tlsOf } from './sql-postgres.ts';

const connectMs = 10_000;

/** MySQL and MariaDB: one connection in UTC, one read-only transaction per question, rows as they come. */
export class MySql implements ReadOnlySql {
  readonly #options: SqlOptions;
  readonly #deps: SqlDeps;
  readonly #timeoutMs: number;
  #connection: Promise<Connection> | null = null;
  /** A refused login is the last one with this password. */
  #refused: Reason | null = null;
  #busy = false;
  #closed = false;

  constructor(options: SqlOptions, deps: SqlDeps) {
    this.#options = options;
    this.#deps = deps;
    this.#timeoutMs = options.timeoutMs ?? 30_000;
    deps.signal.addEventListener('abort', () => this.close(), { once: true });
  }

  locator(name: string): string {
    return `SQL ${this.#options.label}: ${name}`;
  }

  async *query(name: string, parameters: readonly unknown[] = []): AsyncGenerator<SqlRow> {
    const statement = this.#options.statements[name];
    if (statement === undefined) throw new Error(`statement ${name} is not registered`);
    if (this.#busy) throw new Error(`statement ${name}: another one is not finished`);
    this.#busy = true;
    try {
      yield* this.#rows(name, statement, parameters);
    } finally {
      this.#busy = false;
    }
  }

  close(): void {
    this.#closed = true;
    this.#drop();
  }

  async *#rows(
    name: string,
    statement: SqlStatement,
    parameters: readonly unknown[],
  ): AsyncGenerator<SqlRow> {
    const connection = await this.#open(name);
    const { sql, values } = positional(statement.text, parameters);
    let whole = false;
    try {
      await send(connection, 'START TRANSACTION READ ONLY');
      const command = connection.execute<RowDataPacket[]>({
        sql,
        values,
        timeout: this.#timeoutMs + 5_000,
      });
      for await (const row of command.stream({ highWaterMark: this.#options.batch ?? defaultBatch }))
        yield row as SqlRow;
      whole = true;
    } catch (error) {
      whole = (error as { fatal?: unknown }).fatal !== true && answered(error);
      throw this.#failure(error, name, statement);
    } finally {
      // A reader that stops in the middle leaves rows on the wire: the connection goes with them.
      if (!whole) this.#drop();
      else if (!this.#closed) await send(connection, 'ROLLBACK').catch(() => this.#drop());
    }
  }

  async #open(name: string): Promise<Connection> {
    this.#deps.signal.throwIfAborted();
    if (this.#closed) throw new Error('the client is closed');
    if (this.#refused !== null) throw new SourceError(this.#refused, this.locator(name));
    this.#connection ??= this.#connect();
    try {
      return await this.#connection;
    } catch (error) {
      this.#connection = null;
      const failure = this.#failure(error, name, undefined);
      if (failure instanceof SourceError && failure.reason.code === 'not_permitted')
        this.#refused = failure.reason;
      throw failure;
    }
  }

  async #connect(): Promise<Connection> {
    const { createConnection } = await import('mysql2');
    const connection = createConnection(configOf(this.#options));
    // A session that breaks while nobody asks is told by the next question.
    connection.on('error', () => this.#drop());
    try {
      await new Promise<void>((resolve, reject) => {
        connection.connect((error) => (error === null ? resolve() : reject(error)));
      });
      for (const limit of this.#limits(await versionOf(connection))) await send(connection, limit);
      return connection;
    } catch (error) {
      connection.destroy();
      throw error;
    }
  }

  /** The two products name their statement timeout differently, and count it in other units. */
  #limits(version: string): string[] {
    const lockSeconds = Math.max(1, Math.round((this.#options.lockTimeoutMs ?? 2_000) / 1000));
    return [
      'SET SESSION TRANSACTION READ ONLY',
      "SET SESSION time_zone = '+00:00'",
      `SET SESSION lock_wait_timeout = ${lockSeconds}`,
      /mariadb/i.test(version)
        ? `SET SESSION max_statement_time = ${this.#timeoutMs / 1000}`
        : `SET SESSION max_execution_time = ${Math.round(this.#timeoutMs)}`,
    ];
  }

  #drop(): void {
    const connection = this.#connection;
    this.#connection = null;
    void connection?.then((open) => open.destroy()).catch(() => {});
  }

  #failure(error: unknown, name: string, statement: SqlStatement | undefined): unknown {
    if (this.#deps.signal.aborted) return this.#deps.signal.reason;
    if (error instanceof SourceError) return error;
    const why = mysqlReason(error, statement);
    this.#deps.log.debug({ call: this.locator(name), reason: why.code }, 'question to the database failed');
    return new SourceError(why, this.locator(name));
  }
}

/** The server said no, and waits for the next question. */
function answered(error: unknown): boolean {
  const { errno } = error as { errno?: unknown };
  return typeof errno === 'number' && errno >= 1000;
}

function send(connection: Connection, sql: string): Promise<unknown> {
  return new Promise((resolve, reject) => {
    connection.query(sql, (error, rows) => (error === null ? resolve(rows) : reject(error)));
  });
}

async function versionOf(connection: Connection): Promise<string> {
  const rows = (await send(connection, 'SELECT VERSION() AS version')) as { version?: unknown }[];
  return String(rows[0]?.version ?? '');
}

/** `$2` may come before `$1`, or twice. */
function positional(text: string, parameters: readonly unknown[]): { sql: string; values: string[] } {
  const values: unknown[] = [];
  const sql = text.replace(/\$(\d+)/g, (_, place: string) => {
    values.push(parameters[Number(place) - 1]);
    return '?';
  });
  return { sql, values: values as string[] };
}

/** @throws {SourceError} on an address that cannot be read */
function configOf(options: SqlOptions): ConnectionOptions {
  const url = URL.parse(options.url);
  const wrong = (detail: string): SourceError =>
    new SourceError(reason('unreachable', detail), `SQL ${options.label}`);
  if (url === null) throw wrong('the address of the database cannot be read');
  const parts = [url.username, url.password, url.pathname.slice(1)];
  let decoded: string[];
  try {
    decoded = parts.map(decodeURIComponent);
  } catch {
    throw wrong('the address of the database cannot be read: a percent sign has to be written as %25');
  }
  const [user = '', password = '', database = ''] = decoded;
  const host = url.hostname.replace(/^\[|\]$/g, '');
  const socketPath = url.searchParams.get('socket');
  const ssl = tlsOf(socketPath ?? host, url.searchParams, options.ca, wrong);
  return {
    ...(socketPath === null
      ? placeOf(host, Number(url.port) || 3306, typeof ssl === 'object')
      : { socketPath }),
    user,
    password,
    database,
    ...(typeof ssl === 'object' ? { ssl: sslOf(ssl) } : {}),
    charset: 'utf8mb4',
    timezone: 'Z',
    dateStrings: true,
    decimalNumbers: true,
    connectTimeout: connectMs,
    // Never sends a file of ours, whatever the server asks for.
    flags: ['-LOCAL_FILES'],
  };
}

/**
 * The client checks the certificate of a bare address as if it were `localhost`. With a dot behind it the address is a
 * name to the client and still an address to the check, so that is what is checked; the socket goes to the address.
 */
function placeOf(
  host: string,
  port: number,
  secured: boolean,
): Pick<ConnectionOptions, 'host' | 'port' | 'stream'> {
  if (!secured || isIP(host) === 0) return { host, port };
  return { host: `${host}.`, port, stream: () => connect({ host, port, noDelay: true, keepAlive: true }) };
}

function sslOf(tls: {
  rejectUnauthorized?: boolean | undefined;
  ca?: unknown;
  checkServerIdentity?: unknown;
}): NonNullable<Exclude<ConnectionOptions['ssl'], string>> {
  const checked = tls.rejectUnauthorized !== false;
  return {
    rejectUnauthorized: checked,
    verifyIdentity: checked && (tls.checkServerIdentity as (() => void) | undefined)?.length !== 0,
    ...(tls.ca === undefined ? {} : { ca: tls.ca as string[] }),
  };
}

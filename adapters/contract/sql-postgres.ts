import { checkServerIdentity, getCACertificates } from 'node:tls';
import type { Client, ClientConfig } from 'pg';
import { type Reason, reason } from './fact.ts';
import { SourceError } from './http.ts';
import { readPem } from './http-options.ts';
import {
  defaultBatch,
  type ReadOnlySql,
  type SqlDeps,
  type SqlOptions,
  type SqlRow,
  type SqlStatement,
} from './sql.ts';
import { postgresReason } from './sql-failure.ts';

const connectMs = 10_000;

/** One connection, one read-only transaction per question, a cursor for its rows, the next batch asked for ahead. */
export class PostgresSql implements ReadOnlySql {
  readonly #options: SqlOptions;
  readonly #deps: SqlDeps;
  readonly #timeoutMs: number;
  #client: Promise<Client> | null = null;
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
      // The rows pass one generator only: a second one more than doubled what each of them leaves as garbage.
      for await (const rows of this.#batches(name, statement, parameters)) for (const row of rows) yield row;
    } finally {
      this.#busy = false;
    }
  }

  close(): void {
    this.#closed = true;
    const client = this.#client;
    this.#client = null;
    void client?.then((open) => open.end()).catch(() => {});
  }

  async *#batches(
    name: string,
    statement: SqlStatement,
    parameters: readonly unknown[],
  ): AsyncGenerator<SqlRow[]> {
    const client = await this.#open(name);
    const send = async (text: string, values?: readonly unknown[]): Promise<SqlRow[]> => {
      try {
        const config = values === undefined ? { text } : { text, values: [...values], queryMode: 'extended' };
        return (await client.query(config as { text: string })).rows as SqlRow[];
      } catch (error) {
        throw this.#failure(error, name, statement);
      }
    };
    const batch = this.#options.batch ?? defaultBatch;
    const fetch = (): Promise<SqlRow[]> => send(`FETCH ${batch} FROM rows`);
    let whole = false;
    try {
      // Written behind one another: over a network the answers take one round trip, not three.
      let [, , rows] = await Promise.all([
        send(`BEGIN TRANSACTION READ ONLY; ${this.#limits('SET LOCAL')}`),
        send(`DECLARE rows NO SCROLL CURSOR FOR ${statement.text}`, parameters),
        fetch(),
      ]);
      while (rows.length === batch) {
        const next = fetch();
        next.catch(() => {});
        yield rows;
        rows = await next;
      }
      yield rows;
      whole = true;
    } finally {
      // Also when the reader stops in the middle; a broken session is thrown away.
      if (!this.#closed) {
        const over = client.query('ROLLBACK').catch(() => this.#drop());
        // After an answer that was complete nobody waits for it: the next question is written behind it.
        if (!whole) await over;
      }
    }
  }

  async #open(name: string): Promise<Client> {
    this.#deps.signal.throwIfAborted();
    if (this.#closed) throw new Error('the client is closed');
    if (this.#refused !== null) throw new SourceError(this.#refused, this.locator(name));
    this.#client ??= this.#connect();
    try {
      return await this.#client;
    } catch (error) {
      this.#client = null;
      const failure = this.#failure(error, name, undefined);
      if (failure instanceof SourceError && failure.reason.code === 'not_permitted')
        this.#refused = failure.reason;
      throw failure;
    }
  }

  async #connect(): Promise<Client> {
    const { Client } = await import('pg');
    const client = new Client({ ...configOf(this.#options, this.#timeoutMs), pipeline: true });
    // A session that breaks while nobody asks is told by the next question.
    client.on('error', () => this.#drop());
    try {
      await client.connect();
      await client.query(
        `SET SESSION CHARACTERISTICS AS TRANSACTION READ ONLY; SET default_transaction_read_only = on; ${this.#limits('SET')}`,
      );
    } catch (error) {
      void client.end().catch(() => {});
      throw error;
    }
    return client;
  }

  #limits(set: 'SET' | 'SET LOCAL'): string {
    const { lockTimeoutMs = 2_000 } = this.#options;
    return [
      `${set} statement_timeout = ${Math.round(this.#timeoutMs)}`,
      `${set} lock_timeout = ${Math.round(lockTimeoutMs)}`,
      `${set} idle_in_transaction_session_timeout = ${Math.round(this.#timeoutMs + 30_000)}`,
    ].join('; ');
  }

  #drop(): void {
    const client = this.#client;
    this.#client = null;
    void client?.then((open) => open.end()).catch(() => {});
  }

  #failure(error: unknown, name: string, statement: SqlStatement | undefined): unknown {
    if (this.#deps.signal.aborted) return this.#deps.signal.reason;
    if (error instanceof SourceError) return error;
    const why = postgresReason(error, statement);
    this.#deps.log.debug({ call: this.locator(name), reason: why.code }, 'question to the database failed');
    return new SourceError(why, this.locator(name));
  }
}

/** @throws {SourceError} on an address that cannot be read */
function configOf(options: SqlOptions, timeoutMs: number): ClientConfig {
  const url = URL.parse(options.url);
  const wrong = (detail: string): SourceError =>
    new SourceError(reason('unreachable', detail), `SQL ${options.label}`);
  if (url === null) throw wrong('the address of the database cannot be read');
  let user: string;
  let password: string;
  let database: string;
  try {
    user = decodeURIComponent(url.username);
    password = decodeURIComponent(url.password);
    database = decodeURIComponent(url.pathname.slice(1));
  } catch {
    throw wrong('the address of the database cannot be read: a percent sign has to be written as %25');
  }
  const socket = url.searchParams.get('host');
  const host = socket ?? url.hostname.replace(/^\[|\]$/g, '');
  return {
    host,
    port: Number(url.port) || 5432,
    user,
    password,
    database,
    ssl: tlsOf(host, url.searchParams, options.ca, wrong),
    application_name: 'roomwarden',
    connectionTimeoutMillis: connectMs,
    query_timeout: timeoutMs + 5_000,
    keepAlive: true,
  };
}

/**
 * Clear text only on the same machine or where the address says `sslmode=disable`; certificates are checked unless
 * it says `no-verify`. `require`, which elsewhere skips the check, does not skip it here.
 */
export function tlsOf(
  host: string,
  parameters: URLSearchParams,
  ca: string | undefined,
  wrong: (detail: string) => SourceError,
): ClientConfig['ssl'] {
  const mode = parameters.get('sslmode');
  const local =
    host.startsWith('/') || host === 'localhost' || host === '::1' || /^127(\.\d{1,3}){3}$/.test(host);
  if (mode === 'disable' || (mode === null && local) || host.startsWith('/')) return false;
  if (mode === 'no-verify') return { rejectUnauthorized: false };
  const files = [parameters.get('sslrootcert'), ca].filter((file) => file !== null && file !== undefined);
  let certificates: string[] = [];
  try {
    certificates = files.map(readPem);
  } catch {
    throw wrong('TLS: the CA file cannot be read');
  }
  return {
    rejectUnauthorized: true,
    ...(certificates.length === 0 ? {} : { ca: [...getCACertificates('default'), ...certificates] }),
    checkServerIdentity: mode === 'verify-ca' ? () => undefined : checkServerIdentity,
  };
}

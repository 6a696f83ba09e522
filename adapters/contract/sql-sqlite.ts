import { Worker } from 'node:worker_threads';
import { type Reason, reason } from './fact.ts';
import { SourceError } from './http.ts';
import { defaultBatch, type ReadOnlySql, type SqlDeps, type SqlOptions, type SqlRow } from './sql.ts';
import type { SqliteAnswer, SqliteOrder } from './sql-sqlite-worker.ts';

/** One batch of rows is alive there; without a limit its garbage lies beside that of the scan. */
const heap = { maxOldGenerationSizeMb: 128, maxYoungGenerationSizeMb: 12 };

/** A file, opened read-only on a thread of its own: `sqlite:/path/to/file.db`. */
export class Sqlite implements ReadOnlySql {
  readonly #options: SqlOptions;
  readonly #deps: SqlDeps;
  readonly #timeoutMs: number;
  #worker: Worker | null = null;
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
    this.#deps.signal.throwIfAborted();
    if (this.#closed) throw new Error('the client is closed');
    this.#busy = true;
    let whole = false;
    try {
      // Parameters are numbered here; `$1` would be a name.
      const text = statement.text.replace(/\$(\d+)/g, '?$1');
      let answer = await this.#ask({ text, values: [...parameters] }, name);
      for (;;) {
        yield* answer.rows;
        if (answer.last) break;
        answer = await this.#ask({ next: true }, name);
      }
      whole = true;
    } finally {
      if (!whole) this.#worker?.postMessage({ stop: true } satisfies SqliteOrder);
      this.#busy = false;
    }
  }

  close(): void {
    this.#closed = true;
    this.#drop();
  }

  /** @throws {SourceError} */
  async #ask(order: SqliteOrder, name: string): Promise<Extract<SqliteAnswer, { rows: unknown }>> {
    const answer = await this.#answer(order);
    if ('rows' in answer) return answer;
    this.#deps.signal.throwIfAborted();
    if ('reason' in answer) this.#drop();
    const why = 'reason' in answer ? answer.reason : sqliteReason(answer.failed);
    this.#deps.log.debug({ call: this.locator(name), reason: why.code }, 'question to the database failed');
    throw new SourceError(why, this.locator(name));
  }

  #answer(order: SqliteOrder): Promise<SqliteAnswer | { reason: Reason }> {
    this.#worker ??= this.#start();
    const worker = this.#worker;
    return new Promise((resolve) => {
      const done = (answer: SqliteAnswer | { reason: Reason }): void => {
        clearTimeout(timer);
        worker.off('message', done);
        worker.off('error', broken);
        worker.off('exit', broken);
        resolve(answer);
      };
      const broken = (): void => done({ reason: reason('unreachable', 'the reader of the file ended') });
      const late = (): void => done({ reason: reason('throttled', 'statement timeout') });
      const timer = setTimeout(late, this.#timeoutMs);
      worker.on('message', done);
      worker.on('error', broken);
      worker.on('exit', broken);
      worker.postMessage(order);
    });
  }

  #start(): Worker {
    const { url, lockTimeoutMs = 2_000, batch = defaultBatch } = this.#options;
    const file = url.replace(/^sqlite:(\/\/(?=\/))?/i, '');
    const worker = new Worker(new URL('./sql-sqlite-worker.ts', import.meta.url), {
      workerData: { file, lockTimeoutMs, batch },
      resourceLimits: heap,
    });
    worker.on('error', () => {});
    worker.unref();
    return worker;
  }

  #drop(): void {
    const worker = this.#worker;
    this.#worker = null;
    void worker?.terminate();
  }
}

const busy = 5;
const locked = 6;
const cannotOpen = 14;
const notDatabase = 26;

/** Messages are looked at for the names of tables and columns alone. */
function sqliteReason({ errcode, message }: { errcode: number; message: string }): Reason {
  const table = /no such table: (?:\w+\.)?(\w+)$/.exec(message)?.[1];
  if (table !== undefined)
    return reason('invalid_answer', `table ${table} is not there: another database, or another product`);
  const column = /no such column: (?:\w+\.)?(\w+)/.exec(message)?.[1];
  if (column !== undefined) return reason('not_supported_by_version', `column ${column} is not there`);
  switch (errcode & 0xff) {
    case busy:
    case locked:
      return reason('throttled', 'lock timeout');
    case cannotOpen:
      return reason('unreachable', 'the file of the database is not there or may not be read');
    case notDatabase:
      return reason('invalid_answer', 'the file is no SQLite database');
  }
  return reason('invalid_answer', `SQLite error ${errcode}`);
}

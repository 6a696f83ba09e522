import { DatabaseSync, type SQLInputValue } from 'node:sqlite';
import { parentPort, workerData } from 'node:worker_threads';

/** What the reader asks for: a question, its next batch, or no more of it. */
export type SqliteOrder = { text: string; values: unknown[] } | { next: true } | { stop: true };
export type SqliteAnswer =
  | { rows: Record<string, unknown>[]; last: boolean }
  | { failed: { errcode: number; message: string } };

const { file, lockTimeoutMs, batch } = workerData as { file: string; lockTimeoutMs: number; batch: number };
let database: DatabaseSync | undefined;
let rows: Iterator<Record<string, unknown>> | undefined;

/** SQLite computes on the thread that asks; here it holds up nobody else, and can be given up on. */
parentPort?.on('message', (order: SqliteOrder) => {
  try {
    if ('stop' in order) {
      rows?.return?.();
      rows = undefined;
      return;
    }
    if ('text' in order) {
      database ??= open();
      const statement = database.prepare(order.text);
      rows = statement.iterate(...(order.values as SQLInputValue[])) as Iterator<Record<string, unknown>>;
    }
    parentPort?.postMessage(nextBatch() satisfies SqliteAnswer);
  } catch (error) {
    const { errcode = 0, message = '' } = error as { errcode?: number; message?: string };
    parentPort?.postMessage({ failed: { errcode, message } } satisfies SqliteAnswer);
  }
});

function open(): DatabaseSync {
  const opened = new DatabaseSync(file, { readOnly: true, timeout: lockTimeoutMs });
  opened.exec('PRAGMA query_only = ON');
  return opened;
}

function nextBatch(): SqliteAnswer {
  const found: Record<string, unknown>[] = [];
  while (rows !== undefined && found.length < batch) {
    const { done, value } = rows.next();
    if (done === true) {
      rows = undefined;
      return { rows: found, last: true };
    }
    found.push({ ...value });
  }
  return { rows: found, last: rows === undefined };
}

import type { ClientBase, QueryResult } from 'pg';

/** At the head of a statement whose end nobody waits for. */
const mark = '/* behind */ ';
/** Statements that are on their way or wait for it; more than these are waited for. */
const most = 4;

type Send = (text: string, values: readonly unknown[]) => Promise<QueryResult>;

/** To be sent behind what was sent before, without waiting for its end: only within a transaction. */
export const behind = (text: string): string => mark + text;

/**
 * Lets the server write while the next rows are made. Statements keep the order in which they were given; where one
 * fails that nobody waited for, whatever comes next fails with its error, up to the end of the transaction.
 */
export function inLine(client: ClientBase): void {
  const send = client.query.bind(client) as Send;
  let line: Promise<void>[] = [];
  let failed: { error: unknown } | null = null;

  const put = async (text: string, values: readonly unknown[]): Promise<Pick<QueryResult, 'rows'>> => {
    while (line.length >= most) await line[0];
    if (failed !== null) throw failed.error;
    const before = line.at(-1);
    const end = (async () => {
      await before;
      try {
        if (failed === null) await send(text, values);
      } catch (error) {
        failed ??= { error };
      }
      line = line.slice(1);
    })();
    line.push(end);
    return { rows: [] };
  };

  const ask = async (text: string, values: readonly unknown[]): Promise<QueryResult> => {
    while (line.length > 0) await line.at(-1);
    if (failed !== null && text !== 'rollback') throw failed.error;
    failed = null;
    return send(text, values);
  };

  const query = (text: unknown, values: unknown, ...rest: unknown[]): unknown => {
    if (typeof text !== 'string' || !Array.isArray(values) || rest.length > 0) {
      return (send as (...given: unknown[]) => unknown)(text, values, ...rest);
    }
    return text.startsWith(mark) ? put(text, values) : ask(text, values);
  };
  client.query = query as typeof client.query;
}

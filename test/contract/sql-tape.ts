import type { SourceError } from '../../adapters/contract/http.ts';
import type { ReadOnlySql, SqlOptions, SqlRow } from '../../adapters/contract/sql.ts';

/** What one statement answered to one set of parameters. */
export interface SqlAnswer {
  /** `Greenlight: rooms` */
  statement: string;
  text: string;
  parameters: readonly unknown[];
  reads: Readonly<Record<string, readonly string[]>>;
  rows: readonly SqlRow[];
  locator: string;
}

/** One way in which a database answers otherwise. */
export interface SqlDamage {
  kind: string;
  /** Statement, and the column where there is one: `Greenlight: rooms.name`. */
  path: string;
  /** @returns what comes instead, and how it breaks off; null = this answer is as it was */
  answer(asked: SqlAnswer): { rows: readonly SqlRow[]; error?: SourceError } | null;
}

type Between = (options: SqlOptions, client: ReadOnlySql) => ReadOnlySql;

/** Records what databases answer, and plays it again: whole or damaged. What was never asked is asked then. */
export class SqlTape {
  readonly #answers = new Map<string, SqlAnswer>();

  get answers(): readonly SqlAnswer[] {
    return [...this.#answers.values()];
  }

  recorder(): Between {
    return (options, client) =>
      replaced(client, (name, parameters) => this.#record(options, client, name, parameters));
  }

  player(damage: SqlDamage | null): Between {
    return (options, client) =>
      replaced(client, (name, parameters) => this.#play(options, client, name, parameters, damage));
  }

  async *#record(
    options: SqlOptions,
    client: ReadOnlySql,
    name: string,
    parameters: readonly unknown[],
  ): AsyncGenerator<SqlRow> {
    const rows: SqlRow[] = [];
    for await (const row of client.query(name, parameters)) rows.push(row);
    const { text = '', reads = {} } = options.statements[name] ?? {};
    const statement = `${options.label}: ${name}`;
    const answer = { statement, text, parameters, reads, rows, locator: client.locator(name) };
    this.#answers.set(keyOf(statement, text, parameters), answer);
    yield* rows;
  }

  async *#play(
    options: SqlOptions,
    client: ReadOnlySql,
    name: string,
    parameters: readonly unknown[],
    damage: SqlDamage | null,
  ): AsyncGenerator<SqlRow> {
    const { text = '' } = options.statements[name] ?? {};
    const known = this.#answers.get(keyOf(`${options.label}: ${name}`, text, parameters));
    if (known === undefined) {
      yield* client.query(name, parameters);
      return;
    }
    const { rows, error } = damage?.answer(known) ?? { rows: known.rows };
    yield* rows;
    if (error !== undefined) throw error;
  }
}

function replaced(
  client: ReadOnlySql,
  query: (name: string, parameters: readonly unknown[]) => AsyncIterable<SqlRow>,
): ReadOnlySql {
  return {
    query: (name, parameters = []) => query(name, parameters),
    locator: (name) => client.locator(name),
    close: () => client.close(),
  };
}

const keyOf = (statement: string, text: string, parameters: readonly unknown[]): string =>
  JSON.stringify([statement, text, parameters]);

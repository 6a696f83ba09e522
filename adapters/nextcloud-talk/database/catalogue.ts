import { z } from 'zod';
import { type Reason, reason } from '../../contract/fact.ts';
import { grantOf, type SqlRow } from '../../contract/sql.ts';
import { columns, secretColumns, type Table, tableNames } from './tables.ts';

const Flag = z.union([z.literal(1), z.literal('1'), z.literal(1n)]);
const NoFlag = z.union([z.literal(0), z.literal('0'), z.literal(0n)]);
const Entry = z.object({ table_name: z.string(), column_name: z.string() });

/** A catalogue in plain values. */
export interface CatalogueState {
  prefix: string;
  /** Columns by table. */
  readable: ReadonlyMap<string, ReadonlySet<string>>;
}

/** What the account may see of the database; the tables may as well be views with the same names. */
export class Catalogue {
  readonly #prefix: string;
  readonly #readable = new Map<string, Set<string>>();
  #write = false;
  #secrets = false;
  #spoiled = false;

  constructor(prefix: string) {
    this.#prefix = prefix;
  }

  /** Of what was read before; nothing is known of further rights. */
  static of({ prefix, readable }: CatalogueState): Catalogue {
    const catalogue = new Catalogue(prefix);
    for (const [table, known] of readable) catalogue.#readable.set(table, new Set(known));
    catalogue.#spoiled = true;
    return catalogue;
  }

  get state(): CatalogueState {
    return { prefix: this.#prefix, readable: this.#readable };
  }

  /** Tables to look for. */
  static names(prefix: string): string[] {
    const names = new Set<string>([...tableNames, ...Object.keys(secretColumns)]);
    return [...names].map((name) => prefix + name);
  }

  add(row: SqlRow): void {
    const entry = Entry.safeParse(row);
    const is = (key: string): boolean => Flag.safeParse(row[key]).success;
    const flags = ['here', 'readable', 'writable'];
    if (!entry.success || !flags.every((key) => is(key) || NoFlag.safeParse(row[key]).success))
      this.#spoiled = true;
    if (is('writable')) this.#write = true;
    if (!entry.success || !is('readable')) return;
    const { table_name: full, column_name: column } = entry.data;
    const name = full.slice(this.#prefix.length);
    if (secretColumns[name]?.includes(column) === true) this.#secrets = true;
    if (!is('here')) return;
    const known = this.#readable.get(name) ?? new Set();
    this.#readable.set(name, known.add(column));
  }

  /** Rights beyond reading columns without secrets; null where a row of them could not be read. */
  get rights(): { write: boolean; secrets: boolean } | null {
    if (this.#spoiled) return null;
    return { write: this.#write, secrets: this.#secrets };
  }

  name(table: Table): string {
    return this.#prefix + table;
  }

  has(table: Table, column: string): boolean {
    const seen = this.#readable.get(table);
    if (seen === undefined) return false;
    return seen.has(column) || (column === 'has_password' && seen.has('password'));
  }

  /** A view says by itself whether there is a password; from the table only that is computed. */
  computesPassword(): boolean {
    return this.#readable.get('talk_rooms')?.has('has_password') !== true;
  }

  /** Null where all these columns can be read. */
  gap(table: Table, wanted: readonly string[] = columns[table]): Reason | null {
    const missing = wanted.filter((column) => !this.has(table, column));
    if (missing.length === 0) return null;
    const whole = this.#readable.get(table) === undefined;
    const detail = whole
      ? `table or view ${this.name(table)} is not shown to the account`
      : `${missing.length === 1 ? 'column' : 'columns'} ${missing.join(', ')} of ${this.name(table)} not shown to the account`;
    return reason('not_permitted', detail, { kind: 'sql', name: grantOf(this.name(table), missing) });
  }
}

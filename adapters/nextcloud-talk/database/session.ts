import { accessSync, constants } from 'node:fs';
import type { AdapterContext, Target } from '../../contract/adapter.ts';
import { reasonOf } from '../../contract/answers.ts';
import type { Reason, SourceId } from '../../contract/fact.ts';
import type { Sight } from '../../contract/seen.ts';
import type { ReadOnlySql, SqlOptions, SqlRow } from '../../contract/sql.ts';
import type { SecretRef } from '../../contract/target.ts';
import type { TalkSettings } from '../settings.ts';
import { Catalogue, type CatalogueState } from './catalogue.ts';
import { type Dialect, dialectOf } from './dialect.ts';
import { type StatementName, statementsOf } from './statements.ts';
import type { Table } from './tables.ts';

export const databaseSources = ['QC', 'Q1', 'Q2', 'Q3', 'Q4', 'Q5', 'Q6'] as const;
export type DatabaseSource = (typeof databaseSources)[number];

const label = 'Nextcloud';
/** The tables without which a source says nothing at all. */
const tablesOf: Readonly<Record<Exclude<DatabaseSource, 'QC'>, readonly Table[]>> = {
  Q1: ['talk_rooms'],
  Q2: ['talk_attendees'],
  Q3: ['talk_rooms', 'comments'],
  Q4: ['talk_attachments'],
  Q5: ['jobs'],
  Q6: ['roomwarden_recordings'],
};
const essential: Readonly<Partial<Record<Table, readonly string[]>>> = {
  talk_rooms: ['id', 'token', 'type'],
};

/** What another session to the same database found out. */
export interface SessionState {
  catalogue: CatalogueState;
  failed: ReadonlyMap<DatabaseSource, Reason>;
}

/** One read-only session. A source that failed once is not asked again in this scan. */
export class TalkSession {
  readonly catalogue: Catalogue;
  readonly failed = new Map<DatabaseSource, Reason>();
  readonly #sql: ReadOnlySql;
  readonly #now: AdapterContext['now'];
  readonly dialect: Dialect['name'];
  /** A file that the auditing process may change. */
  readonly fileWritable: boolean;

  private constructor(
    catalogue: Catalogue,
    sql: ReadOnlySql,
    now: AdapterContext['now'],
    file: { dialect: Dialect['name']; writable: boolean },
  ) {
    this.catalogue = catalogue;
    this.#sql = sql;
    this.#now = now;
    this.dialect = file.dialect;
    this.fileWritable = file.writable;
  }

  static async open(
    target: Target<TalkSettings>,
    context: AdapterContext,
    database: SecretRef,
  ): Promise<TalkSession> {
    const { database_prefix: prefix } = target.settings;
    const common = await addressOf(target, context, database);
    const { url } = common;
    const dialect = dialectOf(url);
    const catalogue = new Catalogue(prefix);
    const first = context.sql({
      ...common,
      statements: { catalogue: { text: dialect.catalogue(Catalogue.names(prefix)) } },
    });
    let refused: Reason | null = null;
    try {
      for await (const row of first.query('catalogue')) catalogue.add(row);
    } catch (error) {
      refused = reasonOf(error);
    } finally {
      first.close();
    }
    const sql = context.sql({ ...common, statements: statementsOf(dialect, catalogue) });
    const session = new TalkSession(catalogue, sql, context.now, {
      dialect: dialect.name,
      writable: dialect.name === 'sqlite' && mayWrite(url),
    });
    for (const source of databaseSources) {
      const gap = refused ?? (source === 'QC' ? null : session.#gap(source));
      if (gap !== null) session.failed.set(source, gap);
    }
    return session;
  }

  /** As another session went on: what it knows and what failed there is not asked again. */
  static async resume(
    target: Target<TalkSettings>,
    context: AdapterContext,
    database: SecretRef,
    { catalogue: state, failed }: SessionState,
  ): Promise<TalkSession> {
    const common = await addressOf(target, context, database);
    const dialect = dialectOf(common.url);
    const catalogue = Catalogue.of(state);
    const sql = context.sql({ ...common, statements: statementsOf(dialect, catalogue) });
    const session = new TalkSession(catalogue, sql, context.now, { dialect: dialect.name, writable: false });
    for (const [source, why] of failed) session.failed.set(source, why);
    return session;
  }

  /** What failed in a slice. */
  take(gaps: Readonly<Record<SourceId, Reason>>): void {
    for (const source of databaseSources) {
      const why = gaps[source];
      if (why !== undefined && !this.failed.has(source)) this.failed.set(source, why);
    }
  }

  get state(): SessionState {
    return { catalogue: this.catalogue.state, failed: new Map(this.failed) };
  }

  #gap(source: Exclude<DatabaseSource, 'QC'>): Reason | null {
    for (const table of tablesOf[source]) {
      const gap = this.catalogue.gap(table, essential[table]);
      if (gap !== null) return gap;
    }
    return null;
  }

  sight(source: SourceId, name: string): Sight {
    return { source, locator: this.#sql.locator(name), at: this.#now() };
  }

  /** Null where it answers. */
  gap(source: DatabaseSource): Reason | null {
    return this.failed.get(source) ?? null;
  }

  /** Calls `see` with each row. The reason why not all came, or null. */
  async each(
    source: DatabaseSource,
    name: StatementName,
    parameters: readonly unknown[],
    see: (row: SqlRow) => void,
  ): Promise<Reason | null> {
    const known = this.gap(source);
    if (known !== null) return known;
    try {
      for await (const row of this.#sql.query(name, parameters)) see(row);
      return null;
    } catch (error) {
      const why = reasonOf(error);
      this.#fail(source, why);
      return why;
    }
  }

  /** Rows that nothing rests on; null where they did not come. */
  async ifGiven(name: StatementName, parameters: readonly unknown[]): Promise<SqlRow[] | null> {
    const rows: SqlRow[] = [];
    try {
      for await (const row of this.#sql.query(name, parameters)) rows.push(row);
      return rows;
    } catch (error) {
      reasonOf(error);
      return null;
    }
  }

  /** A lost server is lost for all; asking it again would cost its timeout each time. */
  #fail(source: DatabaseSource, why: Reason): void {
    const all = why.code === 'unreachable';
    for (const one of all ? databaseSources : [source]) if (!this.failed.has(one)) this.failed.set(one, why);
  }

  close(): void {
    this.#sql.close();
  }
}

async function addressOf(
  { settings: { tls } }: Target<TalkSettings>,
  context: AdapterContext,
  database: SecretRef,
): Promise<Pick<SqlOptions, 'url' | 'label' | 'ca'>> {
  const url = (await context.secret(database)).trim();
  return { url, label, ...(tls === undefined ? {} : { ca: tls.ca }) };
}

function mayWrite(url: string): boolean {
  try {
    accessSync(url.replace(/^sqlite:(\/\/(?=\/))?/i, ''), constants.W_OK);
    return true;
  } catch {
    return false;
  }
}

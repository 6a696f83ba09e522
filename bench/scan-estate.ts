import { type ChildProcess, fork } from 'node:child_process';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { sql } from 'kysely';
import { Client } from 'pg';
import { stringify } from 'yaml';
import { type Environment, openConfiguredStore, openEnvironment } from '../src/commands/environment.ts';
import { makeFolder, recordDeps } from '../src/commands/recording.ts';
import { newScanId, recordScan } from '../src/scan/runner.ts';
import type { Reply, Wish } from './scan-server.ts';
import { type Trace, unhurried } from './scan-trace.ts';
import { freshDatabase } from './tables.ts';

export type StoreKind = 'SQLite' | 'PostgreSQL';

/** The other side: one product with its rooms, in a process of its own. */
export class Served {
  readonly #child: ChildProcess;
  place: Exclude<Reply, 'done'> = { target: {}, secrets: {} };

  private constructor(child: ChildProcess) {
    this.#child = child;
  }

  static async open(product: string, rooms: number, postgres: string): Promise<Served> {
    const served = new Served(fork(fileURLToPath(new URL('./scan-server.ts', import.meta.url))));
    const reply = await served.#ask({ open: { product, rooms, postgres } });
    if (reply !== 'done') served.place = reply;
    return served;
  }

  async tell(wish: Wish): Promise<void> {
    await this.#ask(wish);
  }

  #ask(order: object): Promise<Reply> {
    const child = this.#child;
    return new Promise((resolve, reject) => {
      const ended = (code: number | null): void => reject(new Error(`the other side ended with ${code}`));
      child.once('exit', ended);
      child.once('message', (reply: Reply) => {
        child.off('exit', ended);
        resolve(reply);
      });
      child.send(order);
    });
  }

  async close(): Promise<void> {
    const over = new Promise((resolve) => this.#child.once('exit', resolve));
    this.#child.disconnect();
    await over;
  }
}

export interface Scanned {
  seconds: number;
  rooms: number;
  /** Rows inserted, updated and deleted in the store, by table; SQLite counts them all together. */
  written: Map<string, number>;
}

/** A configuration with one target and an empty store of its own. */
export class Estate {
  readonly #environment: Environment;
  readonly #postgres: { base: string; name: string; url: string } | null;
  readonly #home: string;

  private constructor(home: string, environment: Environment, postgres: Estate['postgres']) {
    this.#home = home;
    this.#environment = environment;
    this.#postgres = postgres;
  }

  get postgres(): { base: string; name: string; url: string } | null {
    return this.#postgres;
  }

  static async open(
    { home, vendor, kind, base }: { home: string; vendor: string; kind: StoreKind; base: string },
    { target, secrets }: Served['place'],
  ): Promise<Estate> {
    mkdirSync(home, { recursive: true });
    const write = (file: string, text: string): void =>
      writeFileSync(join(home, file), text, { mode: 0o600 });
    for (const [file, value] of Object.entries(secrets)) write(file, value);
    const name = `store_${vendor.replaceAll('-', '_')}`;
    const postgres = kind === 'SQLite' ? null : { base, name, url: await freshDatabase(base, name) };
    write('key', 'x'.repeat(32));
    if (postgres !== null) write('store', postgres.url);
    const file = join(home, 'roomwarden.yaml');
    const store = postgres === null ? {} : { database: { url: { file: 'store' } } };
    writeFileSync(
      file,
      stringify({
        ...store,
        instance: { key: { file: 'key' } },
        targets: [{ id: 'bench', vendor, ...target }],
      }),
    );
    const environment = await openEnvironment(file);
    makeFolder(environment.config.data);
    return new Estate(home, environment, postgres);
  }

  /** From the first question to the commit; opening and closing the store is not counted. */
  async scan(trace?: Trace): Promise<Scanned> {
    const [target] = this.#environment.config.targets;
    const adapter = target && this.#environment.adapters.get(target.vendor);
    if (target === undefined || adapter === undefined) throw new Error('no target');
    const before = await this.#writes();
    const store = await openConfiguredStore(this.#environment.config, false);
    const changes = async (): Promise<number> => {
      const { rows } = await sql<{ n: number }>`select total_changes() as n`.execute(store.db);
      return rows[0]?.n ?? 0;
    };
    const deps = await recordDeps(this.#environment, store);
    await store.feed();
    const sqlite = this.#postgres === null ? await changes() : 0;
    const request = { id: newScanId(), target, signal: new AbortController().signal };
    const adapters = new Map([[target.vendor, unhurried(adapter, trace)]]);
    const start = performance.now();
    const summary = await recordScan({ ...deps, adapters }, request);
    const seconds = (performance.now() - start) / 1000;
    if (summary === null || summary.error !== undefined)
      throw new Error(`${target.vendor} was not scanned: ${JSON.stringify(summary?.error)}`);
    const written = this.#postgres === null ? new Map([['all', (await changes()) - sqlite]]) : new Map();
    await store.close();
    for (const [table, count] of await this.#writes()) {
      const more = count - (before.get(table) ?? 0);
      if (more > 0) written.set(table, more);
    }
    return { seconds, rooms: summary.rooms.seen, written };
  }

  /** The engine's own counters; they are complete once nobody is connected any more. */
  async #writes(): Promise<Map<string, number>> {
    if (this.#postgres === null) return new Map();
    const client = new Client({ connectionString: this.#postgres.url });
    await client.connect();
    try {
      const others = `SELECT count(*)::int AS n FROM pg_stat_activity
        WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend'`;
      while ((await client.query(others)).rows[0].n > 0)
        await new Promise((resolve) => setTimeout(resolve, 20));
      const { rows } = await client.query(
        'SELECT relname, (n_tup_ins + n_tup_upd + n_tup_del)::int AS n FROM pg_stat_user_tables',
      );
      return new Map((rows as { relname: string; n: number }[]).map(({ relname, n }) => [relname, n]));
    } finally {
      await client.end();
    }
  }

  async close(): Promise<void> {
    rmSync(this.#home, { recursive: true, force: true });
    if (this.#postgres === null) return;
    const client = new Client({ connectionString: this.#postgres.base });
    await client.connect();
    await client.query(`DROP DATABASE ${this.#postgres.name} WITH (FORCE)`);
    await client.end();
  }
}

import { watch } from 'node:fs';
import { Client } from 'pg';
import type { SimulatorServer } from '../../adapters/contract/simulator.ts';
import type { StoreLocation } from '../../src/store/index.ts';
import type { StrictReceiver } from '../push/receivers.ts';

/**
 * The life of a scan and of what is sent after it, as it can be seen from outside: a request comes in, an answer goes
 * out, a line is logged, the store is written. Strikes at the one moment that it is told.
 */
export class Moments {
  #seen = 0;
  #at = Number.POSITIVE_INFINITY;
  #strike: (what: string) => void = () => {};
  #armed = false;

  get armed(): boolean {
    return this.#armed;
  }

  /** How many passed since it was armed. */
  get seen(): number {
    return this.#seen;
  }

  /** @param at how many moments pass before; infinite: only counted */
  arm(at: number, strike: (what: string) => void): void {
    this.#seen = 0;
    this.#at = at;
    this.#strike = strike;
    this.#armed = true;
  }

  disarm(): void {
    this.#armed = false;
  }

  pass(what: string): void {
    if (!this.#armed) return;
    this.#seen += 1;
    if (this.#seen <= this.#at) return;
    this.#armed = false;
    this.#strike(what);
  }

  ofSimulator(name: string, simulator: SimulatorServer): void {
    simulator.server.prependListener('request', () => this.pass(`${name} is asked`));
    simulator.tap = (_request, answer) => {
      this.pass(`${name} answers`);
      return answer;
    };
  }

  ofReceiver(name: string, receiver: StrictReceiver): void {
    const { delay, refuse } = receiver;
    receiver.delay = () => {
      this.pass(`${name} has read`);
      return delay();
    };
    receiver.refuse = (events) => {
      this.pass(`${name} acknowledges`);
      return refuse(events);
    };
  }

  /** @returns what ends the watch */
  ofStore(location: StoreLocation): () => Promise<void> {
    return location.kind === 'sqlite' ? this.#ofFile(location.file) : this.#ofServer(location.url);
  }

  #ofFile(file: string): () => Promise<void> {
    const log = watch(`${file}-wal`, () => this.pass('the log of the store is written'));
    log.on('error', () => {});
    return async () => log.close();
  }

  /** Transactions that have written something and are not over, and what they hold. */
  #ofServer(url: string): () => Promise<void> {
    const state = { ended: false, last: '' };
    const look = async (): Promise<void> => {
      const client = new Client({ connectionString: url });
      client.on('error', () => {});
      await client.connect();
      const database = 'datname = current_database() and pid <> pg_backend_pid()';
      while (!state.ended) {
        if (this.#armed) {
          const { rows } = await client.query(
            `select string_agg(pid || ' ' || backend_xid::text, ',' order by pid) as writers,
               (select count(*) from pg_locks where locktype = 'advisory' and database =
                 (select oid from pg_database where datname = current_database())) as held
             from pg_stat_activity where ${database} and backend_xid is not null`,
          );
          const now = JSON.stringify(rows[0]);
          if (now !== state.last) this.pass('a transaction writes');
          state.last = now;
        }
        await new Promise((resolve) => setTimeout(resolve, 4));
      }
      await client.end();
    };
    const looking = look().catch(() => {});
    return async () => {
      state.ended = true;
      await looking;
    };
  }
}

import type { Kysely } from 'kysely';
import type { Database } from '../store/schema.ts';
import { audit } from './audit.ts';

/** With a token of a call, with a token at the page, at the issuer, with the signature of a webhook. */
export type LoginWay = 'token' | 'session' | 'oidc' | 'hook';

const intervalMs = 60_000;

/**
 * Counts failed logins and writes one audit entry a minute at most: an attack must not fill the store. Addresses are
 * counted, not kept.
 */
export class FailedLogins {
  readonly #db: Kysely<Database>;
  readonly #now: () => number;
  readonly #failed: (error: unknown) => void;
  #counts: Partial<Record<LoginWay, number>> = {};
  readonly #addresses = new Set<string>();
  #timer: NodeJS.Timeout | null = null;
  readonly totals: Partial<Record<LoginWay, number>> = {};

  constructor(db: Kysely<Database>, now: () => number, failed: (error: unknown) => void) {
    this.#db = db;
    this.#now = now;
    this.#failed = failed;
  }

  add(way: LoginWay, address: string): void {
    this.#counts[way] = (this.#counts[way] ?? 0) + 1;
    this.totals[way] = (this.totals[way] ?? 0) + 1;
    if (this.#addresses.size < 10_000) this.#addresses.add(address);
    this.#timer ??= setTimeout(() => void this.flush(), intervalMs).unref();
  }

  /** Nothing is lost when the store is away: it is written at the next turn. */
  async flush(): Promise<void> {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    const counts = this.#counts;
    if (Object.keys(counts).length === 0) return;
    const addresses = this.#addresses.size;
    this.#counts = {};
    try {
      const detail = { ...counts, addresses };
      await audit(this.#db, { actor: 'system', action: 'login.failed', detail }, this.#now());
      this.#addresses.clear();
    } catch (error) {
      for (const [way, count] of Object.entries(counts) as [LoginWay, number][]) {
        this.#counts[way] = (this.#counts[way] ?? 0) + count;
      }
      this.#failed(error);
    }
  }
}

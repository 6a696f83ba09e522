import type { Client } from 'pg';

export interface Hold {
  /** Aborted when the connection to the database breaks: somebody else may hold the name from then on. */
  readonly lost: AbortSignal;
  /** Asks the database once more. */
  holds(): Promise<boolean>;
  release(): Promise<void>;
}

export interface Holds {
  /** Null while another process, or this one already, holds the name. */
  hold(name: string): Promise<Hold | null>;
  close(): Promise<void>;
}

/** One process serves an embedded store: only itself can be in its way. */
export function localHolds(): Holds {
  const held = new Set<string>();
  return {
    async hold(name) {
      if (held.has(name)) return null;
      held.add(name);
      return {
        lost: new AbortController().signal,
        holds: async () => true,
        release: async () => void held.delete(name),
      };
    },
    async close() {},
  };
}

const pingMs = 5_000;

/**
 * Locks of one session, on a connection of its own for all names: the database frees them with the connection, so
 * also after kill -9. Needs a connection that keeps its session (no pooler that shares sessions between transactions).
 */
export function postgresHolds(url: string, lockClass: number): Holds {
  let session: Promise<Session> | null = null;
  const connect = async (): Promise<Session> => {
    const opened = await Session.open(url, lockClass);
    opened.lost.addEventListener('abort', () => {
      session = null;
    });
    return opened;
  };
  return {
    async hold(name) {
      session ??= connect().catch((error) => {
        session = null;
        throw error;
      });
      return (await session).hold(name);
    },
    async close() {
      const opened = await session?.catch(() => null);
      await opened?.close();
    },
  };
}

class Session {
  readonly #client: Client;
  readonly #lockClass: number;
  readonly #lost = new AbortController();
  readonly #held = new Set<string>();

  private constructor(client: Client, lockClass: number) {
    this.#client = client;
    this.#lockClass = lockClass;
    const lose = (): void => this.#lost.abort(new Error('the connection to the database is lost'));
    client.on('error', lose);
    client.on('end', lose);
  }

  static async open(url: string, lockClass: number): Promise<Session> {
    const { Client } = await import('pg');
    const client = new Client({ connectionString: url, connectionTimeoutMillis: 10_000, keepAlive: true });
    const session = new Session(client, lockClass);
    await client.connect();
    return session;
  }

  get lost(): AbortSignal {
    return this.#lost.signal;
  }

  async hold(name: string): Promise<Hold | null> {
    // A session gets its own lock a second time: that alone would not keep this process from doing a thing twice.
    if (this.#held.has(name)) return null;
    this.#held.add(name);
    try {
      const { rows } = await this.#client.query('select pg_try_advisory_lock($1::int, hashtext($2)) as got', [
        this.#lockClass,
        name,
      ]);
      if (rows[0]?.got === true) return this.#holdOf(name);
    } catch (error) {
      this.#held.delete(name);
      throw error;
    }
    this.#held.delete(name);
    return null;
  }

  async close(): Promise<void> {
    await this.#client.end();
  }

  #holdOf(name: string): Hold {
    return {
      lost: this.lost,
      holds: () => this.#answers(),
      release: async () => {
        if (!this.#held.delete(name) || this.lost.aborted) return;
        const unlock = 'select pg_advisory_unlock($1::int, hashtext($2))';
        await this.#client.query(unlock, [this.#lockClass, name]);
      },
    };
  }

  async #answers(): Promise<boolean> {
    if (this.lost.aborted) return false;
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<boolean>((resolve) => {
      timer = setTimeout(() => resolve(false), pingMs);
    });
    const asked = this.#client.query('select 1').then(
      () => true,
      () => false,
    );
    const answered = await Promise.race([asked, late]);
    clearTimeout(timer);
    if (!answered) this.#lost.abort(new Error('the connection to the database does not answer'));
    return answered;
  }
}

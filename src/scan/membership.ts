import type { Log } from '../../adapters/contract/adapter.ts';
import { serverClock } from '../store/clock.ts';
import { setMeta } from '../store/epoch.ts';
import type { Store } from '../store/index.ts';

export interface Clock {
  /** Milliseconds that only grow. */
  now(): number;
  /** @returns what takes it back */
  after(ms: number, run: () => Promise<void>): () => void;
}

export interface MembershipDeps {
  store: Store;
  /** Of this process. */
  id: string;
  /** Of what this instance judges by. */
  configuration: string;
  /** Whether it takes jobs, if it may. */
  works: boolean;
  /** Seconds without a sign of life after which an instance counts as gone. */
  heartbeat: number;
  log: Log;
  clock?: Clock;
  /** One after the other. */
  onChange(accepted: boolean): Promise<void>;
}

const usual: Clock = {
  now: () => performance.now(),
  after(ms, run) {
    const timer = setTimeout(() => void run(), ms);
    timer.unref();
    return () => clearTimeout(timer);
  },
};

/**
 * All instances of one store work by one configuration: that of the instances that work already. Another one waits until
 * the last of them is gone.
 */
export class Membership {
  readonly #deps: MembershipDeps;
  #accepted = false;
  #working: string | null = null;
  #last = Number.NEGATIVE_INFINITY;
  readonly #clock: Clock;
  #disarm = (): void => {};
  #turn: Promise<void> = Promise.resolve();
  /** Taking up work may last longer than a sign of life. */
  #changes: Promise<void> = Promise.resolve();
  #left = false;
  #failed: unknown = null;

  constructor(deps: MembershipDeps) {
    this.#deps = deps;
    this.#clock = deps.clock ?? usual;
  }

  /** False: nothing may be done by this instance's configuration. */
  get accepted(): boolean {
    return this.#accepted && this.#clock.now() - this.#last < this.#deps.heartbeat * 1000;
  }

  /** Hash of the configuration that is worked by, as far as it is known. */
  get working(): string | null {
    return this.#working;
  }

  get own(): string {
    return this.#deps.configuration;
  }

  /** @throws what the first change throws */
  async join(): Promise<void> {
    await this.#beat();
    this.#arm();
    await this.#changes;
    if (this.#failed !== null) throw this.#failed;
  }

  async leave(): Promise<void> {
    this.#left = true;
    this.#disarm();
    await this.#turn;
    await this.#changes;
    this.#accepted = false;
    const { store, id } = this.#deps;
    await store.db
      .deleteFrom('instances')
      .where('id', '=', id)
      .execute()
      .catch(() => {});
  }

  #arm(): void {
    if (this.#left) return;
    this.#disarm = this.#clock.after((this.#deps.heartbeat * 1000) / 4, async () => {
      this.#turn = this.#beat().catch((error: unknown) => this.#trouble(error));
      await this.#turn;
      this.#arm();
    });
  }

  async #beat(): Promise<void> {
    const begun = this.#clock.now();
    const working = await this.#sign();
    this.#working = working;
    this.#last = begun;
    this.#accept(working === this.#deps.configuration);
  }

  #trouble(error: unknown): void {
    const told = error instanceof Error ? error.name : typeof error;
    this.#deps.log.error({ error: told }, 'no sign of life could be given');
    if (!this.accepted) this.#accept(false);
  }

  #accept(accepted: boolean): void {
    if (accepted === this.#accepted) return;
    this.#accepted = accepted;
    const { configuration, log, onChange } = this.#deps;
    const hashes = { configuration, working: this.#working };
    if (accepted) log.info(hashes, 'this instance works');
    else log.warn(hashes, 'this instance takes no jobs: others work by another configuration');
    this.#changes = this.#changes
      .then(() => onChange(accepted))
      .catch((error: unknown) => {
        this.#failed = error;
        this.#trouble(error);
      });
  }

  /** @returns the configuration that is worked by */
  async #sign(): Promise<string> {
    const { store, id, configuration, works, heartbeat } = this.#deps;
    return store.transaction(async (tx) => {
      await tx.lock('instances');
      const now = await serverClock(tx.db);
      const row = { configuration, works: works ? 1 : 0, seen_at: now };
      await tx.db
        .insertInto('instances')
        .values({ id, ...row })
        .onConflict((conflict) => conflict.column('id').doUpdateSet(row))
        .execute();
      await tx.db
        .deleteFrom('instances')
        .where('seen_at', '<', now - heartbeat * 1000)
        .execute();
      const known = await tx.db
        .selectFrom('meta')
        .select('value')
        .where('key', '=', 'configuration')
        .executeTakeFirst();
      if (known?.value === configuration) return configuration;
      if (known !== undefined && !works) return known.value;
      const worker = await tx.db
        .selectFrom('instances')
        .select('id')
        .where('works', '=', 1)
        .where('configuration', '=', known?.value ?? '')
        .executeTakeFirst();
      if (known !== undefined && worker !== undefined) return known.value;
      await setMeta(tx.db, 'configuration', configuration);
      return configuration;
    });
  }
}

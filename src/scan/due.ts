import type { Log } from '../../adapters/contract/adapter.ts';
import type { Config, ConfiguredTarget } from '../config/types.ts';
import { givenWaivers } from '../findings/given.ts';
import { allAttestations } from '../inventory/attestations.ts';
import type { Store } from '../store/index.ts';
import { type RejudgeDeps, rejudgeTarget } from './rejudge.ts';
import { refreshWaivers } from './scope.ts';

/** An instant at which a waiver or an attestation begins or ceases to hold, and for which target. */
export interface Due {
  at: number;
  target: string;
}

/** Sorted by time; `until` itself still counts, so a waiver is over the millisecond after. */
export async function dueInstants(
  store: Store,
  config: Pick<Config, 'waivers' | 'attestations'>,
): Promise<Due[]> {
  const due: Due[] = [];
  for (const { until, target } of [...config.waivers, ...(await givenWaivers(store.db))]) {
    due.push({ at: until + 1, target });
  }
  const given = (await allAttestations(store.db)).filter(({ revokedAt }) => revokedAt === null);
  for (const { attestedAt, validUntil, target } of [...config.attestations, ...given]) {
    if (attestedAt !== null) due.push({ at: attestedAt, target });
    if (validUntil !== null) due.push({ at: validUntil + 1, target });
  }
  return due.sort((a, b) => a.at - b.at);
}

export interface DueDeps extends RejudgeDeps {
  config: RejudgeDeps['config'];
  log: Log;
  now(): number;
}

/** Timers of the runtime wrap beyond this. */
const longestTimer = 2 ** 31 - 1;

/**
 * Makes waivers and attestations begin and end at their instant, not at the next scan. Several instances may do so at
 * the same time: whoever holds the target first moves the findings, the others find nothing left to move.
 */
export class DueWatch {
  readonly #deps: DueDeps;
  #timer: NodeJS.Timeout | undefined;
  /** Everything that was due until then is done. */
  #done: number | null = null;
  #last: Promise<void> = Promise.resolve();
  #stopped = false;

  constructor(deps: DueDeps) {
    this.#deps = deps;
  }

  /** At start: what lapsed meanwhile, and policies, parameters and attestations that are no longer the same. */
  start(): Promise<void> {
    return this.#queue(async () => {
      const now = this.#deps.now();
      await refreshWaivers(this.#deps, now);
      for (const target of this.#deps.config.targets) await this.#rejudge(target, now);
      this.#done = now;
      await this.#arm();
    });
  }

  /** What has become due; also to be called when something was given or revoked, so that the timer knows of it. */
  run(): Promise<void> {
    return this.#queue(async () => {
      const now = this.#deps.now();
      const since = this.#done ?? Number.NEGATIVE_INFINITY;
      const due = await dueInstants(this.#deps.store, this.#deps.config);
      const ids = new Set(due.filter(({ at }) => at > since && at <= now).map(({ target }) => target));
      if (ids.size > 0) await refreshWaivers(this.#deps, now, [...ids]);
      for (const target of this.#deps.config.targets) {
        if (ids.has(target.id)) await this.#rejudge(target, now);
      }
      this.#done = now;
      await this.#arm();
    });
  }

  /** Until nothing is being done. */
  async idle(): Promise<void> {
    await this.#last;
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    clearTimeout(this.#timer);
    await this.#last;
  }

  /** One after the other; a failure is told and what was due stays due. */
  #queue(work: () => Promise<void>): Promise<void> {
    const result = this.#last.then(() => (this.#stopped ? undefined : work()));
    this.#last = result.catch((error: unknown) => {
      const name = error instanceof Error ? error.name : typeof error;
      this.#deps.log.error({ error: name }, 'what fell due could not be recorded; it is tried again');
    });
    return result;
  }

  async #arm(): Promise<void> {
    const done = this.#done ?? this.#deps.now();
    const due = await dueInstants(this.#deps.store, this.#deps.config);
    const next = due.find(({ at }) => at > done);
    clearTimeout(this.#timer);
    if (next === undefined || this.#stopped) return;
    const wait = Math.max(0, next.at - this.#deps.now());
    this.#timer = setTimeout(() => void this.run().catch(() => {}), Math.min(wait, longestTimer));
    this.#timer.unref();
  }

  async #rejudge(target: ConfiguredTarget, now: number): Promise<void> {
    const events = await rejudgeTarget(this.#deps, target, now);
    if (events !== null) this.#deps.log.info({ target: target.id, events }, 'judged anew without a scan');
  }
}

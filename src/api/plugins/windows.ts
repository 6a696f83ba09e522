import type { FastifyRateLimitStore } from '@fastify/rate-limit';

/** Keys that are counted at once; the one that was not heard of for longest is forgotten first. */
const mostKeys = 5_000;

interface Window {
  count: number;
  since: number;
}

/**
 * Calls by key in windows that begin with the first call, counted at once: no waiting between looking and counting. Times
 * are milliseconds of a clock that is never set back.
 */
export class Windows implements FastifyRateLimitStore {
  readonly #windows = new Map<string, Window>();
  readonly #length: number;
  readonly #now: () => number;

  /** @param length milliseconds */
  constructor(length: number, now: () => number = () => performance.now()) {
    this.#length = length;
    this.#now = now;
  }

  /** Calls so far in the window that runs, this one not counted. */
  peek(key: string, now = this.#now()): number {
    const window = this.#windows.get(key);
    return window === undefined || window.since + this.#length <= now ? 0 : window.count;
  }

  /** @returns calls in the window with this one, and the milliseconds that are left of it */
  count(key: string, now = this.#now()): { current: number; ttl: number } {
    const before = this.#windows.get(key);
    const runs = before !== undefined && before.since + this.#length > now;
    const window = runs ? before : { count: 0, since: now };
    window.count += 1;
    this.#windows.delete(key);
    this.#windows.set(key, window);
    if (this.#windows.size > mostKeys) this.#windows.delete(this.#windows.keys().next().value as string);
    return { current: window.count, ttl: window.since + this.#length - now };
  }

  /** What the library calls. */
  incr(key: string, told: (error: null, result: { current: number; ttl: number }) => void): void {
    told(null, this.count(key));
  }

  child(): Windows {
    return new Windows(this.#length, this.#now);
  }
}

import type { Ms } from './fact.ts';

export type Sleep = (ms: Ms, signal: AbortSignal) => Promise<void>;

/** @throws the signal's reason when it is aborted first */
export function realSleep(ms: Ms, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) {
      reject(signal.reason);
      return;
    }
    const abort = (): void => {
      clearTimeout(timer);
      reject(signal.reason);
    };
    const timer = setTimeout(() => {
      signal.removeEventListener('abort', abort);
      resolve();
    }, ms);
    signal.addEventListener('abort', abort, { once: true });
  });
}

interface Waiting {
  take(): void;
  fail(why: unknown): void;
}

/** At most `limit()` holders at once, first come first served; the limit may change between calls. */
export class Slots {
  readonly #limit: () => number;
  readonly #signal: AbortSignal;
  #waiting: Waiting[] = [];
  #held = 0;

  /** Everybody who waits is sent away with the signal's reason when it is aborted. */
  constructor(limit: () => number, signal: AbortSignal) {
    this.#limit = limit;
    this.#signal = signal;
    // One listener for all: thousands may wait.
    signal.addEventListener('abort', () => {
      for (const { fail } of this.#waiting.splice(0)) fail(signal.reason);
    });
  }

  /** Resolves to the function that gives the slot back; calling it twice is harmless. */
  acquire(): Promise<() => void> {
    return new Promise((resolve, fail) => {
      if (this.#signal.aborted) {
        fail(this.#signal.reason);
        return;
      }
      const take = (): void => {
        this.#held += 1;
        let given = true;
        resolve(() => {
          if (!given) return;
          given = false;
          this.#held -= 1;
          this.#next();
        });
      };
      this.#waiting.push({ take, fail });
      this.#next();
    });
  }

  #next(): void {
    while (this.#held < this.#limit()) {
      const first = this.#waiting.shift();
      if (first === undefined) return;
      first.take();
    }
  }
}

/**
 * Token bucket that holds one second's worth of calls. Returns how long the next call must wait.
 * `clock` is monotonic: a wall clock that is set back must not stop a scan.
 */
export function tokenBucket(perSecond: number, clock: () => Ms): () => Ms {
  const capacity = Math.max(1, perSecond);
  let tokens = capacity;
  let last = clock();
  return () => {
    const now = clock();
    tokens = Math.min(capacity, tokens + ((now - last) / 1000) * perSecond);
    last = now;
    tokens -= 1;
    return tokens >= 0 ? 0 : (-tokens / perSecond) * 1000;
  };
}

const longestWait = 30_000;

/** Wait before repeat number `attempt` (0-based) of a throttled call: what the server asks for, at most 30 s. */
export function retryDelay(retryAfter: string | undefined, attempt: number, now: Ms): Ms {
  const text = retryAfter?.trim() ?? '';
  if (/^\d{1,9}$/.test(text)) return Math.min(Number(text) * 1000, longestWait);
  const date = /[a-z]/i.test(text) ? Date.parse(text) : Number.NaN;
  if (Number.isFinite(date)) return Math.min(Math.max(date - now, 0), longestWait);
  return Math.min(1000 * 2 ** attempt, longestWait);
}

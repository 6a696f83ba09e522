import type { Ms } from '../contract/fact.ts';
import { documentedLimit, type Limit } from './routes.ts';

type Headers = Readonly<Record<string, string | string[] | undefined>>;

interface Window {
  /** Our clock at the first call of the window. */
  from: Ms;
  used: number;
  /** As the last answer told; null where it told nothing. */
  told: { limit: number; remaining: number; resetAt: Ms } | null;
}

/** Reset times are those of a window that never lasts longer than some minutes; anything above is no such time. */
const longestWait: Ms = 10 * 60_000;
const margin: Ms = 250;

/** How long the next call of a route has to wait, from what the server said last, else from what is documented. */
export class Pace {
  readonly #windows = new Map<string, Window>();

  delay(route: string, now: Ms): Ms {
    const window = this.#windows.get(route);
    if (window === undefined) return 0;
    const { told, used, from } = window;
    if (told !== null) return told.remaining > 0 ? 0 : capped(told.resetAt + margin - now);
    const limit = documentedLimit(route);
    return limit === null || used < limit.calls ? 0 : capped(from + limit.windowMs + margin - now);
  }

  /** To be called when a wait is over: a new window begins with the next call, whatever our clock says. */
  waited(route: string): void {
    this.#windows.delete(route);
  }

  sent(route: string, now: Ms): void {
    const window = this.#current(route, now);
    window.used += 1;
  }

  /** `X-RateLimit-Reset` is an instant of the server's clock in milliseconds. */
  learn(route: string, headers: Headers, now: Ms, serverDate: Ms | null): void {
    const window = this.#current(route, now);
    const [limit, remaining, reset] = ['limit', 'remaining', 'reset'].map((name) =>
      whole(headers[`x-ratelimit-${name}`]),
    );
    if (limit === undefined || remaining === undefined || reset === undefined) return;
    const ahead = serverDate === null ? 0 : serverDate - now;
    window.told = { limit, remaining, resetAt: reset - ahead };
  }

  /** A refused call, of whose window nothing was told. */
  exhausted(route: string, now: Ms): void {
    const window = this.#current(route, now);
    window.used = Math.max(window.used, documentedLimit(route)?.calls ?? 0);
    if (window.told !== null) window.told.remaining = 0;
  }

  limitOf(route: string): Limit | null {
    const documented = documentedLimit(route);
    const told = this.#windows.get(route)?.told?.limit;
    return documented === null || told === undefined ? documented : { ...documented, calls: told };
  }

  #current(route: string, now: Ms): Window {
    const window = this.#windows.get(route);
    const end =
      window?.told?.resetAt ?? (window?.from ?? 0) + (documentedLimit(route)?.windowMs ?? 0) + margin;
    if (window !== undefined && now < end) return window;
    const fresh: Window = { from: now, used: 0, told: null };
    this.#windows.set(route, fresh);
    return fresh;
  }
}

const capped = (wait: Ms): Ms => Math.min(Math.max(0, wait), longestWait);

function whole(header: string | string[] | undefined): number | undefined {
  const text = Array.isArray(header) ? header[0] : header;
  return text !== undefined && /^\d{1,15}$/.test(text.trim()) ? Number(text) : undefined;
}

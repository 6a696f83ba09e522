import type { Ms, Reason } from './fact.ts';

/**
 * One allowed call. `path` is matched against the whole path below the client's base, without query;
 * a RegExp must be anchored. Only GET, HEAD and OPTIONS unless an adapter names a read-only POST.
 */
export interface AllowedCall {
  method: 'GET' | 'HEAD' | 'OPTIONS' | 'POST';
  path: string | RegExp;
}

export interface HttpOptions {
  /** Origin and base path, e.g. `https://bbb.example.org/bigbluebutton`. */
  base: string;
  allow: readonly AllowedCall[];
  /** Sent with every request; values count as secrets. */
  headers?: Readonly<Record<string, string>>;
  /** Strings that must never appear in an error, log line or locator (passwords, checksums, tokens). */
  secrets?: readonly string[];
  /** Calls in flight; default 4. */
  concurrency?: number;
  /** Calls per second over the whole client; default 10. */
  rate?: number;
  /** Default 30 s for the whole answer. */
  timeoutMs?: Ms;
  /** Default 32 MiB; an answer above is `too_large`. */
  maxBytes?: number;
  /** CA file in PEM (its path, or its text), proxy URL: only from the target's configuration. */
  ca?: string;
  proxy?: string;
  /** http:// off loopback is refused unless set. */
  insecureHttp?: boolean;
  /** One such status with credentials sent, and every later call fails the same way unsent; default [401]. */
  loginFailureStatuses?: readonly number[];
  /** Repeats after 429 and 503; default 3, at most 3. */
  retries?: number;
}

export interface HttpRequest {
  method?: AllowedCall['method'];
  /** Path below the base; never a query. */
  path: string;
  /** Exact bytes of the query, already encoded, without `?`. */
  query?: string;
  headers?: Readonly<Record<string, string>>;
  body?: string;
  /** Statuses that are an answer rather than a failure; default 200-299. */
  accept?: readonly number[];
  /** Overrides the client's. */
  maxBytes?: number;
  /** Stands in the locator for `path`, where the path names a room or is a join address. */
  locator?: string;
}

export interface HttpAnswer {
  status: number;
  headers: Readonly<Record<string, string | string[] | undefined>>;
  /** UTF-8 text of the whole body, already bounded. */
  text: string;
  /** Our clock at the end of the answer. */
  observedAt: Ms;
  /** The server's clock from `Date`, for ages; null if absent or unreadable. */
  serverDate: Ms | null;
  /** Method and path without query: safe to keep. */
  locator: string;
}

/** A call that gave no usable answer: `reason` is what the facts of this source carry. */
export class SourceError extends Error {
  override readonly name = 'SourceError';
  readonly reason: Reason;
  readonly status: number | undefined;
  readonly locator: string;
  constructor(why: Reason, locator: string, status?: number) {
    super(`${locator}: ${why.code}${why.detail === undefined ? '' : ` (${why.detail})`}`);
    this.reason = why;
    this.locator = locator;
    this.status = status;
  }
}

export interface BoundedHttp {
  /**
   * @throws {SourceError} unreachable (404, 5xx, TLS, timeout, refused, redirect away), not_permitted (401, 403),
   *   throttled (429 or 503 after retries), too_large. A call outside the allow-list is a programming error and throws Error.
   */
  request(request: HttpRequest): Promise<HttpAnswer>;
  /** Same failures; chunks as they come, so that a large list need not be held. */
  stream(request: HttpRequest): Promise<{ answer: Omit<HttpAnswer, 'text'>; chunks: AsyncIterable<string> }>;
  close(): void;
}

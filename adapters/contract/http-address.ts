import type { AllowedCall, HttpOptions, HttpRequest } from './http.ts';
import type { Redact } from './http-redact.ts';

interface Matcher {
  method: string;
  fits(path: string): boolean;
}

/** Where calls may go: one origin, one base path, one list. */
export class Addresses {
  readonly #base: { origin: string; path: string };
  readonly #allow: readonly Matcher[];
  readonly #redact: Redact;

  /** @throws {Error} on a base or a pattern that must not be used */
  constructor(options: HttpOptions, redact: Redact) {
    this.#base = readBase(options);
    this.#allow = options.allow.map(matcher);
    this.#redact = redact;
  }

  locator(request: HttpRequest): string {
    const path = request.locator ?? this.#base.path + request.path;
    return this.#redact(`${request.method ?? 'GET'} ${path}`);
  }

  /** @throws {Error} when the call is not on the list or not spelled as it would be sent */
  of(request: HttpRequest): URL {
    const method = request.method ?? 'GET';
    const refuse = (why: string): Error => new Error(this.#redact(`${method} ${request.path}: ${why}`));
    if (!this.#allowed(method, request.path)) throw refuse('this call is not on the allow-list');
    const query = request.query === undefined || request.query === '' ? '' : `?${request.query}`;
    const url = URL.parse(this.#base.origin + this.#base.path + request.path + query);
    const path = this.#base.path + request.path;
    if (url?.origin !== this.#base.origin || url.pathname !== (path === '' ? '/' : path)) {
      throw refuse('the path is not encoded or leaves its base');
    }
    if (url.search !== query || url.hash !== '') throw refuse('the query is not encoded');
    return url;
  }

  /** Null where the answer points away from the origin, the base or the list, or the call is no plain reading. */
  redirect(request: HttpRequest, from: URL, location: string | undefined): URL | null {
    const method = request.method ?? 'GET';
    const to = location === undefined ? null : URL.parse(location, from.href);
    if (to === null || to.origin !== this.#base.origin) return null;
    if (method !== 'GET' && method !== 'HEAD') return null;
    if (!`${to.pathname}/`.startsWith(`${this.#base.path}/`)) return null;
    if (!this.#allowed(method, to.pathname.slice(this.#base.path.length))) return null;
    return new URL(to.pathname + to.search, this.#base.origin);
  }

  #allowed(method: string, path: string): boolean {
    return this.#allow.some((call) => call.method === method && call.fits(path));
  }
}

function readBase(options: HttpOptions): { origin: string; path: string } {
  const url = URL.parse(options.base);
  if (url === null || (url.protocol !== 'https:' && url.protocol !== 'http:')) {
    throw new Error('the base address is no http address');
  }
  if (url.username !== '' || url.password !== '' || url.search !== '' || url.hash !== '') {
    throw new Error('the base address must not carry a login, query or fragment');
  }
  const loopback = /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/.test(url.hostname);
  if (url.protocol === 'http:' && !loopback && options.insecureHttp !== true) {
    throw new Error('http:// is used on loopback only, or with insecure_http: true');
  }
  return { origin: url.origin, path: url.pathname.replace(/\/+$/, '') };
}

function matcher(call: AllowedCall): Matcher {
  const { method, path } = call;
  if (typeof path === 'string') return { method, fits: (candidate) => candidate === path };
  if (!path.source.startsWith('^') || !path.source.endsWith('$')) {
    throw new Error(`the allow-list pattern ${path.source} is not anchored`);
  }
  const whole = new RegExp(`^(?:${path.source})$`, path.flags.replace(/[gmy]/g, ''));
  return { method, fits: (candidate) => whole.test(candidate) };
}

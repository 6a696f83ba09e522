import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import type { Readable } from 'node:stream';
import { getCACertificates } from 'node:tls';
import type { AxiosInstance, AxiosResponse, CreateAxiosDefaults } from 'axios';
import type { Log } from './adapter.ts';
import { type Ms, type Reason, reason } from './fact.ts';
import {
  type BoundedHttp,
  type HttpAnswer,
  type HttpOptions,
  type HttpRequest,
  SourceError,
} from './http.ts';
import { Addresses } from './http-address.ts';
import { errorCode, networkReason, statusReason, timeoutDetail } from './http-failure.ts';
import { type AnswerHead, headOf, one } from './http-head.ts';
import { realSleep, retryDelay, type Sleep, Slots, tokenBucket } from './http-limits.ts';
import { proxyOf, proxySecrets, readPem } from './http-options.ts';
import { carriesCredentials, headerSecrets, type Redact, redactor } from './http-redact.ts';

export interface HttpDeps {
  now(): Ms;
  log: Log;
  signal: AbortSignal;
  /** After each call that was sent; null: no answer came. */
  onCall?(status: number | null): void;
  /** For waits between calls; tests give one that returns at once. */
  sleep?: Sleep;
}

interface Opened {
  response: AxiosResponse<Readable>;
  signal: AbortSignal;
  /** Ends the attempt and its time limit. */
  done(): void;
}

const mostRedirects = 3;
const mostSilences = 2;
const mostRetries = 3;

/**
 * A client for one origin and one list of calls.
 * @throws {Error} on a base address or allow-list that must not be used (programming or configuration error)
 */
export function createHttp(options: HttpOptions, deps: HttpDeps): BoundedHttp {
  return new Client(options, deps);
}

class Client implements BoundedHttp {
  readonly #options: HttpOptions;
  readonly #deps: HttpDeps;
  readonly #addresses: Addresses;
  readonly #redact: Redact;
  readonly #defaults: CreateAxiosDefaults;
  #axios: AxiosInstance | null = null;
  readonly #agents: (HttpAgent | HttpsAgent)[];
  readonly #slots: Slots;
  readonly #wait: () => Ms;
  readonly #sleep: Sleep;
  readonly #closed = new AbortController();
  readonly #flying = new Set<AbortController>();
  readonly #signal: AbortSignal;
  readonly #timeoutMs: Ms;
  readonly #caProblem: string | null = null;
  /** Calls in a row that ended in silence. */
  #silent = 0;
  /** Credentials that nobody has accepted yet are tried by one call at a time. */
  #login: 'none' | 'untried' | 'accepted' | Reason = 'none';

  constructor(options: HttpOptions, deps: HttpDeps) {
    this.#options = options;
    this.#deps = deps;
    this.#redact = redactor([
      ...(options.secrets ?? []),
      ...headerSecrets(options.headers),
      ...proxySecrets(options.proxy),
    ]);
    this.#addresses = new Addresses(options, this.#redact);
    const concurrency = options.concurrency ?? 4;
    this.#wait = tokenBucket(options.rate ?? 10, () => performance.now());
    this.#sleep = deps.sleep ?? realSleep;
    this.#signal = AbortSignal.any([deps.signal, this.#closed.signal]);
    this.#slots = new Slots(() => (this.#login === 'untried' ? 1 : concurrency), this.#signal);
    // One listener for all calls: signals made for each would pile up on the scan's.
    this.#signal.addEventListener('abort', () => {
      for (const call of this.#flying) call.abort();
    });
    this.#timeoutMs = options.timeoutMs ?? 30_000;
    let ca: string[] | undefined;
    try {
      if (options.ca !== undefined) ca = [...getCACertificates('default'), readPem(options.ca)];
    } catch {
      this.#caProblem = 'TLS: the CA file cannot be read';
    }
    const pool = { keepAlive: true, maxSockets: concurrency };
    const httpAgent = new HttpAgent(pool);
    const httpsAgent = new HttpsAgent({ ...pool, ...(ca === undefined ? {} : { ca }) });
    this.#agents = [httpAgent, httpsAgent];
    this.#defaults = {
      adapter: 'http',
      httpAgent,
      httpsAgent,
      proxy: proxyOf(options.proxy),
      maxRedirects: 0,
      responseType: 'stream',
      validateStatus: () => true,
      headers: { 'User-Agent': 'roomwarden', ...options.headers },
    };
  }

  async request(request: HttpRequest): Promise<HttpAnswer> {
    const { answer, chunks } = await this.stream(request);
    let text = '';
    for await (const chunk of chunks) text += chunk;
    return { ...answer, observedAt: this.#deps.now(), text };
  }

  async stream(request: HttpRequest): Promise<{ answer: AnswerHead; chunks: AsyncIterable<string> }> {
    const locator = this.#addresses.locator(request);
    const url = this.#addresses.of(request);
    this.#signal.throwIfAborted();
    const credentials = carriesCredentials(this.#options.headers) || carriesCredentials(request.headers);
    if (credentials && this.#login === 'none') this.#login = 'untried';
    const release = await this.#slots.acquire();
    try {
      const opened = await this.#open(request, url, locator, credentials);
      opened.signal.addEventListener('abort', release, { once: true });
      const answer = headOf(opened.response, locator, this.#deps.now());
      return { answer, chunks: this.#read(opened, request, locator, release) };
    } catch (error) {
      release();
      throw error;
    }
  }

  close(): void {
    this.#closed.abort(new Error('the client is closed'));
    for (const agent of this.#agents) agent.destroy();
  }

  /** Sends until there is an answer: repeats when throttled, follows redirects within the origin. */
  async #open(request: HttpRequest, start: URL, locator: string, credentials: boolean): Promise<Opened> {
    const accepted = (status: number): boolean =>
      request.accept === undefined ? status >= 200 && status < 300 : request.accept.includes(status);
    const retries = Math.min(this.#options.retries ?? mostRetries, mostRetries);
    let url = start;
    let redirects = 0;
    let repeats = 0;
    for (;;) {
      const opened = await this.#send(request, url, locator, credentials);
      const { status, headers } = opened.response;
      if (credentials) this.#noteLogin(status);
      if (accepted(status)) return opened;
      this.#discard(opened);
      if ((status === 429 || status === 503) && repeats < retries) {
        const delay = retryDelay(one(headers['retry-after']), repeats, this.#deps.now());
        repeats += 1;
        this.#deps.log.warn({ call: locator, status, wait_ms: delay }, 'throttled, call is repeated');
        await this.#sleep(delay, this.#signal);
        continue;
      }
      if ([301, 302, 303, 307, 308].includes(status)) {
        redirects += 1;
        const next = this.#addresses.redirect(request, url, one(headers['location']));
        if (next === null || redirects > mostRedirects) {
          throw this.#failure(reason('unreachable', 'redirect'), locator, status);
        }
        url = next;
        continue;
      }
      throw this.#failure(statusReason(status), locator, status);
    }
  }

  async #send(request: HttpRequest, url: URL, locator: string, credentials: boolean): Promise<Opened> {
    if (this.#caProblem !== null) throw this.#failure(reason('unreachable', this.#caProblem), locator);
    this.#refuseLogin(credentials, locator);
    this.#refuseSilence(locator);
    const wait = this.#wait();
    if (wait > 0) await this.#sleep(wait, this.#signal);
    this.#refuseLogin(credentials, locator);
    this.#refuseSilence(locator);
    // Loaded here: a service that has asked nobody yet answers sooner without it.
    this.#axios ??= (await import('axios')).default.create(this.#defaults);
    for (let again = 0; ; again++) {
      const call = new AbortController();
      const { signal } = call;
      const timer = setTimeout(() => call.abort(), this.#timeoutMs);
      const done = (): void => {
        clearTimeout(timer);
        this.#flying.delete(call);
      };
      this.#flying.add(call);
      try {
        this.#signal.throwIfAborted();
        const response = await this.#axios.request<Readable>({
          method: request.method ?? 'GET',
          url: url.href,
          signal,
          ...(request.headers === undefined ? {} : { headers: { ...request.headers } }),
          ...(request.body === undefined ? {} : { data: request.body }),
        });
        this.#silent = 0;
        this.#deps.onCall?.(response.status);
        response.data.on('error', () => {}); // without a reader yet, an abort must not end the process
        return { response, signal, done };
      } catch (error) {
        done();
        // The server may close an idle connection in the moment in which it is used again.
        if (again === 0 && !signal.aborted && onReusedSocket(error)) continue;
        if (!this.#signal.aborted) this.#deps.onCall?.(null);
        throw this.#wrap(error, signal, locator, false);
      }
    }
  }

  async *#read(
    opened: Opened,
    request: HttpRequest,
    locator: string,
    release: () => void,
  ): AsyncGenerator<string> {
    const { response, signal } = opened;
    const limit = request.maxBytes ?? this.#options.maxBytes ?? 32 * 1024 * 1024;
    const tooLarge = (): SourceError =>
      this.#failure(reason('too_large', `more than ${limit} bytes`), locator, response.status);
    const stop = (): void => void response.data.destroy(new Error('stopped'));
    let bytes = 0;
    try {
      const announced = request.method === 'HEAD' ? 0 : Number(one(response.headers['content-length']) ?? 0);
      if (announced > limit) throw tooLarge();
      signal.addEventListener('abort', stop, { once: true });
      const decoder = new TextDecoder();
      for await (const chunk of response.data as AsyncIterable<Buffer>) {
        bytes += chunk.length;
        if (bytes > limit) throw tooLarge();
        yield decoder.decode(chunk, { stream: true });
      }
      yield decoder.decode();
      this.#deps.log.debug({ call: locator, status: response.status, bytes }, 'answer read');
    } catch (error) {
      throw this.#wrap(error, signal, locator, true);
    } finally {
      signal.removeEventListener('abort', stop);
      this.#discard(opened);
      release();
    }
  }

  /** The rest of an answer that nobody will read; its connection goes with it. */
  #discard(opened: Opened): void {
    opened.done();
    if (!opened.response.data.readableEnded) opened.response.data.destroy();
  }

  #refuseLogin(credentials: boolean, locator: string): void {
    if (credentials && typeof this.#login === 'object') throw this.#failure(this.#login, locator);
  }

  /** A server that hangs would hold its scan for as many time-outs as there are questions. */
  #refuseSilence(locator: string): void {
    if (this.#silent < mostSilences) return;
    throw this.#failure(reason('unreachable', 'no answer to the calls before, not asked'), locator);
  }

  #noteLogin(status: number): void {
    if ((this.#options.loginFailureStatuses ?? [401]).includes(status)) {
      this.#login = reason('not_permitted', `HTTP ${status}, no further login is tried`);
    } else if (this.#login === 'untried' && status < 500 && status !== 429) {
      this.#login = 'accepted';
    }
  }

  #failure(why: Reason, locator: string, status?: number): SourceError {
    const detail = why.detail === undefined ? {} : { detail: this.#redact(why.detail) };
    this.#deps.log.debug({ call: locator, code: why.code, ...detail }, 'call failed');
    return new SourceError({ ...why, ...detail }, locator, status);
  }

  /** Nothing of the library's error is kept: it carries the request with its headers. */
  #wrap(error: unknown, call: AbortSignal, locator: string, bodyStarted: boolean): unknown {
    if (error instanceof SourceError) return error;
    if (this.#signal.aborted) return this.#signal.reason;
    if (call.aborted) {
      if (!bodyStarted) this.#silent += 1;
      return this.#failure(reason('unreachable', timeoutDetail(this.#timeoutMs)), locator);
    }
    return this.#failure(networkReason(errorCode(error), bodyStarted), locator);
  }
}

function onReusedSocket(error: unknown): boolean {
  if (errorCode(error) !== 'ECONNRESET' || typeof error !== 'object' || error === null) return false;
  const sent: unknown = 'request' in error ? error.request : null;
  return typeof sent === 'object' && sent !== null && 'reusedSocket' in sent && sent.reusedSocket === true;
}

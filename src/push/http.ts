import { Agent as HttpAgent, request as httpRequest, type IncomingMessage } from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import { parseDuration } from '../config/duration.ts';
import type { ConfiguredReceiver } from '../config/push.ts';
import { retryAfterMs } from './backoff.ts';
import { DeliveryError, errorCode, networkError } from './failure.ts';
import { tlsMaterial } from './tls.ts';
import type { PushDeps } from './types.ts';

export interface HttpAnswer {
  status: number;
  /** Milliseconds. */
  retryAfter: number | null;
  /** Of the body, at most the first 64 KiB. */
  text: string;
}

const readBytes = 64 * 1024;

/** POST to one receiver over one connection that is kept. Redirects are answers like others: nothing follows them. */
export class HttpSender {
  readonly #receiver: Pick<ConfiguredReceiver, 'tls' | 'timeout'>;
  readonly #deps: Pick<PushDeps, 'secret' | 'now'>;
  readonly #timeoutMs: number;
  #agent: HttpAgent | HttpsAgent | null = null;

  constructor(receiver: Pick<ConfiguredReceiver, 'tls' | 'timeout'>, deps: Pick<PushDeps, 'secret' | 'now'>) {
    this.#receiver = receiver;
    this.#deps = deps;
    this.#timeoutMs = parseDuration(receiver.timeout) * 1000;
  }

  /** @throws {DeliveryError} where there is no whole answer */
  async post(
    url: URL,
    headers: Readonly<Record<string, string>>,
    body: string,
    signal: AbortSignal,
  ): Promise<HttpAnswer> {
    for (let again = 0; ; again += 1) {
      const agent = await this.#connectionTo(url);
      const sent = new Exchange(url, agent, this.#timeoutMs, signal);
      try {
        const { response, text } = await sent.run(headers, body);
        const retryAfter = retryAfterMs(response.headers['retry-after'], this.#deps.now());
        return { status: response.statusCode ?? 0, retryAfter, text };
      } catch (error) {
        this.close();
        signal.throwIfAborted();
        // The receiver may close an idle connection in the moment in which it is used again.
        if (again === 0 && sent.reused && errorCode(error) === 'ECONNRESET') continue;
        throw networkError(error, sent.started);
      }
    }
  }

  close(): void {
    this.#agent?.destroy();
    this.#agent = null;
  }

  async #connectionTo({ protocol }: URL): Promise<HttpAgent | HttpsAgent> {
    const pool = { keepAlive: true, maxSockets: 1 };
    this.#agent ??=
      protocol === 'https:'
        ? new HttpsAgent({ ...pool, ...(await tlsMaterial(this.#receiver, this.#deps.secret)) })
        : new HttpAgent(pool);
    return this.#agent;
  }
}

class Exchange {
  readonly #url: URL;
  readonly #agent: HttpAgent | HttpsAgent;
  readonly #timeoutMs: number;
  readonly #signal: AbortSignal;
  started = false;
  reused = false;

  constructor(url: URL, agent: HttpAgent | HttpsAgent, timeoutMs: number, signal: AbortSignal) {
    this.#url = url;
    this.#agent = agent;
    this.#timeoutMs = timeoutMs;
    this.#signal = signal;
  }

  async run(
    headers: Readonly<Record<string, string>>,
    body: string,
  ): Promise<{ response: IncomingMessage; text: string }> {
    // One for each call: signals made of the service's own would pile up on it.
    const call = new AbortController();
    const stop = (): void => call.abort();
    this.#signal.addEventListener('abort', stop, { once: true });
    let late = false;
    const timer = setTimeout(() => {
      late = true;
      call.abort();
    }, this.#timeoutMs);
    try {
      const response = await this.#send(headers, Buffer.from(body), call.signal);
      this.reused = false;
      return { response, text: await textOf(response) };
    } catch (error) {
      if (late) throw new DeliveryError({ code: 'timeout' });
      throw error;
    } finally {
      clearTimeout(timer);
      this.#signal.removeEventListener('abort', stop);
    }
  }

  #send(
    headers: Readonly<Record<string, string>>,
    body: Buffer,
    signal: AbortSignal,
  ): Promise<IncomingMessage> {
    const call = this.#url.protocol === 'https:' ? httpsRequest : httpRequest;
    return new Promise((resolve, reject) => {
      const request = call(this.#url, {
        method: 'POST',
        agent: this.#agent,
        signal,
        headers: { 'user-agent': 'roomwarden', ...headers, 'content-length': body.length },
      });
      request.once('response', resolve);
      request.once('error', reject);
      request.once('socket', (socket) => {
        this.reused = request.reusedSocket;
        const begin = (): void => {
          this.started = true;
        };
        if (socket.connecting)
          socket.once(this.#url.protocol === 'https:' ? 'secureConnect' : 'connect', begin);
        else begin();
      });
      request.end(body);
    });
  }
}

/** An answer that breaks off acknowledges nothing. */
async function textOf(response: IncomingMessage): Promise<string> {
  const parts: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    parts.push(chunk);
    bytes += chunk.length;
    if (bytes > readBytes) break;
  }
  return Buffer.concat(parts).subarray(0, readBytes).toString('utf8');
}

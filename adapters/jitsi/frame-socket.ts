import { connect as connectPlain, isIP, type Socket } from 'node:net';
import { connect as connectTls, getCACertificates, type TLSSocket } from 'node:tls';
import type { ClientOptions, WebSocket } from 'ws';
import { type Ms, type Reason, reason } from '../contract/fact.ts';
import { SourceError } from '../contract/http.ts';
import { errorCode, networkReason, statusReason } from '../contract/http-failure.ts';
import { readPem } from '../contract/http-options.ts';
import { assertAllowed, type Element, parseFrame, type Scope } from './stanzas.ts';
import { tunnel } from './tunnel.ts';

export interface SocketOptions {
  url: string;
  ca?: string;
  proxy?: string;
  signal: AbortSignal;
  connectTimeoutMs: Ms;
  scope: Scope;
  /** Largest whole session, bytes; default 4 MiB. */
  maxTotal?: number;
}

/** Largest frame that Prosody sends by default after a login. Bytes. */
const maxFrame = 262_144;
/** Whole session. Bytes. */
const defaultTotal = 4 * 1024 * 1024;

/** A WebSocket that speaks XMPP frames: capped, no compression, no redirects, only allow-listed stanzas. */
export class FrameSocket {
  readonly #socket: WebSocket;
  readonly #locator: string;
  readonly #scope: Scope;
  readonly #maxTotal: number;
  readonly #frames: string[] = [];
  #received = 0;
  #ended: Reason | null = null;
  #wake: (() => void) | null = null;

  private constructor(socket: WebSocket, locator: string, options: SocketOptions) {
    this.#socket = socket;
    this.#locator = locator;
    this.#scope = options.scope;
    this.#maxTotal = options.maxTotal ?? defaultTotal;
    socket.on('message', (data, binary) => this.#take(data.toString(), binary));
    socket.on('error', (error) => this.#end(socketReason(error)));
    socket.on('close', () => this.#end(reason('unreachable', 'the stream was closed')));
  }

  /** @throws {SourceError} unreachable, throttled, not_permitted */
  static async connect(options: SocketOptions): Promise<FrameSocket> {
    const { signal } = options;
    const ws = await import('ws');
    signal.throwIfAborted();
    const locator = `WebSocket ${new URL(options.url).pathname}`;
    let frames: FrameSocket;
    try {
      const carrier = await carry(options);
      const socket = (): WebSocket => new ws.WebSocket(options.url, ['xmpp'], socketOptions(carrier));
      frames = await handshake(options, carrier, socket, (open) => new FrameSocket(open, locator, options));
    } catch (error) {
      signal.throwIfAborted();
      throw new SourceError(error instanceof SourceError ? error.reason : socketReason(error), locator);
    }
    const stop = (): void => frames.#socket.terminate();
    signal.addEventListener('abort', stop, { once: true });
    frames.#socket.once('close', () => signal.removeEventListener('abort', stop));
    return frames;
  }

  /** @throws {Error} a stanza that is not on the allow-list */
  send(element: Element): void {
    assertAllowed(element, this.#scope);
    if (this.#socket.readyState === this.#socket.OPEN) this.#socket.send(element.toString());
  }

  /** @throws {SourceError} nothing in time, closed, too large, not well-formed */
  async next(deadline: number): Promise<Element> {
    for (;;) {
      const frame = this.#frames.shift();
      if (frame !== undefined) return this.#parse(frame);
      if (this.#ended !== null) throw new SourceError(this.#ended, this.#locator);
      const left = deadline - performance.now();
      if (left <= 0) throw new SourceError(reason('unreachable', 'no answer in time'), this.#locator);
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, left);
        this.#wake = () => {
          clearTimeout(timer);
          resolve();
        };
      });
      this.#wake = null;
    }
  }

  close(): void {
    if (this.#socket.readyState === this.#socket.OPEN) {
      this.#socket.close(1000);
      const timer = setTimeout(() => this.#socket.terminate(), 500);
      timer.unref();
      this.#socket.once('close', () => clearTimeout(timer));
    } else this.#socket.terminate();
  }

  #parse(frame: string): Element {
    try {
      return parseFrame(frame);
    } catch {
      this.#socket.terminate();
      throw new SourceError(reason('invalid_answer', 'a frame that is no XML element'), this.#locator);
    }
  }

  #take(frame: string, binary: boolean): void {
    this.#received += frame.length;
    if (binary) this.#end(reason('invalid_answer', 'a binary frame'));
    else if (this.#received > this.#maxTotal)
      this.#end(reason('too_large', `more than ${this.#maxTotal} bytes`));
    else this.#frames.push(frame);
    if (this.#ended !== null) this.#socket.terminate();
    this.#wake?.();
  }

  #end(why: Reason): void {
    this.#ended ??= why;
    this.#wake?.();
  }
}

/** The connection below: plain or TLS, direct or through the configured proxy. */
async function carry(options: SocketOptions): Promise<Socket | TLSSocket> {
  const { url, proxy } = options;
  const secure = url.startsWith('wss:');
  const ca = options.ca === undefined ? undefined : [...getCACertificates('default'), readPem(options.ca)];
  const target = new URL(url);
  const port = Number(target.port) || (secure ? 443 : 80);
  const host = target.hostname.replace(/^\[|\]$/g, '');
  const named = isIP(host) === 0 ? { servername: host } : {};
  const tls = { ...(ca === undefined ? {} : { ca }), ...named };
  if (proxy === undefined) return secure ? connectTls({ host, port, ...tls }) : connectPlain({ host, port });
  const through = await tunnel(proxy, `${target.hostname}:${port}`, options.connectTimeoutMs, options.signal);
  return secure ? connectTls({ socket: through, host, ...tls }) : through;
}

function socketOptions(carrier: Socket | TLSSocket): ClientOptions {
  return {
    createConnection: () => carrier,
    followRedirects: false,
    maxPayload: maxFrame,
    perMessageDeflate: false,
    headers: { 'User-Agent': 'roomwarden' },
  };
}

/** `listen` is called before anything can arrive, so that no frame and no error is missed. */
function handshake<T>(
  options: SocketOptions,
  carrier: Socket | TLSSocket,
  make: () => WebSocket,
  listen: (socket: WebSocket) => T,
): Promise<T> {
  return new Promise((resolve, reject) => {
    const socket = make();
    const stop = (): void => {
      reject(new SourceError(reason('unreachable', 'no answer to the WebSocket handshake in time'), ''));
      carrier.destroy();
      socket.terminate();
    };
    const timer = setTimeout(stop, options.connectTimeoutMs);
    options.signal.addEventListener('abort', stop, { once: true });
    const settle = (): void => {
      clearTimeout(timer);
      options.signal.removeEventListener('abort', stop);
    };
    const frames = listen(socket);
    socket.once('open', () => {
      settle();
      resolve(frames);
    });
    socket.once('unexpected-response', (request, response) => {
      settle();
      const status = response.statusCode ?? 0;
      response.resume();
      request.destroy();
      const page = reason('unreachable', `no WebSocket there (HTTP ${status})`);
      reject(new SourceError(status < 400 ? page : statusReason(status), ''));
    });
    socket.on('error', (error) => {
      settle();
      reject(error);
    });
  });
}

function socketReason(error: unknown): Reason {
  const code = errorCode(error);
  if (code === 'WS_ERR_UNSUPPORTED_MESSAGE_LENGTH')
    return reason('too_large', `a frame above ${maxFrame} bytes`);
  if (code?.startsWith('WS_ERR')) return reason('invalid_answer', 'broken WebSocket frames');
  if (error instanceof Error && /^(Server sent|Invalid|No server|Unexpected)/i.test(error.message))
    return reason('unreachable', 'no WebSocket for XMPP there');
  return networkReason(code, false);
}

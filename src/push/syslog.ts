import { connect as connectTcp, isIP, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { parseDuration } from '../config/duration.ts';
import type { ReceiverOf } from '../config/push.ts';
import { DeliveryError, networkError } from './failure.ts';
import { syslogLine } from './lines.ts';
import { tlsMaterial } from './tls.ts';
import type { PushDeps, PushEvent, Transport } from './types.ts';

/** Longer than the way to the receiver and back: its refusal of what was sent arrives within. */
const quietMs = 250;
/** For the other side to read to the end, where nobody waits for it. */
const lingerMs = 5_000;

/**
 * RFC 5425, octet-counted (RFC 6587 over TCP). The protocol acknowledges nothing, so each delivery has a connection
 * that is closed from our side first: a receiver that has read everything closes in turn, one that went away with
 * data unread resets it. What is not confirmed is sent again as a whole.
 */
export class SyslogTransport implements Transport {
  readonly #receiver: ReceiverOf<'syslog'>;
  readonly #deps: PushDeps;

  constructor(receiver: ReceiverOf<'syslog'>, deps: PushDeps) {
    this.#receiver = receiver;
    this.#deps = deps;
  }

  async send(events: readonly PushEvent[], signal: AbortSignal): Promise<number> {
    const { bytes } = this.#receiver.batch;
    const frames: Buffer[] = [];
    let sum = 0;
    for (const event of events) {
      const message = Buffer.from(syslogLine(event, this.#receiver.format, this.#deps.context));
      if (message.length > this.#receiver.message_bytes) {
        if (frames.length > 0) break;
        throw new DeliveryError({ code: 'too_large', detail: `${message.length} bytes`, refused: true });
      }
      sum += message.length;
      if (frames.length > 0 && sum > bytes) break;
      frames.push(Buffer.from(`${message.length} `), message);
    }
    await this.#deliver(Buffer.concat(frames), signal);
    return frames.length / 2;
  }

  close(): void {}

  async #deliver(data: Buffer, signal: AbortSignal): Promise<void> {
    const { host, port, protocol, timeout, confirm } = this.#receiver;
    const tls = protocol === 'tls' ? await tlsMaterial(this.#receiver, this.#deps.secret) : null;
    signal.throwIfAborted();
    const socket =
      tls === null ? connectTcp({ host, port }) : connectTls({ host, port, ...serverName(host), ...tls });
    const line = new Line(socket, tls === null ? 'connect' : 'secureConnect', parseDuration(timeout) * 1000);
    const abort = (): void => line.fail(signal.reason);
    signal.addEventListener('abort', abort, { once: true });
    try {
      await line.open();
      await line.write(data);
      await Promise.race([this.#deps.sleep(quietMs, signal), line.broken]);
      if (confirm === 'close') await line.closedByBoth();
    } catch (error) {
      signal.throwIfAborted();
      throw networkError(error, line.opened);
    } finally {
      signal.removeEventListener('abort', abort);
      line.end();
    }
  }
}

/** An address is no name that a server could be asked for. */
const serverName = (host: string): { servername?: string } => (isIP(host) === 0 ? { servername: host } : {});

/** One connection from its making to its end. Whatever breaks it, also the other side's closing too early, rejects. */
class Line {
  readonly #socket: Socket;
  readonly #timer: NodeJS.Timeout;
  readonly #ready: 'connect' | 'secureConnect';
  #reject: (why: unknown) => void = () => {};
  #finished = false;
  #ended: () => void = () => {};
  /** Never resolves. */
  readonly broken: Promise<never>;
  opened = false;

  constructor(socket: Socket, ready: 'connect' | 'secureConnect', timeoutMs: number) {
    this.#socket = socket;
    this.#ready = ready;
    this.broken = new Promise((_, reject) => {
      this.#reject = reject;
    });
    this.broken.catch(() => {});
    this.#timer = setTimeout(() => this.fail(this.#late()), timeoutMs);
    socket.on('error', (error) => this.fail(error));
    socket.on('end', () =>
      this.#finished ? this.#ended() : this.fail(new DeliveryError({ code: 'cut_off' })),
    );
    socket.on('close', () => this.fail(new DeliveryError({ code: 'cut_off' })));
    // Nobody answers; reading is how the end is noticed.
    socket.resume();
  }

  open(): Promise<void> {
    return this.#unlessBroken((done) => {
      this.#socket.once(this.#ready, () => {
        this.opened = true;
        done();
      });
    });
  }

  write(data: Buffer): Promise<void> {
    return this.#unlessBroken((done) => void this.#socket.write(data, () => done()));
  }

  /** Our closing, then the other side's in answer to it. */
  closedByBoth(): Promise<void> {
    return this.#unlessBroken((done) => {
      this.#ended = done;
      this.#socket.once('finish', () => {
        this.#finished = true;
      });
      this.#socket.end();
    });
  }

  fail(why: unknown): void {
    this.#reject(why);
    this.#socket.destroy();
  }

  /** Gracefully where it is still open: what was sent must not be reset away. */
  end(): void {
    clearTimeout(this.#timer);
    if (this.#socket.destroyed) return;
    this.#socket.end();
    const linger = setTimeout(() => this.#socket.destroy(), lingerMs);
    linger.unref();
    this.#socket.once('close', () => clearTimeout(linger));
  }

  #late(): DeliveryError {
    return new DeliveryError({ code: this.#finished ? 'not_confirmed' : 'timeout' });
  }

  #unlessBroken(begin: (done: () => void) => void): Promise<void> {
    return Promise.race([new Promise<void>(begin), this.broken]);
  }
}

import { hash, randomBytes } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { Principal } from '../access/principal.ts';

/** An answer, and all that must be so for it to be given again. */
export interface Repeat {
  status: 200 | 304;
  /** Of the store. */
  version: string;
  /** Half-open, milliseconds. */
  from: number;
  until: number;
  principal: Principal;
  /** By which the address is counted. */
  addressKey: string;
  route: string;
  /** Names and values in turn, as they were sent. */
  head: readonly string[];
  /** Of the values in it, by name. */
  places: Readonly<Record<string, number>>;
  /** Kept alive by whoever remembers the page; null: it has none. */
  body: WeakRef<Buffer> | null;
  tellers: readonly Teller[];
}

/** Tells of one more call that was answered like it. @param ms how long it took */
export type Teller = (id: string, ms: number) => void;

const mostKept = 1_000;

/**
 * Answers by all that a caller sent, word for word, and its address: whatever an answer may depend on is in the key. Of
 * that nothing but a hash is kept, which nobody can make outside of this process.
 */
export class Repeats {
  readonly #secret = randomBytes(32).toString('base64url');
  readonly #kept = new Map<string, Repeat>();

  find(raw: IncomingMessage, now: number): Repeat | null {
    if (raw.method !== 'GET' || this.#kept.size === 0) return null;
    const repeat = this.#kept.get(this.#keyOf(raw));
    return repeat !== undefined && repeat.from <= now && now < repeat.until ? repeat : null;
  }

  remember(raw: IncomingMessage, repeat: Repeat): void {
    const key = this.#keyOf(raw);
    this.#kept.delete(key);
    this.#kept.set(key, repeat);
    if (this.#kept.size > mostKept) this.#kept.delete(this.#kept.keys().next().value as string);
  }

  forget(): void {
    this.#kept.clear();
  }

  /** Neither an address nor a head line can hold the end of a line. */
  #keyOf({ url, socket, rawHeaders }: IncomingMessage): string {
    const sent = `${this.#secret}\n${url}\n${socket.remoteAddress}\n${rawHeaders.join('\n')}`;
    return hash('sha256', sent, 'base64url');
  }
}

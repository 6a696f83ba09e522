import type { ConfiguredReceiver } from '../config/push.ts';
import type { ReceiversTable } from '../store/index.ts';
import { readOne, readPage } from './reading.ts';
import { asDelivery, pollMs, postpone, type Sender, straighten, waitFor } from './sending.ts';
import { ReceiverState } from './state.ts';
import type { PushDeps, PushEvent, Transport } from './types.ts';

/** Sends the feed to one receiver, in its order; the position moves only with what was acknowledged. */
export class Outbox implements Sender {
  readonly #receiver: ConfiguredReceiver;
  readonly #deps: PushDeps;
  readonly #transport: Transport;
  readonly #state: ReceiverState;
  readonly #most: number;
  /** Smaller after a refused delivery of several, until the event that is meant stands alone. */
  #limit: number;

  constructor(receiver: ConfiguredReceiver, transport: Transport, most: number, deps: PushDeps) {
    this.#receiver = receiver;
    this.#deps = deps;
    this.#transport = transport;
    this.#state = new ReceiverState(deps.store, receiver);
    this.#most = most;
    this.#limit = most;
  }

  get id(): string {
    return this.#receiver.id;
  }

  async prepare(): Promise<void> {
    await this.#state.ensure(null);
  }

  async turn(signal: AbortSignal, held: () => Promise<boolean>): Promise<number> {
    const row = await this.#state.load();
    const now = this.#deps.now();
    if (row.next_attempt_at !== null && row.next_attempt_at > now) return waitFor(row.next_attempt_at, now);
    if (await straighten(this.#deps, this.#state, row)) return 0;
    const again = await this.#retry(row, signal, held);
    if (again !== null) return again;
    const page = await readPage(this.#deps, this.#receiver, row.position, this.#most);
    if (page.feed.floor > row.position || page.feed.epoch !== row.epoch) return 0;
    if (page.events.length > 0) return this.#deliver(row, page.events, page.end, signal, held);
    if (page.end > row.position) await this.#state.advance(row.position, page.end, null);
    return pollMs;
  }

  close(): void {
    this.#transport.close();
  }

  async #deliver(
    start: ReceiversTable,
    events: readonly PushEvent[],
    end: number,
    signal: AbortSignal,
    held: () => Promise<boolean>,
  ): Promise<number> {
    let row = start;
    let rest = events;
    while (rest.length > 0) {
      signal.throwIfAborted();
      if (!(await held())) return pollMs;
      const some = rest.slice(0, this.#limit);
      let taken: number;
      try {
        taken = await this.#transport.send(some, signal);
      } catch (error) {
        signal.throwIfAborted();
        return this.#failed(row, some, asDelivery(error));
      }
      const last = rest[taken - 1]?.seq ?? row.position;
      rest = rest.slice(taken);
      const to = rest.length === 0 ? end : last;
      await this.#state.advance(row.position, to, this.#deps.now());
      if (row.attempts > 0)
        this.#deps.log.info({ receiver: this.id, after: row.attempts }, 'a receiver takes events again');
      row = { ...row, position: to, attempts: 0, refusals: 0 };
      this.#limit = Math.min(this.#most, this.#limit * 2);
    }
    return 0;
  }

  async #failed(
    row: ReceiversTable,
    some: readonly PushEvent[],
    error: ReturnType<typeof asDelivery>,
  ): Promise<number> {
    this.#transport.close();
    const [first] = some;
    if (!error.refused || first === undefined) return postpone(this.#deps, this.#state, row, error);
    if (some.length > 1) {
      this.#limit = Math.ceil(some.length / 2);
      return 0;
    }
    // What is too long stays too long: trying it again would only hold up the others.
    const tries = error.failure.code === 'too_large' ? 1 : this.#receiver.attempts;
    if (row.refusals + 1 < tries) return postpone(this.#deps, this.#state, row, error);
    await this.#state.setAside(row.position, first.seq, error.failure, this.#deps.now());
    this.#deps.log.error(
      { receiver: this.id, event: first.id, ...error.failure },
      'an event was refused for good and is set aside; the feed goes on',
    );
    return 0;
  }

  /** Set-aside events that somebody asked to send once more; null where there are none. */
  async #retry(
    row: ReceiversTable,
    signal: AbortSignal,
    held: () => Promise<boolean>,
  ): Promise<number | null> {
    for (const seq of await this.#state.retries()) {
      const event = await readOne(this.#deps, seq);
      if (event === null) {
        await this.#state.settle(seq);
        continue;
      }
      if (!(await held())) return pollMs;
      try {
        await this.#transport.send([event], signal);
        await this.#state.settle(seq);
      } catch (error) {
        signal.throwIfAborted();
        const delivery = asDelivery(error);
        this.#transport.close();
        if (!delivery.refused) return postpone(this.#deps, this.#state, row, delivery);
        await this.#state.refuseAgain(seq, delivery.failure, this.#deps.now());
      }
    }
    return null;
  }
}

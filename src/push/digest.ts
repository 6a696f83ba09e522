import type { ReceiverOf } from '../config/push.ts';
import { nextRuns } from '../config/schedule.ts';
import { eventId, type FeedState, type ReceiversTable } from '../store/index.ts';
import { digestLetter } from './letter.ts';
import { type Letter, sendMail } from './mail.ts';
import { readPage } from './reading.ts';
import { asDelivery, pollMs, postpone, type Sender, straighten, waitFor } from './sending.ts';
import { type Gap, Overtaken, ReceiverState } from './state.ts';
import { Tally } from './tally.ts';
import type { PushDeps } from './types.ts';

const pageSize = 500;

/** One mail for all that happened since the last one; none where nothing did. */
export class DigestOutbox implements Sender {
  readonly #receiver: ReceiverOf<'email'>;
  readonly #deps: PushDeps;
  readonly #state: ReceiverState;

  constructor(receiver: ReceiverOf<'email'>, deps: PushDeps) {
    this.#receiver = receiver;
    this.#deps = deps;
    this.#state = new ReceiverState(deps.store, receiver);
  }

  get id(): string {
    return this.#receiver.id;
  }

  async prepare(): Promise<void> {
    const due = this.#nextDue();
    await this.#state.ensure(due);
    const row = await this.#state.load();
    // The schedule may have been made closer meanwhile.
    const later = row.next_attempt_at === null || row.next_attempt_at > due;
    if (row.attempts > 0 || !later) return;
    await this.#state.setDue(row.position, due).catch((error: unknown) => {
      // Another instance is sending: it sets the time itself.
      if (!(error instanceof Overtaken)) throw error;
    });
  }

  async turn(signal: AbortSignal, held: () => Promise<boolean>): Promise<number> {
    const row = await this.#state.load();
    const now = this.#deps.now();
    const due = row.next_attempt_at ?? now;
    if (due > now) return waitFor(due, now);
    if (await straighten(this.#deps, this.#state, row)) return 0;
    const read = await this.#read(row, signal);
    if (read === null) return 0;
    if (read.tally.events === 0) {
      await this.#state.advance(row.position, read.end, null, this.#nextDue());
      return pollMs;
    }
    if (!(await held())) return pollMs;
    try {
      const refused = await sendMail(this.#receiver, this.#deps, this.#letter(row, read), signal);
      if (refused > 0)
        this.#deps.log.warn(
          { receiver: this.id, recipients: refused },
          'the mail server does not take every recipient of a digest',
        );
    } catch (error) {
      signal.throwIfAborted();
      return postpone(this.#deps, this.#state, row, asDelivery(error));
    }
    await this.#state.advance(row.position, read.end, this.#deps.now(), this.#nextDue());
    return pollMs;
  }

  close(): void {}

  /** Null where the feed changed under the reader. */
  async #read(
    row: ReceiversTable,
    signal: AbortSignal,
  ): Promise<{ tally: Tally; end: number; feed: FeedState } | null> {
    const tally = new Tally(this.#receiver.worst);
    let position = row.position;
    for (;;) {
      signal.throwIfAborted();
      const page = await readPage(this.#deps, this.#receiver, position, pageSize);
      if (page.feed.floor > position || page.feed.epoch !== row.epoch) return null;
      for (const event of page.events) tally.add(event);
      position = page.end;
      if (page.events.length < pageSize) return { tally, end: position, feed: page.feed };
    }
  }

  #letter(row: ReceiversTable, { tally, end, feed }: { tally: Tally; end: number; feed: FeedState }): Letter {
    const { config, context, now } = this.#deps;
    const gap = row.gap_json === null ? null : (JSON.parse(row.gap_json) as Gap);
    const until = now();
    return {
      id: `${eventId(feed.epochs, row.position + 1)}-${end}.${this.id}`,
      date: until,
      ...digestLetter(tally, {
        language: this.#receiver.language ?? config.export.language,
        host: context.host,
        timezone: config.timezone,
        since: row.delivered_at,
        until,
        gap: gap !== null && gap.at > (row.delivered_at ?? 0) ? gap : null,
      }),
    };
  }

  #nextDue(): number {
    const { now, config } = this.#deps;
    return nextRuns(this.#receiver.schedule, config.timezone, now(), 1)[0] ?? now() + 86_400_000;
  }
}

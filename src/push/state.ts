import type { ConfiguredReceiver } from '../config/push.ts';
import type { FeedState, ReceiversTable, Store } from '../store/index.ts';
import type { Failure } from './failure.ts';

/** Events that were deleted before they could be sent. */
export interface Gap {
  from: number;
  to: number;
  at: number;
}

/** Somebody else has moved the receiver meanwhile: what this process knows of it is old. */
export class Overtaken extends Error {
  override readonly name = 'Overtaken';
}

/** Where one receiver stands. Every change names the position it rests on, so that two senders cannot mix. */
export class ReceiverState {
  readonly #store: Store;
  readonly #receiver: ConfiguredReceiver;

  constructor(store: Store, receiver: ConfiguredReceiver) {
    this.#store = store;
    this.#receiver = receiver;
  }

  get id(): string {
    return this.#receiver.id;
  }

  /** Makes the receiver known at its first start. @param due when a digest is sent for the first time */
  async ensure(due: number | null): Promise<void> {
    const { epoch, head, floor } = await this.#store.feed();
    await this.#store.db
      .insertInto('receivers')
      .values({
        id: this.id,
        epoch,
        position: this.#receiver.from === 'now' ? head : floor,
        attempts: 0,
        refusals: 0,
        next_attempt_at: due,
        delivered_at: null,
        failed_at: null,
        error_json: null,
        gap_json: null,
      })
      .onConflict((conflict) => conflict.column('id').doNothing())
      .execute();
  }

  async load(): Promise<ReceiversTable> {
    return this.#store.db
      .selectFrom('receivers')
      .selectAll()
      .where('id', '=', this.id)
      .executeTakeFirstOrThrow();
  }

  /** Taken up to `to`. @param at null where nothing was sent */
  async advance(from: number, to: number, at: number | null, due: number | null = null): Promise<void> {
    await this.#change(from, {
      position: to,
      attempts: 0,
      refusals: 0,
      next_attempt_at: due,
      error_json: null,
      ...(at === null ? {} : { delivered_at: at }),
    });
  }

  async fail(
    row: ReceiversTable,
    failure: Failure,
    refused: boolean,
    at: number,
    next: number,
  ): Promise<void> {
    await this.#change(row.position, {
      attempts: row.attempts + 1,
      refusals: row.refusals + (refused ? 1 : 0),
      next_attempt_at: next,
      failed_at: at,
      error_json: JSON.stringify(failure),
    });
  }

  /** The feed goes on behind an event that is refused for good. */
  async setAside(from: number, seq: number, failure: Failure, at: number): Promise<void> {
    await this.#store.transaction(async ({ db }) => {
      const letter = { receiver: this.id, seq, at, error_json: JSON.stringify(failure), retry: 0 };
      await db
        .insertInto('dead_letters')
        .values(letter)
        .onConflict((conflict) => conflict.columns(['receiver', 'seq']).doUpdateSet(letter))
        .execute();
      const moved = await db
        .updateTable('receivers')
        .set({ position: seq, attempts: 0, refusals: 0, next_attempt_at: null, failed_at: at })
        .where('id', '=', this.id)
        .where('position', '=', from)
        .executeTakeFirst();
      if (moved.numUpdatedRows === 0n) throw new Overtaken();
    });
  }

  async skipGap(from: number, { floor }: FeedState, at: number): Promise<Gap> {
    const gap: Gap = { from: from + 1, to: floor, at };
    await this.#change(from, { position: floor, gap_json: JSON.stringify(gap) });
    return gap;
  }

  async adopt(from: number, { epoch, head }: FeedState): Promise<void> {
    await this.#change(from, { epoch, position: Math.min(from, head) });
  }

  async setDue(from: number, due: number): Promise<void> {
    await this.#change(from, { next_attempt_at: due });
  }

  /** Set-aside events that are to be sent once more, oldest first. */
  async retries(): Promise<number[]> {
    const rows = await this.#store.db
      .selectFrom('dead_letters')
      .select('seq')
      .where('receiver', '=', this.id)
      .where('retry', '=', 1)
      .orderBy('seq')
      .limit(100)
      .execute();
    return rows.map(({ seq }) => seq);
  }

  async settle(seq: number): Promise<void> {
    await this.#store.db
      .deleteFrom('dead_letters')
      .where('receiver', '=', this.id)
      .where('seq', '=', seq)
      .execute();
  }

  async refuseAgain(seq: number, failure: Failure, at: number): Promise<void> {
    await this.#store.db
      .updateTable('dead_letters')
      .set({ retry: 0, at, error_json: JSON.stringify(failure) })
      .where('receiver', '=', this.id)
      .where('seq', '=', seq)
      .execute();
  }

  async #change(from: number, values: Partial<ReceiversTable>): Promise<void> {
    const { numUpdatedRows } = await this.#store.db
      .updateTable('receivers')
      .set(values)
      .where('id', '=', this.id)
      .where('position', '=', from)
      .executeTakeFirst();
    if (numUpdatedRows === 0n) throw new Overtaken();
  }
}

import { RoomwardenError } from '../errors.ts';
import type { Hold } from '../store/index.ts';
import { createSender } from './create.ts';
import type { Sender } from './sending.ts';
import { Overtaken } from './state.ts';
import type { PushDeps } from './types.ts';

/** Until another look whether the process that sends to a receiver is gone. */
const othersMs = 5_000;
const troubleMs = 5_000;

interface Post {
  hold: Hold | null;
  /** Aborted when this process ends or another one may send. */
  signal: AbortSignal;
}

/** Sends to all receivers, each for itself: none waits for another, and nothing waits for them. */
export class Pushing {
  readonly #deps: PushDeps;
  readonly #senders: Sender[];
  readonly #ended = new AbortController();
  readonly #draining = new AbortController();
  readonly #drained: AbortSignal;
  #loops: Promise<void>[] = [];

  constructor(deps: PushDeps) {
    this.#deps = deps;
    this.#senders = deps.config.push.map((receiver) => createSender(receiver, deps));
    this.#drained = AbortSignal.any([this.#ended.signal, this.#draining.signal]);
  }

  /** New receivers get their place in the feed before anything more is told. */
  async start(): Promise<void> {
    for (const sender of this.#senders) await sender.prepare();
    this.#loops = this.#senders.map((sender) => this.#loop(sender));
  }

  /** Sends what is there, for at most so long; what is left is sent after the next start. */
  async stop(deadlineMs = 5_000): Promise<void> {
    this.#draining.abort(new Error('stopping'));
    const timer = setTimeout(() => this.#ended.abort(new Error('stopped')), deadlineMs);
    await Promise.all(this.#loops);
    clearTimeout(timer);
  }

  async #loop(sender: Sender): Promise<void> {
    const post: Post = { hold: null, signal: this.#ended.signal };
    while (!this.#ended.signal.aborted) {
      const wait = await this.#turn(sender, post);
      if (wait === 0) continue;
      if (this.#draining.signal.aborted) break;
      await this.#deps.sleep(wait, this.#drained).catch(() => {});
    }
    sender.close();
    await post.hold?.release().catch(() => {});
  }

  /** Never throws. */
  async #turn(sender: Sender, post: Post): Promise<number> {
    try {
      if (post.hold?.lost.aborted) post.hold = null;
      if (post.hold === null) {
        post.hold = await this.#deps.store.hold(`receiver ${sender.id}`);
        if (post.hold === null) return othersMs;
        post.signal = AbortSignal.any([this.#ended.signal, post.hold.lost]);
      }
      const { hold } = post;
      return await sender.turn(post.signal, () => hold.holds());
    } catch (error) {
      if (this.#ended.signal.aborted) return troubleMs;
      if (error instanceof Overtaken || post.hold?.lost.aborted) return troubleMs;
      const told = error instanceof RoomwardenError ? error.message : 'unexpected';
      this.#deps.log.error(
        { receiver: sender.id, error: told },
        'a receiver waits: its place cannot be read or kept',
      );
      return troubleMs;
    }
  }
}

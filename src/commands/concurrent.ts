/** Records that may wait per stream before its producer is held back. */
const ahead = 2_000;

/**
 * The streams one after the other, while up to `width` of them are read ahead: a server that is slow to answer does
 * not make the others wait for their turn.
 */
export async function* inOrder<T>(
  streams: readonly (() => AsyncIterable<T>)[],
  width: number,
): AsyncGenerator<T> {
  const started: Prefetched<T>[] = [];
  for (const [index] of streams.entries()) {
    while (started.length < Math.min(index + width, streams.length)) {
      const open = streams[started.length];
      if (open !== undefined) started.push(new Prefetched(open()));
    }
    const current = started[index];
    if (current !== undefined) yield* current.read();
  }
}

class Prefetched<T> {
  readonly #waiting: T[] = [];
  #ended = false;
  #failure: { error: unknown } | null = null;
  #wake: () => void = () => {};
  #resume: () => void = () => {};

  constructor(source: AsyncIterable<T>) {
    void this.#fill(source);
  }

  async #fill(source: AsyncIterable<T>): Promise<void> {
    try {
      for await (const item of source) {
        this.#waiting.push(item);
        this.#wake();
        if (this.#waiting.length >= ahead) await new Promise<void>((resolve) => (this.#resume = resolve));
      }
    } catch (error) {
      this.#failure = { error };
    }
    this.#ended = true;
    this.#wake();
  }

  async *read(): AsyncGenerator<T> {
    for (;;) {
      const batch = this.#waiting.splice(0);
      this.#resume();
      yield* batch;
      if (this.#waiting.length > 0) continue;
      if (this.#failure !== null) throw this.#failure.error;
      if (this.#ended) return;
      await new Promise<void>((resolve) => (this.#wake = resolve));
    }
  }
}

import type { SliceEnd, SliceItem, Slices } from '../../adapters/contract/slices.ts';
import type { KeyRange } from '../../adapters/contract/subject.ts';
import { Lender, type Slice, type SplitDeps } from './lender.ts';
import { pause } from './pause.ts';
import { dropSplits, isPassing, keepSplit, notCollected, type SliceJob, takeSubjects } from './slices.ts';

export type OwnSlice = (basis: unknown, range: KeyRange) => AsyncIterable<SliceItem>;

/** The rooms of one attempt at a scan, collected by this instance and by all others that have a place free. */
export class Split implements Slices {
  readonly size: number;
  readonly #deps: SplitDeps;
  readonly #attempt: Omit<SliceJob, 'slice'>;
  readonly #signal: AbortSignal;
  readonly #own: OwnSlice;

  constructor(
    deps: SplitDeps,
    { signal, ...attempt }: Omit<SliceJob, 'slice'> & { signal: AbortSignal },
    own: OwnSlice,
  ) {
    this.size = deps.size;
    this.#deps = deps;
    this.#attempt = attempt;
    this.#signal = signal;
    this.#own = own;
  }

  async *collect(
    basis: unknown,
    ranges: readonly KeyRange[],
  ): AsyncGenerator<SliceItem | { lost: typeof notCollected }> {
    const { store, now, log, onSplit, look } = this.#deps;
    await keepSplit(store, this.#attempt, { basis, ranges }, now());
    const lender = new Lender(this.#deps, this.#attempt, ranges, this.#signal);
    const told = { slices: ranges.length, own: 0, lost: 0 };
    onSplit?.(true);
    try {
      for (;;) {
        this.#signal.throwIfAborted();
        for (const { slice, end } of lender.ended()) {
          if (end !== null) yield* this.#taken(slice, end);
          else {
            told.lost += 1;
            this.#deps.counts.lost(this.#attempt.target);
            yield { lost: notCollected };
          }
        }
        const slice = await lender.next();
        if (slice !== null) {
          told.own += 1;
          yield* this.#collected(lender, slice, basis);
        } else if (lender.isOver()) break;
        else await pause(look, this.#signal);
      }
      log.info(
        { ...told, target: this.#attempt.target, scan: this.#attempt.scan },
        'rooms collected in slices',
      );
    } finally {
      onSplit?.(false);
      await lender.close();
      await dropSplits(store, this.#attempt.scan, { fence: this.#attempt.fence }).catch(() => {});
    }
  }

  async *#collected(lender: Lender, slice: Slice, basis: unknown): AsyncGenerator<SliceItem> {
    const told = new Set<string>();
    const { counts } = this.#deps;
    const { target } = this.#attempt;
    for await (const item of this.#own(basis, slice.range)) {
      if ('subject' in item) {
        told.add(item.subject.id);
        if (!slice.told.has(item.subject.id)) yield item;
      } else if (isPassing(item.end) && slice.tries === 0) {
        counts.repeated(target, 'own');
        lender.again({ ...slice, tries: 1, told });
      } else {
        counts.collected(target, 'own', item.end);
        yield item;
      }
    }
  }

  async *#taken(slice: Slice, end: SliceEnd): AsyncGenerator<SliceItem> {
    const job = { ...this.#attempt, slice: slice.number };
    for await (const subject of takeSubjects(this.#deps.store, job)) {
      if (!slice.told.has(subject.id)) yield { subject };
    }
    yield { end };
  }
}

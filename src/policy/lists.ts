import type { FactMap, Judgement } from './types.ts';

const mostLists = 1_024;
/** Subjects for which nothing is looked up, where looking up was of no use. */
const pause = 16_384;

/** Judgements by the very object of a subject's facts: a scan gives rooms that are alike the same one. */
export class Lists {
  readonly #known = new Map<FactMap, readonly Judgement[]>();
  #met = 0;
  #pause = 0;

  find(facts: FactMap): readonly Judgement[] | undefined {
    if (this.#pause > 0) {
      this.#pause -= 1;
      return undefined;
    }
    const known = this.#known.get(facts);
    if (known !== undefined) this.#met += 1;
    return known;
  }

  keep(facts: FactMap, judgements: readonly Judgement[]): void {
    if (this.#pause > 0) return;
    if (this.#known.size >= mostLists) {
      if (this.#met < mostLists) this.#pause = pause;
      this.clear();
    }
    this.#known.set(facts, judgements);
  }

  clear(): void {
    this.#known.clear();
    this.#met = 0;
  }
}

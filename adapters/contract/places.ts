import { has, type Seen } from './seen.ts';

/** Where something stood, without what it was: one object for all that stood there at the same moment. */
export class Places {
  /** By path. */
  readonly #last = new Map<string, Seen<true>>();

  of(seen: Seen<unknown>): Seen<true> {
    if (!has(seen)) return seen;
    const { source, locator, at, path } = seen;
    const last = this.#last.get(path);
    if (last?.at === at && last.locator === locator && last.source === source) return last;
    const place: Seen<true> = { source, locator, at, path, value: true };
    this.#last.set(path, place);
    return place;
  }
}

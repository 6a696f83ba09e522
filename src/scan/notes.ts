import type { Kept, Moment, Notes } from '../../adapters/contract/note.ts';
import { listNotes } from '../inventory/notes.ts';
import type { Store } from '../store/index.ts';

const mostMoments = 10_000;

/** The last that was heard of each meeting. In memory alone: who does what when is not to be stored. */
export class Moments {
  readonly #last = new Map<string, Moment>();

  /** Nothing later was heard of its meeting; events may come out of order. */
  isNews(target: string, { session, at }: Moment): boolean {
    const before = this.#last.get(keyOf(target, session));
    return before === undefined || (!before.ended && before.at <= at);
  }

  hear(target: string, moment: Moment): void {
    if (!moment.ended && !this.isNews(target, moment)) return;
    const key = keyOf(target, moment.session);
    this.#last.delete(key);
    this.#last.set(key, moment);
    const [oldest] = this.#last.keys();
    if (this.#last.size > mostMoments && oldest !== undefined) this.#last.delete(oldest);
  }

  isOver(target: string, session: string): boolean {
    return this.#last.get(keyOf(target, session))?.ended === true;
  }

  of(target: string, session: string): Moment | null {
    const last = this.#last.get(keyOf(target, session));
    return last === undefined || last.ended ? null : last;
  }

  forget(target: string, session: string): void {
    this.#last.delete(keyOf(target, session));
  }
}

const keyOf = (target: string, session: string): string => JSON.stringify([target, session]);

/** What one scan was given of earlier pushes, and which of it it found to be over. */
export class NoteBook implements Notes {
  readonly #store: Store;
  readonly #target: string;
  readonly #moments: Moments;
  readonly given = new Set<string>();
  readonly over = new Set<string>();

  constructor(store: Store, target: string, moments: Moments) {
    this.#store = store;
    this.#target = target;
    this.#moments = moments;
  }

  async list(): Promise<Kept[]> {
    const notes = await listNotes(this.#store.db, this.#target);
    for (const { session } of notes) this.given.add(session);
    return notes.map((note) => ({ ...note, moment: this.#moments.of(this.#target, note.session) }));
  }

  drop(session: string): void {
    this.over.add(session);
    this.#moments.forget(this.#target, session);
  }
}

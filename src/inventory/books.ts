import type { FactName } from '../../adapters/contract/vocabulary.ts';
import type { BooksTable, Store, StoreTransaction, SubjectsTable } from '../store/index.ts';
import { type Leaf, leafOf, ownBeside, type Slot } from './book.ts';
import type { KeptFact, KeptFacts } from './facts.ts';
import { namesIn, tells } from './telling.ts';

/** Entries of a book; then another is begun. */
const fullAt = 2_000;
/** Facts and texts that are remembered at once. */
const mostLeaves = 8_192;
const mostTexts = 16_384;
const mostShapes = 16;
const endOfFact = -1;

export interface Told {
  /** What names the subject: nothing of it may come into a book. */
  names: readonly string[];
  facts: KeptFacts;
}

/** Columns of a subject. */
export type Written = Pick<SubjectsTable, 'book' | 'facts_json'>;

/** Text that stands in the book or may come into it. */
interface Entry {
  text: string;
  number: number | null;
  /** A shape says nothing but names of facts. */
  isShape: boolean;
}

interface Bound {
  entry: Entry;
  leaf: Leaf;
}

interface Draft {
  told: Told;
  shape: Entry;
  /** JSON. */
  times: string;
  names: string[];
  /** Null: stored as it is. */
  bound: (Bound | null)[];
}

/**
 * Writes what subjects have in common into the newest book of their target, in the transaction in which they are written.
 * Something comes into a book once two subjects of a batch have it, so what one alone has never does.
 */
export class BookWriter {
  readonly #tx: StoreTransaction;
  readonly #target: string;
  readonly #now: number;
  readonly #most: number;
  #book: number | null = null;
  #size = 0;
  #isOpen = false;
  #last: Draft | null = null;
  readonly #shapes: { names: string[]; places: number[]; entry: Entry }[] = [];
  readonly #entries = new Map<string, Entry>();
  readonly #bound = new Map<KeptFact, Bound | null>();

  /** @param now milliseconds; books are numbered by their time, so that no number is given twice */
  constructor(tx: StoreTransaction, target: string, now: number, most = fullAt) {
    this.#tx = tx;
    this.#target = target;
    this.#now = now;
    this.#most = most;
  }

  /** In the order of the batch. Whoever calls holds the target. */
  async write(batch: readonly Told[]): Promise<Written[]> {
    if (batch.length === 0) return [];
    await this.#open();
    if (this.#entries.size > mostTexts) this.#forget();
    const drafts = batch.map((told) => this.#draft(told));
    await this.#learn(drafts);
    return drafts.map((draft) => this.#text(draft));
  }

  async #open(): Promise<void> {
    if (this.#isOpen) return;
    this.#isOpen = true;
    const ofTarget = this.#tx.db.selectFrom('books').where('target', '=', this.#target);
    const newest = await ofTarget.select('book').orderBy('book', 'desc').limit(1).executeTakeFirst();
    if (newest === undefined) return;
    this.#book = newest.book;
    const rows = await ofTarget.select(['number', 'text']).where('book', '=', newest.book).execute();
    this.#size = Math.max(0, ...rows.map(({ number }) => number + 1));
    for (const { number, text } of rows) this.#entryOf(text, text.startsWith('[')).number = number;
  }

  #entryOf(text: string, isShape: boolean): Entry {
    const before = this.#entries.get(text);
    if (before !== undefined) return before;
    const entry = { text, number: null, isShape };
    this.#entries.set(text, entry);
    return entry;
  }

  /** Everything that is not in the book. */
  #forget(): void {
    this.#bound.clear();
    this.#last = null;
    this.#shapes.length = 0;
    for (const [text, { number }] of this.#entries) if (number === null) this.#entries.delete(text);
  }

  /** Most facts are those of the subject before, as the same objects, and others stand at least in the same places. */
  #draft(told: Told): Draft {
    const last = this.#last;
    const bound: (Bound | null)[] = [];
    let isAlike = last !== null;
    let place = 0;
    for (const name in told.facts) {
      const fact = told.facts[name as FactName] as KeptFact;
      const isHere = last !== null && last.names[place] === name;
      const before = isHere ? (last.bound[place] as Bound | null) : null;
      const same = isHere && last.told.facts[name as FactName] === fact;
      const one = same ? before : this.#boundOf(name, fact, before);
      isAlike &&= isHere && (same || isSameSlots(one?.leaf.slots, before?.leaf.slots));
      bound.push(one);
      place += 1;
    }
    const draft =
      isAlike && last !== null && last.names.length === place
        ? { ...last, told, bound }
        : this.#shaped(told, bound);
    this.#last = draft;
    return draft;
  }

  #shaped(told: Told, bound: (Bound | null)[]): Draft {
    const slots: Slot[] = [];
    const names = Object.keys(told.facts);
    const places: number[] = [];
    for (const one of bound) {
      for (const slot of one?.leaf.slots ?? []) places.push(placeIn(slots, slot));
      places.push(endOfFact);
    }
    const first = slots[0]?.at ?? 0;
    const times = slots.map(({ at }, place) => (place === 0 ? at : at - first));
    return { told, shape: this.#shapeOf(names, places), times: JSON.stringify(times), names, bound };
  }

  #shapeOf(names: string[], places: number[]): Entry {
    const known = this.#shapes.find((shape) => isSame(shape.places, places) && isSame(shape.names, names));
    if (known !== undefined) return known.entry;
    let place = 0;
    const shape = names.map((name) => {
      const from = place;
      while (places[place] !== endOfFact) place += 1;
      place += 1;
      return [name, ...places.slice(from, place - 1)];
    });
    const entry = this.#entryOf(JSON.stringify(shape), true);
    this.#shapes.unshift({ names, places, entry });
    if (this.#shapes.length > mostShapes) this.#shapes.pop();
    return entry;
  }

  /** @param last of the fact of this name that the subject before had */
  #boundOf(name: string, fact: KeptFact, last: Bound | null): Bound | null {
    const before = this.#bound.get(fact);
    if (before !== undefined) return before;
    const own = last === null ? null : ownBeside(name, fact, last.leaf);
    if (own !== null && last !== null) return { entry: last.entry, leaf: own };
    if (this.#bound.size >= mostLeaves) this.#bound.clear();
    const leaf = leafOf(name, fact);
    const bound = leaf === null ? null : { entry: this.#entryOf(leaf.text, false), leaf };
    this.#bound.set(fact, bound);
    return bound;
  }

  async #learn(drafts: readonly Draft[]): Promise<void> {
    let fresh = shared(drafts);
    if (fresh.length === 0) return;
    if (this.#book === null || (this.#size > 0 && this.#size + fresh.length > this.#most)) {
      this.#book = Math.max((this.#book ?? 0) + 1, this.#now);
      this.#size = 0;
      for (const entry of this.#entries.values()) entry.number = null;
      fresh = shared(drafts);
    }
    fresh = fresh.slice(0, this.#most);
    const [target, book] = [this.#target, this.#book];
    const rows: BooksTable[] = [];
    for (const entry of fresh) {
      entry.number = this.#size;
      this.#size += 1;
      rows.push({ target, book, number: entry.number, text: entry.text });
    }
    await this.#tx.bulkUpsert('books', rows);
  }

  #text({ told, shape, times, names, bound }: Draft): Written {
    if (bound.every((one) => one?.entry.number == null)) {
      return { book: null, facts_json: JSON.stringify(told.facts) };
    }
    let text = `[${shape.number ?? shape.text},${times}`;
    for (let place = 0; place < names.length; place += 1) {
      const one = bound[place];
      const number = one?.entry.number ?? null;
      if (one == null || number === null) text += `,${JSON.stringify(told.facts[names[place] as FactName])}`;
      else text += one.leaf.own === null ? `,${number}` : `,[${number},${one.leaf.own}]`;
    }
    return { book: this.#book, facts_json: `${text}]` };
  }
}

function isSame<T>(one: readonly T[], other: readonly T[]): boolean {
  if (one.length !== other.length) return false;
  for (let place = 0; place < one.length; place += 1) if (one[place] !== other[place]) return false;
  return true;
}

function isSameSlots(one: readonly Slot[] | undefined, other: readonly Slot[] | undefined): boolean {
  if (one === undefined || other === undefined || one.length !== other.length) return false;
  if (one === other) return true;
  for (let place = 0; place < one.length; place += 1) {
    const [own, its] = [one[place] as Slot, other[place] as Slot];
    if (own.at !== its.at || own.source !== its.source) return false;
  }
  return true;
}

function placeIn(slots: Slot[], { source, at }: Slot): number {
  for (let place = 0; place < slots.length; place += 1) {
    const slot = slots[place] as Slot;
    if (slot.at === at && slot.source === source) return place;
  }
  return slots.push({ source, at }) - 1;
}

/** What is not in the book and stands in two of these, without telling the name of either. */
function shared(drafts: readonly Draft[]): Entry[] {
  const found: Entry[] = [];
  const met = new Map<Entry, { users: number; last: Draft }>();
  for (const draft of drafts) {
    let names: string[] | null = null;
    const look = (entry: Entry): void => {
      if (entry.number !== null) return;
      const known = met.get(entry);
      if (known !== undefined && (known.users >= 2 || known.last === draft)) return;
      names ??= namesIn(draft.told.names, draft.told.facts);
      if (!entry.isShape && tells(entry.text, names)) return;
      met.set(entry, { users: (known?.users ?? 0) + 1, last: draft });
      if (known !== undefined) found.push(entry);
    };
    look(draft.shape);
    for (const one of draft.bound) if (one !== null) look(one.entry);
  }
  return found;
}

/** Books that no subject names any more. @returns rows that are gone */
export async function dropBooks(store: Store): Promise<number> {
  let dropped = 0;
  for (const { target, book } of await unusedBooks(store.db).execute()) {
    dropped += await store.transaction(async (tx) => {
      // A scan that is being recorded may be about to name it.
      await tx.lock(`target ${target}`);
      const still = unusedBooks(tx.db).where('target', '=', target).where('book', '=', book);
      if ((await still.executeTakeFirst()) === undefined) return 0;
      const rows = tx.db.deleteFrom('books').where('target', '=', target).where('book', '=', book);
      return Number((await rows.executeTakeFirst()).numDeletedRows);
    });
  }
  return dropped;
}

export function unusedBooks(db: Store['db']) {
  return db
    .selectFrom('books')
    .select(['books.target', 'books.book'])
    .where('books.number', '=', 0)
    .where(({ not, exists, selectFrom }) =>
      not(
        exists(
          selectFrom('subjects')
            .select('subjects.book')
            .whereRef('subjects.target', '=', 'books.target')
            .whereRef('subjects.book', '=', 'books.book'),
        ),
      ),
    );
}

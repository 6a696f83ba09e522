import type { Kysely } from 'kysely';
import type { Database, SubjectsTable } from '../store/index.ts';
import { BookEntry, numbersIn, type StoredText, unfold } from './book.ts';
import type { KeptFacts } from './facts.ts';
import { someFacts } from './some.ts';

export const storedColumns = ['target', 'kind', 'id', 'book', 'facts_json'] as const;
export type Stored = Pick<SubjectsTable, (typeof storedColumns)[number]>;

type Entries = Map<number, BookEntry>;

/** Of a query. */
const most = 500;

/**
 * The facts of stored subjects. What stands in books is read and parsed once, and is the same object for all that have
 * it.
 */
export class FactReader {
  readonly #db: Kysely<Database>;
  readonly #books = new Map<string, Entries>();

  constructor(db: Kysely<Database>) {
    this.#db = db;
  }

  /**
   * In the order of the rows.
   * @param wanted names; left out: all
   */
  async read(rows: readonly Stored[], wanted?: ReadonlySet<string>): Promise<KeptFacts[]> {
    const texts = rows.map(({ book, facts_json }) =>
      book === null ? null : (JSON.parse(facts_json) as StoredText),
    );
    await this.#open(rows, texts);
    const all: KeptFacts[] = [];
    for (const [place, row] of rows.entries()) {
      const text = texts[place] ?? null;
      if (text === null) all.push(wholeOrSome(row.facts_json, wanted));
      else all.push(this.#unfold(row, text, wanted) ?? (await this.#anew(row, wanted)));
    }
    return all;
  }

  async one(row: Stored): Promise<KeptFacts> {
    const [facts] = await this.read([row]);
    return facts ?? {};
  }

  async #open(rows: readonly Stored[], texts: readonly (StoredText | null)[]): Promise<void> {
    const missing = new Map<string, { target: string; book: number; numbers: Set<number> }>();
    for (const [place, text] of texts.entries()) {
      const { target, book } = rows[place] as Stored;
      if (text === null || book === null) continue;
      const known = this.#entriesOf(target, book);
      for (const number of numbersIn(text)) {
        if (known.has(number)) continue;
        const key = keyOf(target, book);
        const asked = missing.get(key) ?? { target, book, numbers: new Set<number>() };
        missing.set(key, asked);
        asked.numbers.add(number);
      }
    }
    for (const { target, book, numbers } of missing.values()) await this.#load(target, book, [...numbers]);
  }

  async #load(target: string, book: number, numbers: readonly number[]): Promise<void> {
    const entries = this.#entriesOf(target, book);
    for (let from = 0; from < numbers.length; from += most) {
      const rows = await this.#db
        .selectFrom('books')
        .select(['number', 'text'])
        .where('target', '=', target)
        .where('book', '=', book)
        .where('number', 'in', numbers.slice(from, from + most))
        .execute();
      for (const { number, text } of rows) entries.set(number, new BookEntry(text));
    }
  }

  /** @returns null where the book lacks what is named */
  #unfold(row: Stored, text: StoredText, wanted: ReadonlySet<string> | undefined): KeptFacts | null {
    const entries = this.#entriesOf(row.target, row.book as number);
    for (const number of numbersIn(text)) if (!entries.has(number)) return null;
    return unfold(text, (number) => entries.get(number) as BookEntry, wanted);
  }

  /** Between two statements it may have been written anew and its book dropped; what is written now counts. */
  async #anew(row: Stored, wanted: ReadonlySet<string> | undefined): Promise<KeptFacts> {
    const { target, kind, id, book, facts_json } = row;
    const now = await this.#db
      .selectFrom('subjects')
      .select(storedColumns)
      .where('target', '=', target)
      .where('kind', '=', kind)
      .where('id', '=', id)
      .executeTakeFirst();
    if (now === undefined) return {};
    if (now.book === book && now.facts_json === facts_json) {
      throw new Error(`book ${book} of the target ${target} lacks what a subject names`);
    }
    const [facts] = await this.read([now], wanted);
    return facts ?? {};
  }

  #entriesOf(target: string, book: number): Entries {
    const key = keyOf(target, book);
    const known = this.#books.get(key) ?? new Map<number, BookEntry>();
    this.#books.set(key, known);
    return known;
  }
}

const keyOf = (target: string, book: number): string => `${book} ${target}`;

function wholeOrSome(text: string, wanted: ReadonlySet<string> | undefined): KeptFacts {
  return wanted === undefined ? (JSON.parse(text) as KeptFacts) : someFacts(text, wanted);
}

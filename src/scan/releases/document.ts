import { z } from 'zod';
import { releaseProblems } from '../../../adapters/contract/release-check.ts';
import { type ReleaseBook, ReleaseList } from '../../../adapters/contract/releases.ts';
import { parseSource, type SourceDocument } from '../../config/document.ts';
import type { Path } from '../../config/issues.ts';
import { issuesOf } from '../../config/messages.ts';
import type { Bilingual } from '../../texts/fill.ts';
import { EndOfLifeFile, fromEndOfLife, isEndOfLife, placeInFile } from './end-of-life.ts';
import { ReleasesError } from './issues.ts';

export const releasesSchema = 'roomwarden.releases/1';

const OwnFile = z.strictObject({
  schema: z.literal(releasesSchema),
  vendor: z.string(),
  products: z.record(z.string(), ReleaseList),
});

/** The lists of one vendor, each with the place of its date in the file. */
export interface ReleaseDocument {
  vendor: string;
  lists: Readonly<Record<string, ReleaseList>>;
  /** @throws {ReleasesError} at the date of a product */
  refuse(product: string, message: Bilingual): never;
}

/**
 * Reads our own form (YAML or JSON) and that of endoflife.date.
 * @throws {ReleasesError} with every fault and its place
 */
export function parseReleases(
  text: string,
  file: string,
  books: ReadonlyMap<string, ReleaseBook>,
  now: number,
): ReleaseDocument {
  const document = parseSource(text, file);
  if (document.issues.length > 0) throw new ReleasesError(file, document.issues);
  return isEndOfLife(document.value)
    ? readEndOfLife(document, file, books, now)
    : readOwn(document, file, books, now);
}

function readOwn(
  document: SourceDocument,
  file: string,
  books: ReadonlyMap<string, ReleaseBook>,
  now: number,
): ReleaseDocument {
  if (Array.isArray(document.value)) throw new ReleasesError(file, [document.issue([], oldForm)]);
  const { vendor, products } = parsed(OwnFile, document, file);
  const book = books.get(vendor);
  if (book === undefined) {
    throw new ReleasesError(file, [document.issue(['vendor'], unknown([...books.keys()]))]);
  }
  const issues = Object.entries(products).flatMap(([product, list]) => {
    const rules = Object.hasOwn(book, product) ? book[product] : undefined;
    const at = ['products', product];
    if (rules === undefined) return [document.issue(at, unknown(Object.keys(book)), 'key')];
    return releaseProblems(rules, list, now).map(({ path, message }) =>
      document.issue([...at, ...path], message),
    );
  });
  if (Object.keys(products).length === 0) issues.push(document.issue(['products'], nothing));
  if (issues.length > 0) throw new ReleasesError(file, issues);
  return {
    vendor,
    lists: products,
    refuse(product, message) {
      throw new ReleasesError(file, [document.issue(['products', product, 'dated'], message)]);
    },
  };
}

function readEndOfLife(
  document: SourceDocument,
  file: string,
  books: ReadonlyMap<string, ReleaseBook>,
  now: number,
): ReleaseDocument {
  const found = fromEndOfLife(parsed(EndOfLifeFile, document, file), books);
  if (Array.isArray(found)) {
    throw new ReleasesError(
      file,
      found.map(({ path, message }) => document.issue(path, message)),
    );
  }
  const { vendor, product, list } = found;
  const rules = books.get(vendor)?.[product];
  if (rules === undefined) throw new Error('the product was chosen from the books');
  const broken = ReleaseList.safeParse(list);
  const issues = broken.success
    ? releaseProblems(rules, list, now).map(({ path, message }) => document.issue(placeInFile(path), message))
    : broken.error.issues.map(({ path }) => document.issue(placeInFile(path), noVersion));
  if (issues.length > 0) throw new ReleasesError(file, issues);
  return {
    vendor,
    lists: { [product]: list },
    refuse(_, message) {
      throw new ReleasesError(file, [document.issue(['generated_at'], message)]);
    },
  };
}

function parsed<T>(schema: z.ZodType<T>, document: SourceDocument, file: string): T {
  const read = schema.safeParse(document.value);
  if (read.success) return read.data;
  const base: Path = [];
  const origins = { document, base, schema, value: document.value };
  throw new ReleasesError(file, issuesOf(read.error.issues, origins));
}

function unknown(known: readonly string[]): Bilingual {
  const list = known.toSorted().join(', ');
  return { de: `Unbekannt; bekannt sind: ${list}.`, en: `Unknown; known are: ${list}.` };
}

const nothing: Bilingual = { de: 'Hier steht keine Liste.', en: 'There is no list here.' };
const noVersion: Bilingual = {
  de: 'Diese Fassung lässt sich nicht lesen.',
  en: 'This version cannot be read.',
};
const oldForm: Bilingual = {
  de: 'Die ältere Form von endoflife.date nennt weder Produkt noch Tag; gebraucht wird /api/v1/products/NAME.',
  en: 'The older form of endoflife.date names neither product nor day; /api/v1/products/NAME is needed.',
};

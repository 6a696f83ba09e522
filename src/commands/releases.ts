import type { Command } from 'commander';
import { listAge, listsInUse, type ReleaseBook, type ReleaseList } from '../../adapters/contract/releases.ts';
import { audit } from '../access/audit.ts';
import { RoomwardenError } from '../errors.ts';
import { columns } from '../export/table.ts';
import { parseReleases, type ReleaseDocument } from '../scan/releases/document.ts';
import { readReleasesText, type Stored, storedReleases, writeReleases } from '../scan/releases/store.ts';
import { type Language, text } from '../texts/index.ts';
import { defaultConfiguration, type Environment, openEnvironment, warn } from './environment.ts';
import { print, readFormat } from './output.ts';
import { withStore } from './stored.ts';

const formats = ['table', 'json'] as const;
/** What the policy takes for too old unless its parameter says otherwise. Days. */
const oldAfter = 45;

interface Options {
  config: string;
  format: string;
  from?: string;
  check?: boolean;
}

export function registerReleases(program: Command): void {
  program
    .command('releases')
    .description(
      'the lists by which versions are judged; --from takes newer ones from a file, never from the network',
    )
    .option('--from <file>', 'take the lists of this file, own form or endoflife.date')
    .option('--check', 'with --from: only say whether the file would be taken')
    .option('--config <file>', 'configuration', defaultConfiguration)
    .option('--format <format>', `without --from: ${formats.join(', ')}`, 'table')
    .action(async (options: Options) => {
      const format = readFormat(options.format, formats);
      if (options.from !== undefined) return take(options, options.from);
      if (options.check === true) throw new RoomwardenError('RW1004', { detail: '--check without --from' });
      await show(await openEnvironment(options.config), format);
    });
}

type Books = ReadonlyMap<string, ReleaseBook>;

function booksOf({ adapters }: Pick<Environment, 'adapters'>): Books {
  const books = [...adapters].flatMap(([vendor, { releases }]): [string, ReleaseBook][] =>
    releases === undefined ? [] : [[vendor, releases]],
  );
  return new Map(books);
}

async function show(environment: Environment, format: (typeof formats)[number]): Promise<void> {
  const { config, language } = environment;
  const now = Date.now();
  const rows: Row[] = [];
  for (const [vendor, book] of booksOf(environment)) {
    rows.push(...rowsOf(vendor, book, await storedReleases(config.data, vendor, book, now), now));
  }
  if (format === 'json') {
    await print([`${JSON.stringify({ schema: 'roomwarden.release-lists/1', lists: rows }, null, 2)}\n`]);
    return;
  }
  const heading = [
    text(language, 'table.vendor'),
    ...(['product', 'dated', 'age', 'source', 'branches'] as const).map((name) =>
      text(language, `releases.${name}`),
    ),
  ];
  const old = rows.some(({ age_days }) => age_days > oldAfter);
  await print([
    columns([heading, ...rows.map((row) => cells(row, language))], 200),
    ...(old ? [`${text(language, 'releases.old')}\n`] : []),
  ]);
}

interface Row {
  vendor: string;
  product: string;
  dated: string;
  age_days: number;
  source: 'built_in' | 'file';
  branches: string[];
}

function rowsOf(vendor: string, book: ReleaseBook, lists: Stored, now: number): Row[] {
  return Object.entries(listsInUse(book, { lists })).flatMap(([product, inUse]): Row[] => {
    if (!('list' in inUse)) return [];
    const { list, given } = inUse;
    const age_days = Math.floor(listAge(list, now) / 86_400);
    const branches = list.branches.map(({ branch }) => branch);
    return [{ vendor, product, dated: list.dated, age_days, source: given ? 'file' : 'built_in', branches }];
  });
}

function cells({ vendor, product, dated, age_days, source, branches }: Row, language: Language): string[] {
  const age = text(language, 'releases.days', { days: age_days });
  return [vendor, product, dated, age, text(language, `releases.${source}`), branches.join(', ')];
}

/** @throws {RoomwardenError} RW1030, RW1031, RW1033: the lists in use are unchanged then */
async function take({ config, check }: Options, from: string): Promise<void> {
  const environment = await openEnvironment(config);
  const { language } = environment;
  const now = Date.now();
  const books = booksOf(environment);
  const document = parseReleases(await readReleasesText(from), from, books, now);
  const book = books.get(document.vendor);
  if (book === undefined) throw new Error('the vendor was chosen from the books');
  const before = await listsBefore(environment, document.vendor, book, now);
  const lines = Object.entries(document.lists).map(([product, list]) =>
    compared(environment, document, book, before, product, list),
  );
  if (check === true) {
    await print([...lines, `${text(language, 'releases.checked')}\n`]);
    return;
  }
  const file = await replace(config, document, before, now);
  await print([...lines, `${text(language, 'releases.written', { file })}\n`]);
}

/** A damaged file is what the command is to put right. */
async function listsBefore(
  { config, language }: Environment,
  vendor: string,
  book: ReleaseBook,
  now: number,
): Promise<Stored> {
  try {
    return await storedReleases(config.data, vendor, book, now);
  } catch (error) {
    if (!(error instanceof RoomwardenError)) throw error;
    warn(`${error.text(language)}\n${text(language, 'releases.damaged')}`);
    return {};
  }
}

/** What would be different. @throws {ReleasesError} where the list is older than the one in use */
function compared(
  { language }: Environment,
  document: ReleaseDocument,
  book: ReleaseBook,
  lists: Stored,
  product: string,
  list: ReleaseList,
): string {
  const inUse = listsInUse(book, { lists })[product];
  if (inUse === undefined || !('list' in inUse)) throw new Error('the product was chosen from the book');
  const used = inUse.list;
  if (list.dated < used.dated) {
    const params = { dated: list.dated, used: used.dated };
    document.refuse(product, {
      de: text('de', 'releases.older', params),
      en: text('en', 'releases.older', params),
    });
  }
  const known = new Map(used.branches.map((entry) => [entry.branch, JSON.stringify(entry)]));
  const own = new Set(list.branches.map(({ branch }) => branch));
  const names = (found: readonly string[]): string => (found.length === 0 ? '-' : found.join(', '));
  const added = list.branches.filter(({ branch }) => !known.has(branch)).map(({ branch }) => branch);
  const changed = list.branches
    .filter((entry) => known.has(entry.branch) && known.get(entry.branch) !== JSON.stringify(entry))
    .map(({ branch }) => branch);
  return `${text(language, 'releases.taken', {
    vendor: document.vendor,
    product,
    before: used.dated,
    dated: list.dated,
    count: list.branches.length,
    added: names(added),
    changed: names(changed),
    gone: names([...known.keys()].filter((branch) => !own.has(branch))),
  })}\n`;
}

/** Written within the transaction of its entry in the audit log. */
async function replace(
  config: string,
  document: ReleaseDocument,
  before: Stored,
  now: number,
): Promise<string> {
  const { vendor, lists } = document;
  let file = '';
  await withStore(config, async (environment, store) => {
    const detail = Object.fromEntries(Object.entries(lists).map(([product, { dated }]) => [product, dated]));
    await store.transaction(async (tx) => {
      await audit(tx.db, { actor: 'cli', action: 'releases.replace', object: vendor, detail }, now);
      file = await writeReleases(environment.config.data, vendor, { ...before, ...lists });
    });
  });
  return file;
}

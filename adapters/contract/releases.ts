import { z } from 'zod';
import { type Evidence, type Fact, hole, known, type Ms, type Reason, type SourceId } from './fact.ts';
import type { SourceOutcome } from './subject.ts';
import { compareVersions, parseVersion } from './version.ts';

const Day = z.iso.date();
const VersionText = z
  .string()
  .max(60)
  .refine((text) => parseVersion(text) !== undefined, {
    params: { de: 'Diese Fassung lässt sich nicht lesen.', en: 'This version cannot be read.' },
  });

export const ReleaseBranch = z.strictObject({
  /** `3.0`, `34`, `2.0.11031`: the leading numbers of its versions. */
  branch: VersionText,
  /** Newest release of the branch. */
  latest: VersionText.optional(),
  /** Last day with fixes; true = over, the day is not known; false = no end is announced. */
  ends: z.union([Day, z.boolean()]).optional(),
  /** The end is not announced, and comes on this day at the earliest: afterwards nothing is known. */
  ends_not_before: Day.optional(),
  /** Numbers under which parts of the product show themselves. */
  parts: z.record(z.string(), z.string()).optional(),
});
export type ReleaseBranch = z.infer<typeof ReleaseBranch>;

/** Releases of one product as they were known on the day `dated`. */
export const ReleaseList = z.strictObject({
  dated: Day,
  /** Every branch before this one is over. */
  ended_before: VersionText.optional(),
  branches: z.array(ReleaseBranch).min(1).max(500),
});
export type ReleaseList = z.infer<typeof ReleaseList>;

/** A product of a vendor: the list that comes along, and what another list of it may hold. */
export interface ProductReleases {
  shipped: ReleaseList;
  /** How many numbers name a branch. */
  depth: 1 | 2 | 3;
  parts?: Readonly<Record<string, RegExp>>;
  /** Its name at endoflife.date, where it is listed there. */
  endOfLife?: string;
}

export type ReleaseBook = Readonly<Record<string, ProductReleases>>;

/** Lists that the administrator gave, by product; or why they cannot be read. */
export type GivenReleases = { lists: Readonly<Record<string, ReleaseList>> } | { reason: Reason };

export type ListInUse = { list: ReleaseList; given: boolean } | { reason: Reason };
export type ListsInUse<Product extends string> = Readonly<Record<Product, ListInUse>>;

/** The newer one of each product; a given list that cannot be read is never replaced by the one that comes along. */
export function listsInUse<Book extends ReleaseBook>(
  book: Book,
  given: GivenReleases | undefined,
): ListsInUse<keyof Book & string> {
  const products = Object.entries(book).map(([product, { shipped }]): [string, ListInUse] => {
    if (given !== undefined && 'reason' in given) return [product, given];
    const other = given?.lists[product];
    if (other === undefined || other.dated < shipped.dated) return [product, { list: shipped, given: false }];
    // What was over stays over.
    const ended_before = other.ended_before ?? shipped.ended_before;
    const list = ended_before === undefined ? other : { ...other, ended_before };
    return [product, { list, given: true }];
  });
  return Object.fromEntries(products) as ListsInUse<keyof Book & string>;
}

export async function givenLists<Book extends ReleaseBook>(
  book: Book,
  context: { releases?(): Promise<GivenReleases | undefined> },
): Promise<ListsInUse<keyof Book & string>> {
  return listsInUse(book, await context.releases?.());
}

/** What a list says of a version: its branch, that it is over, or nothing. */
export function branchOf(list: ReleaseList, depth: number, version: string): ReleaseBranch | 'over' | null {
  const numbers = parseVersion(version)?.numbers;
  if (numbers === undefined) return null;
  const own = Array.from({ length: depth }, (_, place) => numbers[place] ?? 0).join('.');
  const found = list.branches.find(({ branch }) => compareVersions(branch, own) === 0);
  if (found !== undefined) return found;
  return list.ended_before !== undefined && compareVersions(own, list.ended_before) === -1 ? 'over' : null;
}

/** Undefined where the list does not tell. A branch that has only pre-releases is not supported yet. */
export function supportedOn(
  branch: Pick<ReleaseBranch, 'latest' | 'ends' | 'ends_not_before'>,
  now: Ms,
): boolean | undefined {
  const { latest, ends, ends_not_before: earliest } = branch;
  if (latest !== undefined && (parseVersion(latest)?.pre.length ?? 0) > 0) return false;
  if (typeof ends === 'string') return now <= endOf(ends);
  if (ends !== undefined) return !ends;
  return earliest !== undefined && now <= endOf(earliest) ? true : undefined;
}

const endOf = (day: string): Ms => Date.parse(`${day}T23:59:59.999Z`);
const startOf = (day: string): Ms => Date.parse(`${day}T00:00:00Z`);

/** Seconds since the list was made; never negative. */
export function listAge({ dated }: ReleaseList, now: Ms): number {
  return Math.max(0, Math.floor((now - startOf(dated)) / 1000));
}

export function releaseEvidence(
  source: SourceId,
  { list, given }: Extract<ListInUse, { list: ReleaseList }>,
  path: string,
  now: Ms,
): Evidence {
  return {
    source,
    locator: `list of releases of ${list.dated}${given ? ', given as a file' : ''}`,
    path,
    observed_at: now,
    content_time: startOf(list.dated),
    provenance: 'direct',
    force: 'enforced',
  };
}

/** `version_list_age`: of the oldest of the lists that were looked at. */
export function ageFact(source: SourceId, lists: readonly ListInUse[], now: Ms): Fact {
  const usable = lists.filter((each) => 'list' in each);
  const broken = lists.find((each) => 'reason' in each);
  if (broken !== undefined) return hole(broken.reason);
  const [oldest] = usable.toSorted((a, b) => (a.list.dated < b.list.dated ? -1 : 1));
  if (oldest === undefined) throw new Error('no list was looked at');
  return known(listAge(oldest.list, now), releaseEvidence(source, oldest, 'dated', now));
}

export function releaseOutcome(
  source: SourceId,
  lists: Readonly<Record<string, ListInUse>>,
  population: SourceOutcome['population'],
): SourceOutcome {
  const all = Object.values(lists);
  const broken = all.find((each) => 'reason' in each);
  const base = { source, population, local: true as const };
  if (broken !== undefined) return { ...base, state: 'failed', reason: broken.reason, count: 0 };
  return { ...base, state: 'complete', count: all.length };
}

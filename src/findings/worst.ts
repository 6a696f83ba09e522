import { type Kysely, type SelectQueryBuilder, sql } from 'kysely';
import type { Database, Store } from '../store/index.ts';
import type { FindingFilter } from './filter.ts';
import { severityRank } from './severity.ts';
import { type FindingStatus, findingStatuses } from './types.ts';

/** Where a page begins: behind this finding. */
export type Place = readonly [rank: number, uid: string];

type Db = Kysely<Database>;
type Reader = Pick<Store, 'db' | 'dialect'>;
export type Keys = SelectQueryBuilder<Database, 'findings', { uid: string; severity_rank: number }>;

/** Ordered ranges of one query; with more targets than make so many, one range of all targets is walked. */
const mostRanges = 64;

const verdicts = ['violation', 'unknown'] as const;

interface Range {
  status: FindingStatus;
  verdict: (typeof verdicts)[number];
  target: string | null;
  /** Behind this one of its severity, or all that are less severe. */
  place: { rank: number; behind: string } | { below: number } | null;
}

/**
 * Keys of a page, most severe first. Each combination of status, verdict and target is a range of an index that stands
 * in this order already, before and behind the place where the page begins; the engine merges them. Nothing is sorted,
 * and what a filter leaves out is left out within the index.
 */
export function worstKeys(
  { db, dialect }: Reader,
  filter: FindingFilter,
  place: Place | null,
  limit: number,
): Keys {
  const ordered = (keys: Keys): Keys => keys.orderBy('severity_rank', 'desc').orderBy('uid').limit(limit);
  const ranges = rangesOf(filter, place).map((range) => keysOf(db, filter, range));
  return ordered(
    merged(ranges.length === 1 || dialect === 'sqlite' ? ranges : ranges.map(ordered).map(nested(db))),
  );
}

/** PostgreSQL merges ranges only where each says by itself in which order and how far it is read. */
const nested =
  (db: Db) =>
  (range: Keys): Keys =>
    db.selectFrom(range.as('range')).select(['uid', 'severity_rank']) as never;

function merged([first, ...others]: readonly Keys[]): Keys {
  if (first === undefined) throw new Error('a filter without a range');
  return others.reduce((all, one) => all.unionAll(one), first);
}

/** As many keys as there are, but no more than the limit, in no order. */
export function countedKeys({ db }: Reader, filter: FindingFilter, limit: number): Keys {
  return merged(rangesOf(filter, null).map((range) => keysOf(db, filter, range))).limit(limit);
}

function rangesOf(filter: FindingFilter, place: Place | null): Range[] {
  const { status = 'open', verdict = 'violation' } = filter;
  const targets = targetsOf(filter);
  const places: Range['place'][] =
    place === null ? [null] : [{ rank: place[0], behind: place[1] }, { below: place[0] }];
  const ranges = (of: readonly (string | null)[]): Range[] =>
    of.flatMap((target) =>
      (status === 'all' ? findingStatuses : [status]).flatMap((oneStatus) =>
        (verdict === 'all' ? verdicts : [verdict]).flatMap((oneVerdict) =>
          places.map((onePlace) => ({ target, status: oneStatus, verdict: oneVerdict, place: onePlace })),
        ),
      ),
    );
  if (targets === null) return ranges([null]);
  const single = ranges(targets);
  return single.length <= mostRanges ? single : ranges([null]);
}

/** Null = all; an empty list means nothing, not everything. */
export function targetsOf({ target, visible }: Pick<FindingFilter, 'target' | 'visible'>): string[] | null {
  if (target === undefined && visible === null) return null;
  const asked = [...new Set(target ?? visible ?? [])];
  const seen = visible === null ? asked : asked.filter((id) => visible.includes(id));
  return seen.length === 0 ? [''] : seen;
}

function keysOf(db: Db, filter: FindingFilter, { status, verdict, target, place }: Range): Keys {
  let query = db
    .selectFrom('findings')
    .select(['findings.uid', 'findings.severity_rank'])
    .where('findings.status', '=', status)
    .where('findings.verdict', '=', verdict);
  if (target !== null) query = query.where('findings.target', '=', target);
  else {
    const targets = targetsOf(filter);
    // As an expression it cannot draw the engine to another index, whose order would be a wrong one.
    if (targets !== null) query = query.where(sql<string>`findings.target || ''`, 'in', targets);
  }
  if (place !== null && 'below' in place) query = query.where('severity_rank', '<', place.below);
  else if (place !== null) {
    query = query.where('severity_rank', '=', place.rank).where('uid', '>', place.behind);
  }
  return asked(query, filter);
}

/** What a filter asks for besides target, status and verdict. */
export function asked(query: Keys, filter: FindingFilter): Keys {
  const { vendor, policy, severity, kind, changedSince, cause } = filter;
  let rest = query;
  if (severity !== undefined) rest = rest.where('severity_rank', '>=', severityRank(severity));
  if (vendor !== undefined) rest = rest.where('vendor', 'in', vendor.length === 0 ? [''] : vendor);
  if (policy !== undefined) rest = rest.where('policy', 'in', policy.length === 0 ? [''] : policy);
  if (kind !== undefined) rest = rest.where('kind', '=', kind);
  if (changedSince !== undefined) rest = rest.where('changed_at', '>=', changedSince);
  if (cause === 'none') return rest.where('cause_key', 'is', null);
  return cause === undefined ? rest : rest.where('cause_key', '=', cause);
}

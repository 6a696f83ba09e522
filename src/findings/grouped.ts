import { sql } from 'kysely';
import { type Severity, severities } from '../policy/types.ts';
import { type CommonCause, commonCause } from './causes.ts';
import { readCursor, writeCursor } from './cursor.ts';
import type { Detail } from './detail.ts';
import { type IdView, nameWithoutId } from './native.ts';
import { countFindings, type FindingFilter, filtered, type QueryDeps } from './queries.ts';
import { severityRank } from './severity.ts';

export const groupings = ['policy', 'target', 'room', 'cause'] as const;
export type Grouping = (typeof groupings)[number];

export interface Group {
  /** Filters that list exactly these, besides those that were asked with. */
  filter: { policy?: string; target?: string; room?: string; cause?: string };
  count: number;
  worst: Severity;
  /** Ids; only a policy can have more than one. */
  targets: string[];
  room?: { id?: string; ref: string; name: string | null };
  cause?: CommonCause;
}

export interface GroupsPage {
  groups: Group[];
  /** Findings in no group: not about one room, or with a cause of their own; counted up to `most`. */
  rest: number;
  next_cursor: string | null;
  has_more: boolean;
}

interface GroupPage {
  limit: number;
  after?: string;
  /** Up to which the rest is counted. */
  most: number;
}

/** Most severe first, then the largest; each group whole, however many rows it has. @throws {CursorError} */
export async function groupFindings(
  deps: QueryDeps,
  filter: FindingFilter,
  by: Grouping,
  page: GroupPage,
  view: IdView,
): Promise<GroupsPage> {
  const after = page.after === undefined ? null : readCursor(page.after, 'number', 'number', 'string');
  const found =
    by === 'room'
      ? await byRoom(deps, filter, page.limit + 1, after)
      : (by === 'cause' ? await byCause(deps, filter) : await byColumn(deps, filter, by))
          .filter((group) => after === null || order(placeOf(group), after) > 0)
          .sort((one, other) => order(placeOf(one), placeOf(other)));
  const groups = found.slice(0, page.limit);
  const last = groups.at(-1);
  const more = found.length > groups.length && last !== undefined;
  if (by === 'room') await nameRooms(deps, groups, view);
  if (by === 'cause') for (const group of groups) await explain(deps, filter, group);
  return {
    groups,
    rest: await restOf(deps, filter, by, page.most),
    next_cursor: more ? writeCursor(placeOf(last)) : null,
    has_more: more,
  };
}

type Place = readonly [rank: number, count: number, key: string];

const placeOf = ({ worst, count, filter }: Group): Place => [
  severityRank(worst),
  count,
  [filter.target, filter.room, filter.policy, filter.cause].filter((each) => each !== undefined).join('\n'),
];

const order = (one: Place, other: Place): number =>
  other[0] - one[0] || other[1] - one[1] || (one[2] === other[2] ? 0 : one[2] < other[2] ? -1 : 1);

async function restOf(deps: QueryDeps, filter: FindingFilter, by: Grouping, most: number): Promise<number> {
  if (by === 'cause') return await countFindings(deps, { ...filter, cause: 'none' }, most);
  if (by !== 'room') return 0;
  const rows = filtered(deps.store, filter).select('findings.kind').limit(most);
  const others = await rows.where('kind', 'in', ['deployment', 'recording']).execute();
  const several = await rows.where('kind', '=', 'room').where('subject_ref', '=', '').execute();
  return others.length + several.length;
}

/**
 * Reads an index that holds these columns in this order, so that no row is looked at and nothing is sorted; asked for one
 * verdict alone the engine would sort all of them.
 */
async function byColumn(
  { store }: QueryDeps,
  filter: FindingFilter,
  by: 'policy' | 'target',
): Promise<Group[]> {
  const columns = ['target', 'vendor', 'policy', 'verdict', 'severity'] as const;
  const { verdict = 'violation' } = filter;
  const rows = await filtered(store, { ...filter, verdict: 'all' })
    .select([...columns, (expression) => expression.fn.countAll<number>().as('number')])
    .groupBy([...columns])
    .execute();
  const wanted = rows.filter((row) => verdict === 'all' || row.verdict === verdict);
  return merged(wanted.map((row) => ({ ...row, filter: { [by]: row[by] } })));
}

async function byCause({ store }: QueryDeps, filter: FindingFilter): Promise<Group[]> {
  const columns = ['cause_key', 'target', 'severity_rank'] as const;
  const rows = await filtered(store, filter)
    .select([...columns, (expression) => expression.fn.countAll<number>().as('number')])
    .where('cause_key', 'is not', null)
    .groupBy([...columns])
    .execute();
  return merged(
    rows.map(({ cause_key, target, severity_rank, number }) => ({
      filter: { target, cause: cause_key ?? '' },
      severity: severities[severity_rank] ?? 'info',
      target,
      number,
    })),
  );
}

interface Part {
  filter: Group['filter'];
  severity: string;
  target: string;
  number: number;
}

function merged(parts: readonly Part[]): Group[] {
  const groups = new Map<string, Group>();
  for (const { filter, severity, target, number } of parts) {
    const key = JSON.stringify(filter);
    const group = groups.get(key) ?? { filter, count: 0, worst: 'info', targets: [] };
    group.count += Number(number);
    if (severityRank(severity) > severityRank(group.worst)) group.worst = severity as Severity;
    if (!group.targets.includes(target)) group.targets.push(target);
    groups.set(key, group);
  }
  return [...groups.values()];
}

/** There can be as many as there are findings, so the store sorts them; its index is in the order of the rooms. */
async function byRoom(
  { store }: QueryDeps,
  filter: FindingFilter,
  limit: number,
  after: Place | null,
): Promise<Group[]> {
  const [rank, count] = [sql<number>`max(severity_rank)`, sql<number>`count(*)`];
  let query = filtered(store, filter)
    .select(['target', 'subject_ref', rank.as('rank'), count.as('number')])
    .where('kind', '=', 'room')
    .where('subject_ref', '!=', '')
    .groupBy(['kind', 'target', 'subject_ref']);
  if (after !== null) {
    const [target = '', ref = ''] = after[2].split('\n');
    query = query.having((where) =>
      where.or([
        where(rank, '<', after[0]),
        where.and([where(rank, '=', after[0]), where(count, '<', after[1])]),
        where.and([
          where(rank, '=', after[0]),
          where(count, '=', after[1]),
          where.or([
            where('target', '>', target),
            where.and([where('target', '=', target), where('subject_ref', '>', ref)]),
          ]),
        ]),
      ]),
    );
  }
  const rows = await query
    .orderBy(rank, 'desc')
    .orderBy(count, 'desc')
    .orderBy('target')
    .orderBy('subject_ref')
    .limit(limit)
    .execute();
  return rows.map(({ target, subject_ref, rank: worst, number }) => ({
    filter: { target, room: subject_ref },
    count: Number(number),
    worst: severities[Number(worst)] ?? 'info',
    targets: [target],
    room: { ref: subject_ref, name: null },
  }));
}

async function nameRooms({ store }: QueryDeps, groups: readonly Group[], view: IdView): Promise<void> {
  for (const { room, filter } of groups) {
    if (room === undefined || filter.target === undefined) continue;
    const row = await store.db
      .selectFrom('subjects')
      .select(['id', 'name'])
      .where('target', '=', filter.target)
      .where('kind', '=', 'room')
      .where('ref', '=', room.ref)
      .executeTakeFirst();
    if (row === undefined) continue;
    room.name = view === 'plain' ? row.name : nameWithoutId(row.name, row.id);
    if (view === 'plain') room.id = row.id;
  }
}

/** What the key stands for, from any one of the findings that have it. */
async function explain({ store }: QueryDeps, filter: FindingFilter, group: Group): Promise<void> {
  const { target = '', cause = '' } = group.filter;
  const row = await filtered(store, { ...filter, target: [target], cause })
    .select(['kind', 'verdict', 'detail_json'])
    .limit(1)
    .executeTakeFirst();
  if (row === undefined) return;
  const known = commonCause(row, JSON.parse(row.detail_json) as Detail);
  if (known !== null) group.cause = known;
}

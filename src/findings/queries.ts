import type { ExpressionBuilder, SelectQueryBuilder } from 'kysely';
import type { SubjectKind } from '../../adapters/contract/subject.ts';
import { type Covered, coveredOf } from '../inventory/targets.ts';
import type { Catalogue } from '../policy/catalogue.ts';
import type { Severity } from '../policy/types.ts';
import type { Database, FindingsTable, Store } from '../store/index.ts';
import { readCursor, writeCursor } from './cursor.ts';
import { rfc3339 } from './detail.ts';
import { type IdView, toNative } from './native.ts';
import { coreOf } from './row.ts';
import { severityRank } from './severity.ts';
import type { Cause, EventKind, FindingStatus, NativeFinding } from './types.ts';

export interface QueryDeps {
  store: Store;
  catalogue: Catalogue;
  now(): number;
  /** Seconds, by target; a target that is no longer configured has none. */
  freshness: ReadonlyMap<string, number>;
}

export interface FindingFilter {
  /** What the caller may see; null = all. */
  visible: readonly string[] | null;
  target?: readonly string[];
  vendor?: readonly string[];
  policy?: readonly string[];
  /** At least this severe. */
  severity?: Severity;
  kind?: SubjectKind;
  /** Id or ref. */
  room?: string;
  /** Default `violation`. */
  verdict?: 'violation' | 'unknown' | 'all';
  /** Default `open`. */
  status?: FindingStatus | 'all';
  /** Milliseconds. */
  changedSince?: number;
}

export interface Page {
  limit: number;
  after?: string;
}

export interface FindingsPage {
  findings: NativeFinding[];
  next_cursor: string | null;
  has_more: boolean;
}

/** Most severe first. @throws {CursorError} */
export async function listFindings(
  deps: QueryDeps,
  filter: FindingFilter,
  page: Page,
  view: IdView,
): Promise<FindingsPage> {
  let query = filtered(deps.store, filter)
    .leftJoin('subjects', (join) =>
      join
        .onRef('subjects.target', '=', 'findings.target')
        .onRef('subjects.kind', '=', 'findings.kind')
        .onRef('subjects.id', '=', 'findings.subject_id'),
    )
    .selectAll('findings')
    .select(['subjects.unseen as unseen', 'subjects.last_seen_at as subject_seen_at'])
    .orderBy('findings.severity_rank', 'desc')
    .orderBy('findings.uid')
    .limit(page.limit + 1);
  if (page.after !== undefined) {
    const [rank, uid] = readCursor(page.after, 'number', 'string');
    query = query.where((where) =>
      where.or([
        where('findings.severity_rank', '<', rank),
        where.and([where('findings.severity_rank', '=', rank), where('findings.uid', '>', uid)]),
      ]),
    );
  }
  const rows = await query.execute();
  const covered = await coveredByTarget(deps.store);
  const shown = rows.slice(0, page.limit);
  const last = shown.at(-1);
  const more = rows.length > page.limit && last !== undefined;
  return {
    findings: shown.map((row) => nativeOf(deps, row, covered, view)),
    next_cursor: more ? writeCursor([last.severity_rank, last.uid]) : null,
    has_more: more,
  };
}

/** Number of findings, counted up to a limit. */
export async function countFindings(deps: QueryDeps, filter: FindingFilter, most = 10_000): Promise<number> {
  const rows = await filtered(deps.store, filter).select('findings.uid').limit(most).execute();
  return rows.length;
}

function filtered(store: Store, filter: FindingFilter) {
  let query: SelectQueryBuilder<Database, 'findings', object> = store.db.selectFrom('findings');
  const { visible, target, vendor, policy, severity, kind, room, changedSince } = filter;
  const { verdict = 'violation', status = 'open' } = filter;
  if (visible !== null) query = query.where('findings.target', 'in', oneOf(visible));
  if (target !== undefined) query = query.where('findings.target', 'in', oneOf(target));
  if (vendor !== undefined) query = query.where('findings.vendor', 'in', oneOf(vendor));
  if (policy !== undefined) query = query.where('findings.policy', 'in', oneOf(policy));
  if (severity !== undefined) query = query.where('findings.severity_rank', '>=', severityRank(severity));
  if (kind !== undefined) query = query.where('findings.kind', '=', kind);
  if (room !== undefined) {
    query = query
      .where('findings.kind', '=', 'room')
      .where((where: ExpressionBuilder<Database, 'findings'>) =>
        where.or([where('findings.subject_ref', '=', room), where('findings.subject_id', '=', room)]),
      );
  }
  if (verdict !== 'all') query = query.where('findings.verdict', '=', verdict);
  if (status !== 'all') query = query.where('findings.status', '=', status);
  if (changedSince !== undefined) query = query.where('findings.changed_at', '>=', changedSince);
  return query;
}

/** An empty list means nothing, not everything. */
const oneOf = (values: readonly string[]): readonly string[] => (values.length === 0 ? [''] : values);

export interface HistoryEntry {
  seq: number;
  event: EventKind;
  at: string;
  cause: Cause | null;
  policy_version: number | null;
  severity: string | null;
  verdict: string | null;
  status: string | null;
}

/** One finding with what happened to it, oldest first. */
export async function readFinding(
  deps: QueryDeps,
  uid: string,
  view: IdView,
): Promise<{ finding: NativeFinding; history: HistoryEntry[] } | null> {
  const row = await deps.store.db
    .selectFrom('findings')
    .leftJoin('subjects', (join) =>
      join
        .onRef('subjects.target', '=', 'findings.target')
        .onRef('subjects.kind', '=', 'findings.kind')
        .onRef('subjects.id', '=', 'findings.subject_id'),
    )
    .selectAll('findings')
    .select(['subjects.unseen as unseen', 'subjects.last_seen_at as subject_seen_at'])
    .where('findings.uid', '=', uid)
    .executeTakeFirst();
  if (row === undefined) return null;
  const events = await deps.store.db
    .selectFrom('events')
    .select(['seq', 'kind', 'at', 'cause', 'policy_version', 'severity', 'verdict', 'status'])
    .where('uid', '=', uid)
    .orderBy('seq')
    .execute();
  const history = events.map(
    ({ kind, at, cause, ...rest }): HistoryEntry => ({
      ...rest,
      event: kind as EventKind,
      at: rfc3339(at),
      cause: cause as Cause | null,
    }),
  );
  return { finding: nativeOf(deps, row, await coveredByTarget(deps.store), view), history };
}

async function coveredByTarget(store: Store): Promise<Map<string, Covered>> {
  const rows = await store.db.selectFrom('targets').select(['id', 'covered_json']).execute();
  return new Map(rows.map((row) => [row.id, coveredOf(row)]));
}

type Row = FindingsTable & { unseen: number | null; subject_seen_at: number | null };

function nativeOf(deps: QueryDeps, row: Row, covered: Map<string, Covered>, view: IdView): NativeFinding {
  const core = coreOf(row);
  const scanned = covered.get(row.target)?.[row.kind] ?? null;
  core.lastSeenAt = row.unseen === 1 ? row.subject_seen_at : scanned;
  const freshness = deps.freshness.get(row.target);
  const open = row.status === 'open' || row.status === 'waived';
  core.stale =
    open && freshness !== undefined && deps.now() - (core.lastSeenAt ?? row.changed_at) > freshness * 1000;
  return toNative(core, deps.catalogue, view);
}

import { isErased } from '../findings/erased.ts';
import type { EventsTable } from '../store/index.ts';
import { turn } from './holes.ts';
import type { ReportDeps } from './types.ts';

/** Where a finding stood at one end of the time compared; `lost`: a violation that could not be seen again. */
export type Standing = 'none' | 'violation' | 'lost' | 'unknown' | 'waived';

export const changeKinds = [
  'new',
  'unwaived',
  'lost',
  'unseen',
  'changed',
  'waived',
  'fixed',
  'closed',
  'regained',
  'passing',
] as const;
export type ChangeKind = (typeof changeKinds)[number];

type Event = Pick<
  EventsTable,
  'seq' | 'at' | 'kind' | 'target' | 'uid' | 'policy' | 'severity' | 'verdict' | 'status' | 'cause'
>;

export interface Moved {
  uid: string;
  target: string;
  policy: string;
  severity: string;
  before: Standing;
  after: Standing;
  change: ChangeKind;
  /** Of the last event. */
  seq: number;
  at: number;
  cause: string | null;
}

const columns = [
  'seq',
  'at',
  'kind',
  'target',
  'uid',
  'policy',
  'severity',
  'verdict',
  'status',
  'cause',
] as const;
const page = 5_000;
const chunk = 500;

interface Track {
  first: Event;
  last: Event;
  kinds: Set<string>;
}

export interface Window {
  targets: readonly string[];
  /** Milliseconds; what happened at `from` itself belongs to the time before. */
  from: number;
  to: number;
}

/** Every finding that moved, by where it stood at both ends. */
export async function movesIn(
  { store }: Pick<ReportDeps, 'store'>,
  window: Window,
): Promise<{ moved: Moved[]; erased: number }> {
  const tracks = new Map<string, Track>();
  let erased = 0;
  for (let after = -1; ; ) {
    const rows = await store.db
      .selectFrom('events')
      .select([...columns])
      .select((expression) =>
        expression.case().when('uid', 'is', null).then(expression.ref('snapshot_json')).end().as('bare'),
      )
      .where('seq', '>', after)
      .where('at', '>', window.from)
      .where('at', '<=', window.to)
      .where('target', 'in', window.targets.length === 0 ? [''] : [...window.targets])
      .orderBy('seq')
      .limit(page)
      .execute();
    for (const row of rows) {
      if (row.uid !== null) follow(tracks, row.uid, row);
      else if (row.bare !== null && isErased({ snapshot_json: row.bare })) erased += 1;
    }
    const last = rows.at(-1);
    if (last === undefined || rows.length < page) break;
    after = last.seq;
    await turn();
  }
  const before = await lastBefore(store, [...tracks.keys()], window.from);
  const moved = [...tracks].map(([uid, track]) => movedOf(uid, track, before.get(uid)));
  return { moved: moved.sort((one, other) => (one.uid < other.uid ? -1 : 1)), erased };
}

function follow(tracks: Map<string, Track>, uid: string, event: Event): void {
  const track = tracks.get(uid);
  if (track === undefined) tracks.set(uid, { first: event, last: event, kinds: new Set([event.kind]) });
  else {
    track.last = event;
    track.kinds.add(event.kind);
  }
}

async function lastBefore(
  store: ReportDeps['store'],
  uids: readonly string[],
  from: number,
): Promise<Map<string, Event>> {
  const found = new Map<string, Event>();
  for (let start = 0; start < uids.length; start += chunk) {
    const rows = await store.db
      .selectFrom('events')
      .select([...columns])
      .where('seq', 'in', (query) =>
        query
          .selectFrom('events')
          .select((expression) => expression.fn.max('seq').as('seq'))
          .where('uid', 'in', uids.slice(start, start + chunk))
          .where('at', '<=', from)
          .groupBy('uid'),
      )
      .execute();
    for (const row of rows) if (row.uid !== null) found.set(row.uid, row);
  }
  return found;
}

function movedOf(uid: string, { first, last, kinds }: Track, earlier: Event | undefined): Moved {
  const before = earlier === undefined ? standingBefore(first) : standingAfter(earlier);
  const after = standingAfter(last);
  return {
    uid,
    target: last.target ?? '',
    policy: last.policy ?? '',
    severity: last.severity ?? 'info',
    before,
    after,
    change: changeOf(before, after, last.kind, kinds),
    seq: last.seq,
    at: last.at,
    cause: last.cause,
  };
}

export function standingAfter({
  kind,
  verdict,
  status,
}: Pick<Event, 'kind' | 'verdict' | 'status'>): Standing {
  if (kind === 'resolved' || kind === 'closed' || status === 'resolved' || status === 'closed') return 'none';
  if (status === 'waived') return 'waived';
  if (kind === 'unknown' && verdict === 'violation') return 'lost';
  return verdict === 'violation' ? 'violation' : 'unknown';
}

/** What the first event in the time says of the time before; a first survey leaves no event of single findings. */
export function standingBefore({ kind, verdict }: Pick<Event, 'kind' | 'verdict'>): Standing {
  const open = verdict === 'violation' ? 'violation' : 'unknown';
  switch (kind) {
    case 'opened':
    case 'reopened':
      return 'none';
    case 'unknown':
      return verdict === 'violation' ? 'violation' : 'none';
    case 'waiver_expired':
      return 'waived';
    default:
      return open;
  }
}

export function changeOf(
  before: Standing,
  after: Standing,
  lastKind: string,
  kinds: ReadonlySet<string>,
): ChangeKind {
  if (before === after) {
    const steady = [...kinds].every((kind) => kind === 'changed');
    return after !== 'none' && steady ? 'changed' : 'passing';
  }
  switch (after) {
    case 'none':
      if (lastKind === 'closed') return 'closed';
      return before === 'unknown' ? 'regained' : 'fixed';
    case 'waived':
      return 'waived';
    case 'unknown':
      return 'unseen';
    case 'lost':
      return before === 'none' ? 'unseen' : 'lost';
    case 'violation':
      if (before === 'waived') return 'unwaived';
      return before === 'lost' ? 'changed' : 'new';
  }
}

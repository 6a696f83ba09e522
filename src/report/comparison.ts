import { nameWithoutId } from '../findings/native.ts';
import type { Severity } from '../policy/types.ts';
import { severities } from '../policy/types.ts';
import { text } from '../texts/index.ts';
import { resolveTimes } from './instants.ts';
import { type ChangeKind, changeKinds, type Moved, movesIn } from './moves.ts';
import type { Block, Document, Mark, Row, Table } from './types.ts';
import type { Word } from './words.ts';
import type { Writer } from './writer.ts';

const mostListed = 300;
const marks: Readonly<Record<ChangeKind, Mark>> = {
  new: 'violation',
  unwaived: 'violation',
  lost: 'unknown',
  unseen: 'unknown',
  changed: 'violation_minor',
  waived: 'waived',
  fixed: 'pass',
  closed: 'not_applicable',
  regained: 'pass',
  passing: 'not_applicable',
};

/** What moved between two scans or two times, from the feed. */
export async function comparisonReport(writer: Writer): Promise<Document> {
  const { deps } = writer.state;
  const { from, to, targets } = await resolveTimes(writer);
  const { moved, erased } = await movesIn(deps, { targets, from, to });
  const notes = await gaps(writer, { from, to, targets }, erased);
  const span = writer.say('compared', { from: writer.time(from), to: writer.time(to) });
  const blocks: Block[] = [
    { type: 'statements', items: statements(writer, moved) },
    ...notes.map((line): Block => ({ type: 'text', text: line })),
    await totalsTable(writer, { from, to, targets }),
    changesTable(writer, moved),
    await movedTable(writer, moved),
  ];
  const scope = `${span}; ${targets.length > 3 ? writer.count('targets', targets.length) : targets.join(', ')}`;
  return writer.document('comparison', writer.of(title), scope, blocks);
}

const title = { de: 'Was sich verändert hat', en: 'What has changed' };

interface Times {
  from: number;
  to: number;
  targets: readonly string[];
}

function statements(writer: Writer, moved: readonly Moved[]) {
  const number = (...changes: ChangeKind[]): number =>
    moved.filter(({ change }) => changes.includes(change)).length;
  const lost = number('lost', 'unseen');
  return [
    { mark: 'violation' as const, strong: writer.count('cmp_new', number('new', 'unwaived')), rest: '' },
    {
      mark: 'unknown' as const,
      strong: writer.say('cmp_lost', { n: writer.n(lost) }),
      rest: lost === 0 ? '' : writer.say('cmp_lost_rest'),
    },
    {
      mark: 'pass' as const,
      strong: writer.count('cmp_fixed', number('fixed', 'closed', 'regained')),
      rest: '',
    },
  ];
}

/** What keeps the comparison from being whole. */
async function gaps(writer: Writer, { from, to, targets }: Times, erased: number): Promise<string[]> {
  const { store } = writer.state.deps;
  const { floor } = await store.feed();
  const lines: string[] = [];
  if (floor > 0) {
    const oldest = await store.db
      .selectFrom('events')
      .select('at')
      .where('seq', '>', floor)
      .orderBy('seq')
      .limit(1)
      .executeTakeFirst();
    if (oldest === undefined || oldest.at > from) {
      lines.push(writer.say('cmp_gap', { day: writer.format.day(oldest?.at ?? to) }));
    }
  }
  const first = await store.db
    .selectFrom('events')
    .select('target')
    .where('kind', '=', 'baseline')
    .where('at', '>', from)
    .where('at', '<=', to)
    .where('target', 'in', targets.length === 0 ? [''] : [...targets])
    .orderBy('target')
    .execute();
  const fresh = new Set(first.map((row) => row.target ?? ''));
  if (fresh.size > 0) lines.push(writer.say('cmp_baseline', { targets: [...fresh].join(', ') }));
  if (erased > 0) lines.push(writer.say('cmp_erased', { n: writer.n(erased) }));
  return lines;
}

interface Heartbeat {
  at: number;
  violation: number;
  unknown: number;
  pass: number;
}

/** Of the last scan until then that saw anything. */
async function heartbeat(writer: Writer, target: string, at: number): Promise<Heartbeat | null> {
  const rows = await writer.state.deps.store.db
    .selectFrom('events')
    .select(['at', 'snapshot_json'])
    .where('kind', '=', 'heartbeat')
    .where('target', '=', target)
    .where('at', '<=', at)
    .orderBy('seq', 'desc')
    .limit(50)
    .execute();
  for (const row of rows) {
    const counts = JSON.parse(row.snapshot_json) as Partial<Heartbeat> & { state?: string };
    const { state, violation, unknown, pass } = counts;
    if (state === 'failed' || violation === undefined || unknown === undefined || pass === undefined)
      continue;
    return { at: row.at, violation, unknown, pass };
  }
  return null;
}

async function totalsTable(writer: Writer, { from, to, targets }: Times): Promise<Table> {
  const rows: Row[] = [];
  for (const target of targets) {
    const [then, now] = [await heartbeat(writer, target, from), await heartbeat(writer, target, to)];
    rows.push({
      target,
      scan_then: then === null ? writer.say('cmp_unknown_then') : writer.time(then.at),
      then_violation: then?.violation ?? null,
      now_violation: now?.violation ?? null,
      then_unseen: then?.unknown ?? null,
      now_unseen: now?.unknown ?? null,
      then_met: then?.pass ?? null,
      now_met: now?.pass ?? null,
    });
  }
  const later = (id: string) => writer.column(id, 'now_violation', 'end', { strong: true });
  return writer.table('totals', 'cmp_totals', {
    columns: [
      writer.column('target', 'target', 'start', { head: true }),
      writer.column('scan_then', 'scan_then'),
      writer.column('then_violation', 'then_violation', 'end'),
      later('now_violation'),
      writer.column('then_unseen', 'then_unseen', 'end'),
      later('now_unseen'),
      writer.column('then_met', 'then_met', 'end'),
      later('now_met'),
    ],
    rows,
    notes: [writer.say('cmp_counts')],
  });
}

const rankOf = (severity: string): number => severities.indexOf(severity as Severity);

function inOrder(one: Moved, other: Moved): number {
  return (
    changeKinds.indexOf(one.change) - changeKinds.indexOf(other.change) ||
    rankOf(other.severity) - rankOf(one.severity) ||
    compare(one.target, other.target) ||
    compare(one.policy, other.policy) ||
    compare(one.uid, other.uid)
  );
}

const compare = (one: string, other: string): number => (one < other ? -1 : one > other ? 1 : 0);

function changesTable(writer: Writer, moved: readonly Moved[]): Table {
  const groups = new Map<string, Moved[]>();
  for (const each of moved.toSorted(inOrder)) {
    const key = JSON.stringify([each.change, each.target, each.policy, each.severity]);
    groups.set(key, [...(groups.get(key) ?? []), each]);
  }
  const rows = [...groups.values()].flatMap((group): Row[] => {
    const [first] = group;
    if (first === undefined) return [];
    return [
      {
        change: changeCell(writer, first.change),
        target: first.target,
        policy: writer.title(first.policy),
        severity: writer.severity(first.severity as Severity),
        count: group.length,
      },
    ];
  });
  return writer.table('changes', 'cmp_changes', {
    columns: [
      writer.column('change', 'cmp_change', 'start', { head: true }),
      writer.column('target', 'target'),
      writer.column('policy', 'policy'),
      writer.column('severity', 'severity'),
      writer.column('count', 'cmp_count', 'end', { strong: true }),
    ],
    rows,
    empty: writer.say('cmp_none'),
  });
}

const changeCell = (writer: Writer, change: ChangeKind) => ({
  mark: marks[change],
  text: writer.say(`kind_${change}` satisfies Word),
});

/** Those that somebody has to look at or may tick off, one by one. */
async function movedTable(writer: Writer, moved: readonly Moved[]): Promise<Table> {
  const telling = moved
    .filter(({ change }) => change !== 'passing' && change !== 'changed')
    .toSorted(inOrder);
  const listed = telling.slice(0, mostListed);
  const subjects = await subjectsOf(writer, listed);
  return writer.table('moved', 'cmp_single', {
    columns: [
      writer.column('subject', 'affected', 'start', { head: true }),
      writer.column('change', 'cmp_change'),
      writer.column('target', 'target'),
      writer.column('policy', 'policy'),
      writer.column('cause', 'cause'),
      writer.column('at', 'as_of', 'end'),
    ],
    rows: listed.map((each) => ({
      subject: subjects.get(each.uid) ?? '–',
      change: changeCell(writer, each.change),
      target: each.target,
      policy: writer.title(each.policy),
      cause: each.cause === null ? null : text(writer.language, `cause.${each.cause as 'facts'}`),
      at: writer.time(each.at),
    })),
    empty: writer.say('cmp_none'),
    ...(telling.length > listed.length
      ? {
          notes: [
            writer.say('more_moved', { shown: writer.n(listed.length), all: writer.n(telling.length) }),
          ],
        }
      : {}),
  });
}

async function subjectsOf(writer: Writer, moved: readonly Moved[]) {
  const rows = await writer.state.deps.store.db
    .selectFrom('findings')
    .select(['uid', 'kind', 'subject_id', 'subject_ref', 'subject_name', 'affected'])
    .where('uid', 'in', moved.length === 0 ? [''] : moved.map(({ uid }) => uid))
    .execute();
  return new Map(
    rows.map(({ uid, kind, subject_id: id, subject_ref: ref, subject_name, affected }) => {
      const plain = writer.asked.view === 'plain';
      const name = subject_name === null || plain ? subject_name : nameWithoutId(subject_name, id);
      const subject = plain && id !== '' ? { kind, id, ref, name } : { kind, ref, name };
      return [uid, writer.subject({ subject, ...(affected === null ? {} : { affected }) })];
    }),
  );
}

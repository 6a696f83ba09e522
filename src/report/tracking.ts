import { waiversTable } from './audit.ts';
import type { CellStatus } from './matrix/types.ts';
import { holesTable, rulesTable } from './parts.ts';
import { sumOf, type TargetState } from './state.ts';
import type { Block, Cell, Document, Row, Statement, Table } from './types.ts';
import type { Writer } from './writer.ts';

/** What rests on other clauses as well is no matter of tracking alone. */
const clauses: ReadonlySet<string> = new Set(['S2-01', 'S2-02', 'S2-03']);

/** For the staff council: what the systems could watch, what nobody could see, and how far the statement reaches. */
export async function trackingReport(writer: Writer): Promise<Document> {
  const { targets, deps } = writer.state;
  const policies = deps.catalogue.policies
    .filter(({ form, resolvedClauses }) => form === 'rule' && resolvedClauses.every((id) => clauses.has(id)))
    .map(({ id }) => id);
  const blocks: Block[] = [
    { type: 'text', text: writer.say('tracking_intro') },
    { type: 'statements', items: statements(writer, policies) },
    functionsTable(writer, policies),
    ...targets
      .filter((target) => unseenOf(target, policies) > 0)
      .map((target) => holesOf(writer, target, policies)),
    await waiversTable(
      writer,
      targets.map(({ id }) => id),
      policies,
    ),
    ...limits(writer, policies),
    rulesTable(writer, policies),
    { type: 'signature', lines: [writer.say('sign_employer'), writer.say('sign_council')] },
  ];
  return writer.document('tracking', writer.of(title), writer.extent(), blocks);
}

const title = {
  de: 'Erklärung zu Überwachung und Tracking in Videokonferenzen',
  en: 'Statement on monitoring and tracking in video conferences',
};

const unseenOf = (target: TargetState, policies: readonly string[]): number =>
  policies.filter(
    (id) =>
      ['unknown', 'stale'].includes(statusOf(target, id)) ||
      (target.counts.get(id)?.unknown ?? 0) > 0 ||
      isUnchecked(target, id),
  ).length;

const statusOf = (target: TargetState, policy: string): CellStatus =>
  target.cells[policy]?.status ?? 'unknown';

export function statements(writer: Writer, policies: readonly string[]): Statement[] {
  const { targets } = writer.state;
  const all = writer.n(targets.length);
  const named = (chosen: readonly TargetState[]): string =>
    chosen.length === 0 ? writer.say('none') : chosen.map(({ id }) => id).join(', ');
  const worst = (target: TargetState, ...statuses: CellStatus[]): boolean =>
    policies.some((id) => statuses.includes(statusOf(target, id)));
  const violated = targets.filter((target) => worst(target, 'violation', 'violation_minor'));
  const unseen = targets.filter((target) => unseenOf(target, policies) > 0);
  const off = targets.filter(
    (target) => !violated.includes(target) && !unseen.includes(target) && !worst(target, 'waived'),
  );
  return [
    {
      mark: 'violation',
      strong: writer.say('tracking_violation', { n: writer.n(violated.length), all }),
      rest: named(violated),
    },
    {
      mark: 'unknown',
      strong: writer.say('tracking_unseen', { n: writer.n(unseen.length), all }),
      rest: named(unseen),
    },
    {
      mark: 'pass',
      strong: writer.say('tracking_met', { n: writer.n(off.length), all }),
      rest: named(off),
    },
  ];
}

/** Systems against policies, each cell with its sign, its word and how many rooms. */
export function functionsTable(writer: Writer, policies: readonly string[]): Table {
  return policyMatrix(writer, policies, 'functions', 'tracking_functions');
}

export function policyMatrix(
  writer: Writer,
  policies: readonly string[],
  id: string,
  title: 'tracking_functions' | 'measures_table',
): Table {
  return writer.table(id, title, {
    columns: [
      writer.column('target', 'target', 'start', { head: true, strong: true }),
      writer.column('product', 'product_column'),
      ...policies.map((policy) => ({ id: policy, title: writer.title(policy), align: 'start' as const })),
    ],
    rows: writer.state.targets.map((target): Row => {
      const cells: Record<string, Cell> = {};
      for (const policy of policies) cells[policy] = cellText(writer, target, policy);
      return { target: target.id, product: writer.vendor(target), ...cells };
    }),
  });
}

function cellText(writer: Writer, target: TargetState, policy: string): Cell {
  const cell = target.cells[policy];
  const status = statusOf(target, policy);
  const { mark, text } = writer.mark(status);
  if (isUnchecked(target, policy)) return { mark: 'unknown', text: writer.say('declared_only') };
  if (cell === undefined) return { mark, text };
  const rooms = (n: number): string => writer.count('rooms', n);
  const own = cell.count === null ? [] : [rooms(cell.count)];
  const hidden = [
    ...(cell.unseen > 0 ? [rooms(cell.unseen)] : []),
    ...(cell.system_unseen ? [writer.say('system_itself')] : []),
  ];
  if (status === 'unknown' || status === 'stale') {
    const all = [...own, ...hidden];
    return { mark, text: all.length === 0 ? text : `${text}: ${all.join(', ')}` };
  }
  const main = own.length === 0 ? text : `${text}: ${own.join(', ')}`;
  return {
    mark,
    text: hidden.length === 0 ? main : `${main}; ${writer.say('col_unseen')}: ${hidden.join(', ')}`,
  };
}

/** Only described in the configuration: that a rule makes no sense without access is no proof of anything. */
function isUnchecked({ vendor, counts, cells }: TargetState, policy: string): boolean {
  const count = counts.get(policy);
  const judged =
    count !== undefined && count.pass + count.unknown + count.violation + count.violation_minor > 0;
  return vendor === 'declared' && cells[policy]?.status === 'not_applicable' && !judged;
}

/** Under the name of the target; where nobody could look at all, that is said instead. */
export function holesOf(writer: Writer, target: TargetState, policies: readonly string[]): Table {
  const table = holesTable(writer, target, policies);
  const empty = target.last_scan_at === null ? writer.say('never_scanned') : writer.say('declared_text');
  return { ...table, title: `${table.title}: ${target.id}`, empty };
}

function limits(writer: Writer, policies: readonly string[]): Block[] {
  const { targets } = writer.state;
  const live = targets.filter(({ configured }) => configured.live !== null).map(({ id }) => id);
  const waived = sumOf(
    targets.flatMap((target) => policies.flatMap((id) => target.counts.get(id) ?? [])),
  ).waived;
  return [
    {
      type: 'section',
      title: writer.say('tracking_limits'),
      text: [
        live.length === 0
          ? writer.say('tracking_live_off')
          : writer.say('tracking_live_on', { targets: live.join(', ') }),
        writer.say('tracking_other'),
        ...(waived > 0 ? [writer.say('tracking_waived', { n: writer.n(waived) })] : []),
      ],
    },
  ];
}

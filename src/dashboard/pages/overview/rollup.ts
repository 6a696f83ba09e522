import type { MatrixCell, MatrixTarget, MatrixView } from '../../views.ts';

export const ranks = [
  'violation',
  'violation_minor',
  'stale',
  'unknown',
  'waived',
  'pass',
  'not_applicable',
] as const;
export type Rank = (typeof ranks)[number];

export interface RolledUp {
  status: Rank;
  /** Policies that stand like this. */
  count: number;
  /** Policies of which something was not seen in addition. */
  unseen: number;
}

/** A theme on one target: the worst of its policies, and how many stand like it. */
export function rollUp(cells: readonly MatrixCell[]): RolledUp {
  const status = ranks.find((rank) => cells.some((cell) => cell.status === rank)) ?? 'not_applicable';
  const isUnseen = (cell: MatrixCell): boolean => cell.status === 'unknown' || cell.status === 'stale';
  const other = cells.filter((cell) => isUnseen(cell) && cell.status !== status);
  return { status, count: cells.filter((cell) => cell.status === status).length, unseen: other.length };
}

export function cellsOf(target: MatrixTarget, policies: readonly string[]): MatrixCell[] {
  return policies.flatMap((policy) => target.cells[policy] ?? []);
}

export type Totals = MatrixTarget['totals'];

export function sumOf(targets: readonly MatrixTarget[]): Totals {
  const sum: Totals = {
    violation: 0,
    violation_minor: 0,
    unknown: 0,
    stale: 0,
    pass: 0,
    waived: 0,
    not_applicable: 0,
  };
  for (const { totals } of targets) {
    for (const name of Object.keys(sum) as (keyof Totals)[]) sum[name] += totals[name];
  }
  return sum;
}

/** Targets of one product side by side, in the order of the configuration. */
export function byProduct(targets: MatrixView['targets']): MatrixTarget[][] {
  const groups = new Map<string, MatrixTarget[]>();
  for (const target of targets) {
    const key = `${target.vendor}\n${target.product ?? ''}`;
    groups.set(key, [...(groups.get(key) ?? []), target]);
  }
  return [...groups.values()];
}

/** Worst first: most grave violations, then the lowest score. */
export function worstFirst(targets: readonly MatrixTarget[]): MatrixTarget[] {
  return [...targets].sort(
    (one, other) =>
      other.totals.violation - one.totals.violation ||
      other.totals.violation_minor - one.totals.violation_minor ||
      (one.score?.low ?? 0) - (other.score?.low ?? 0),
  );
}

/** Whether a row says more than that all is met. */
export const tells = (cells: readonly MatrixCell[]): boolean =>
  cells.some(({ status, unseen }) => (status !== 'pass' && status !== 'not_applicable') || unseen > 0);

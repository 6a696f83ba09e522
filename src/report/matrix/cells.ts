import type { BoundEntry } from '../../policy/bind.ts';
import type { Count } from '../../policy/tally.ts';
import type { OpenCount } from './counts.ts';
import type { Cell, CellStatus } from './types.ts';

/** By `kind/policy`, as the last scan left it. */
export type Tally = Readonly<Record<string, Count>>;

interface Sides {
  system: number;
  /** Rooms and recordings. */
  subjects: number;
}

export interface CellInput {
  policy: string;
  entries: readonly BoundEntry[];
  /** Null: never scanned. */
  tally: Tally | null;
  open: readonly OpenCount[];
  fresh: boolean;
}

/** Worst first; what was not seen always outranks what was met. */
export function cellOf(input: CellInput): Cell {
  const sides = sidesOf(input);
  const status = statusOf(sides, input);
  const { system, subjects } = sides[status === 'stale' ? 'unknown' : status];
  const shown = status === 'violation' ? subjects + sides.violation_minor.subjects : subjects;
  const addition = status !== 'unknown' && status !== 'stale';
  return {
    status,
    count: shown > 0 && status !== 'not_applicable' ? shown : null,
    unseen: addition ? sides.unknown.subjects : 0,
    system_unseen: addition ? sides.unknown.system > 0 : system > 0 && subjects > 0,
  };
}

type Sorted = Record<Exclude<CellStatus, 'stale'>, Sides>;

function sidesOf({ policy, entries, tally, open, fresh }: CellInput): Sorted {
  const none = (): Sides => ({ system: 0, subjects: 0 });
  const sides: Sorted = {
    violation: none(),
    violation_minor: none(),
    unknown: none(),
    waived: none(),
    pass: none(),
    not_applicable: none(),
  };
  for (const row of open) addOpen(sides, row);
  for (const { entry, state } of entries) {
    if (state === 'not_observable' || state === 'live_off') sides.unknown.system += 1;
    if (state === 'not_applicable') sides.not_applicable.system += 1;
    if (state === 'judged') addCount(sides, entry.kind, tally?.[`${entry.kind}/${policy}`]);
  }
  if (!fresh) {
    sides.unknown.system += sides.pass.system;
    sides.unknown.subjects += sides.pass.subjects;
    sides.pass = none();
  }
  return sides;
}

function addOpen(sides: Sorted, { status, verdict, severity, system, number }: OpenCount): void {
  if (status === 'open' && verdict !== 'violation') return;
  const grave = severity === 'critical' || severity === 'high';
  const side = sides[status === 'waived' ? 'waived' : grave ? 'violation' : 'violation_minor'];
  side.system += system;
  side.subjects += number - system;
}

/** A level that nothing is known of was not seen, as in the score. */
function addCount(sides: Sorted, kind: string, count: Count | undefined): void {
  if (count === undefined) {
    sides.unknown.system += 1;
    return;
  }
  const side = kind === 'deployment' ? 'system' : 'subjects';
  sides.unknown[side] += count.unknown;
  sides.pass[side] += count.pass;
  sides.not_applicable[side] += count.not_applicable;
}

const any = ({ system, subjects }: Sides): boolean => system + subjects > 0;

function statusOf(sides: Sorted, { tally, fresh }: CellInput): CellStatus {
  if (any(sides.violation)) return 'violation';
  if (any(sides.violation_minor)) return 'violation_minor';
  if (any(sides.unknown)) return tally === null || fresh ? 'unknown' : 'stale';
  if (any(sides.waived)) return 'waived';
  if (any(sides.pass)) return 'pass';
  return 'not_applicable';
}

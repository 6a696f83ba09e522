import type { FindingsTable } from '../store/index.ts';
import { standingOf } from './row.ts';
import type { Step } from './transitions.ts';
import type { Cause } from './types.ts';

/** The row after the table's step, before waivers. */
export function applyStep(
  step: Step,
  next: FindingsTable,
  row: FindingsTable | undefined,
  cause: Cause,
  now: number,
): FindingsTable {
  if (step === null) return { ...(row ?? next) };
  if (step === 'same') return { ...next, status: row?.status ?? 'open' };
  const life = { cause, changed_at: now };
  switch (step.to) {
    case 'violation':
    case 'unknown':
      return {
        ...next,
        ...life,
        status: row?.status === 'waived' ? 'waived' : 'open',
        opened_at: openedAt(row, now),
      };
    case 'unconfirmed':
      // What was seen stays as it was seen.
      return { ...(row ?? next), ...life, confirmed: 0 };
    case 'resolved':
    case 'closed':
      return { ...(row ?? next), ...life, status: step.to, resolved_at: now };
  }
}

/** A violation that was only out of sight has been open all the time. */
const openedAt = (row: FindingsTable | undefined, now: number): number =>
  row !== undefined && standingOf(row) === 'unconfirmed' ? row.opened_at : now;

export function differs(next: FindingsTable, row: FindingsTable): boolean {
  return (
    next.facts_key !== row.facts_key ||
    next.policy_version !== row.policy_version ||
    next.subject_name !== row.subject_name ||
    next.tags_json !== row.tags_json ||
    next.confidence !== row.confidence
  );
}

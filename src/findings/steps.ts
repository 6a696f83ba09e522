import type { FindingsTable } from '../store/index.ts';
import { standingOf } from './row.ts';
import type { Step } from './transitions.ts';
import type { Cause } from './types.ts';

/** The row after the table's step, before waivers: `next` itself where it is what was seen now. */
export function applyStep(
  step: Step,
  next: FindingsTable,
  row: FindingsTable | undefined,
  cause: Cause,
  now: number,
): FindingsTable {
  if (step === null) return { ...(row ?? next) };
  if (step === 'same') {
    next.status = row?.status ?? 'open';
    return next;
  }
  switch (step.to) {
    case 'violation':
    case 'unknown':
      next.cause = cause;
      next.changed_at = now;
      next.status = row?.status === 'waived' ? 'waived' : 'open';
      next.opened_at = openedAt(row, now);
      return next;
    case 'unconfirmed':
      // What was seen stays as it was seen.
      return { ...(row ?? next), cause, changed_at: now, confirmed: 0 };
    case 'resolved':
    case 'closed':
      return { ...(row ?? next), cause, changed_at: now, status: step.to, resolved_at: now };
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

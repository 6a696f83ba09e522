import type { EventView } from '../findings/events.ts';
import type { Cause, EventKind, NativeFinding } from '../findings/types.ts';

/**
 * What every format is made of: one event of the feed with its finding as it was after it, or an event with numbers
 * (`baseline`, `heartbeat`). The feed, the receivers and the reports of the command line use the same functions on it.
 */
export interface ExportEvent extends Omit<EventView, 'seq'> {
  /** Position in the feed; null for a finding that has no event (a report without the ledger, a baseline). */
  seq: number | null;
}

/** A finding without an event of its own, as if it were told now. @param at RFC 3339, where the finding has no life yet */
export function stateEvent(finding: NativeFinding, at: string): ExportEvent {
  const time = finding.changed_at ?? at;
  return {
    id: `${finding.uid}-${Date.parse(time)}`,
    seq: null,
    event: kindOf(finding),
    at: time,
    cause: finding.cause ?? ('facts' satisfies Cause),
    policy_version: finding.policy_version,
    target: finding.target,
    uid: finding.uid,
    finding,
  };
}

function kindOf({ status, verdict, opened_at, changed_at }: NativeFinding): EventKind {
  if (status === 'waived' || status === 'resolved' || status === 'closed') return status;
  if (verdict === 'unknown') return 'unknown';
  return opened_at === changed_at ? 'opened' : 'changed';
}

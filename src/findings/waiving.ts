import type { PolicyForce } from '../policy/types.ts';
import type { FindingsTable } from '../store/index.ts';
import { waiverView } from './row.ts';
import { type HoldableWaiver, holdingWaiver, remember, type WaiverMemory } from './waivers.ts';

export interface WaiverRules {
  force: PolicyForce;
  waivers: readonly HoldableWaiver[];
  aliases: readonly string[];
  now: number;
}

/** Sets the waiver of an open row. @returns the event, or null where nothing moved */
export function rule(
  row: FindingsTable,
  before: FindingsTable | undefined,
  { force, waivers, aliases, now }: WaiverRules,
): 'waived' | 'waiver_expired' | null {
  if (row.status !== 'open' && row.status !== 'waived') {
    row.waiver_json = null;
    return null;
  }
  const memory = JSON.parse(row.waived_json) as WaiverMemory;
  const finding = {
    policy: row.policy,
    force,
    policyVersion: row.policy_version,
    target: row.target,
    kind: row.kind,
    id: row.subject_id,
    aliases,
    tags: JSON.parse(row.tags_json) as string[],
    severityRank: row.severity_rank,
  };
  const waiver = holdingWaiver(finding, waivers, memory, now);
  row.waived_json = JSON.stringify(remember(finding, memory, waiver));
  const wasWaived = before?.status === 'waived';
  if (waiver === null) {
    Object.assign(row, { status: 'open', waiver_json: null });
    return wasWaived ? 'waiver_expired' : null;
  }
  Object.assign(row, { status: 'waived', waiver_json: JSON.stringify(waiverView(waiver)) });
  return wasWaived ? null : 'waived';
}

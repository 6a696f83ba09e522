import type { PolicyForce } from '../policy/types.ts';
import type { FindingsTable } from '../store/index.ts';
import { waiverView } from './row.ts';
import { type HoldableWaiver, holdingWaiver, remember, type Waivable, type WaiverMemory } from './waivers.ts';

export interface WaiverRules {
  force: PolicyForce;
  waivers: readonly HoldableWaiver[];
  /** Of `Waivable`. */
  rooms: readonly string[];
  now: number;
}

/** Sets the waiver of an open row. @returns the event, or null where nothing moved */
export function rule(
  row: FindingsTable,
  before: FindingsTable | undefined,
  { force, waivers, rooms, now }: WaiverRules,
): 'waived' | 'waiver_expired' | null {
  if (row.status !== 'open' && row.status !== 'waived') {
    row.waiver_json = null;
    return null;
  }
  const wasWaived = before?.status === 'waived';
  // Nothing remembered and nothing that could hold: most findings.
  if (row.waived_json === '{}' && !waivers.some(({ policy }) => policy === row.policy)) {
    row.status = 'open';
    row.waiver_json = null;
    return wasWaived ? 'waiver_expired' : null;
  }
  const memory = memoryOf(row);
  const finding = waivableOf(row, force, rooms);
  const waiver = holdingWaiver(finding, waivers, memory, now);
  row.waived_json = JSON.stringify(remember(finding, memory, waiver));
  if (waiver === null) {
    Object.assign(row, { status: 'open', waiver_json: null });
    return wasWaived ? 'waiver_expired' : null;
  }
  Object.assign(row, { status: 'waived', waiver_json: JSON.stringify(waiverView(waiver)) });
  return wasWaived ? null : 'waived';
}

export const memoryOf = (row: Pick<FindingsTable, 'waived_json'>): WaiverMemory =>
  JSON.parse(row.waived_json);

export function waivableOf(row: FindingsTable, force: PolicyForce, rooms: readonly string[]): Waivable {
  return {
    uid: row.uid,
    policy: row.policy,
    force,
    policyVersion: row.policy_version,
    target: row.target,
    kind: row.kind,
    rooms,
    tags: JSON.parse(row.tags_json),
    severityRank: row.severity_rank,
  };
}

/** The row as an event tells it: the end of a waiver names the waiver that ended, with the time when it was due. */
export function toldOf(
  event: 'waived' | 'waiver_expired',
  row: FindingsTable,
  before: FindingsTable | undefined,
): FindingsTable {
  return event === 'waived' ? row : { ...row, waiver_json: before?.waiver_json ?? null };
}

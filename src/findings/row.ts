import type { Policy } from '../policy/catalogue.ts';
import type { Confidence, Judgement, Severity, Verdict } from '../policy/types.ts';
import type { FindingsTable } from '../store/index.ts';
import { type Detail, factsKey, rfc3339 } from './detail.ts';
import { type Judged, tagsOf } from './judged.ts';
import type { FindingCore } from './native.ts';
import { severityRank } from './severity.ts';
import type { Standing } from './transitions.ts';
import type { Cause, FindingStatus, NativeFinding } from './types.ts';
import type { HoldableWaiver } from './waivers.ts';

export function standingOf(row: FindingsTable | undefined): Standing {
  if (row === undefined) return 'none';
  if (row.status === 'resolved' || row.status === 'closed') return row.status;
  if (row.verdict === 'unknown') return 'unknown';
  return row.confirmed === 1 ? 'violation' : 'unconfirmed';
}

export interface RowSubject {
  target: string;
  vendor: string;
  kind: FindingsTable['kind'];
  /** Empty for an aggregate. */
  id: string;
  ref: string;
  name: string | null;
  tagsJson: string;
}

/** What a judgement says now, but for its detail; life fields come from the row that was there, or begin now. */
export function rowOf(
  uid: string,
  subject: RowSubject,
  judgement: Judgement,
  judged: Pick<Judged, 'scope'>,
  before: FindingsTable | undefined,
  now: number,
): FindingsTable {
  return {
    uid,
    target: subject.target,
    vendor: subject.vendor,
    kind: subject.kind,
    subject_id: subject.id,
    subject_ref: subject.ref,
    subject_name: subject.name,
    policy: judgement.policy,
    policy_version: judgement.policyVersion,
    severity: judgement.severity,
    severity_rank: severityRank(judgement.severity),
    verdict: judgement.verdict,
    status: 'open',
    confidence: judgement.confidence,
    confirmed: 1,
    reason_key: null,
    affected: null,
    cause: before?.cause ?? 'facts',
    opened_at: before?.opened_at ?? now,
    first_opened_at: before?.first_opened_at ?? now,
    changed_at: before?.changed_at ?? now,
    resolved_at: null,
    cause_key: null,
    facts_key: factsKey(judgement, judged.scope),
    tags_json: subject.tagsJson,
    waiver_json: before?.waiver_json ?? null,
    waived_json: before?.waived_json ?? '{}',
    detail_json: '',
  };
}

export function subjectOf(
  target: string,
  vendor: string,
  judged: Judged,
  refOf: (id: string) => string,
  nameOf: (name: string | null) => string | null,
): RowSubject {
  return {
    target,
    vendor,
    kind: judged.kind,
    id: judged.id,
    ref: refOf(judged.id),
    name: nameOf(judged.name),
    tagsJson: JSON.stringify(tagsOf(judged.facts)),
  };
}

export function coreOf(row: FindingsTable): FindingCore {
  return {
    uid: row.uid,
    policy: row.policy,
    policyVersion: row.policy_version,
    severity: row.severity as Severity,
    verdict: row.verdict as Verdict,
    confidence: row.confidence as Confidence,
    target: row.target,
    vendor: row.vendor,
    kind: row.kind,
    id: row.subject_id,
    ref: row.subject_ref,
    name: row.subject_name,
    detail: JSON.parse(row.detail_json) as Detail,
    affected: row.affected,
    status: row.status as FindingStatus,
    confirmed: row.confirmed === 1,
    cause: row.cause as Cause,
    openedAt: row.opened_at,
    // An event of before this was kept does not have it.
    firstOpenedAt: row.first_opened_at ?? row.opened_at,
    changedAt: row.changed_at,
    resolvedAt: row.resolved_at,
    waiver:
      row.waiver_json === null ? null : (JSON.parse(row.waiver_json) as NonNullable<NativeFinding['waiver']>),
  };
}

export function waiverView(waiver: HoldableWaiver): NonNullable<NativeFinding['waiver']> {
  return {
    id: waiver.id,
    reason: waiver.reason,
    owner: waiver.owner,
    ...(waiver.ticket === undefined ? {} : { ticket: waiver.ticket }),
    until: rfc3339(waiver.until),
  };
}

export const forceOf = (policy: Policy | undefined): Policy['force'] => policy?.force ?? 'must';

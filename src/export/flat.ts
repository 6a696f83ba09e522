import type { NativeFinding } from '../findings/types.ts';
import type { ExportEvent } from './event.ts';
import { describeReason } from './parts.ts';

/** No arrays of objects: simple decoders (Wazuh) drop them. `facts` holds scalars only. */
export interface FlatFinding {
  timestamp: string;
  finding_uid: string;
  verdict: string;
  status: string;
  severity: string;
  confidence: string;
  policy: string;
  policy_version: number;
  vendor: string;
  target: string;
  subject_kind: string;
  subject: string;
  subject_name: string;
  affected: number;
  clauses: string[];
  title_de: string;
  title_en: string;
  message_de: string;
  message_en: string;
  remediation_de: string;
  remediation_en: string;
  facts: Record<string, string | number | boolean>;
  /** `fact: code`, with what would fill the hole. */
  reasons: string[];
  sources: string[];
  opened_at: string;
  changed_at: string;
  last_seen_at: string;
  resolved_at: string;
  waived_until: string;
}

/** @param at RFC 3339 time used where the finding has no life yet (a report without the ledger). */
export function flatten(finding: NativeFinding, at: string): FlatFinding {
  return {
    timestamp: finding.changed_at ?? at,
    finding_uid: finding.uid,
    verdict: finding.verdict,
    status: finding.status ?? '',
    severity: finding.severity,
    confidence: finding.confidence,
    policy: finding.policy,
    policy_version: finding.policy_version,
    vendor: finding.vendor,
    target: finding.target,
    subject_kind: finding.subject.kind,
    subject: finding.subject.id ?? finding.subject.ref ?? '',
    subject_name: finding.subject.name ?? '',
    affected: finding.affected ?? 1,
    clauses: finding.clauses,
    title_de: finding.title.de,
    title_en: finding.title.en,
    message_de: finding.message.de,
    message_en: finding.message.en,
    remediation_de: finding.remediation.de,
    remediation_en: finding.remediation.en,
    facts: Object.fromEntries(Object.entries(finding.facts).map(([name, value]) => [name, scalar(value)])),
    reasons: finding.reasons.map(describeReason),
    sources: [
      ...new Set(finding.evidence.flatMap((line) => (line.locator === undefined ? [] : [line.locator]))),
    ],
    opened_at: finding.opened_at ?? '',
    changed_at: finding.changed_at ?? '',
    last_seen_at: finding.last_seen_at ?? '',
    resolved_at: finding.resolved_at ?? '',
    waived_until: finding.waiver?.until ?? '',
  };
}

export interface FlatEvent extends Partial<FlatFinding> {
  timestamp: string;
  event_id: string;
  sequence?: number;
  event: string;
  cause: string;
  target: string;
  /** Numbers of `baseline` and `heartbeat`. */
  [count: `count_${string}`]: string | number | boolean;
}

export function toFlat({ id, seq, event, at, cause, target, finding, counts }: ExportEvent): FlatEvent {
  return {
    ...(finding === undefined ? {} : flatten(finding, at)),
    ...Object.fromEntries(
      Object.entries(counts ?? {}).map(([name, value]) => [`count_${name}`, scalar(value)]),
    ),
    timestamp: at,
    event_id: id,
    ...(seq === null ? {} : { sequence: seq }),
    event,
    cause: cause ?? '',
    target: target ?? '',
  };
}

function scalar(value: unknown): string | number | boolean {
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') return value;
  return JSON.stringify(value);
}

import type { Evidence, Layer, Reason, SourceId } from '../../adapters/contract/fact.ts';
import type { SourceOutcome, SubjectKind } from '../../adapters/contract/subject.ts';
import type { Bilingual, Confidence, Severity, Verdict } from '../policy/types.ts';

/** Life of a ledger entry. */
export const findingStatuses = ['open', 'waived', 'resolved', 'closed'] as const;
export type FindingStatus = (typeof findingStatuses)[number];

export const eventKinds = [
  'baseline',
  'heartbeat',
  'opened',
  'unknown',
  'changed',
  'resolved',
  'reopened',
  'waived',
  'waiver_expired',
  'closed',
] as const;
export type EventKind = (typeof eventKinds)[number];

/** Why a finding moved. */
export type Cause = 'facts' | 'policy' | 'parameter' | 'waiver' | 'attestation' | 'time' | 'scope';

export interface EvidenceLine {
  fact: string;
  value?: unknown;
  unavailable?: Reason;
  source?: SourceId;
  locator?: string;
  path?: string;
  /** RFC 3339 UTC with milliseconds. */
  observed_at?: string;
  content_time?: string;
  provenance?: Evidence['provenance'];
  force?: Evidence['force'];
  chain?: Layer[];
}

/** design.md 8: the one shape of a finding on the wire, in reports and in exports. */
export interface NativeFinding {
  uid: string;
  policy: string;
  policy_version: number;
  title: Bilingual;
  severity: Severity;
  verdict: Verdict;
  /** Absent in a report of a scan that does not touch the ledger, unless a waiver holds. */
  status?: FindingStatus;
  confidence: Confidence;
  cause?: Cause;
  target: string;
  vendor: string;
  subject: { kind: SubjectKind; id?: string; ref?: string; name: string | null };
  /** Aggregated unknowns: number of subjects. */
  affected?: number;
  clauses: string[];
  message: Bilingual;
  facts: Record<string, unknown>;
  evidence: EvidenceLine[];
  reasons: (Reason & { fact: string })[];
  remediation: Bilingual;
  opened_at?: string;
  /** Before `opened_at` where it was open, and over, before. */
  first_opened_at?: string;
  changed_at?: string;
  last_seen_at?: string;
  /** Not looked at for longer than the target's freshness. */
  stale?: true;
  resolved_at?: string;
  waiver?: { id: string; reason: string; owner?: string; ticket?: string; until: string };
}

/** One target's part of a report. */
export interface TargetReport {
  id: string;
  vendor: string;
  state: 'complete' | 'partial' | 'failed';
  /** Present where the target could not be scanned completely. */
  error?: { code: string; message: Bilingual };
  started_at?: string;
  finished_at?: string;
  sources: SourceOutcome[];
  counts: Record<Verdict, number>;
  /** `visible` counts are "n rooms visible to this account", never "all". */
  rooms: { seen: number; population: 'all' | 'visible' | 'running' | 'none' };
  score: { low: number | null; high: number | null; seen: number };
  coverage: { clause: string; status: string; judged_at: SubjectKind[] }[];
}

export interface Report {
  schema: 'roomwarden.report/1';
  generated_at: string;
  summary: {
    targets: number;
    rooms: number;
    verdicts: Record<Verdict, number>;
    /** Unwaived violations. */
    violations: Record<Severity, number>;
    waived: number;
  };
  targets: TargetReport[];
  /** Violations of rooms that one setting of the site, the server or a role causes. */
  groups: FindingGroup[];
  findings: NativeFinding[];
}

export interface FindingGroup {
  target: string;
  policy: string;
  title: Bilingual;
  severity: Severity;
  /** The setting: its layer and where it stands. */
  layer: Layer['layer'];
  path: string;
  value: unknown;
  count: number;
  remediation: Bilingual;
}

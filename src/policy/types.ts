import type { Fact, Reason } from '../../adapters/contract/fact.ts';
import type { SubjectKind } from '../../adapters/contract/subject.ts';
import type { FactName } from '../../adapters/contract/vocabulary.ts';

export const severities = ['info', 'low', 'medium', 'high', 'critical'] as const;
/** In rising order. */
export type Severity = (typeof severities)[number];

export const verdicts = ['pass', 'violation', 'unknown', 'not_applicable'] as const;
export type Verdict = (typeof verdicts)[number];

export type Confidence = 'low' | 'medium' | 'high';

export interface Bilingual {
  de: string;
  en: string;
}

export type ParameterType = 'duration' | 'int' | 'bool' | 'text' | 'list';
/** Durations in seconds. */
export type ParameterValue = number | boolean | string | string[];

export interface ParameterDefinition {
  type: ParameterType;
  default: ParameterValue;
  min?: number;
  max?: number;
  /** Lists: allowed members. Texts: allowed values. */
  values?: string[];
  min_items?: number;
  texts: Bilingual;
}

export type ParameterSettings = Readonly<Record<string, Readonly<Record<string, ParameterValue>>>>;

/** How a policy is decided: from facts, from a dated declaration, or not at all (text only). */
export type PolicyForm = 'rule' | 'attestation' | 'advisory';
export type PolicyBasis = 'document' | 'interpretation' | 'extension';
export type PolicyForce = 'must' | 'should' | 'recommended';

export interface JudgeEntry {
  kind: SubjectKind;
  severity: Severity;
  /** CEL text as in the file; absent = applies always. */
  applies?: string;
  rule: string;
  live: boolean;
  /** Facts that rule, applies and the file's `severity_if` read, without parameters. */
  reads: FactName[];
  /** Facts of `rule` alone: decide whether a vendor can be judged at this level. */
  ruleReads: FactName[];
}

export type FactMap = Readonly<Partial<Record<FactName, Fact>>>;

/** Everything an expression may read. `attestation` holds the fields of the policy that is judged. */
export interface Scope {
  deployment: FactMap;
  room?: FactMap;
  recording?: FactMap;
  inventory: FactMap;
  /** By policy id. */
  attestations: Readonly<Record<string, FactMap>>;
}

export interface DecidingHole {
  fact: FactName;
  reason: Reason;
}

/** The outcome of one judge entry for one subject. */
export interface Judgement {
  policy: string;
  policyVersion: number;
  kind: SubjectKind;
  verdict: Verdict;
  severity: Severity;
  confidence: Confidence;
  /** Facts that were read and known, in order of first reading: what the verdict rests on. */
  facts: FactName[];
  /** Unknown only: every deciding hole. */
  holes: DecidingHole[];
  /** Pass through one of several ways: the names of those that were met (room-access-restricted). */
  met: string[];
}

/** Why a (policy, kind) has no judgement per subject on a target of this vendor. */
export type EntryState = 'judged' | 'skipped_level' | 'not_observable' | 'not_applicable' | 'live_off';

export type CoverageStatus =
  | 'automated'
  | 'partly'
  | 'by_attestation'
  | 'not_observable'
  | 'advisory'
  | 'aggregate';

import type { Fact } from '../../adapters/contract/fact.ts';
import type { SubjectKind } from '../../adapters/contract/subject.ts';
import type { FactName } from '../../adapters/contract/vocabulary.ts';
import type { CheckedExpression } from './check.ts';
import type {
  Bilingual,
  JudgeEntry,
  ParameterDefinition,
  ParameterValue,
  PolicyBasis,
  PolicyForce,
  PolicyForm,
  Severity,
  Verdict,
} from './types.ts';

export const clauseChecks = ['machine', 'room', 'live', 'attestation', 'advice'] as const;

/** One normative sentence of a source document. */
export interface Clause {
  id: string;
  document: string;
  documentTitle: Bilingual;
  publisher: string;
  /** Where the sentence stands, in our own words. */
  place: string;
  duty: Bilingual;
  force: PolicyForce;
  check: (typeof clauseChecks)[number][];
  /** Set for a roll-up: the clauses that it sums up. */
  aggregateOf?: string[];
}

export interface PolicyTexts {
  title: string;
  why: string;
  /** One sentence per subject kind. */
  violation: Partial<Record<SubjectKind, string>>;
}

export interface SeverityRule {
  judge: SubjectKind;
  when: CheckedExpression;
  severity: Severity;
}

export interface CheckedEntry extends JudgeEntry {
  appliesExpression?: CheckedExpression;
  ruleExpression: CheckedExpression;
}

export interface PolicyCase {
  name: string;
  judge: SubjectKind;
  parameters: Readonly<Record<string, ParameterValue>>;
  facts: Readonly<Partial<Record<FactName, Fact>>>;
  expect: Verdict;
  severity?: Severity;
  /** Where it stands, for messages. */
  line: number;
}

export interface Policy {
  id: string;
  version: number;
  form: PolicyForm;
  /** As the file cites them. */
  clauses: string[];
  /** The same with `S2-08` spelled out as its parts. */
  resolvedClauses: string[];
  basis: PolicyBasis;
  force: PolicyForce;
  texts: { de: PolicyTexts; en: PolicyTexts };
  parameters: Readonly<Record<string, ParameterDefinition>>;
  judge: readonly CheckedEntry[];
  severityIf: readonly SeverityRule[];
  /** By vendor, or `any`. */
  remediation: Readonly<Record<string, Bilingual>>;
  mappings: Readonly<Record<string, readonly string[]>>;
  cases: readonly PolicyCase[];
  /** File name within the policy folder. */
  file: string;
}

/** Law or standard outside the documents, named by identifier only. */
export interface Standard {
  id: string;
  title: Bilingual;
  publisher: string;
  /** Date of the text that the mappings were made from. */
  edition: string;
  url?: string;
  /** Identifier by control, where other documents refer to controls by it; then it holds every mapped control. */
  identifiers?: Readonly<Record<string, string>>;
  /** Concerns every policy; no requirement of it is named. */
  whole: boolean;
}

export interface Catalogue {
  /** Sorted by id. */
  policies: readonly Policy[];
  /** In the order of the documents. */
  clauses: readonly Clause[];
  policyById: ReadonlyMap<string, Policy>;
  clauseById: ReadonlyMap<string, Clause>;
  /** Sorted by id. */
  standards: ReadonlyMap<string, Standard>;
}

/** The vendor's own remediation, else the general one; undefined where the policy has neither. */
export function remediationFor(policy: Policy, vendor: string): Bilingual | undefined {
  return policy.remediation[vendor] ?? policy.remediation['any'];
}

import type { Fact } from '../../adapters/contract/fact.ts';
import { type FactName, factDefinition } from '../../adapters/contract/vocabulary.ts';
import { type Bound, bindVendor } from './bind.ts';
import type { Catalogue, Policy, PolicyCase } from './catalogue.ts';
import { compilePolicy } from './compiled.ts';
import { judgeSubject } from './evaluate.ts';
import type { Judgement, Scope } from './types.ts';

export interface CaseResult {
  policy: string;
  name: string;
  /** File within the policy folder, and line. */
  file: string;
  line: number;
  passed: boolean;
  /** What came instead; empty where it passed. */
  message: string;
}

/** Every case of every policy, in the order of the files. */
export function runCases(catalogue: Catalogue): CaseResult[] {
  return catalogue.policies.flatMap((policy) => policy.cases.map((c) => runCase(policy, c)));
}

export function runCase(policy: Policy, tested: PolicyCase): CaseResult {
  const judgement = judgeCase(policy, tested);
  const message =
    judgement === undefined ? `there is no ${tested.judge} entry` : difference(tested, judgement);
  const { name, line } = tested;
  return { policy: policy.id, name, file: policy.file, line, passed: message === '', message };
}

function difference(tested: PolicyCase, judgement: Judgement): string {
  if (judgement.verdict !== tested.expect) {
    const holes = judgement.holes.map((h) => `${h.fact}: ${h.reason.code}`).join(', ');
    return `expected ${tested.expect}, is ${judgement.verdict}${holes === '' ? '' : ` (${holes})`}`;
  }
  if (tested.severity !== undefined && tested.severity !== judgement.severity) {
    return `expected severity ${tested.severity}, is ${judgement.severity}`;
  }
  return '';
}

const bounds = new WeakMap<Policy, Map<string, Bound>>();

function judgeCase(policy: Policy, tested: PolicyCase): Judgement | undefined {
  const bound = boundFor(policy, tested.parameters);
  return judgeSubject(bound, tested.judge, caseScope(policy.id, tested.facts))[0];
}

/** Only this policy, on a product that shows everything. */
function boundFor(policy: Policy, parameters: PolicyCase['parameters']): Bound {
  const key = JSON.stringify(parameters);
  const known = bounds.get(policy) ?? new Map<string, Bound>();
  bounds.set(policy, known);
  const made = known.get(key);
  if (made !== undefined) return made;
  const alone = {
    policies: [policy],
    clauses: [],
    policyById: new Map([[policy.id, policy]]),
    clauseById: new Map(),
    standards: new Map(),
  };
  const entries = compilePolicy(policy, parameters, new Map()).map((entry) => ({
    ...entry,
    switchedOff: false,
  }));
  const rows = entries.flatMap((entry) => entry.ruleReads.map((fact) => ({ fact, never: 'case' })));
  const bound = bindVendor({ catalogue: alone, entries, settings: {} }, rows, {
    declaredOnly: false,
    live: true,
  });
  known.set(key, bound);
  return bound;
}

/** Facts by their level; those that are not named are holes. */
export function caseScope(policy: string, facts: Readonly<Partial<Record<FactName, Fact>>>): Scope {
  const groups: Record<string, Partial<Record<FactName, Fact>>> = {
    deployment: {},
    room: {},
    recording: {},
    inventory: {},
    attestation: {},
  };
  for (const [name, fact] of Object.entries(facts) as [FactName, Fact][]) {
    (groups[factDefinition(name).level] as Partial<Record<FactName, Fact>>)[name] = fact;
  }
  const { deployment = {}, room = {}, recording = {}, inventory = {}, attestation = {} } = groups;
  return { deployment, room, recording, inventory, attestations: { [policy]: attestation } };
}

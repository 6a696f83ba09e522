import type { Fact, Reason } from '../../adapters/contract/fact.ts';
import { type FactName, factNames } from '../../adapters/contract/vocabulary.ts';
import type { CompiledEntry } from './compiled.ts';
import { factAt, slotOf } from './expression/names.ts';
import { certain, type Node, type Support, undecided, type Values, yes } from './expression/node.ts';
import { holeReason } from './facts.ts';
import { factOf, read } from './scope.ts';
import type { Confidence, DecidingHole, Judgement, Scope, Severity, Verdict } from './types.ts';

/** Reused: judging is synchronous, and a rule reads only the places of its facts. */
const values: unknown[] = new Array<unknown>(factNames.length).fill(undefined);

/** One rule on one subject, from its facts alone: the verdict, what it rests on or every hole that keeps it open. */
export function judgeAnew(entry: CompiledEntry, scope: Scope): Judgement {
  const policy = entry.policy.id;
  read(values, entry.reads, scope, policy);
  const verdict = entry.verdict(values);
  const facts: FactName[] = [];
  let confidence: Confidence = 'low';
  if (verdict === 'unknown') {
    for (const fact of entry.reads) if (values[slotOf(fact)] !== undefined) facts.push(fact);
  } else {
    confidence = restsOn(entry, verdict, values, scope, facts);
  }
  const met: string[] = [];
  if (verdict === 'pass') entry.rule.met(values, met);
  return {
    policy,
    policyVersion: entry.policy.version,
    kind: entry.kind,
    verdict,
    severity: verdict === 'not_applicable' ? entry.severity : severityOf(entry, values),
    confidence,
    facts,
    holes: verdict === 'unknown' ? decidingHoles(entry, values, scope) : [],
    met,
  };
}

/** The first condition that is true; one that is undecided is not taken. */
function severityOf(entry: CompiledEntry, values: Values): Severity {
  for (const { when, severity } of entry.severityIf) if (when.test(values) === yes) return severity;
  return entry.severity;
}

const confidences: readonly Confidence[] = ['low', 'low', 'medium', 'high'];

/** Trust of 3 is direct and enforced, 2 a documented default or a default setting, 1 what a participant can change. */
function trustIn(fact: Fact | undefined, lenient: boolean): number {
  const deciding = fact?.evidence[0];
  if (deciding === undefined) return certain;
  const trust = deciding.provenance === 'documented_default' ? 2 : certain;
  if (lenient || deciding.force === 'enforced') return trust;
  return deciding.force === 'overridable' ? 1 : 2;
}

/** Whether a setting can be changed later matters to a pass; a violation is one while it lasts. */
function restsOn(
  entry: CompiledEntry,
  verdict: Verdict,
  values: Values,
  scope: Scope,
  facts: FactName[],
): Confidence {
  const policy = entry.policy.id;
  const support: Support = {
    add(slot) {
      const name = factAt(slot);
      if (!facts.includes(name)) facts.push(name);
    },
    trust: (slot) => trustIn(factOf(scope, factAt(slot), policy), verdict !== 'pass'),
  };
  let trust = certain;
  if (entry.applies !== undefined) trust = entry.applies.rests(values, support);
  if (verdict !== 'not_applicable') trust = Math.min(trust, entry.rule.rests(values, support));
  return confidences[trust] ?? 'low';
}

/** Of the condition and, unless the rule would pass or fail anyway, of the rule. */
function decidingHoles(entry: CompiledEntry, values: Values, scope: Scope): DecidingHole[] {
  const policy = entry.policy.id;
  const holes: DecidingHole[] = [];
  const sink = (slot: number, reason?: Reason): void => {
    const fact = factAt(slot);
    if (holes.some((hole) => hole.fact === fact)) return;
    holes.push({ fact, reason: reason ?? absence(scope, fact, policy) });
  };
  for (const node of [entry.applies, entry.rule]) {
    if (node !== undefined && isOpen(node, values)) node.holes(values, sink);
  }
  return holes;
}

function isOpen(node: Node, values: Values): boolean {
  return node.test(values) === undecided;
}

function absence(scope: Scope, fact: FactName, policy: string): Reason {
  const found = factOf(scope, fact, policy);
  if (found === undefined && fact.startsWith('attestation.')) {
    return { code: 'attestation_missing', fill: { kind: 'attestation', name: policy } };
  }
  return holeReason(fact, found);
}

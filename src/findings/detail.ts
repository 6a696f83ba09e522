import { hash } from 'node:crypto';
import type { Fact, Reason } from '../../adapters/contract/fact.ts';
import { type FactName, factDefinition } from '../../adapters/contract/vocabulary.ts';
import type { Judgement, Scope } from '../policy/types.ts';
import { growsByItself, readFact } from './judged.ts';
import type { EvidenceLine } from './types.ts';

/** What a finding rests on, as it is kept. */
export interface Detail {
  facts: Record<string, unknown>;
  evidence: EvidenceLine[];
  reasons: (Reason & { fact: string })[];
  met: string[];
}

/** Live facts leave no trace but the verdict. */
export function detailOf(judgement: Judgement, scope: Scope): Detail {
  const detail: Detail = { facts: {}, evidence: [], reasons: [], met: judgement.met };
  for (const name of judgement.facts) {
    if (factDefinition(name).live) continue;
    const fact = readFact(scope, judgement.policy, name);
    if (fact === undefined || !('value' in fact)) continue;
    detail.facts[name] = fact.value;
    detail.evidence.push(evidenceLine(name, fact));
  }
  for (const hole of judgement.holes) {
    detail.reasons.push({ fact: hole.fact, ...hole.reason });
    const fact = readFact(scope, judgement.policy, hole.fact);
    detail.evidence.push({ ...evidenceLine(hole.fact, fact), unavailable: hole.reason });
  }
  return detail;
}

export function evidenceLine(name: string, fact: Fact | undefined): EvidenceLine {
  const line: EvidenceLine = { fact: name };
  if (fact === undefined) return line;
  if ('value' in fact) line.value = fact.value;
  else line.unavailable = fact.unavailable;
  const first = fact.evidence[0];
  if (first === undefined) return line;
  const { observed_at, content_time, ...rest } = first;
  Object.assign(line, rest, { observed_at: rfc3339(observed_at) });
  if (content_time !== undefined) line.content_time = rfc3339(content_time);
  return line;
}

export const rfc3339 = (ms: number): string => new Date(ms).toISOString();

interface KnownKey {
  names: readonly FactName[];
  values: readonly unknown[];
  key: string;
}

const keys = new WeakMap<Judgement, KnownKey>();

/** Tells `changed`: verdict, severity and what was read, without ages and times of observation. */
export function factsKey(judgement: Judgement, scope: Scope): string {
  const known = keys.get(judgement);
  if (known !== undefined && isOf(known, judgement.policy, scope)) return known.key;
  const names =
    known?.names ?? judgement.facts.filter((name) => !growsByItself(name) && !factDefinition(name).live);
  const values = names.map((name) => valueIn(readFact(scope, judgement.policy, name)));
  const key = keyOf(judgement, names, values);
  // The engine gives one frozen judgement to many subjects, also where values differ that its rule cannot tell apart.
  if (Object.isFrozen(judgement)) keys.set(judgement, { names, values, key });
  return key;
}

function isOf({ names, values }: KnownKey, policy: string, scope: Scope): boolean {
  for (let at = 0; at < names.length; at += 1) {
    if (valueIn(readFact(scope, policy, names[at] as FactName)) !== values[at]) return false;
  }
  return true;
}

function keyOf(judgement: Judgement, names: readonly FactName[], values: readonly unknown[]): string {
  const read = names
    .map((name, at) => [name, values[at]])
    .sort(([a], [b]) => (String(a) < String(b) ? -1 : 1));
  const holes = judgement.holes.map((hole) => [hole.fact, hole.reason.code, hole.reason.fill?.name ?? null]);
  const text = JSON.stringify([judgement.verdict, judgement.severity, read, holes, judgement.met]);
  return hash('sha256', text, 'base64url').slice(0, 22);
}

const valueIn = (fact: Fact | undefined): unknown =>
  fact !== undefined && 'value' in fact ? fact.value : null;

export function readsAttestation(judgement: Judgement): boolean {
  const names: FactName[] = [...judgement.facts, ...judgement.holes.map((hole) => hole.fact)];
  return names.some((name) => factDefinition(name).level === 'attestation');
}

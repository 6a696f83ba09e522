import { hash } from 'node:crypto';
import type { Evidence, Fact, Reason } from '../../adapters/contract/fact.ts';
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
  facts: readonly (Fact | undefined)[];
  key: string;
}

const keys = new WeakMap<Judgement, KnownKey>();

/**
 * Verdict, severity and what was read, without ages and times of observation. Where settings are stacked, a dot follows
 * and what decides among them: that can move while the value stays.
 */
export function factsKey(judgement: Judgement, scope: Scope): string {
  const known = keys.get(judgement);
  if (known !== undefined && isOf(known, judgement.policy, scope)) return known.key;
  const names =
    known?.names ?? judgement.facts.filter((name) => !growsByItself(name) && !factDefinition(name).live);
  const facts = names.map((name) => readFact(scope, judgement.policy, name));
  const key = keyOf(judgement, names, facts.map(valueIn)) + restKey(names, facts.map(restOf));
  // The engine gives one frozen judgement to many subjects, also where values differ that its rule cannot tell apart.
  if (Object.isFrozen(judgement)) keys.set(judgement, { names, facts, key });
  return key;
}

/** Whether `changed` is told: where only what decides is another, the finding says so, and nobody is called. */
export const readsOther = (one: string, other: string): boolean =>
  one.split('.', 1)[0] !== other.split('.', 1)[0];

function isOf({ names, facts }: KnownKey, policy: string, scope: Scope): boolean {
  for (let at = 0; at < names.length; at += 1) {
    const fact = readFact(scope, policy, names[at] as FactName);
    const known = facts[at];
    // What stands above the room is one object for all of them.
    if (fact === known) continue;
    if (valueIn(fact) !== valueIn(known) || !isSame(restOf(fact), restOf(known))) return false;
  }
  return true;
}

/** How a value came about: what is stacked, and which of it decides. */
type Rest = Pick<Evidence, 'force' | 'chain'> | undefined;

function restOf(fact: Fact | undefined): Rest {
  const first = fact?.evidence[0];
  return first?.chain === undefined && first?.force !== 'overridable' ? undefined : first;
}

/** Without a text of either: most subjects have what the one before had. */
function isSame(one: Rest, other: Rest): boolean {
  if (one === other) return true;
  if (one?.force !== other?.force || one?.chain?.length !== other?.chain?.length) return false;
  return (one?.chain ?? []).every((layer, at) => {
    const beside = other?.chain?.[at];
    return (
      layer.value === beside?.value &&
      layer.decides === beside?.decides &&
      layer.path === beside?.path &&
      layer.layer === beside?.layer
    );
  });
}

function restKey(names: readonly FactName[], rests: readonly Rest[]): string {
  if (rests.every((rest) => rest === undefined)) return '';
  const read = names.flatMap((name, at) => {
    const rest = rests[at];
    return rest === undefined ? [] : [[name, rest.force, rest.chain ?? []]];
  });
  return `.${hash('sha256', JSON.stringify(read.sort(byName)), 'base64url').slice(0, 8)}`;
}

const byName = ([a]: readonly unknown[], [b]: readonly unknown[]): number => (String(a) < String(b) ? -1 : 1);

function keyOf(judgement: Judgement, names: readonly FactName[], values: readonly unknown[]): string {
  const read = names.map((name, at) => [name, values[at]]).sort(byName);
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

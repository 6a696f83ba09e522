import type { Reason, ReasonCode } from '../../adapters/contract/fact.ts';
import type { SourceState, SubjectKind } from '../../adapters/contract/subject.ts';
import type { DecidingHole, Judgement, Scope } from '../policy/types.ts';
import { factsKey } from './detail.ts';
import { readFact } from './judged.ts';
import { severityRank } from './severity.ts';

export type SourceStates = ReadonlyMap<string, SourceState>;

const alwaysOwn: readonly ReasonCode[] = ['conflicting', 'no_longer_visible'];
const passing: readonly ReasonCode[] = [
  'not_permitted',
  'unreachable',
  'throttled',
  'too_large',
  'invalid_answer',
  'incomplete',
  // Nobody has looked for too long: that is the target's matter.
  'stale',
];

export type UnknownSide = 'own' | 'aggregated' | 'superseded';

/**
 * Whether an unknown is the subject's own matter, or its target's or a source's: then it is told once per target.
 * A deployment stands for itself, so its unknowns are always its own.
 */
export function unknownSide(
  kind: SubjectKind,
  judgement: Pick<Judgement, 'policy' | 'holes'>,
  scope: Scope,
  states: SourceStates,
): UnknownSide {
  if (kind === 'deployment') return 'own';
  if (judgement.holes.some((hole) => isOwn(hole, sourceOf(hole, judgement.policy, scope), states)))
    return 'own';
  return judgement.holes.some((hole) => passing.includes(hole.reason.code)) ? 'aggregated' : 'superseded';
}

function sourceOf(hole: DecidingHole, policy: string, scope: Scope): string | undefined {
  return readFact(scope, policy, hole.fact)?.evidence[0]?.source;
}

/** A bad answer about this subject alone, from a source that answered well for the others. */
function isOwn(hole: DecidingHole, source: string | undefined, states: SourceStates): boolean {
  const { code } = hole.reason;
  if (alwaysOwn.includes(code)) return true;
  const state = source === undefined ? undefined : states.get(source);
  if (state === undefined) return false;
  if (code === 'invalid_answer' || code === 'undecidable') return state === 'complete' || state === 'partial';
  return code === 'incomplete' && state === 'complete';
}

const keys = new WeakMap<readonly DecidingHole[], string>();

/** Facts, codes and what would fill them; details such as a status number would split what belongs together. */
export function reasonKey(holes: readonly DecidingHole[]): string {
  const known = keys.get(holes);
  if (known !== undefined) return known;
  const key = keyOf(holes);
  // Of subjects whose facts say the same the engine gives the same frozen ones.
  if (Object.isFrozen(holes)) keys.set(holes, key);
  return key;
}

function keyOf(holes: readonly DecidingHole[]): string {
  const parts = holes.map(({ fact, reason }) => JSON.stringify([fact, reason.code, fillName(reason)]));
  return `[${[...new Set(parts)].sort().join(',')}]`;
}

const fillName = (reason: Reason): string | null =>
  reason.fill === undefined ? null : `${reason.fill.kind}:${reason.fill.name}`;

export interface Aggregate {
  kind: SubjectKind;
  judgement: Judgement;
  scope: Scope;
  key: string;
  affected: number;
}

/**
 * Unknowns that are told once per (policy, level, set of holes). The worst severity met stands for all; of several, the
 * one with the least key, so that the order in which subjects come does not show.
 */
export class Aggregates {
  readonly #all = new Map<string, Aggregate>();

  add(kind: SubjectKind, judgement: Judgement, scope: Scope, affected: number): void {
    const key = reasonKey(judgement.holes);
    const place = `${kind} ${judgement.policy} ${key}`;
    const known = this.#all.get(place);
    if (known === undefined) {
      this.#all.set(place, { kind, judgement, scope, key, affected });
      return;
    }
    known.affected += affected;
    if (stands({ judgement, scope }, known)) {
      known.judgement = judgement;
      known.scope = scope;
    }
  }

  all(): Aggregate[] {
    return [...this.#all.values()];
  }
}

type Standing = Pick<Aggregate, 'judgement' | 'scope'>;

function stands(one: Standing, other: Standing): boolean {
  const worse = severityRank(one.judgement.severity) - severityRank(other.judgement.severity);
  if (worse !== 0) return worse > 0;
  return orderOf(one) < orderOf(other);
}

const orderOf = ({ judgement, scope }: Standing): string =>
  `${factsKey(judgement, scope)} ${judgement.confidence}`;

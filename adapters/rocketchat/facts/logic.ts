import {
  type Evidence,
  type Fact,
  type FactValue,
  hole,
  known,
  type Ms,
  notPermitted,
  type Reason,
  reason,
} from '../../contract/fact.ts';
import { evidenceOf, factOf, has, type Seen } from '../../contract/seen.ts';
import type { FactName } from '../../contract/vocabulary.ts';
import type { PublicId, PublicValue } from '../setting-ids.ts';
import type { Observation } from './observation.ts';

export type Bit = Fact<boolean>;

export const isTrue = (fact: Fact | undefined): boolean =>
  fact !== undefined && 'value' in fact && fact.value === true;
export const isFalse = (fact: Fact | undefined): boolean =>
  fact !== undefined && 'value' in fact && fact.value === false;

/** True where one is; false only where all are known to be. */
export function either(...bits: Bit[]): Bit {
  const yes = bits.find(isTrue);
  if (yes !== undefined) return yes;
  const open = bits.find((bit) => 'unavailable' in bit);
  return open ?? known(false, evidenceIn(bits));
}

/** False where one is; true only where all are known to be. */
export function both(...bits: Bit[]): Bit {
  const no = bits.find(isFalse);
  if (no !== undefined) return no;
  const open = bits.find((bit) => 'unavailable' in bit);
  return open ?? known(true, evidenceIn(bits));
}

export function not(bit: Bit): Bit {
  return 'value' in bit ? { value: !bit.value, evidence: bit.evidence } : bit;
}

export function evidenceIn(facts: readonly Fact[]): Evidence[] {
  return unique(facts.flatMap(({ evidence }) => evidence));
}

export function unique(evidence: readonly Evidence[]): Evidence[] {
  return [...new Map(evidence.map((one) => [`${one.source} ${one.path}`, one])).values()];
}

/** The same knowledge, worked out from it. */
export function derived<T extends FactValue, R extends FactValue>(
  fact: Fact<T>,
  make: (value: T) => R | Reason,
): Fact<R> {
  if (!('value' in fact)) return fact;
  const made = make(fact.value);
  const evidence = fact.evidence.map((one) => ({ ...one, provenance: 'derived' as const }));
  return isReason(made) ? hole(made, evidence) : known(made, evidence);
}

function isReason(value: FactValue | Reason): value is Reason {
  return typeof value === 'object' && 'code' in value;
}

/** Settings that are on or off. */
export type FlagId = {
  [Id in PublicId]: [PublicValue<Id>, boolean] extends [boolean, PublicValue<Id>] ? Id : never;
}[PublicId];

/** A switch of the public settings. */
export function setting({ published }: Pick<Observation, 'published'>, id: FlagId): Bit {
  return factOf(published.get(id), (value) => value) as Bit;
}

/** A switch that a version without it does not have either: there it counts as off. */
export function settingOrNone(observation: Pick<Observation, 'published'>, id: FlagId): Bit {
  const seen = observation.published.get(id);
  if (has(seen) || !seen.absent) return setting(observation, id);
  return known(false, evidenceOf(seen, { provenance: 'documented_default' }));
}

export function bitOf<T>(seen: Seen<T>, make: (value: T) => boolean | Reason): Bit {
  return factOf(seen, make) as Bit;
}

/** Holds for every version of the product. */
export function productFact<T extends FactValue>(fact: FactName, value: T, now: Ms, why?: string): Fact<T> {
  return known(value, {
    source: 'product',
    locator: 'Rocket.Chat',
    path: why ?? fact,
    observed_at: now,
    provenance: 'documented_default',
    force: 'enforced',
  });
}

export const notObservable = (detail: string): Reason => reason('not_observable', detail);

export const privileged: Reason = notPermitted('view-privileged-setting');

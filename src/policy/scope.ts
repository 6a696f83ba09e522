import type { Fact, FactValue } from '../../adapters/contract/fact.ts';
import {
  type FactDefinition,
  type FactName,
  type FactType,
  factDefinition,
} from '../../adapters/contract/vocabulary.ts';
import { slotOf } from './expression/names.ts';
import { admission } from './facts.ts';
import type { FactMap, Scope } from './types.ts';

const noFacts: FactMap = {};

type Group = 'deployment' | 'room' | 'recording' | 'inventory' | 'attestation';

/** One fact that rules read: where its value goes, and the check of its type. */
interface Place {
  slot: number;
  /** What most values are, told without a call. */
  quick: 'boolean' | 'number' | 'text' | 'other';
  admit: (value: unknown) => boolean;
  /** The last text that was admitted: most subjects say the same. */
  last: unknown;
}

/** The facts of one group that the rules of a kind read. */
export interface Wanted {
  group: Group;
  places: ReadonlyMap<string, Place>;
  /**
   * Keys and places of the last facts of this group, in their order. An adapter makes all its subjects alike, so the
   * next ones have the same, and none has to be looked up.
   */
  keys: string[];
  order: (Place | undefined)[];
  /** Places for which those facts have no key. */
  absent: Place[];
}

export function wantedFacts(names: Iterable<FactName>): Wanted[] {
  const byGroup = Map.groupBy(new Set(names), (name): Group => factDefinition(name).level);
  return [...byGroup].map(([group, members]) => {
    const places = new Map(members.map((name) => [name, placeOf(name)]));
    return { group, places, keys: [], order: [], absent: [...places.values()] };
  });
}

const quickChecks: Readonly<Record<FactType, Place['quick']>> = {
  bool: 'boolean',
  int: 'number',
  duration: 'number',
  enum: 'text',
  text: 'text',
  version: 'text',
  retention: 'other',
  list: 'other',
};

function placeOf(name: FactName): Place {
  const definition: FactDefinition = factDefinition(name);
  const quick = quickChecks[definition.type];
  return { slot: slotOf(name), quick, admit: admission(definition), last: undefined };
}

function groupOf(scope: Scope, group: Group, policy: string): FactMap {
  switch (group) {
    case 'deployment':
      return scope.deployment;
    case 'room':
      return scope.room ?? noFacts;
    case 'recording':
      return scope.recording ?? noFacts;
    case 'inventory':
      return scope.inventory;
    case 'attestation':
      return scope.attestations[policy] ?? noFacts;
  }
}

/** The fact as it was collected, with its evidence. */
export function factOf(scope: Scope, name: FactName, policy: string): Fact | undefined {
  return groupOf(scope, (factDefinition(name) as FactDefinition).level, policy)[name];
}

/** Puts the values where the closures look; a hole, and a value that is not of the fact's type, is undefined. */
export function fill(values: unknown[], wanted: readonly Wanted[], scope: Scope, policy: string): void {
  for (const part of wanted) fillGroup(values, part, groupOf(scope, part.group, policy));
}

/** Writes every place of the group, so that nothing of the subject before shines through. */
function fillGroup(values: unknown[], wanted: Wanted, facts: FactMap): void {
  const alike = fillInOrder(values, wanted.keys, wanted.order, facts);
  if (!alike) fillAnew(values, wanted, facts);
  for (const place of wanted.absent) values[place.slot] = undefined;
}

/** False where the facts do not have exactly these keys in this order. */
function fillInOrder(
  values: unknown[],
  keys: readonly string[],
  order: readonly (Place | undefined)[],
  facts: FactMap,
): boolean {
  let at = 0;
  for (const key in facts) {
    if (keys[at] !== key) return false;
    const place = order[at];
    at += 1;
    if (place === undefined) continue;
    const value = (facts[key as FactName] as { value?: FactValue }).value;
    values[place.slot] = value === undefined || fits(place, value) ? value : undefined;
  }
  return at === keys.length;
}

/** Facts in an order not seen before. */
function fillAnew(values: unknown[], wanted: Wanted, facts: FactMap): void {
  wanted.keys = Object.keys(facts);
  wanted.order = wanted.keys.map((key) => wanted.places.get(key));
  wanted.absent = [...wanted.places.values()].filter((place) => !wanted.order.includes(place));
  wanted.order.forEach((place, at) => {
    if (place !== undefined) values[place.slot] = read(place, facts[wanted.keys[at] as FactName]);
  });
}

function read(place: Place, fact: Fact | undefined): FactValue | undefined {
  const value = (fact as { value?: FactValue } | undefined)?.value;
  if (value === undefined || fits(place, value)) return value;
  return undefined;
}

function fits(place: Place, value: FactValue): boolean {
  switch (place.quick) {
    case 'boolean':
      return typeof value === 'boolean';
    case 'number':
      // Small whole numbers; the rest (and bounds) is looked at closely.
      return (typeof value === 'number' && value >= 0 && (value | 0) === value) || place.admit(value);
    case 'text':
      if (value === place.last) return true;
      if (!place.admit(value)) return false;
      place.last = value;
      return true;
    case 'other':
      return place.admit(value);
  }
}

import type { Fact, FactValue } from '../../adapters/contract/fact.ts';
import {
  type FactDefinition,
  type FactName,
  type FactType,
  factDefinition,
} from '../../adapters/contract/vocabulary.ts';
import { slotOf } from './expression/names.ts';
import { admission } from './facts.ts';
import { scratch, type Truths } from './truths.ts';
import type { FactMap, Scope } from './types.ts';

const noFacts: FactMap = {};

type Group = 'deployment' | 'room' | 'recording' | 'inventory' | 'attestation';

/** What most values are, told without a call. 0: no rule reads it. */
const quick = { none: 0, boolean: 1, number: 2, text: 3, other: 4 } as const;

/** One fact that rules read: where its value goes, and the check of its type. */
export interface Place {
  slot: number;
  quick: number;
  admit: (value: unknown) => boolean;
  /** The last text that was admitted: most subjects say the same. */
  last: unknown;
}

/** The facts of one group that the rules of a kind read. */
export interface Wanted {
  group: Group;
  places: ReadonlyMap<string, Place>;
  truths: Truths;
  /**
   * Keys and places of the last facts of this group, in their order. An adapter makes all its subjects alike, so the
   * next ones have the same, and none has to be looked up.
   */
  keys: string[];
  order: (Place | undefined)[];
  /** Of `order`, packed: `quick` in 3 bits, slot in 10, register in the rest. */
  steps: Int32Array;
  /** Places for which those facts have no key. */
  absent: Place[];
  /** The facts whose values stand there; only of what many subjects share. */
  standing: FactMap | null;
}

const noTruths: Truths = { values: new Uint8Array(scratch + 2), registerOf: () => scratch };

export function wantedFacts(names: Iterable<FactName>, truths: Truths = noTruths): Wanted[] {
  const byGroup = Map.groupBy(new Set(names), (name): Group => factDefinition(name).level);
  return [...byGroup].map(([group, members]) => {
    const places = new Map(members.map((name) => [name, placeOf(name)]));
    return {
      group,
      places,
      truths,
      keys: [],
      order: [],
      steps: new Int32Array(0),
      absent: [...places.values()],
      standing: null,
    };
  });
}

const quickChecks: Readonly<Record<FactType, number>> = {
  bool: quick.boolean,
  int: quick.number,
  duration: quick.number,
  enum: quick.text,
  text: quick.text,
  version: quick.text,
  retention: quick.other,
  list: quick.other,
};

function placeOf(name: FactName): Place {
  const definition: FactDefinition = factDefinition(name);
  const check = quickChecks[definition.type];
  return { slot: slotOf(name), quick: check, admit: admission(definition), last: undefined };
}

function stepsOf(order: Wanted['order'], truths: Truths): Int32Array {
  return Int32Array.from(order, (place) =>
    place === undefined ? 0 : place.quick | (place.slot << 3) | (truths.registerOf(place.slot) << 13),
  );
}

export function groupOf(scope: Scope, group: Group, policy: string): FactMap {
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
  for (const part of wanted) {
    const facts = groupOf(scope, part.group, policy);
    // Facts never change once they are made: what all rooms of a scan share is read once.
    if (facts === part.standing) continue;
    fillGroup(values, part, facts);
    part.standing = part.group === 'deployment' || part.group === 'inventory' ? facts : null;
  }
}

/** Writes every place of the group, so that nothing of the subject before shines through. */
function fillGroup(values: unknown[], wanted: Wanted, facts: FactMap): void {
  if (!fillInOrder(values, wanted, facts)) {
    learnOrder(wanted, facts);
    fillInOrder(values, wanted, facts);
  }
  const { absent, truths } = wanted;
  for (const { slot } of absent) {
    const register = truths.registerOf(slot);
    values[slot] = undefined;
    truths.values[register] = 1;
    truths.values[register + 1] = 1;
  }
}

/** False where the facts do not have exactly these keys in this order; then some are not written. */
function fillInOrder(values: unknown[], wanted: Wanted, facts: FactMap): boolean {
  const { keys, order, steps } = wanted;
  const truths = wanted.truths.values;
  let at = 0;
  for (const key in facts) {
    if (keys[at] !== key) return false;
    const step = steps[at] as number;
    at += 1;
    if (step === 0) continue;
    const value = (facts[key as FactName] as { value?: FactValue }).value;
    const slot = (step >> 3) & 0x3ff;
    if ((step & 7) === 1) {
      // Sums instead of branches, which would be guessed wrong half of the time.
      const yes = +(value === true);
      const no = +(value === false);
      const register = step >> 13;
      truths[register] = (1 + yes + yes - no) | 0;
      truths[register + 1] = (1 + no + no - yes) | 0;
      values[slot] = value === undefined || yes + no === 1 ? value : undefined;
    } else {
      values[slot] = value === undefined || fits(order[at - 1] as Place, value) ? value : undefined;
    }
  }
  return at === keys.length;
}

/** Facts in an order not seen before. */
function learnOrder(wanted: Wanted, facts: FactMap): void {
  wanted.keys = Object.keys(facts);
  wanted.order = wanted.keys.map((key) => wanted.places.get(key));
  wanted.steps = stepsOf(wanted.order, wanted.truths);
  wanted.absent = [...wanted.places.values()].filter((place) => !wanted.order.includes(place));
}

function fits(place: Place, value: FactValue): boolean {
  switch (place.quick) {
    case quick.number:
      // Small whole numbers; the rest (and bounds) is looked at closely.
      return (typeof value === 'number' && value >= 0 && (value | 0) === value) || place.admit(value);
    case quick.text:
      if (value === place.last) return true;
      if (!place.admit(value)) return false;
      place.last = value;
      return true;
    default:
      return place.admit(value);
  }
}

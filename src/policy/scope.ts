import type { Fact, FactValue } from '../../adapters/contract/fact.ts';
import { type FactDefinition, type FactName, factDefinition } from '../../adapters/contract/vocabulary.ts';
import { slotOf } from './expression/names.ts';
import { admissible } from './facts.ts';
import type { FactMap, Scope } from './types.ts';

const noFacts: FactMap = {};

/** One fact that the rules of a kind read, and how to find it. */
export interface Wanted {
  name: FactName;
  slot: number;
  definition: FactDefinition;
  group: 'deployment' | 'room' | 'recording' | 'inventory' | 'attestation';
  simple: boolean;
}

export function wantedFacts(names: Iterable<FactName>): Wanted[] {
  return [...new Set(names)].map((name) => {
    const definition: FactDefinition = factDefinition(name);
    return {
      name,
      slot: slotOf(name),
      definition,
      group: definition.level,
      simple: definition.type === 'bool',
    };
  });
}

function groupOf(scope: Scope, group: Wanted['group'], policy: string): FactMap {
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
  for (let i = 0; i < wanted.length; i += 1) {
    const want = wanted[i] as Wanted;
    const fact = groupOf(scope, want.group, policy)[want.name] as { value?: FactValue } | undefined;
    const value = fact === undefined ? undefined : fact.value;
    if (want.simple) values[want.slot] = typeof value === 'boolean' ? value : undefined;
    else values[want.slot] = value === undefined ? undefined : admissible(want.definition, value);
  }
}

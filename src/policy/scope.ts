import type { Fact } from '../../adapters/contract/fact.ts';
import type { SubjectKind } from '../../adapters/contract/subject.ts';
import { type FactDefinition, type FactName, factDefinition } from '../../adapters/contract/vocabulary.ts';
import { slotOf } from './expression/names.ts';
import { admission } from './facts.ts';
import type { FactMap, Scope } from './types.ts';

const noFacts: FactMap = {};

export type Group = 'deployment' | 'room' | 'recording' | 'inventory' | 'attestation';

export const groupOfFact = (name: FactName): Group => (factDefinition(name) as FactDefinition).level;

export function factsOf(scope: Scope, group: Group, policy: string): FactMap {
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
  return factsOf(scope, groupOfFact(name), policy)[name];
}

/** The scope in which this subject is judged. */
export function scopeOf(scope: Scope, kind: SubjectKind, facts: FactMap): Scope {
  switch (kind) {
    case 'deployment':
      return { ...scope, deployment: facts };
    case 'room':
      return { ...scope, room: facts };
    case 'recording':
      return { ...scope, recording: facts };
  }
}

const admissions = new Map<FactName, (value: unknown) => boolean>();

/** Puts the values where the closures look; a hole, and a value that is not of the fact's type, is undefined. */
export function read(values: unknown[], names: Iterable<FactName>, scope: Scope, policy: string): void {
  for (const name of names) {
    const fact = factOf(scope, name, policy) as { value?: unknown } | undefined;
    const value = fact?.value;
    values[slotOf(name)] = value !== undefined && admissionOf(name)(value) ? value : undefined;
  }
}

function admissionOf(name: FactName): (value: unknown) => boolean {
  let admits = admissions.get(name);
  if (admits === undefined) {
    admits = admission(factDefinition(name));
    admissions.set(name, admits);
  }
  return admits;
}

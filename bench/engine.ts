import { join } from 'node:path';
import type { FactSource } from '../adapters/contract/adapter.ts';
import { type Bound, bindVendor, compileCatalogue, judgeSubject, readScope } from '../src/policy/evaluate.ts';
import { loadCatalogue } from '../src/policy/load.ts';
import { fill } from '../src/policy/scope.ts';
import type { FactMap, Judgement, Scope, Verdict } from '../src/policy/types.ts';
import { deploymentFacts, roomFactNames } from './rooms.ts';

/** The shipped policies for rooms, on a product that shows every fact of `rooms.ts`; live rules are off. */
export function boundPolicies(): Bound {
  const catalogue = loadCatalogue(join(import.meta.dirname, '..', 'policies'));
  const rows: FactSource[] = roomFactNames.map((fact) => ({ fact, source: 'bench', proves: 'both' }));
  return bindVendor(compileCatalogue(catalogue), rows, { declaredOnly: false, live: false });
}

export function scopeOf(room: FactMap): Scope {
  return { deployment: deploymentFacts, room, inventory: {}, attestations: {} };
}

/** Verdicts only: what the hand-written rules give too. */
export function judgeVerdicts(bound: Bound, room: FactMap, into: Verdict[]): void {
  const program = readScope(bound, 'room', scopeOf(room));
  for (let i = 0; i < bound.judged.room.length; i += 1) into[i] = program.verdict(i);
}

/** The first part of it: facts looked up, held against their type, put in place. */
export function readOnly(bound: Bound, room: FactMap): void {
  fill(bound.values.room, bound.wanted.room, scopeOf(room), '');
}

/** The whole judgement: facts, every hole, confidence, ways that were met. */
export function judgeFully(bound: Bound, room: FactMap): Judgement[] {
  return judgeSubject(bound, 'room', scopeOf(room));
}

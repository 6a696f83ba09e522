import { join } from 'node:path';
import type { FactSource } from '../adapters/contract/adapter.ts';
import {
  type Bound,
  bindVendor,
  compileCatalogue,
  judgeSubjects,
  verdictsOf,
} from '../src/policy/evaluate.ts';
import { loadCatalogue } from '../src/policy/load.ts';
import type { FactMap, Judgement, Scope, Verdict } from '../src/policy/types.ts';
import { deploymentFacts, roomFactNames } from './rooms.ts';

/** The shipped policies for rooms, on a product that shows every fact of `rooms.ts`; live rules are off. */
export function boundPolicies(): Bound {
  const catalogue = loadCatalogue(join(import.meta.dirname, '..', 'policies'));
  const rows: FactSource[] = roomFactNames.map((fact) => ({ fact, source: 'bench', proves: 'both' }));
  return bindVendor(compileCatalogue(catalogue), rows, { declaredOnly: false, live: false });
}

const scope: Scope = { deployment: deploymentFacts, inventory: {}, attestations: {} };

/** Verdicts only: what the hand-written rules give too, and as many at once as a batch of the engine holds. */
export function judgeVerdicts(
  bound: Bound,
  rooms: readonly FactMap[],
  take: (verdicts: readonly Verdict[], count: number) => void,
): void {
  verdictsOf(bound, 'room', scope, rooms, take);
}

/** The whole judgement: facts, every hole, confidence, ways that were met. A scan judges as many rooms at once. */
export function judgeFully(bound: Bound, rooms: readonly FactMap[]): (readonly Judgement[])[] {
  return judgeSubjects(bound, 'room', scope, rooms);
}

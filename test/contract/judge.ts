import { fileURLToPath } from 'node:url';
import type { Adapter } from '../../adapters/contract/adapter.ts';
import { type Fact, known } from '../../adapters/contract/fact.ts';
import { configurationEvidence } from '../../adapters/contract/room.ts';
import { deploymentId, type Subject } from '../../adapters/contract/subject.ts';
import { type Bound, bindVendor, compileCatalogue, judgeSubject } from '../../src/policy/evaluate.ts';
import { loadCatalogue } from '../../src/policy/load.ts';
import type { FactMap, Judgement, Scope } from '../../src/policy/types.ts';
import type { Verdicts } from './compare.ts';
import { type Scan, scanTime, subjectKey } from './scan.ts';

let compiled: ReturnType<typeof compileCatalogue> | undefined;
const quietBounds = new WeakMap<Adapter, Bound>();
const liveBounds = new WeakMap<Adapter, Bound>();

/** The project's own policies on this vendor. */
function boundFor(adapter: Adapter, live: boolean): Bound {
  const bounds = live ? liveBounds : quietBounds;
  const before = bounds.get(adapter);
  if (before !== undefined) return before;
  compiled ??= compileCatalogue(loadCatalogue(fileURLToPath(new URL('../../policies', import.meta.url))));
  const options = { declaredOnly: adapter.vendor === 'declared', live };
  const bound = bindVendor(compiled, adapter.facts, options);
  bounds.set(adapter, bound);
  return bound;
}

/** Every attestation is given, so that no verdict is open for the want of one. */
function attested(bound: Bound): Record<string, FactMap> {
  const value: Fact = known(true, configurationEvidence('attestations', scanTime));
  return Object.fromEntries(
    bound.compiled.catalogue.policies.map(({ id }) => [id, { 'attestation.value': value }]),
  );
}

/** Every verdict on every subject of a scan, by policy and subject. */
export function judgeScan(adapter: Adapter, scan: Scan): Verdicts {
  return new Map([...judgementsOf(adapter, scan)].map(([key, { verdict }]) => [key, verdict]));
}

/** The same with what each rests on, live policies too where asked for. */
export function judgementsOf(adapter: Adapter, scan: Scan, live = false): Map<string, Judgement> {
  const bound = boundFor(adapter, live);
  const deployment = scan.subjects.get(`deployment ${deploymentId}`)?.facts ?? {};
  const base: Scope = { deployment, inventory: {}, attestations: attested(bound) };
  const judgements = new Map<string, Judgement>();
  for (const subject of scan.subjects.values()) {
    for (const judgement of judgeSubject(bound, subject.kind, scopeOf(base, subject))) {
      judgements.set(`${judgement.policy} on ${subjectKey(subject)}`, judgement);
    }
  }
  return judgements;
}

function scopeOf(base: Scope, { kind, facts }: Subject): Scope {
  return kind === 'deployment' ? base : { ...base, [kind]: facts };
}

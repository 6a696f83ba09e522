import { fileURLToPath } from 'node:url';
import type { Adapter } from '../../adapters/contract/adapter.ts';
import { type Fact, known } from '../../adapters/contract/fact.ts';
import { configurationEvidence } from '../../adapters/contract/room.ts';
import { deploymentId, type Subject } from '../../adapters/contract/subject.ts';
import { type Bound, bindVendor, compileCatalogue, judgeSubject } from '../../src/policy/evaluate.ts';
import { loadCatalogue } from '../../src/policy/load.ts';
import type { FactMap, Scope } from '../../src/policy/types.ts';
import type { Verdicts } from './compare.ts';
import { type Scan, scanTime, subjectKey } from './scan.ts';

let compiled: ReturnType<typeof compileCatalogue> | undefined;
const bounds = new WeakMap<Adapter, Bound>();

/** The project's own policies on this vendor, live facts off. */
function boundFor(adapter: Adapter): Bound {
  const before = bounds.get(adapter);
  if (before !== undefined) return before;
  compiled ??= compileCatalogue(loadCatalogue(fileURLToPath(new URL('../../policies', import.meta.url))));
  const options = { declaredOnly: adapter.vendor === 'declared', live: false };
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
  const bound = boundFor(adapter);
  const deployment = scan.subjects.get(`deployment ${deploymentId}`)?.facts ?? {};
  const base: Scope = { deployment, inventory: {}, attestations: attested(bound) };
  const verdicts = new Map<string, string>();
  for (const subject of scan.subjects.values()) {
    for (const { policy, verdict } of judgeSubject(bound, subject.kind, scopeOf(base, subject))) {
      verdicts.set(`${policy} on ${subjectKey(subject)}`, verdict);
    }
  }
  return verdicts;
}

function scopeOf(base: Scope, { kind, facts }: Subject): Scope {
  return kind === 'deployment' ? base : { ...base, [kind]: facts };
}

import { readsAttestation } from '../findings/detail.ts';
import { growsByItself } from '../findings/judged.ts';
import type { Cause } from '../findings/types.ts';
import type { Catalogue } from '../policy/catalogue.ts';
import type { FactMap, Judgement } from '../policy/types.ts';
import type { ScanHeader } from './records.ts';

/** Policy to what its verdicts depended on besides facts, as of the last scan. */
export type PolicyMemory = Readonly<
  Record<string, { version: number; parameters: string; attestation: string }>
>;

export function policyMemory(
  catalogue: Catalogue,
  header: Pick<ScanHeader, 'parameters' | 'attestations'>,
): PolicyMemory {
  const memory: Record<string, PolicyMemory[string]> = {};
  for (const { id, version } of catalogue.policies) {
    memory[id] = {
      version,
      parameters: JSON.stringify(header.parameters[id]?.parameters ?? {}),
      attestation: steady(header.attestations[id]),
    };
  }
  return memory;
}

/** Without the times at which the configuration was read. */
function steady(facts: FactMap | undefined): string {
  return JSON.stringify(
    Object.entries(facts ?? {}).map(([name, fact]) => [
      name,
      'value' in fact ? fact.value : fact.unavailable,
    ]),
  );
}

/** Why a finding moves: what changed since the last scan of its target, most telling first. */
export function causeBetween(before: PolicyMemory, now: PolicyMemory) {
  return (judgement: Judgement | null, policy: string, unchanged: boolean): Cause => {
    const [old, current] = [before[policy], now[policy]];
    if (Object.keys(before).length === 0) return 'facts';
    if (old === undefined || current === undefined || old.version !== current.version) return 'policy';
    if (old.parameters !== current.parameters) return 'parameter';
    const attested = judgement === null || readsAttestation(judgement);
    if (attested && old.attestation !== current.attestation) return 'attestation';
    return unchanged && judgement?.facts.some(growsByItself) === true ? 'time' : 'facts';
  };
}

/** Policies that are judged by something else than before, among them new ones and those that are gone. */
export function changedPolicies(before: PolicyMemory, now: PolicyMemory): Set<string> {
  const ids = Object.keys({ ...before, ...now });
  return new Set(ids.filter((id) => JSON.stringify(before[id]) !== JSON.stringify(now[id])));
}

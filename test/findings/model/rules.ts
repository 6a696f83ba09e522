import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { FactSource } from '../../../adapters/contract/adapter.ts';
import type { Catalogue } from '../../../src/policy/catalogue.ts';
import { loadCatalogue } from '../../../src/policy/load.ts';
import { type Bind, binder } from '../../../src/scan/bind.ts';
import { toyAdapter, world } from '../../scan/toy.ts';

const whole = openCatalogue();
const toy = toyAdapter(world());
const recordable: FactSource = { fact: 'room_recording_allowed', source: 'list', proves: 'both' };
const adapters = new Map([['toy', { ...toy, facts: [...toy.facts, recordable] }]]);
const known = new Map<number, { catalogue: Catalogue; bind: Bind }>();

/** The catalogue with `access` in this version. */
export function rulesOf(version: number): { catalogue: Catalogue; bind: Bind } {
  const before = known.get(version);
  if (before !== undefined) return before;
  const policies = whole.policies.map((one) => (one.id === 'access' ? { ...one, version } : one));
  const catalogue = { ...whole, policies, policyById: new Map(policies.map((one) => [one.id, one])) };
  const rules = { catalogue, bind: binder(catalogue, adapters) };
  known.set(version, rules);
  return rules;
}

/** The small catalogue, with one more rule: the same open room is worse where it may be recorded. */
function openCatalogue(): Catalogue {
  const folder = mkdtempSync(join(tmpdir(), 'roomwarden-model-'));
  try {
    cpSync(fileURLToPath(new URL('../../scan/policies', import.meta.url)), folder, { recursive: true });
    const file = join(folder, 'access.yaml');
    const rule = 'severity_if: [{ judge: room, when: room_recording_allowed, severity: critical }]\n';
    writeFileSync(file, readFileSync(file, 'utf8').replace('remediation:', `${rule}remediation:`));
    return loadCatalogue(folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

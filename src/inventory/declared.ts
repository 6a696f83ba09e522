import {
  type Fact,
  type FactValue,
  hole,
  known,
  notConfigured,
  type Reason,
  reason,
} from '../../adapters/contract/fact.ts';
import { configurationEvidence } from '../../adapters/contract/room.ts';
import type { CommonTarget } from '../../adapters/contract/target.ts';
import { type FactName, factDefinition, factNames } from '../../adapters/contract/vocabulary.ts';
import type { FactMap } from '../policy/types.ts';
import { countingOne, type HeldAttestation } from './attestations.ts';

type Settings = Pick<CommonTarget, 'hosting' | 'owner'>;

/** Facts that only the configuration of the target gives, the same for every vendor. */
export function inventoryFacts(settings: Settings, now: number): FactMap {
  const { hosting, owner } = settings;
  const provider = hosting?.provider;
  const say = (key: string, value: FactValue | undefined, fill: string, detail?: string): Fact => {
    const evidence = configurationEvidence(`targets[].${key}`, now);
    return value === undefined ? hole(notConfigured(fill, detail), evidence) : known(value, evidence);
  };
  const providerFill = hosting === undefined ? 'hosting' : 'hosting.provider';
  // A declared "nobody" has neither name nor country: nothing may be read into it.
  const nobody = provider === null ? 'declared: no external provider' : undefined;
  return {
    'inventory.deployment_owner_named': say(
      'owner',
      owner === undefined ? undefined : owner !== null,
      'owner',
    ),
    'inventory.hosting_model': say('hosting.model', hosting?.model, 'hosting'),
    'inventory.hosting_country': say('hosting.country', hosting?.country, 'hosting'),
    'inventory.external_provider_used': say(
      'hosting.provider',
      provider === undefined ? undefined : provider !== null,
      providerFill,
    ),
    'inventory.provider_name': say('hosting.provider.name', provider?.name, providerFill, nobody),
    'inventory.provider_country': say('hosting.provider.country', provider?.country, providerFill, nobody),
    'inventory.dpf_certified': say(
      'hosting.provider.dpf_certified',
      provider?.dpf_certified,
      provider == null ? providerFill : 'hosting.provider.dpf_certified',
      nobody,
    ),
  };
}

const attestationNames = factNames.filter((name) => factDefinition(name).level === 'attestation');
const contactPolicy = 'security-contact-named';
const contactFields = ['name', 'office', 'phone', 'email'] as const;

/**
 * Facts of each policy's own attestation. A missing or expired entry is a hole, never a "no".
 * @param policies ids of the policies that read attestations
 */
export function attestationFacts(
  target: { id: string; settings: Settings },
  policies: readonly string[],
  attestations: readonly HeldAttestation[],
  now: number,
): Record<string, FactMap> {
  const result: Record<string, FactMap> = {};
  for (const policy of policies) {
    const entries = attestations.filter((entry) => entry.policy === policy && entry.target === target.id);
    const facts = factsOf(policy, countingOne(entries, now), now);
    result[policy] = policy === contactPolicy ? withContact(facts, target.settings, now) : facts;
  }
  return result;
}

function factsOf(policy: string, entry: HeldAttestation | undefined, now: number): FactMap {
  const facts: Partial<Record<FactName, Fact>> = {};
  const place = `attestations[${policy}]`;
  const gap = (code: 'attestation_missing' | 'attestation_expired'): Reason =>
    reason(code, undefined, { kind: 'attestation', name: policy });
  const expired = entry?.validUntil != null && entry.validUntil < now;
  for (const name of attestationNames) {
    const field = name.slice('attestation.'.length);
    const evidence = configurationEvidence(`${place}.${field}`, now);
    if (entry === undefined) facts[name] = hole(gap('attestation_missing'), evidence);
    else if (expired) facts[name] = hole(gap('attestation_expired'), evidence);
    else {
      const value = fieldValue(field, entry.fields[field]);
      facts[name] = value === undefined ? hole(gap('attestation_missing'), evidence) : known(value, evidence);
    }
  }
  return facts;
}

function fieldValue(field: string, value: unknown): FactValue | undefined {
  if (field === 'declared_not_applicable') return value !== undefined && value !== null && value !== false;
  if (typeof value === 'boolean') return value;
  if (typeof value !== 'string') return undefined;
  return field.startsWith('contact_') ? named(value) : value;
}

/** Who the contact is does not matter, only that each line of the form is filled: a person's name is never a fact. */
const named = (value: string): string => (value.trim() === '' ? '' : '(given)');

function withContact(facts: FactMap, settings: Settings, now: number): FactMap {
  const contact = settings.owner?.contact;
  if (contact === undefined) return facts;
  const result: Partial<Record<FactName, Fact>> = { ...facts };
  for (const field of contactFields) {
    const name = `attestation.contact_${field}` as const;
    const value = contact[field];
    const present = facts[name];
    if (value === undefined || (present !== undefined && 'value' in present)) continue;
    result[name] = known(named(value), configurationEvidence(`targets[].owner.contact.${field}`, now));
  }
  return result;
}

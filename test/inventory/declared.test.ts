import { describe, expect, it } from 'vitest';
import type { CommonTarget } from '../../adapters/contract/target.ts';
import { factProblems } from '../../adapters/contract/validate.ts';
import type { FactName } from '../../adapters/contract/vocabulary.ts';
import type { ConfiguredAttestation } from '../../src/config/types.ts';
import { attestationFacts, inventoryFacts } from '../../src/inventory/declared.ts';
import type { FactMap } from '../../src/policy/types.ts';

const now = Date.UTC(2026, 10, 1);
const origin = { file: 'f', line: 1, column: 1 };

/** A value, or the code and what would fill the hole. */
function told(facts: FactMap, name: FactName): unknown {
  const fact = facts[name];
  if (fact === undefined) return undefined;
  if ('value' in fact) return fact.value;
  return `${fact.unavailable.code} ${fact.unavailable.fill?.name}`;
}

type Settings = Pick<CommonTarget, 'hosting' | 'owner'>;
const abroad = { name: 'Zoom Communications', country: 'US' };

describe('facts of the inventory', () => {
  const table: [string, Settings, Partial<Record<FactName, unknown>>][] = [
    [
      'nothing said',
      {},
      {
        'inventory.deployment_owner_named': 'not_configured owner',
        'inventory.hosting_model': 'not_configured hosting',
        'inventory.hosting_country': 'not_configured hosting',
        'inventory.external_provider_used': 'not_configured hosting',
        'inventory.provider_name': 'not_configured hosting',
        'inventory.provider_country': 'not_configured hosting',
        'inventory.dpf_certified': 'not_configured hosting',
      },
    ],
    ['nobody’s', { owner: null }, { 'inventory.deployment_owner_named': false }],
    ['somebody’s', { owner: { name: 'Fachgebiet 12' } }, { 'inventory.deployment_owner_named': true }],
    [
      'hosting without a word on providers',
      { hosting: { model: 'on_premises', country: 'DE' } },
      {
        'inventory.hosting_model': 'on_premises',
        'inventory.hosting_country': 'DE',
        'inventory.external_provider_used': 'not_configured hosting.provider',
        'inventory.provider_country': 'not_configured hosting.provider',
      },
    ],
    [
      'no provider',
      { hosting: { model: 'on_premises', country: 'DE', provider: null } },
      {
        'inventory.external_provider_used': false,
        'inventory.provider_country': 'not_configured hosting.provider',
        'inventory.dpf_certified': 'not_configured hosting.provider',
      },
    ],
    [
      'a provider abroad',
      { hosting: { model: 'saas', country: 'US', provider: abroad } },
      {
        'inventory.external_provider_used': true,
        'inventory.provider_name': 'Zoom Communications',
        'inventory.provider_country': 'US',
        'inventory.dpf_certified': 'not_configured hosting.provider.dpf_certified',
      },
    ],
    [
      'a certified one',
      { hosting: { model: 'saas', country: 'US', provider: { ...abroad, dpf_certified: false } } },
      { 'inventory.dpf_certified': false },
    ],
  ];

  it.each(table)('%s', (_name, settings, expected) => {
    const facts = inventoryFacts(settings, now);
    for (const [name, value] of Object.entries(expected))
      expect([name, told(facts, name as FactName)]).toEqual([name, value]);
    expect(Object.entries(facts).flatMap(([name, fact]) => factProblems(name as FactName, fact))).toEqual([]);
  });
});

describe('facts of attestations', () => {
  const entry = (
    fields: Record<string, unknown>,
    change: Partial<ConfiguredAttestation> = {},
  ): ConfiguredAttestation => ({
    policy: 'p',
    target: 't',
    fields,
    attestedAt: now - 1_000,
    validUntil: now + 1_000,
    origin,
    ...change,
  });
  const of = (entries: ConfiguredAttestation[], settings: Settings = {}, policy = 'p'): FactMap =>
    attestationFacts({ id: 't', settings }, [policy], entries, now)[policy] ?? {};

  const table: [string, ConfiguredAttestation[], Partial<Record<FactName, unknown>>][] = [
    [
      'none',
      [],
      {
        'attestation.value': 'attestation_missing p',
        'attestation.declared_not_applicable': 'attestation_missing p',
      },
    ],
    [
      'of another target',
      [entry({ value: true }, { target: 'u' })],
      { 'attestation.value': 'attestation_missing p' },
    ],
    [
      'of another policy',
      [entry({ value: true }, { policy: 'q' })],
      { 'attestation.value': 'attestation_missing p' },
    ],
    [
      'valid',
      [entry({ value: true, guarantee: 'scc' })],
      {
        'attestation.value': true,
        'attestation.declared_not_applicable': false,
        'attestation.guarantee': 'scc',
        'attestation.toms_agreed': 'attestation_missing p',
      },
    ],
    ['a no', [entry({ value: false })], { 'attestation.value': false }],
    ['on its last instant', [entry({ value: true }, { validUntil: now })], { 'attestation.value': true }],
    [
      'expired: no field of it counts',
      [entry({ value: true, declared_not_applicable: { reason: 'x' } }, { validUntil: now - 1 })],
      {
        'attestation.value': 'attestation_expired p',
        'attestation.declared_not_applicable': 'attestation_expired p',
      },
    ],
    [
      'declared not applicable',
      [entry({ declared_not_applicable: { reason: 'none kept' } })],
      { 'attestation.declared_not_applicable': true, 'attestation.value': 'attestation_missing p' },
    ],
    [
      'an expired one does not hide a valid one',
      [entry({ value: true }, { validUntil: now - 1 }), entry({ value: false }, { attestedAt: now - 9_000 })],
      { 'attestation.value': false },
    ],
  ];
  it.each(table)('%s', (_name, entries, expected) => {
    const facts = of(entries);
    for (const [name, value] of Object.entries(expected))
      expect([name, told(facts, name as FactName)]).toEqual([name, value]);
    expect(Object.entries(facts).flatMap(([name, fact]) => factProblems(name as FactName, fact))).toEqual([]);
  });

  it('takes the contact from the owner, shows whether each line is filled, and no person', () => {
    const owner = {
      name: 'Fachgebiet 12',
      contact: { name: 'Erika Mustermann', office: 'F 12', phone: '', email: 'e@example.org' },
    };
    const policy = 'security-contact-named';
    const facts = of([entry({ value: true, contact_office: 'IT' }, { policy })], { owner }, policy);
    expect(told(facts, 'attestation.contact_name')).toBe('(given)');
    expect(told(facts, 'attestation.contact_phone')).toBe('');
    expect(JSON.stringify(facts)).not.toMatch(/Erika|example\.org/);
    expect(told(of([], {}, policy), 'attestation.contact_name')).toBe(`attestation_missing ${policy}`);
    expect(told(of([entry({ value: true })], { owner }), 'attestation.contact_name')).toBe(
      'attestation_missing p',
    );
  });
});

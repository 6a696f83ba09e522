import { z } from 'zod';
import type { Adapter, FactSource } from '../adapters/contract/adapter.ts';
import { CommonTarget } from '../adapters/contract/target.ts';
import { factDefinition } from '../adapters/contract/vocabulary.ts';
import { adapters } from '../adapters/registry.ts';
import type { BoundEntry } from '../src/policy/bind.ts';
import type { Policy } from '../src/policy/catalogue.ts';
import type { CompiledEntry } from '../src/policy/compiled.ts';
import { bindVendor, compileCatalogue } from '../src/policy/evaluate.ts';
import { loadCatalogue } from '../src/policy/load.ts';

const products: readonly [string, string][] = [
  ['bigbluebutton', 'BigBlueButton'],
  ['jitsi', 'Jitsi Meet'],
  ['nextcloud-talk', 'Nextcloud Talk'],
  ['rocketchat', 'Rocket.Chat'],
];

/**
 * What is audited on which product, from the rows that the adapters declare. `automated`: both sides of every fact that
 * the rule rests on can be read with keys that the configuration takes; `partly`: less than that.
 */
export function matrixTable(policiesFolder: string): string {
  const catalogue = loadCatalogue(policiesFolder);
  const compiled = compileCatalogue(catalogue);
  const shown = products.flatMap(([vendor, name]) => {
    const adapter = adapters.get(vendor);
    return adapter === undefined ? [] : [{ name, adapter }];
  });
  const lines = [
    `| policy | clauses | ${shown.map(({ name }) => name).join(' | ')} |`,
    `|---|---|${shown.map(() => '---|').join('')}`,
  ];
  for (const policy of catalogue.policies) {
    const cells = shown.map(({ adapter }) => {
      const bound = bindVendor(compiled, adapter.facts, { declaredOnly: false, live: true });
      return statusOf(
        policy,
        bound.entries.filter(({ entry }) => entry.policy === policy),
        adapter,
      );
    });
    lines.push(`| \`${policy.id}\` | ${policy.clauses.join(', ')} | ${cells.join(' | ')} |`);
  }
  return lines.join('\n');
}

function statusOf(policy: Policy, entries: readonly BoundEntry[], adapter: Adapter): string {
  if (policy.form === 'advisory') return 'advice';
  if (policy.form === 'attestation') return 'attestation';
  if (entries.every(({ state }) => state === 'not_applicable')) return 'off by default';
  if (policy.judge.every(({ applies = '' }) => neverApplies(applies, adapter))) return 'n/a';
  const marks = entries
    .filter(({ state }) => state === 'judged')
    .map(({ entry }) => entryStatus(entry, adapter));
  if (marks.every((mark) => mark === 'none')) return 'not observable';
  return marks.every((mark) => mark === 'full') ? 'automated' : 'partly';
}

/** A `*_supported` fact that this product only ever shows as false. */
function neverApplies(applies: string, adapter: Adapter): boolean {
  const supported = /\b[a-z_]+_supported\b/.exec(applies)?.[0];
  if (supported === undefined) return false;
  const rows = adapter.facts.filter((row) => row.fact === supported);
  return rows.length > 0 && rows.every((row) => 'source' in row && row.proves === 'false');
}

function entryStatus(entry: CompiledEntry, adapter: Adapter): 'full' | 'some' | 'none' {
  const facts = entry.ruleReads.filter((name) => !/^(inventory|attestation)\./.test(name));
  const sides = facts.map((name) =>
    sidesOf(adapter.facts.filter((row) => row.fact === name).filter((row) => available(row, adapter))),
  );
  if (!entry.live && sides.every((side) => side === 2)) return 'full';
  return sides.every((side) => side === 0) && sides.length > 0 ? 'none' : 'some';
}

function sidesOf(rows: readonly FactSource[]): number {
  const proven = new Set<boolean>();
  // Whether a list is complete depends on the installation.
  if (rows.some((row) => factDefinition(row.fact).type === 'list')) return Math.min(rows.length, 1);
  for (const row of rows) {
    if (!('source' in row)) continue;
    if (row.proves !== 'false') proven.add(true);
    if (row.proves !== 'true') proven.add(false);
  }
  return proven.size;
}

const commonKeys = new Set(Object.keys(CommonTarget.shape));

/** Its key is one that the configuration takes today. */
function available(row: FactSource, adapter: Adapter): boolean {
  if (!('source' in row)) return false;
  if (row.needs === undefined) return true;
  if (row.needs.kind !== 'config') return false;
  const schema = z.toJSONSchema(adapter.configuration, { unrepresentable: 'any', io: 'input' });
  const keys = new Set(keysOf(schema));
  return row.needs.name.split('.').every((key) => commonKeys.has(key) || keys.has(key));
}

function* keysOf(schema: unknown): Generator<string> {
  if (typeof schema !== 'object' || schema === null) return;
  const { properties = {} } = schema as { properties?: Record<string, unknown> };
  for (const [key, value] of Object.entries(properties)) {
    yield key;
    yield* keysOf(value);
  }
}

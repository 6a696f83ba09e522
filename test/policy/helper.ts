import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { FactSource } from '../../adapters/contract/adapter.ts';
import { factNames } from '../../adapters/contract/vocabulary.ts';
import { type Bound, bindVendor } from '../../src/policy/bind.ts';
import type { Catalogue } from '../../src/policy/catalogue.ts';
import { compileCatalogue, type Settings } from '../../src/policy/compiled.ts';
import { loadCatalogue } from '../../src/policy/load.ts';
import { PolicyError, type PolicyProblem } from '../../src/policy/problems.ts';

export const policyFolder = join(import.meta.dirname, '..', '..', 'policies');

/** A product that shows every fact. */
export const everyRow: readonly FactSource[] = factNames.map((fact) => ({
  fact,
  source: 's',
  proves: 'both',
}));

export function bindAll(catalogue: Catalogue, settings: Settings = {}): Bound {
  return bindVendor(compileCatalogue(catalogue, settings), everyRow, { declaredOnly: false, live: true });
}

/** Writes the files into a folder of their own, loads it and removes it. */
export function loadFiles(files: Readonly<Record<string, string>>): Catalogue {
  const directory = mkdtempSync(join(tmpdir(), 'policies-'));
  try {
    for (const [name, text] of Object.entries(files)) {
      mkdirSync(dirname(join(directory, name)), { recursive: true });
      writeFileSync(join(directory, name), text);
    }
    return loadCatalogue(directory);
  } finally {
    rmSync(directory, { recursive: true });
  }
}

export function problemsOf(files: Readonly<Record<string, string>>): readonly PolicyProblem[] {
  try {
    loadFiles(files);
  } catch (error) {
    if (error instanceof PolicyError) return error.problems;
    throw error;
  }
  return [];
}

export const clauseFile = `document: S1
title: { de: Merkblatt, en: Leaflet }
publisher: Amt
clauses:
  - { id: S1-01, place: Absatz 1, duty: { de: Pflicht, en: Duty }, force: must, check: [room] }
`;

/** A small policy that loads; \`rule\` and \`applies\` stand as YAML scalars. */
export function policyFile(
  parts: { rule?: string; applies?: string; cases?: string; more?: string } = {},
): string {
  return `id: small
version: 1
form: rule
clauses: [S1-01]
basis: document
force: must
texts:
  de: { title: Klein, why: Darum, violation: { room: Falsch. } }
  en: { title: Small, why: Because, violation: { room: Wrong. } }
parameters:
  least: { type: int, default: 8, min: 1, max: 100, texts: { de: mindestens, en: at least } }
judge:
  room:
    severity: high
${parts.applies === undefined ? '' : `    applies: ${parts.applies}\n`}    rule: ${parts.rule ?? 'room_password_length >= params.least'}
${parts.more ?? ''}cases:
${
  parts.cases ??
  `  - { name: ok, judge: room, facts: { room_password_length: 8 }, expect: pass }
  - { name: bad, judge: room, facts: { room_password_length: 7 }, expect: violation }
  - { name: open, judge: room, facts: {}, expect: unknown }
`
}`;
}

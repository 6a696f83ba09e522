import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { z } from 'zod';
import type { Adapter, AdapterContext, Target } from '../../adapters/contract/adapter.ts';
import { reasonOf } from '../../adapters/contract/answers.ts';
import { type Evidence, type Fact, hole, known, type Reason, reason } from '../../adapters/contract/fact.ts';
import { MountedFiles, readFiles } from '../../adapters/contract/files.ts';
import { parseEnvironment } from '../../adapters/contract/properties.ts';
import { startSimulatorServer } from '../../adapters/contract/simulator.ts';
import type { SqlRow } from '../../adapters/contract/sql.ts';
import type { Item } from '../../adapters/contract/subject.ts';
import { SecretRef } from '../../adapters/contract/target.ts';
import type { ContractSpec, Started } from './types.ts';

/** What the adapter of this toy, which reads a table and a file, does wrong. */
export type StoredLie =
  | 'null-is-off'
  | 'failure-is-off'
  | 'last-twin-wins'
  | 'cap-is-whole'
  | 'half-is-whole'
  | 'no-file-is-off'
  | 'any-text-is-on';

const configuration = z.strictObject({ url: z.url(), database: SecretRef, settings_file: MountedFiles });
type Config = z.infer<typeof configuration>;

const mostRows = 2000;
const statements = {
  settings: { text: `SELECT s.name, s.value FROM settings s ORDER BY s.name LIMIT ${mostRows}` },
};

export function storedToySpec(lie?: StoredLie): ContractSpec {
  const adds = { de: 'Schalter', en: 'Switches' };
  const adapter: Adapter<Config> = {
    vendor: 'toy',
    configuration,
    sources: [
      { id: 'table', calls: ['settings'], population: 'all', adds },
      { id: 'file', calls: ['settings_file'], population: 'all', adds },
    ],
    facts: [
      { fact: 'presence_status_feature_enabled', source: 'table', proves: 'both' },
      { fact: 'recording_feature_enabled', source: 'file', proves: 'both' },
      { fact: 'presence_status_supported', source: 'file', proves: 'both' },
      { fact: 'presence_status_visibility', source: 'file', proves: 'value' },
      { fact: 'attention_tracking_supported', never: 'the toy shows it nowhere' },
    ],
    async *check() {},
    collect: (target, context) => collect(target, context, lie),
  };
  return { name: lie ?? 'honest toy with a database and a file', adapter, start, readOnly: [] };
}

async function start(): Promise<Started> {
  const simulator = await startSimulatorServer(() => ({ status: 404, body: '' }));
  const folder = mkdtempSync(join(tmpdir(), 'roomwarden-toy-'));
  const path = join(folder, 'toy.db');
  const database = new DatabaseSync(path);
  database.exec(`CREATE TABLE settings (name TEXT, value INT);
    INSERT INTO settings VALUES ('other', 0), ('presence', 1)`);
  database.close();
  const file = join(folder, 'toy.env');
  writeFileSync(file, '# a comment\nRECORDING=1\nOTHER=x\n');
  return {
    simulator,
    settings: {
      url: simulator.origin,
      database: { env: 'TOY_DATABASE' },
      settings_file: [{ host: 'toy.example.org', path: file }],
    },
    secretValues: { TOY_DATABASE: `sqlite:${path}` },
    secrets: [],
    persons: [],
    messages: [],
    async close() {
      await simulator.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function* collect(
  target: Target<Config>,
  context: AdapterContext,
  lie: StoredLie | undefined,
): AsyncGenerator<Item> {
  const at = (source: string, path: string): Evidence => ({
    source,
    locator: source,
    path,
    observed_at: context.now(),
    provenance: 'direct',
    force: 'enforced',
  });
  const table = await readTable(target, context, lie);
  const file = await readFile(target, context, lie);
  const fact = (read: boolean | Reason, evidence: Evidence): Fact =>
    typeof read === 'boolean' ? known(read, evidence) : hole(read, evidence);
  yield {
    subject: {
      kind: 'deployment',
      id: '-',
      name: 'toy',
      facts: {
        presence_status_feature_enabled: fact(table, at('table', 'settings.presence')),
        recording_feature_enabled: fact(file, at('file', 'RECORDING')),
        presence_status_supported: known(true, { ...at('file', ''), provenance: 'derived' }),
        presence_status_visibility: known('everyone', { ...at('file', ''), provenance: 'derived' }),
        attention_tracking_supported: hole(reason('not_observable')),
      },
    },
  };
  for (const [source, read] of [
    ['table', table],
    ['file', file],
  ] as const) {
    const failed = typeof read === 'boolean' ? {} : { reason: read };
    const state = typeof read === 'boolean' ? 'complete' : 'failed';
    yield { source: { source, population: 'all', state, count: 1, ...failed } };
  }
}

async function readTable(
  { settings }: Target<Config>,
  context: AdapterContext,
  lie: StoredLie | undefined,
): Promise<boolean | Reason> {
  const sql = context.sql({ url: await context.secret(settings.database), label: 'Toy', statements });
  const rows: SqlRow[] = [];
  try {
    for await (const row of sql.query('settings')) rows.push(row);
  } catch (error) {
    if (lie === 'failure-is-off' && rows.length === 0) return false;
    if (lie !== 'half-is-whole') return reasonOf(error);
  }
  if (lie === undefined && rows.length >= mostRows) return reason('too_large', 'more settings than are read');
  const wrong = reason('invalid_answer', 'settings are not as documented');
  if (rows.some(({ name }) => typeof name !== 'string')) return wrong;
  const own = rows.filter(({ name }) => name === 'presence').map(({ value }) => value);
  const value = lie === 'last-twin-wins' ? own.at(-1) : own[0];
  if (own.length === 0) return false;
  if (lie === 'null-is-off') return (value ?? 0) === 1;
  if (lie !== 'last-twin-wins' && new Set(own).size > 1) return wrong;
  return value === 0 || value === 1 ? value === 1 : wrong;
}

async function readFile(
  { settings }: Target<Config>,
  context: AdapterContext,
  lie: StoredLie | undefined,
): Promise<boolean | Reason> {
  const [file] = await readFiles(settings.settings_file, context.now);
  if (file === undefined) return reason('not_configured');
  if ('reason' in file) return lie === 'no-file-is-off' ? false : file.reason;
  const values = parseEnvironment(file.text.replace(/^\uFEFF/, ''));
  if (values.size === 0) return reason('invalid_answer', 'no variable');
  const value = values.get('RECORDING');
  if (value === undefined || value === '') return false;
  if (lie === 'any-text-is-on') return value !== '1';
  return value === '1' ? true : reason('undecidable', 'RECORDING is neither 0 nor 1');
}

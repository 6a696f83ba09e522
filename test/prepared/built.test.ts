import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  appendFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { deserialize } from 'node:v8';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runCases } from '../../src/policy/cases.ts';
import type { Catalogue } from '../../src/policy/catalogue.ts';
import { loadCatalogue } from '../../src/policy/load.ts';
import { builtEntry, readManifest } from '../../src/prepared/fresh.ts';

const root = join(import.meta.dirname, '../..');
const home = mkdtempSync(join(tmpdir(), 'roomwarden-built-'));
const at = (name: string): string => join(home, name);
const build = (): void =>
  void execFileSync(process.execPath, ['src/prepared/build.ts'], { cwd: home, stdio: 'pipe' });

function run(...args: string[]): string {
  return execFileSync(process.execPath, ['src/main.ts', ...args], { cwd: home, encoding: 'utf8' });
}

/** Packages that are loaded when the first page of violations has been answered. */
async function loadedByServe(): Promise<string[]> {
  const hook = join(import.meta.dirname, 'loaded.mjs');
  const args = ['--import', hook, 'src/main.ts', 'serve', '--setup', '--port', '0'];
  const child = spawn(process.execPath, args, { cwd: home, stdio: ['ignore', 'pipe', 'ignore'] });
  let told = '';
  const saw = async (pattern: RegExp): Promise<string> => {
    for (;;) {
      const found = pattern.exec(told)?.[1];
      if (found !== undefined) return found;
      const [chunk] = await Promise.race([
        once(child.stdout, 'data'),
        once(child, 'exit').then(() => {
          throw new Error(`ended: ${told}`);
        }),
      ]);
      told += String(chunk);
    }
  };
  const url = await saw(/^listening: (\S+)$/m);
  const headers = { authorization: `Bearer ${await saw(/^token: (\S+)$/m)}` };
  expect((await fetch(`${url}/api/v1/violations`, { headers })).status).toBe(200);
  child.kill('SIGUSR2');
  return (await saw(/^loaded: (.*)$/m)).split(' ');
}

beforeAll(() => {
  for (const name of ['adapters', 'policies', 'src', 'package.json', 'tsconfig.json']) {
    cpSync(join(root, name), at(name), { recursive: true });
  }
  mkdirSync(at('node_modules'));
  for (const name of readdirSync(join(root, 'node_modules'))) {
    if (name !== '.cache') symlinkSync(join(root, 'node_modules', name), at(`node_modules/${name}`));
  }
  const target = '{ id: zoom, vendor: declared, product: Zoom }';
  writeFileSync(at('roomwarden.yaml'), `data: ./data\ntargets:\n  - ${target}\n`);
});
afterAll(() => rmSync(home, { recursive: true, force: true }));

/** Nothing of these is needed to answer from an embedded store. */
const later = [
  '@marcbachmann/cel-js',
  '@opentelemetry/api',
  'ajv',
  'axios',
  'bigbluebutton-js',
  'mysql2',
  'nodemailer',
  'openid-client',
  'pg',
  'pg-boss',
  'vite',
  'ws',
  'zxcvbn',
];

describe('the program as it was built', () => {
  it('is not there before', async () => {
    expect(builtEntry(home)).toBe(null);
    const loaded = await loadedByServe();
    expect(loaded).toContain('fastify');
    // The sources check the policies at each start.
    expect(later.filter((name) => loaded.includes(name))).toEqual(['@marcbachmann/cel-js']);
  });

  it('says what the sources say, and loads less', async () => {
    const before = run('policies', 'list');
    build();
    expect(builtEntry(home)).toBe(at(readManifest(home)?.entry ?? ''));
    expect(run('policies', 'list')).toBe(before);
    const loaded = await loadedByServe();
    expect(loaded).toContain('fastify');
    expect(later.filter((name) => loaded.includes(name))).toEqual([]);
  });

  it('has the policies as they are checked at a start', () => {
    const name = readManifest(home)?.outputs.find((output) => output.includes('/catalogue.')) ?? '';
    const built = deserialize(readFileSync(at(name))) as Catalogue;
    const checked = loadCatalogue(at('policies'));
    const plain = (value: unknown): unknown => JSON.parse(JSON.stringify(value, numbers));
    expect(plain(built)).toEqual(plain(checked));
    expect(runCases(built)).toEqual(runCases(checked));
    expect(runCases(built).filter(({ passed }) => !passed)).toEqual([]);
  });

  it('names its sources in errors', () => {
    const { outputs = [] } = readManifest(home) ?? {};
    const maps = outputs.filter((output) => output.endsWith('.js')).map((output) => at(`${output}.map`));
    const sources = maps.flatMap((map) =>
      (JSON.parse(readFileSync(map, 'utf8')).sources as string[]).map((source) => join(dirname(map), source)),
    );
    expect(sources.length).toBeGreaterThan(400);
    expect(sources.filter((source) => !existsSync(source) && !source.includes('\0'))).toEqual([]);
  });

  it.each<[string, () => string, 'other' | 'gone' | 'new']>([
    ['a changed source', () => 'src/errors.ts', 'other'],
    ['a changed adapter', () => 'adapters/jitsi/index.ts', 'other'],
    ['a changed policy', firstPolicy, 'other'],
    ['another policy', () => 'policies/zz.yaml', 'new'],
    ['a policy less', firstPolicy, 'gone'],
    ['another version', () => 'package.json', 'other'],
    ['a changed entry', () => readManifest(home)?.entry ?? '', 'other'],
    ['a broken manifest', () => 'dist/server/manifest.json', 'other'],
    ['a manifest less', () => 'dist/server/manifest.json', 'gone'],
  ])('is not used after %s', (_, name, change) => {
    expect(builtEntry(home)).not.toBe(null);
    const file = at(name());
    const before = change === 'new' ? null : readFileSync(file);
    if (change === 'gone') rmSync(file);
    else writeFileSync(file, change === 'new' ? 'id: zz\n' : `${before} x`);
    expect(builtEntry(home)).toBe(null);
    if (before === null) rmSync(file);
    else writeFileSync(file, before);
    expect(builtEntry(home)).not.toBe(null);
  });

  it('keeps what a running service may still load, and nothing older', () => {
    const first = readManifest(home)?.entry ?? '';
    const change = (): void => {
      appendFileSync(at('src/commands/program.ts'), `\nexport const another${Date.now()} = 1;\n`);
      build();
    };
    change();
    expect(existsSync(at(first))).toBe(true);
    expect(readManifest(home)?.entry).not.toBe(first);
    change();
    expect(existsSync(at(first))).toBe(false);
  });
});

function firstPolicy(): string {
  return `policies/${readdirSync(at('policies')).find((name) => name.endsWith('.yaml'))}`;
}

/** Maps, sets and numbers of CEL as JSON has none. */
function numbers(_: string, value: unknown): unknown {
  if (typeof value === 'bigint') return `${value}n`;
  if (value instanceof Map) return { map: [...value] };
  return value instanceof Set ? { set: [...value] } : value;
}

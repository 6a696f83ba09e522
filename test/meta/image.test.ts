import { execFileSync } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { builtEntry } from '../../src/prepared/fresh.ts';

/** The stages of the Dockerfile by hand: only what they copy, and only the packages that they install. */
const root = join(import.meta.dirname, '../..');
const home = mkdtempSync(join(tmpdir(), 'roomwarden-image-'));
const stages = readFileSync(join(root, 'Dockerfile'), 'utf8')
  .split(/^FROM /m)
  .slice(1);
const named = new Map(stages.map((text) => [/^\S+ AS (\w+)/.exec(text)?.[1] ?? 'image', text]));

const cache = 'node_modules/.cache/roomwarden';

interface Locked {
  dev?: boolean;
  optional?: boolean;
  devOptional?: boolean;
}

function copied(name: string): string {
  const folder = join(home, name);
  mkdirSync(folder, { recursive: true });
  for (const [, from, files = ''] of named.get(name)?.matchAll(/^COPY (--from=\w+ )?(.+)$/gm) ?? []) {
    const places = files.trim().split(/\s+/);
    const target = places.pop() ?? '';
    for (const place of places) {
      const source =
        from === undefined ? join(root, place) : join(home, from.slice(7).trim(), place.slice(5));
      const into = target.endsWith('/') ? join(folder, target, place) : join(folder, target);
      cpSync(source, into, { recursive: true, verbatimSymlinks: true });
    }
  }
  return folder;
}

function installed(name: string, wanted: (locked: Locked) => boolean): void {
  const { packages } = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')) as {
    packages: Record<string, Locked>;
  };
  for (const [place, locked] of Object.entries(packages)) {
    if (!/^node_modules\/(@[^/]+\/)?[^/]+$/.test(place) || !wanted(locked)) continue;
    if (!existsSync(join(root, place))) continue;
    mkdirSync(dirname(join(home, name, place)), { recursive: true });
    symlinkSync(join(root, place), join(home, name, place));
  }
}

describe('the image', () => {
  beforeAll(() => {
    copied('packages');
    installed('packages', ({ dev, optional, devOptional }) => !dev && !optional && !devOptional);
  });
  afterAll(() => rmSync(home, { recursive: true, force: true }));

  it('has all stages that it copies from', () => {
    expect([...named.keys()]).toEqual(['packages', 'page', 'image']);
  });

  it('builds page and program from what its stage has, and starts without the packages for development', () => {
    const page = copied('page');
    installed('page', () => true);
    execFileSync('npm', ['run', '-s', 'build'], { cwd: page, stdio: 'pipe' });
    const image = copied('image');
    expect(existsSync(join(image, 'dist/page/index.html'))).toBe(true);
    expect(builtEntry(image)).toMatch(/\/dist\/server\/program\.[\w-]+\.js$/);
    expect(existsSync(join(image, 'node_modules/vitest'))).toBe(false);
    const told = execFileSync(process.execPath, ['src/main.ts', 'policies', 'list'], {
      cwd: image,
      encoding: 'utf8',
    });
    expect(told).toContain('recording');
    rmSync(join(image, cache), { recursive: true, force: true });
    execFileSync(process.execPath, ['src/prepared/warm.ts'], { cwd: image, stdio: 'pipe' });
    const kept = readdirSync(join(image, cache), { recursive: true });
    expect(kept.length).toBeGreaterThan(500);
  });
});

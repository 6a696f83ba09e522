import { describe, expect, it } from 'vitest';
import { filesBelow, importsOf, read } from './tree.ts';

const manifest = JSON.parse(read('package.json')) as {
  dependencies: Record<string, string>;
  devDependencies: Record<string, string>;
  optionalDependencies: Record<string, string>;
};

/** `@scope/name` or `name`; undefined for what comes with Node, lies in the repository or is made when the page is built. */
function packageOf(specifier: string): string | undefined {
  if (/^(\.|node:|virtual:)/.test(specifier)) return undefined;
  const parts = specifier.split('/');
  return specifier.startsWith('@') ? parts.slice(0, 2).join('/') : parts[0];
}

function imported(folders: readonly string[]): string[] {
  const files = folders.flatMap((folder) => [...filesBelow(folder, '.ts'), ...filesBelow(folder, '.tsx')]);
  const names = files.flatMap((file) => importsOf(read(file)).map(packageOf));
  return [...new Set(names.filter((name) => name !== undefined))].sort();
}

describe('packages', () => {
  it('that the product imports are dependencies of the product', () => {
    const own = manifest.dependencies;
    expect(imported(['adapters', 'src']).filter((name) => !Object.hasOwn(own, name))).toEqual([]);
  });

  it('that tests and measurements import are named', () => {
    const own = { ...manifest.dependencies, ...manifest.devDependencies };
    expect(imported(['test', 'bench', 'docs']).filter((name) => !Object.hasOwn(own, name))).toEqual([]);
  });

  it('have exact versions', () => {
    const { dependencies, devDependencies, optionalDependencies } = manifest;
    const all = Object.entries({ ...dependencies, ...devDependencies, ...optionalDependencies });
    expect(all.filter(([, version]) => !/^\d+\.\d+\.\d+(?:-[\w.]+)?$/.test(version))).toEqual([]);
  });

  it.each([
    ['axios', 'axios'],
    ['pg/lib/x.js', 'pg'],
    ['@fastify/etag', '@fastify/etag'],
    ['@scope/name/deep', '@scope/name'],
    ['node:fs', undefined],
    ['virtual:vocabulary-de', undefined],
    ['./x.ts', undefined],
  ])('%s is of %s', (specifier, name) => expect(packageOf(specifier)).toBe(name));
});

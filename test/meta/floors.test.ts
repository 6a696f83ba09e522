import { describe, expect, it } from 'vitest';
import { adapters } from '../../adapters/registry.ts';
import { cycles, floorOf, floorProblems, vendorProblems } from './floors.ts';
import { edgesOf, filesBelow, importsOf } from './tree.ts';

const files = [...filesBelow('adapters', '.ts'), ...filesBelow('src', '.ts'), ...filesBelow('src', '.tsx')];
const edges = edgesOf(files);

describe('the floors of the house', () => {
  it('there is something to look at', () => {
    expect(files.length).toBeGreaterThan(50);
    expect(edges.length).toBeGreaterThan(100);
  });

  it('every file stands on a floor', () => {
    expect(files.filter((file) => floorOf(file) === undefined)).toEqual([]);
  });

  it('no import goes up, none from adapters into src', () => {
    expect(floorProblems(edges)).toEqual([]);
  });

  it('vendors do not know each other', () => {
    expect(vendorProblems(edges)).toEqual([]);
  });

  it('no import runs in a circle', () => {
    expect(cycles(edges)).toEqual([]);
  });

  it('nothing below knows how the tests look', () => {
    expect(edges.filter(({ to }) => /^(test|bench)\//.test(to))).toEqual([]);
  });
});

describe('vendors', () => {
  const vendors = [...new Set(filesBelow('adapters').map((file) => file.split('/')[1] ?? ''))].filter(
    (name) => name !== 'contract' && !name.endsWith('.ts'),
  );

  it('are registered, and only they', () => {
    expect([...adapters.keys()].sort()).toEqual(vendors.sort());
    for (const [vendor, adapter] of adapters) expect(adapter.vendor).toBe(vendor);
  });

  it.each(vendors)('%s has the same rooms as every other', (vendor) => {
    const own = filesBelow(`adapters/${vendor}`).map((file) => file.slice(`adapters/${vendor}/`.length));
    const has = (name: string): boolean =>
      own.some((file) => file === `${name}.ts` || file.startsWith(`${name}/`));
    const rooms = vendor === 'declared' ? ['index', 'facts'] : ['index', 'facts', 'schema', 'simulator'];
    expect(rooms.filter((room) => !has(room))).toEqual([]);
    expect(own).toContain('README.md');
  });

  it.each(vendors)('%s is put to the contract test', (vendor) => {
    const tests = filesBelow(`test/adapters/${vendor}`, '.test.ts');
    const called = tests.some((file) => edgesOf([file]).some(({ to }) => to === 'test/contract/adapter.ts'));
    expect(called).toBe(true);
  });
});

describe('these rules are able to fail', () => {
  const source = `import { a } from './a.ts';
import type {
  B,
} from "../b.ts";
export * from './c.ts';
import './d.ts';
// import { x } from './x.ts';
/* import { y } from './y.ts'; */
const e = await import('./e.ts');
export const text = 'from';
`;
  it('imports of every form are seen', () => {
    expect(importsOf(source).sort()).toEqual(['../b.ts', './a.ts', './c.ts', './d.ts', './e.ts']);
  });

  it.each([
    ['src/policy/load.ts', 'src/scan/run.ts', 'imports up'],
    ['adapters/jitsi/index.ts', 'src/errors.ts', 'imports up'],
    ['src/texts/errors.ts', 'src/store/index.ts', 'imports up'],
    ['src/attic/old.ts', 'src/errors.ts', 'no floor'],
    ['src/api/routes.ts', 'test/contract/toy.ts', 'no floor'],
  ])('%s -> %s', (from, to, message) => expect(floorProblems([{ from, to }]).join()).toContain(message));

  it.each([
    ['src/main.ts', 'src/api/server.ts'],
    ['src/findings/ledger.ts', 'src/inventory/facts.ts'],
    ['src/config/load.ts', 'adapters/registry.ts'],
    ['src/store/index.ts', 'src/errors.ts'],
  ])('%s may import %s', (from, to) => expect(floorProblems([{ from, to }])).toEqual([]));

  it('strangers and circles are named', () => {
    expect(vendorProblems([{ from: 'adapters/jitsi/a.ts', to: 'adapters/declared/b.ts' }])).toHaveLength(1);
    expect(vendorProblems([{ from: 'adapters/contract/a.ts', to: 'adapters/registry.ts' }])).toHaveLength(1);
    const circle = [
      { from: 'a', to: 'b' },
      { from: 'b', to: 'c' },
      { from: 'c', to: 'b' },
    ];
    expect(cycles(circle)).toEqual(['b > c > b']);
  });
});

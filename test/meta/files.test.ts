import { describe, expect, it } from 'vitest';
import { filesBelow, read, root, trackedFiles } from './tree.ts';

const budget = 300;

/** A file over the budget says why in its first line. */
function overBudget(text: string): boolean {
  const lines = text.trimEnd().split('\n');
  return lines.length > budget && !/^(?:\/\/|\/\*\*?|#).*\blonger\b/.test(lines[0] ?? '');
}

/** Places of the machine on which something was written. */
const machinePath = /(?<![\w.~*-])\/(?:(?:work|root|home\/\w+|Users\/\w+)(?:\/|(?=[\s'"`)\]]|$))|tmp\/\w)/;

const texts =
  /\.(?:ts|tsx|js|json|ya?ml|md|css|html|sh|txt)$|(?:^|\/)(?:Dockerfile|\.ci\/run|\.gitignore|\.npmrc)$/;

describe('files', () => {
  it('keep to their length, or say at the head why not', () => {
    const code = ['adapters', 'src', 'test', 'bench', 'docs'].flatMap((folder) => filesBelow(folder, '.ts'));
    expect(code.filter((file) => overBudget(read(file)))).toEqual([]);
  });

  it('name no place of the machine on which they were written', () => {
    const own = 'test/meta/files.test.ts';
    const found = trackedFiles()
      .filter((file) => texts.test(file) && file !== own)
      .filter((file) =>
        read(file)
          .split('\n')
          .some((line) => machinePath.test(line)),
      );
    expect(found).toEqual([]);
  });

  it('only tests look beside the checkout', () => {
    const found = trackedFiles()
      .filter((file) => texts.test(file) && !file.startsWith('test/'))
      .filter((file) => read(file).includes('../shared'));
    expect(found).toEqual([]);
  });

  it('TypeScript is what Node can run: no enums, namespaces or parameter properties', () => {
    const found = ['adapters', 'src', 'test', 'bench']
      .flatMap((folder) => filesBelow(folder, '.ts'))
      .filter((file) => /^(?:export )?(?:const )?enum \w|^(?:export )?namespace \w/m.test(read(file)));
    expect(found).toEqual([]);
  });
});

interface Gap {
  at: string;
  problem: string;
}

/** German and English side by side: `de`/`en`, `todoDe`/`todoEn`; same keys, same placeholders, nothing empty. */
function gaps(value: unknown, at: string): Gap[] {
  if (typeof value !== 'object' || value === null) return [];
  const fields = value as Record<string, unknown>;
  return Object.keys(fields).flatMap((key) => {
    const inside = gaps(fields[key], `${at}.${key}`);
    const twin = /(?:^de|De)$/.test(key)
      ? key.replace(/de$/, 'en').replace(/De$/, 'En')
      : /(?:^en|En)$/.test(key)
        ? key.replace(/en$/, 'de').replace(/En$/, 'De')
        : undefined;
    if (twin === undefined) return inside;
    return [...inside, ...twinGaps(fields[key], fields[twin], `${at}.${key}`)];
  });
}

function twinGaps(one: unknown, other: unknown, at: string): Gap[] {
  if (typeof one !== typeof other) return [{ at, problem: 'has no counterpart in the other language' }];
  if (typeof one === 'string' && typeof other === 'string') {
    if (one.trim() === '') return [{ at, problem: 'is empty' }];
    const names = (text: string): string => [...new Set(text.match(/\{\w+\}/g) ?? [])].sort().join();
    return names(one) === names(other) ? [] : [{ at, problem: 'has other placeholders' }];
  }
  if (typeof one !== 'object' || one === null || typeof other !== 'object' || other === null) return [];
  return Object.entries(one).flatMap(([key, value]) =>
    twinGaps(value, (other as Record<string, unknown>)[key], `${at}.${key}`),
  );
}

describe('texts', () => {
  it('say the same in both languages', async () => {
    const files = filesBelow('src/texts', '.ts');
    expect(files.length).toBeGreaterThan(0);
    // One file for each language or both in one: exports of all files side by side.
    const modules: object[] = await Promise.all(files.map((file) => import(`${root}/${file}`)));
    expect(gaps(Object.assign({}, ...modules), 'texts')).toEqual([]);
  });

  it('the vocabulary too', async () => {
    const { vocabulary } = await import('../../adapters/contract/vocabulary.ts');
    expect(gaps(vocabulary, 'vocabulary')).toEqual([]);
  });
});

describe('these rules are able to fail', () => {
  it.each([
    ['const path = "/work/main/x"', true],
    ['see /root/notes', true],
    ['/home/anna/roomwarden', true],
    ["open('/tmp/report.json')", true],
    ['tmpfs: [/tmp]', false],
    ['ls /work', true],
    ['https://example.org/work/x', false],
    ['../homework/', false],
    ['GET /api/v1/targets', false],
  ])('%s', (line, found) => expect(machinePath.test(line)).toBe(found));

  it('long files are found, unless they say why', () => {
    const long = 'x\n'.repeat(budget + 1);
    expect(overBudget(long)).toBe(true);
    expect(overBudget(`// One row per fact, so longer than the usual file.\n${long}`)).toBe(false);
    expect(overBudget('x\n'.repeat(budget))).toBe(false);
  });

  it.each([
    [{ a: { de: 'x' } }],
    [{ a: { de: 'x', en: '' } }],
    [{ a: { de: '{n} Räume', en: 'rooms' } }],
    [{ todoDe: 'x' }],
    [{ de: { a: 'x', b: 'y' }, en: { a: 'x' } }],
    [{ de: { a: '{n} Räume' }, en: { a: 'rooms' } }],
  ])('%j has a gap', (value) => expect(gaps(value, '')).not.toEqual([]));

  it('equal ones have none', () => {
    expect(gaps({ a: { de: '{n} Räume', en: '{n} rooms', todoDe: 'x', todoEn: 'y' } }, '')).toEqual([]);
  });
});

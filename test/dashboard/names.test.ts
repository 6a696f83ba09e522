import { expect, it } from 'vitest';
import { cut, partsOf } from '../../src/dashboard/names.ts';

it.each([
  ['plain', [{ text: 'plain' }]],
  ['a\u202eb', [{ text: 'a' }, { mark: 'U+202E' }, { text: 'b' }]],
  ['\u0000', [{ mark: 'U+0000' }]],
  ['\ud800', [{ mark: 'U+D800' }]],
  ['\u{e0001}x', [{ mark: 'U+E0001' }, { text: 'x' }]],
  ['<b>', [{ text: '<b>' }]],
])('%j is shown as parts', (name, parts) => expect(partsOf(name)).toEqual(parts));

it('cuts in the middle by graphemes; the last twelve stay', () => {
  const name = `${'e\u0301'.repeat(40)}ABCDEFGHIJKL`;
  const { text, whole, size } = cut(name, 30);
  expect([whole, size]).toEqual([false, 52]);
  expect(text).toBe(`${'e\u0301'.repeat(17)}…ABCDEFGHIJKL`);
  expect(cut('short', 30)).toEqual({ text: 'short', whole: true, size: 5 });
});

it('is quick with a name of a megabyte', () => {
  const name = 'x'.repeat(1_000_000);
  expect(cut(name, 42).text.length).toBeLessThan(60);
});

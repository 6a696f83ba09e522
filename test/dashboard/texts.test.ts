import { expect, it } from 'vitest';
import { de } from '../../src/dashboard/texts/de.ts';
import { en } from '../../src/dashboard/texts/en.ts';
import { filesBelow, read } from '../meta/tree.ts';

const names = (text: string): string[] => [...new Set(text.match(/\{\w+\}/g) ?? [])].sort();

it('both languages have the same texts with the same gaps', () => {
  expect(Object.keys(en)).toEqual(Object.keys(de));
  const other = Object.entries(de).filter(
    ([key, text]) => names(text).join() !== names(en[key as keyof typeof de]).join(),
  );
  expect(other).toEqual([]);
});

it('no text stands in the code itself, and none promises safety', () => {
  const code = filesBelow('src/dashboard', '.tsx').filter((file) =>
    /(?<!=)>\s*[A-ZÄÖÜ][a-zäöü]{3,}\s*</.test(read(file)),
  );
  // Only the product's own name and that of a key.
  expect(code.map((file) => file.replace('src/dashboard/', ''))).toEqual([
    'pages/login.tsx',
    'pages/overview/matrix.tsx',
    'pages/violations/violations.tsx',
    'parts/shell.tsx',
  ]);
  expect(
    Object.values({ ...de, ...en }).filter((text) => /\b(?:OK|sicher|konform|compliant)\b/.test(text)),
  ).toEqual([]);
});

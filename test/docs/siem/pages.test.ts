import { existsSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { pathOf, textOf } from './files.ts';

const entries = readdirSync(pathOf('.'), { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile())
  .map((entry) => join(entry.parentPath, entry.name).slice(pathOf('.').length - 1));
const pages = entries.filter((name) => name.endsWith('.md'));
const linksIn = (name: string): string[] =>
  [...textOf(name).matchAll(/\]\(([^)#]+)\)/g)].map(([, link]) => link as string);

describe('recipes', () => {
  it.each(pages)('%s is in both languages, and its links lead somewhere', (name) => {
    expect(textOf(name)).toMatch(/^## English$/m);
    expect(textOf(name)).toMatch(/^## Deutsch$/m);
    // A page of the same folder that somebody else is still writing shows here.
    const dead = linksIn(name).filter((link) => !existsSync(join(dirname(pathOf(name)), link)));
    expect(dead).toEqual([]);
  });

  it('every file has its page', () => {
    const linked = new Set(pages.flatMap(linksIn));
    expect(entries.filter((name) => name !== 'README.md' && !linked.has(name))).toEqual([]);
  });

  it('no file holds a secret', () => {
    for (const name of entries) expect([name, /rw_[\w-]{43}/.test(textOf(name))]).toEqual([name, false]);
  });
});

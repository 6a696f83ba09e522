import { describe, expect, it } from 'vitest';
import { sections } from '../../src/config/schema.ts';
import { rules } from '../../src/findings/retention.ts';
import { read } from './tree.ts';

const pages = ['docs/privacy.de.md', 'docs/privacy.en.md'] as const;
const tables = Object.keys(rules);
const periods = sections.retention.parse({}) as Record<string, string>;

/** Of each table its row. */
const rowsOf = (page: string): Map<string, string> =>
  new Map([...read(page).matchAll(/^\| `(\w+)` \|.*$/gm)].map((match) => [match[1] ?? '', match[0]]));

describe.each(pages)('%s', (page) => {
  it('names every table of the store, and no other', () => {
    expect([...rowsOf(page).keys()].sort()).toEqual([...tables].sort());
  });

  it.each(Object.entries(periods))('names the period %s with its default %s', (key, period) => {
    const text = read(page);
    expect(text).toContain(`\`retention.${key}\``);
    expect(text).toContain(`${key}: ${period}`);
    const days = period.replace(/d$/, page.includes('.de.') ? ' Tage' : ' days');
    expect(text).toContain(days);
  });

  it('says for every table how long it is kept', () => {
    const rows = [...rowsOf(page)].filter(([table]) => !['meta', 'sessions'].includes(table));
    expect(rows.filter(([, row]) => !row.includes('`retention.')).map(([table]) => table)).toEqual([]);
  });
});

it('both languages say the same of every table', () => {
  const keysOf = (page: string) =>
    [...rowsOf(page)].map(([table, row]) => [
      table,
      [...row.matchAll(/`([\w.]+)`/g)].map((match) => match[1]),
    ]);
  expect(keysOf(pages[0])).toEqual(keysOf(pages[1]));
  const heads = (page: string) => read(page).match(/^## /gm)?.length;
  expect(heads(pages[0])).toBe(heads(pages[1]));
});

import { describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { adapters } from '../../../adapters/registry.ts';
import { parseReleases } from '../../../src/scan/releases/document.ts';
import { ReleasesError } from '../../../src/scan/releases/issues.ts';

const now = Date.UTC(2026, 10, 21, 12);
const books = new Map(
  [...adapters].flatMap(([vendor, { releases }]) => (releases === undefined ? [] : [[vendor, releases]])),
);
const parse = (text: string) => parseReleases(text, 'list.yaml', books, now);

const own = (products: object, more: object = {}): string =>
  stringify({ schema: 'roomwarden.releases/1', vendor: 'bigbluebutton', products, ...more });
const list = (...branches: object[]) => ({ dated: '2026-11-20', branches });

const branch = {
  name: '3.0',
  isEol: false,
  eolFrom: null as string | null,
  latest: { name: '3.0.40', link: null },
};
const public_ = (releases: object[], result: object = {}, more: object = {}): string =>
  JSON.stringify(
    {
      schema_version: '1.2.0',
      generated_at: '2026-11-20T00:08:50+00:00',
      result: { name: 'bigbluebutton', label: 'BigBlueButton', releases, ...result },
      ...more,
    },
    null,
    1,
  );

function faults(text: string): string[] {
  try {
    parse(text);
  } catch (error) {
    if (!(error instanceof ReleasesError)) throw error;
    for (const { message } of error.issues) expect(message.de).not.toBe(message.en);
    return error.issues.map(({ line, column, path, message }) => `${line}:${column} ${path}: ${message.en}`);
  }
  return [];
}

describe('our own form', () => {
  it('one vendor, some of its products', () => {
    const text = own({ greenlight: list({ branch: '3', latest: '3.9.0', ends: false }) });
    const { vendor, lists } = parse(text);
    expect(vendor).toBe('bigbluebutton');
    expect(lists).toEqual({ greenlight: list({ branch: '3', latest: '3.9.0', ends: false }) });
  });

  it('what was written is read again', () => {
    for (const [vendor, book] of books) {
      const products = Object.fromEntries(Object.entries(book).map(([name, { shipped }]) => [name, shipped]));
      const text = JSON.stringify({ schema: 'roomwarden.releases/1', vendor, products });
      expect(parse(text).lists).toEqual(products);
    }
  });

  it.each<[string, string, string]>([
    ['no YAML', 'schema: [', '1:'],
    ['nothing', '', 'Expected is a group of keys'],
    [
      'another schema',
      own({}, { schema: 'roomwarden.releases/2' }),
      '1:9 schema: Allowed is: roomwarden.releases/1.',
    ],
    [
      'an unknown vendor',
      own({}, { vendor: 'zoom' }),
      '2:9 vendor: Unknown; known are: bigbluebutton, jitsi',
    ],
    [
      'an unknown product',
      own({ greenlihgt: list({ branch: '3' }) }),
      '4:3 products.greenlihgt: Unknown; known are: bigbluebutton, greenlight, scalelite.',
    ],
    ['no product', own({}), 'products: There is no list here.'],
    ['no branch', own({ greenlight: list() }), 'products.greenlight.branches: This must not be empty.'],
    [
      'an unknown key',
      own({ greenlight: list({ branch: '3', eol: true }) }),
      'Unknown key "eol"; known are: branch',
    ],
    [
      'a version that is a number',
      own({ greenlight: list({ branch: 3 }) }),
      '7:17 products.greenlight.branches[0].branch: Expected is text, here is a number. Text made of digits belongs in quotes',
    ],
    [
      'a version that is none',
      own({ greenlight: list({ branch: '3', latest: 'newest' }) }),
      'branches[0].latest: This version cannot be read.',
    ],
    [
      'a day that is none',
      own({ greenlight: { ...list({ branch: '3' }), dated: '2026-02-30' } }),
      'products.greenlight.dated',
    ],
    [
      'a day to come',
      own({ greenlight: { ...list({ branch: '3' }), dated: '2026-12-01' } }),
      '5:12 products.greenlight.dated: The day 2026-12-01 lies in the future.',
    ],
    [
      'a release of another branch',
      own({ greenlight: list({ branch: '3', latest: '4.0' }) }),
      'That is no release of the branch 3.',
    ],
    ['a second document', `${own({})}---\n${own({})}`, 'several documents'],
  ])('refuses %s', (_, text, expected) => {
    expect(faults(text).join('\n')).toContain(expected);
  });

  it('tells everything at once, in the order of the file', () => {
    const wrong = { dated: '2027-01-01', branches: [{ branch: '3' }, { branch: '3' }, { branch: '4.1' }] };
    const found = faults(own({ greenlight: wrong }));
    expect(found.map((line) => line.split(': ')[0]?.replace(/^\d+:\d+ products.greenlight./, ''))).toEqual([
      'dated',
      'branches[1].branch',
      'branches[2].branch',
    ]);
  });
});

describe('the form of endoflife.date', () => {
  it.each([
    ['bigbluebutton', 'bigbluebutton', 'bigbluebutton', '3.0', '3.0.40'],
    ['nextcloud', 'nextcloud-talk', 'server', '35', '35.0.4'],
    ['rocket-chat', 'rocketchat', 'server', '8.8', '8.8.2'],
  ])('%s', (name, vendor, product, cycle, latest) => {
    const text = public_([{ ...branch, name: cycle, latest: { name: latest } }], { name });
    const read = parse(text);
    expect(read.vendor).toBe(vendor);
    expect(read.lists).toEqual({
      [product]: { dated: '2026-11-20', branches: [{ branch: cycle, latest, ends: false }] },
    });
  });

  it.each([
    ['an end that is announced', { eolFrom: '2027-02-28' }, '2027-02-28'],
    ['an end that has come', { isEol: true, eolFrom: '2025-05-31' }, '2025-05-31'],
    ['an end without a day', { isEol: true }, true],
    ['the very day, told as over', { isEol: true, eolFrom: '2026-11-20' }, '2026-11-20'],
    ['the very day, told as not over', { eolFrom: '2026-11-20' }, '2026-11-20'],
  ])('%s', (_, more, ends) => {
    expect(parse(public_([{ ...branch, ...more }])).lists['bigbluebutton']?.branches[0]?.ends).toBe(ends);
  });

  it('a branch without a release', () => {
    const { lists } = parse(public_([{ ...branch, latest: null }]));
    expect(lists['bigbluebutton']?.branches).toEqual([{ branch: '3.0', ends: false }]);
  });

  it.each<[string, string, string]>([
    [
      'another product',
      public_([branch], { name: 'python' }),
      '5:11 result.name: This product is not audited; known are: bigbluebutton, nextcloud, rocket-chat.',
    ],
    [
      'the older form',
      JSON.stringify([{ cycle: '3.0', eol: false, latest: '3.0.22' }]),
      '/api/v1/products/NAME',
    ],
    [
      'a list of products',
      JSON.stringify({ schema_version: '1.2.0', generated_at: '2026-11-20T00:00:00Z', result: [] }),
      'result: Expected is a group of keys, here is a list.',
    ],
    ['no branches', public_([]), 'result.releases'],
    [
      'an end that contradicts',
      public_([{ ...branch, eolFrom: '2026-01-31' }]),
      'result.releases[0].isEol: isEol and eolFrom (2026-01-31) contradict each other.',
    ],
    [
      'an end that has not come',
      public_([{ ...branch, isEol: true, eolFrom: '2027-01-31' }]),
      'contradict each other',
    ],
    [
      'a name that is no version',
      public_([{ ...branch, name: 'main', latest: null }]),
      'result.releases[0].name: This version cannot be read.',
    ],
    [
      'a release that is no version',
      public_([{ ...branch, latest: { name: 'x' } }]),
      'result.releases[0].latest.name: This version cannot be read.',
    ],
    [
      'a release of another branch',
      public_([{ ...branch, latest: { name: '2.7.1' } }]),
      'result.releases[0].latest.name: That is no release of the branch 3.0.',
    ],
    [
      'a day to come',
      public_([branch], {}, { generated_at: '2026-12-24T00:00:00+00:00' }),
      '3:18 generated_at: The day 2026-12-24 lies in the future.',
    ],
    [
      'a flag that is missing',
      public_([{ name: '3.0', eolFrom: null, latest: null }]),
      '8:4 result.releases[0].isEol: The key "isEol" is missing.',
    ],
  ])('refuses %s', (_, text, expected) => {
    expect(faults(text).join('\n')).toContain(expected);
  });
});

import { describe, expect, it } from 'vitest';
import { compareVersions, parseVersion, versionInRange } from '../../../adapters/contract/version.ts';

describe('order of versions', () => {
  const rising = [
    '1.9',
    '2.0',
    '2.7',
    '2.7.9',
    '2.7.10',
    '2.10',
    '3.0.0-alpha.1',
    '3.0.0-beta.3',
    '3.0.0-beta.10',
    '3.0.0-rc1',
    '3.0.0-rc10',
    '3.0.0',
    '3.0.35',
    '4.0.0-beta.3',
    '4.0.0',
    '32.0.1',
    '32.0.1.2',
  ];
  it('rises through numbers and pre-releases', () => {
    for (const [place, version] of rising.entries()) {
      for (const [other, next] of rising.entries()) {
        expect([version, next, compareVersions(version, next)]).toEqual([
          version,
          next,
          Math.sign(place - other),
        ]);
      }
    }
  });

  it.each([
    ['2.7', '2.7.0'],
    ['v3.0.4', '3.0.4'],
    ['3.0.0-RC.1', '3.0.0-rc1'],
    ['1.2.3+build.7', '1.2.3'],
    [' 22.0.2 ', '22.0.2'],
  ])('%s equals %s', (a, b) => expect(compareVersions(a, b)).toBe(0));

  it('a packaged revision follows its version', () => {
    expect(compareVersions('2.0.10184-1', '2.0.10184')).toBe(1);
    expect(compareVersions('2.0.10184-2', '2.0.10184-1')).toBe(1);
    expect(compareVersions('2.0.10184-9', '2.0.10185')).toBe(-1);
  });

  it.each([
    '',
    'latest',
    'x.y',
    '1..2',
    '3.0.x',
    '-1',
    '1.2 (build 3)',
    '99999999999999999999',
    '../1',
    'stable-9823',
  ])('%j is no version', (text) => {
    expect(parseVersion(text)).toBeUndefined();
    expect(compareVersions(text, '1.0')).toBeUndefined();
    expect(versionInRange(text, '>=1')).toBeUndefined();
  });
});

describe('ranges', () => {
  it.each([
    ['2.7', '>=2.7 <4', true],
    ['3.99.1', '>=2.7 <4', true],
    ['4.0.0', '>=2.7 <4', false],
    ['4.0.0-beta.3', '>=2.7 <4', true],
    ['4.0.0-beta.3', '>=4', false],
    ['2.6.9', '>=2.7', false],
    ['1.9', '>=2.7 || =1.9', true],
    ['1.8', '>=2.7 || =1.9', false],
    ['2.0', '>2.0', false],
    ['2.0', '<=2.0', true],
  ])('%s in %s: %s', (version, range, expected) => expect(versionInRange(version, range)).toBe(expected));

  it.each(['', '2.7', '>=x', '~2.7', '>=1 || '])('%j is refused', (range) => {
    expect(() => versionInRange('1.0', range)).toThrow('no version range');
  });
});

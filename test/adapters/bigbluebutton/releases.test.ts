import { describe, expect, it } from 'vitest';
import {
  isKnownLine,
  isOutdated,
  type Product,
  releaseOf,
  releases,
} from '../../../adapters/bigbluebutton/releases.ts';
import { listsInUse } from '../../../adapters/contract/releases.ts';

const now = Date.UTC(2026, 10, 21);
const inUse = listsInUse(releases, undefined);

describe('the list of releases', () => {
  it.each([
    ['bigbluebutton', '3.0.35', { latest: '3.0.35', supported: true }, false],
    ['bigbluebutton', '3.0.4', { latest: '3.0.35', supported: true }, true],
    ['bigbluebutton', '3.0.100', { latest: '3.0.35', supported: true }, false],
    ['bigbluebutton', '3.0.0-beta.5', { latest: '3.0.35', supported: true }, true],
    ['bigbluebutton', '2.7.16', { latest: '2.7.16', supported: false }, true],
    ['bigbluebutton', '2.2.36', { latest: '2.7.16', supported: false }, true],
    ['bigbluebutton', '3.1.0-beta.1', { latest: '4.0.0-beta.3', supported: false }, true],
    ['greenlight', '3.8.2.4', { latest: '3.8.2.4', supported: true }, false],
    ['greenlight', '3.8.2', { latest: '3.8.2.4', supported: true }, true],
    ['greenlight', '2.14.8', { latest: '3.8.2.4', supported: false }, true],
    ['scalelite', '1.8.4', { latest: '1.8.5', supported: true }, true],
  ] as [Product, string, { latest: string; supported: boolean }, boolean][])(
    '%s %s',
    (product, version, release, old) => {
      expect(releaseOf(product, version, inUse[product], now)).toEqual(release);
      expect(isOutdated(version, release)).toBe(old);
    },
  );

  it.each([
    ['bigbluebutton', '4.1.0'],
    ['bigbluebutton', '5.0'],
    ['bigbluebutton', 'main'],
    ['greenlight', '4.0.0'],
    ['scalelite', '2.0.0'],
  ] as [Product, string][])('does not know %s %s', (product, version) => {
    expect(releaseOf(product, version, inUse[product], now)).toBeNull();
  });

  it.each([
    [null, true],
    ['2.7.3', true],
    ['3.0.35', true],
    ['3.1.0-beta.1', true],
    ['4.0.0', true],
    ['4.1.0', false],
    ['2.6.19', false],
    ['x', false],
  ])('properties of the product hold for %s: %s', (version, holds) => {
    expect(isKnownLine(version)).toBe(holds);
  });
});

import { expect, it } from 'vitest';
import tokens from '../../src/dashboard/tokens.json' with { type: 'json' };
import { contrast, tokensCss } from '../../src/dashboard/tokens.ts';

const pairs = (['light', 'dark'] as const).flatMap((scheme) =>
  Object.entries(tokens.contrast[scheme]).map(([pair, least]) => ({ scheme, pair, least })),
);

it.each(pairs)('$scheme: $pair has at least $least', ({ scheme, pair, least }) => {
  const [one = '', other = ''] = pair.split(' on ');
  const colours: Readonly<Record<string, string>> = tokens.color[scheme];
  expect(contrast(colours[one] ?? '', colours[other] ?? '')).toBeGreaterThanOrEqual(least);
});

it('reckons as WCAG does', () => {
  expect(contrast('#000000', '#FFFFFF')).toBeCloseTo(21, 5);
  expect(contrast('#777777', '#FFFFFF')).toBeCloseTo(4.48, 2);
});

it('prints with light colours, whatever the screen has', () => {
  const css = tokensCss();
  expect(css).toContain(`@media print{:root:root{color-scheme:light;--bg:${tokens.color.light.bg};`);
  expect(css).toContain(tokens.color.dark.ink);
});

import { expect, it } from 'vitest';
import type { SourceOutcome } from '../../adapters/contract/subject.ts';
import { populationOf } from '../../src/scan/population.ts';

const list = (
  source: string,
  population: SourceOutcome['population'],
  state: SourceOutcome['state'],
): SourceOutcome => ({ source, population, state, count: 0 });

it.each([
  ['read to the end', [list('a', 'running', 'complete')], 'running'],
  ['read in part', [list('a', 'visible', 'partial')], 'visible'],
  ['failed: not even zero is known', [list('a', 'running', 'failed')], 'none'],
  ['the wide one failed', [list('a', 'all', 'failed'), list('b', 'visible', 'complete')], 'visible'],
  ['not asked', [list('a', 'all', 'skipped')], 'none'],
  ['no list of rooms', [list('c', 'all', 'complete')], 'none'],
])('%s', (_, outcomes, expected) => {
  expect(populationOf(new Set(['a', 'b']), outcomes)).toBe(expected);
});

import { describe, expect, it } from 'vitest';
import { configuredRoomFacts, matchesGlob } from '../../../adapters/contract/room.ts';

const context = {
  now: () => 5,
  tags: { external: ['buergersprechstunde-*', 'Presse'], board: ['*vorstand*'] },
};

describe('facts of the configuration', () => {
  it('are a complete list of tags and the expected number', () => {
    const settings = { participants_expected: { 'abc-def': 12 } };
    const facts = configuredRoomFacts({ settings }, context, 'abc-def', 'Buergersprechstunde-Vorstand');
    expect(facts.room_tags).toMatchObject({ value: { items: ['board', 'external'], complete: true } });
    expect(facts.participants_expected).toMatchObject({
      value: 12,
      evidence: [{ source: 'configuration', path: 'participants_expected', observed_at: 5 }],
    });
  });

  it.each([['other'], [null]])('are an empty list and a hole for %s', (name) => {
    const facts = configuredRoomFacts({ settings: {} }, context, 'constructor', name);
    expect(facts.room_tags).toMatchObject({ value: { items: [], complete: true } });
    expect(facts.participants_expected).toMatchObject({
      unavailable: { code: 'not_configured', fill: { kind: 'config', name: 'participants_expected' } },
    });
  });

  it('take no inherited property for a number', () => {
    const settings = { participants_expected: {} };
    expect(configuredRoomFacts({ settings }, context, 'toString', 'x').participants_expected).toHaveProperty(
      'unavailable',
    );
  });
});

describe('globs', () => {
  it.each([
    ['*', '', true],
    ['*', 'anything', true],
    ['a*c', 'abbbc', true],
    ['a*c', 'abbb', false],
    ['a?c', 'abc', true],
    ['a?c', 'ac', false],
    ['Raum', 'raum', true],
    ['raum', 'raum 2', false],
    ['*ü*', 'Gru\u0308ße', true],
    ['a.c', 'abc', false],
    ['😀?', '😀😀', true],
    ['[ab]', 'a', false],
  ])('%s on %j: %s', (glob, text, expected) => expect(matchesGlob(glob, text)).toBe(expected));

  it('ends soon on a pattern made to be slow', () => {
    expect(matchesGlob(`${'*a'.repeat(50)}*b`, 'a'.repeat(5_000))).toBe(false);
  });
});

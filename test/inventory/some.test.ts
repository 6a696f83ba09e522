import { describe, expect, it } from 'vitest';
import { factNames } from '../../adapters/contract/vocabulary.ts';
import { someFacts } from '../../src/inventory/some.ts';
import { randomOf } from '../faults/random.ts';

const odd = ['"', '\\', '\\"', '{', '}', '[', ']', ',', ':', '":{', '\u2028', 'ü', '"room_kind":{', '\n'];

describe('some facts of a stored text', () => {
  it('are those that reading everything gives', () => {
    const random = randomOf(7);
    const pick = <T>(from: readonly T[]): T => from[Math.floor(random() * from.length)] as T;
    const text = () => Array.from({ length: 6 }, () => pick(odd)).join('');
    for (let round = 0; round < 300; round += 1) {
      const names = Array.from({ length: 5 }, () => pick(factNames));
      const facts = Object.fromEntries(
        names.map((name) => [
          name,
          {
            value: pick([true, 3, text(), { items: [text()], complete: true }]),
            evidence: [{ path: text() }],
          },
        ]),
      );
      const wanted = new Set<string>(names.slice(0, 2));
      const expected = Object.fromEntries(Object.entries(facts).filter(([name]) => wanted.has(name)));
      expect(someFacts(JSON.stringify(facts), wanted)).toEqual(expected);
      expect(someFacts(JSON.stringify(facts, null, 1), wanted)).toEqual(expected);
    }
  });

  it.each([
    ['{}', {}],
    ['{"room_kind":{"value":"group"}}', { room_kind: { value: 'group' } }],
  ])('%s', (text, facts) => expect(someFacts(text, new Set(['room_kind']))).toEqual(facts));

  it.each(['{"room_kind":{"value":', '{"room_kind', ''])('%j is refused as JSON is', (text) =>
    expect(() => someFacts(text, new Set(['room_kind']))).toThrow(SyntaxError),
  );
});

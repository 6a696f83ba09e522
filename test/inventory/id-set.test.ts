import { expect, it } from 'vitest';
import { IdSet } from '../../src/inventory/id-set.ts';

it('knows what was added, whatever it looks like, and nothing else', () => {
  const ids = ['', 'a', 'A', 'ä', 'a\u0308', '007', '7', 'x'.repeat(10_000), 'a/b', '\ud83d\ude00'];
  const set = new IdSet();
  for (const id of ids) expect(set.add(id)).toBe(true);
  for (const id of ids) expect(set.add(id)).toBe(false);
  expect(set.size).toBe(ids.length);
  for (const id of ids) expect(set.has(id)).toBe(true);
  for (const id of ['b', '00', 'x'.repeat(9_999)]) expect(set.has(id)).toBe(false);
});

it('agrees with a plain set over many ids', () => {
  const set = new IdSet();
  const plain = new Set<string>();
  for (let place = 0; place < 50_000; place += 1) {
    const id = `room-${(place * 7919) % 40_009}`;
    expect(set.add(id)).toBe(!plain.has(id));
    plain.add(id);
  }
  expect(set.size).toBe(plain.size);
  for (let place = 0; place < 60_000; place += 1)
    expect(set.has(`room-${place}`)).toBe(plain.has(`room-${place}`));
});

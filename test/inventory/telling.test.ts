import { expect, it } from 'vitest';
import { namesIn, tells } from '../../src/inventory/telling.ts';

it.each<[string, string]>([
  ['Raum', 'GET /rooms/raum/x'],
  ['ΟΔΟΣ', 'GET /rooms/ΟΔΟΣ'],
  // The last letter of a word has another small form than one within it.
  ['ΟΔΟΣ', 'GET /rooms/ΟΔΟΣ.ΑΒ'],
  ['οδοσ', 'GET /rooms/ΟΔΟΣ/x'],
  ['İstanbul', 'rooms[İSTANBUL]'],
  ['a b', 'GET /rooms/a%20b'],
  ['a"b', 'rooms["a"b"]'],
  ['\u2028', 'x\u2028y'],
  ['😀', 'GET /rooms/%F0%9F%98%80'],
])('%j is found in %j', (name, path) => {
  expect(tells(JSON.stringify({ path }), namesIn([name], {}))).toBe(true);
  expect(tells(JSON.stringify({ path: 'GET /list' }), namesIn([name], {}))).toBe(false);
});

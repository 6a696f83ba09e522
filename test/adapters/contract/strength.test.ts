import { expect, it } from 'vitest';
import { passwordStrength } from '../../../adapters/contract/strength.ts';

it.each([
  ['', 0, 0, []],
  ['123456', 6, 19, ['digit']],
  ['abcdef', 6, 28, ['lower']],
  ['abc123', 6, 31, ['lower', 'digit']],
  ['aB3$', 4, 26, ['lower', 'upper', 'digit', 'other']],
  ['ÄÖ', 2, 10, ['other']],
  ['😀😀', 2, 10, ['other']],
  ['a b', 3, 17, ['lower', 'other']],
])('%j has %i code points and %i bits', (text, length, entropyBits, classes) => {
  expect(passwordStrength(text)).toMatchObject({ length, entropyBits, classes });
});

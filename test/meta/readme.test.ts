import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { readmePage } from '../../docs/generate.ts';

it('shows in the README what the adapters declare', () => {
  const readme = readFileSync('README.md', 'utf8');
  expect(readmePage(readme)).toBe(readme);
  expect(readme).toMatch(/\| `room-access-restricted` \|/);
});

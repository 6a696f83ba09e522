import { expect, it } from 'vitest';
import { freshDatabase } from '../../store/helper.ts';

it('passes, and has used the database', async () => {
  const { url, drop } = await freshDatabase();
  expect(url).toContain('postgres://');
  await drop();
});

it('fails', () => {
  expect('this').toBe('that');
});

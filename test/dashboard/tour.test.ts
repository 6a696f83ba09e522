import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { walk } from '../../docs/walk.ts';
import { type Demo, hasChromium, startDemo, visit } from './demo.ts';

const docs = join(import.meta.dirname, '../../docs');

describe.skipIf(!hasChromium)('somebody who never saw the page', () => {
  let demo: Demo;
  beforeAll(async () => {
    demo = await startDemo();
  }, 120_000);
  afterAll(() => demo?.close());

  it('finds what docs/tour.md says, by what stands on the page', async () => {
    const { page, wrongs, close } = await visit(demo);
    await page.goto(demo.url);
    await page.waitForSelector('.matrix .cell');
    const tour = readFileSync(join(docs, 'tour.md'), 'utf8');
    for (const { id, go } of walk) {
      const { found } = await go(page);
      expect([id, found.length > 0 && found.every((line) => line !== '')]).toEqual([id, true]);
      for (const line of found) expect(tour).toContain(`> ${line}`);
      expect(existsSync(join(docs, `images/tour/${id}.png`))).toBe(true);
    }
    expect(wrongs).toEqual([]);
    await close();
  });
});

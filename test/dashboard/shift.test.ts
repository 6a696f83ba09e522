import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Demo, hasChromium, startDemo, visit } from './demo.ts';
import { type DemoPage, isAnswer, isServed, pagesOf } from './pages.ts';

let demo: Demo;
let pages: readonly DemoPage[] = [];

const idle = () =>
  new Promise((done) => requestIdleCallback(() => requestAnimationFrame(done), { timeout: 2_000 }));

function noteShifts(): void {
  const noted = globalThis as unknown as { shift: number };
  noted.shift = 0;
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) noted.shift += (entry as unknown as { value: number }).value;
  }).observe({ type: 'layout-shift', buffered: true });
}

/**
 * Answers one at a time, the page painted before the next one, and those of `held` after all others: what only a slow
 * line shows elsewhere. @returns how far the page moved, and what it asked for, without queries
 */
async function oneByOne(
  page: Page,
  [, path, sign]: DemoPage,
  held: string | null,
): Promise<{ shift: number; asked: Set<string> }> {
  const waiting: { name: string; give: () => Promise<void> }[] = [];
  const asked = new Set<string>();
  const isHeld = ({ href }: URL): boolean => isAnswer(href) || href.includes('virtual_vocabulary');
  await page.route(isHeld, (route) => {
    const name = new URL(route.request().url()).pathname;
    asked.add(name);
    const give = async (): Promise<void> => {
      const response = await route.fetch();
      // What the page no longer waits for, it gave up.
      await route.fulfill({ response }).catch(() => {});
    };
    waiting.push({ name, give });
  });
  await page.goto(demo.url + path);
  for (;;) {
    await page.evaluate(idle);
    const at = waiting.findIndex(({ name }) => name !== held);
    const [next] = waiting.splice(Math.max(at, 0), 1);
    if (next !== undefined) await next.give();
    else if ((await page.locator(sign).count()) > 0) break;
  }
  await page.unrouteAll({ behavior: 'ignoreErrors' });
  return { shift: await page.evaluate(() => (globalThis as unknown as { shift: number }).shift), asked };
}

describe.skipIf(!hasChromium)('what stands on a page stays where it is while the rest comes', () => {
  beforeAll(async () => {
    demo = await startDemo();
    pages = (await pagesOf(demo)).filter(isServed);
  });
  afterAll(() => demo?.close());

  it('whichever answer is the last', { timeout: 600_000 }, async () => {
    const { page, close } = await visit(demo);
    await page.addInitScript(noteShifts);
    const shifts: [string, string, number][] = [];
    for (const each of pages) {
      const { shift, asked } = await oneByOne(page, each, null);
      shifts.push([each[0], 'none', shift]);
      for (const held of asked) shifts.push([each[0], held, (await oneByOne(page, each, held)).shift]);
    }
    // 0.1 is what browsers' makers call good. A line more above everything else gives 0.02.
    expect(shifts.filter(([, , shift]) => shift >= 0.015)).toEqual([]);
    expect(shifts.length).toBeGreaterThan(2 * pages.length);
    await close();
  });

  it('a page that moves would be found', async () => {
    const { page, close } = await visit(demo);
    await page.addInitScript(noteShifts);
    await page.addInitScript(() => {
      new MutationObserver((_, observer) => {
        const panel = document.querySelector('.panel');
        if (panel === null) return;
        observer.disconnect();
        requestAnimationFrame(() =>
          requestAnimationFrame(() => {
            document.body.style.paddingTop = '300px';
          }),
        );
      }).observe(document, { childList: true, subtree: true });
    });
    const moved = await oneByOne(page, ['targets', '/targets', '.evidence tbody tr'], null);
    expect(moved.shift).toBeGreaterThan(0.05);
    await close();
  });
});

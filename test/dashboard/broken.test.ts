import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Demo, hasChromium, startDemo, visit } from './demo.ts';
import { type DemoPage, isAnswer, isServed, pagesOf } from './pages.ts';

let demo: Demo;
let pages: readonly DemoPage[] = [];

/** Everything that a page asks for until it stands, without queries. */
async function askedBy([, path, sign]: DemoPage): Promise<Set<string>> {
  const { page, close } = await visit(demo);
  const asked = new Set<string>();
  page.on('request', (request) => {
    if (isAnswer(request.url())) asked.add(new URL(request.url()).pathname);
  });
  await page.goto(demo.url + path);
  await page.waitForSelector(sign, { state: 'attached' });
  await close();
  return asked;
}

/** @returns what stands in place of an answer that is refused */
async function toldWithout([, path]: DemoPage, broken: string): Promise<string> {
  const { page, close } = await visit(demo);
  await page.route(
    (url) => isAnswer(url.href) && url.pathname === broken,
    (route) =>
      route.fulfill({
        status: 503,
        contentType: 'application/problem+json',
        body: JSON.stringify({ code: 'RW5001', texts: { de: 'Speicher fort', en: 'store gone' } }),
      }),
  );
  await page.goto(demo.url + path);
  const problem = page.locator('.troubles .problem').first();
  const told = await problem.textContent().catch(() => null);
  await close();
  return told ?? 'nothing';
}

describe.skipIf(!hasChromium)('an answer that cannot be had', () => {
  beforeAll(async () => {
    demo = await startDemo();
    pages = (await pagesOf(demo)).filter(isServed);
  });
  afterAll(() => demo?.close());

  it('is told on every page that needs it: an empty page is no all-clear', { timeout: 600_000 }, async () => {
    const silent: string[] = [];
    let tried = 0;
    for (const each of pages) {
      for (const broken of await askedBy(each)) {
        tried += 1;
        const told = await toldWithout(each, broken);
        if (!told.includes('Speicher fort (RW5001)')) silent.push(`${each[0]} without ${broken}: ${told}`);
      }
    }
    expect(silent).toEqual([]);
    expect(tried).toBeGreaterThan(pages.length);
  });
});

import axe from 'axe-core';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Demo, hasChromium, pageWork, startDemo, visit } from './demo.ts';
import { anyFinding, ask, type DemoPage, isServed, pagesOf } from './pages.ts';

let demo: Demo;
let uid = '';
let pages: readonly DemoPage[] = [];

async function audit(page: Page): Promise<string[]> {
  if (!(await page.evaluate(() => 'axe' in globalThis))) await page.evaluate(axe.source);
  return page.evaluate(async () => {
    const run = (globalThis as unknown as { axe: typeof axe }).axe.run;
    const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];
    const { violations } = await run({ runOnly: { type: 'tag', values: tags }, resultTypes: ['violations'] });
    return violations.map(
      ({ id, nodes }) => `${id}: ${nodes.slice(0, 3).map(({ html }) => html.slice(0, 160))}`,
    );
  });
}

/** To another address without loading the page anew, as a link of its own does. */
async function move(page: Page, path: string): Promise<void> {
  await page.evaluate((to) => {
    history.pushState(null, '', to);
    dispatchEvent(new PopStateEvent('popstate'));
  }, path);
}

describe.skipIf(!hasChromium)('the page in a browser', () => {
  beforeAll(async () => {
    demo = await startDemo();
    uid = await anyFinding(demo);
    pages = await pagesOf(demo);
  }, 120_000);
  afterAll(() => demo?.close());

  /** Each language with each colour scheme once, at both widths. */
  const looks = [
    ['de', 'light', 1440],
    ['en', 'dark', 1440],
    ['de', 'dark', 390],
    ['en', 'light', 320],
  ] as const;

  async function walk([language, colorScheme, width]: (typeof looks)[number]): Promise<string[]> {
    const viewport = { width, height: 900 };
    const { page, wrongs, close } = await visit(demo, { language, colorScheme, viewport });
    const problems: string[] = [];
    await page.goto(demo.url);
    await page.waitForSelector('h1');
    for (const [name, path, sign] of pages) {
      await move(page, path);
      await page.waitForSelector(sign, { state: 'attached' });
      problems.push(...(await audit(page)).map((problem) => `${name}: ${problem}`));
      const sideways = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
      if (sideways > 0) problems.push(`${name}: ${sideways} px too wide`);
      const lang = await page.evaluate(() => document.documentElement.lang);
      if (lang !== language) problems.push(`${name}: in ${lang}`);
    }
    await close();
    return [...problems, ...wrongs].map((problem) => `${language}, ${colorScheme}, ${width}: ${problem}`);
  }

  it('every page is accessible in every look, quiet and asks nobody else', { timeout: 600_000 }, async () => {
    expect((await Promise.all(looks.map(walk))).flat()).toEqual([]);
  });

  it('signs in with the token and out again', async () => {
    const context = await demo.browser.newContext({ locale: 'en-GB' });
    const page = await context.newPage();
    await page.goto(demo.url);
    await page.fill('#token', 'rw_wrong');
    await page.keyboard.press('Enter');
    await page.getByRole('alert').filter({ hasText: 'not valid' }).waitFor();
    expect(await audit(page)).toEqual([]);
    await page.fill('#token', demo.token);
    await page.keyboard.press('Enter');
    await page.waitForSelector('.matrix tbody .cell');
    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.waitForSelector('#token');
    await context.close();
  });

  it('shows the numbers that the calls give', async () => {
    const summary = await ask<Record<string, number>>(demo, '/api/v1/summary');
    const { targets } = await ask<{ targets: { verdicts: Record<string, number> | null }[] }>(
      demo,
      '/api/v1/targets',
    );
    const sum = (verdict: string): number =>
      targets.reduce((total, { verdicts }) => total + (verdicts?.[verdict] ?? 0), 0);
    const { page, close } = await visit(demo);
    await page.goto(demo.url);
    await page.waitForSelector('.figure-violation .value a');
    const shown = async (name: string): Promise<number> =>
      Number((await page.textContent(`.figure-${name} .value a`))?.replace(/\D/g, ''));
    expect({
      grave: await shown('violation'),
      minor: await shown('violation_minor'),
      unknown: await shown('unknown'),
      pass: await shown('pass'),
      waived: await shown('waived'),
    }).toEqual({
      grave: (summary['violations_critical'] ?? 0) + (summary['violations_high'] ?? 0),
      minor: ['medium', 'low', 'info'].reduce(
        (total, each) => total + (summary[`violations_${each}`] ?? 0),
        0,
      ),
      unknown: sum('unknown'),
      pass: sum('pass'),
      waived: summary['waived'],
    });
    await close();
  });

  it('moves by keyboard alone: one stop in the matrix, letters for pages', async () => {
    const { page, close } = await visit(demo);
    await page.goto(demo.url);
    await page.waitForSelector('.matrix tbody .cell');
    expect(await page.locator('.matrix [data-stop][tabindex="0"]').count()).toBe(1);
    await page.keyboard.press('j');
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('Enter');
    await page.waitForFunction(() => location.pathname !== '/');
    await page.keyboard.press('g');
    await page.keyboard.press('v');
    await page.waitForSelector('.findings');
    expect(new URL(page.url()).pathname).toBe('/violations');
    await page.keyboard.press('?');
    await page.waitForSelector('dialog[open]');
    await page.keyboard.press('Escape');
    await page.waitForSelector('dialog', { state: 'hidden' });
    await close();
  });

  it('pages and filters in the address', async () => {
    const { page, close } = await visit(demo);
    await page.goto(`${demo.url}/violations?group=none`);
    const first = await page.textContent('.findings .subject a');
    await page.keyboard.press('n');
    await page.waitForFunction(
      (text) => document.querySelector('.findings .subject a')?.textContent !== text,
      first,
    );
    expect(new URL(page.url()).searchParams.has('after')).toBe(true);
    await page.locator('.filters select').first().selectOption('demo-chat');
    await page.waitForFunction(() => location.search === '?group=none&target=demo-chat');
    await page.waitForFunction(() =>
      [...document.querySelectorAll('.findings td.target')].every((cell) => cell.textContent === 'demo-chat'),
    );
    await close();
  });

  it('a finding is waived from its page, and the list says so', async () => {
    const { page, wrongs, close } = await visit(demo);
    await page.goto(`${demo.url}/violations/${uid}`);
    await page.waitForSelector('.verdict .message');
    await page.keyboard.press('w');
    await page.fill('#waiver-reason', 'Schulung');
    await page.fill('#waiver-owner', 'Fachgebiet 12');
    await page.fill('#waiver-until', new Date(Date.now() + 20 * 86_400_000).toISOString().slice(0, 10));
    await page.fill('#waiver-approved_by', 'Leitung');
    await page.click('.waiver button[type=submit]');
    await page.waitForSelector('.edge-waived');
    expect(await page.textContent('.verdict')).toContain('Schulung');
    expect(wrongs).toEqual([]);
    await close();
  });

  it('shows a scan while it runs, and when it was', async () => {
    const { page, wrongs, close } = await visit(demo);
    await page.goto(demo.url);
    await page.waitForSelector('.matrix tbody .cell');
    const seen = page.waitForFunction(() =>
      document.querySelector('.running')?.textContent?.includes('demo-bbb-ministerium'),
    );
    for (const target of [
      'demo-chat',
      'demo-cloud',
      'demo-meet',
      'demo-bbb-schule',
      'demo-bbb-ministerium',
    ]) {
      const headers = { authorization: `Bearer ${demo.token}`, 'content-type': 'application/json' };
      const answer = await fetch(`${demo.url}/api/v1/targets/${target}/scans`, {
        method: 'POST',
        headers,
        body: '{}',
      });
      expect(answer.status).toBe(202);
    }
    await seen;
    await page.waitForFunction(() => document.querySelector('.running')?.textContent === '');
    expect(wrongs).toEqual([]);
    await close();
  });

  const painted = () =>
    performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? Number.POSITIVE_INFINITY;

  it('paints with less than a second of work and stays small', async () => {
    const { page, close } = await visit(demo);
    const sizes = new Map<string, Promise<number>>();
    page.on('response', (response) => {
      const url = response.url();
      if (!/assets\/.*\.js$/.test(url) || sizes.has(url)) return;
      const size = response.request().sizes();
      sizes.set(
        url,
        size.then(({ responseBodySize }) => responseBodySize),
      );
    });
    const work = await pageWork(page);
    let first = 0;
    for (const [name, path, sign] of pages.filter(isServed)) {
      // Its charts are a script of their own.
      if (name === 'trends') continue;
      await page.goto(demo.url + path);
      await page.waitForSelector(sign, { state: 'attached' });
      if (name !== 'overview') continue;
      first = await work();
      const paint = Math.round(await page.evaluate(painted));
      // Told, not asserted: a busy machine is no fault of ours.
      process.stdout.write(`first paint after ${paint} ms, with ${Math.round(first)} ms of work\n`);
    }
    // The first one has to fetch and compile everything.
    expect(first).toBeGreaterThan(10);
    expect(first).toBeLessThan(1_000);
    // By now every page but the one with charts was opened, with the scripts that it asks for.
    const script = (await Promise.all(sizes.values())).reduce((sum, size) => sum + size, 0);
    expect(script).toBeGreaterThan(1_000);
    expect(script).toBeLessThan(60_000);
    await close();
  });
});

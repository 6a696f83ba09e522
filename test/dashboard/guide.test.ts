import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { audit } from './axe.ts';
import { type Demo, hasChromium, startDemo, visit } from './demo.ts';

const dayMs = 86_400_000;

/** Sixty days as they might have been: the demo has only today. */
async function longAgo(page: Page): Promise<void> {
  await page.route('**/api/v1/trends?*', async (route) => {
    const response = await route.fetch();
    const body = await response.json();
    const last = body.points.at(-1);
    body.points = Array.from({ length: 60 }, (_, at) => {
      const day = new Date(Date.parse(`${body.to}T00:00:00Z`) - (59 - at) * dayMs).toISOString().slice(0, 10);
      const stale = at > 30 && at < 36;
      return stale
        ? { ...last, day, pass: 0, unknown: last.unknown + last.pass, scanned: 0, stale: 1 }
        : { ...last, day, violation: last.violation + 60 - at };
    });
    await route.fulfill({ response, json: body });
  });
}

describe.skipIf(!hasChromium)('previews and trends in a browser', () => {
  let demo: Demo;
  beforeAll(async () => {
    demo = await startDemo();
  }, 120_000);
  afterAll(() => demo?.close());

  it('says that its data are made up', async () => {
    const { page, close } = await visit(demo);
    await page.goto(demo.url);
    await page.getByText('erdachte Systeme').waitFor();
    await close();
  });

  it('a parameter is moved by keyboard, and what would change is told', async () => {
    const { page, wrongs, close } = await visit(demo, { colorScheme: 'dark' });
    await page.goto(`${demo.url}/policies/recordings-deleted-after-meeting`);
    const slider = page.getByRole('slider');
    await slider.focus();
    for (let steps = 0; steps < 13; steps += 1) await page.keyboard.press('ArrowRight');
    await page.getByText(/Ergebnisse, die sich ändern würden: \d+/).waitFor();
    expect(await page.locator('.previewed pre').textContent()).toContain('max_age: 20d');
    expect(await audit(page)).toEqual([]);
    await page.getByRole('spinbutton').fill('99999');
    await page.getByText('RW4002').waitFor();
    // The browser itself notes that the call was refused.
    expect(wrongs.filter((line) => !line.includes('400'))).toEqual([]);
    await close();
  });

  it.each(['light', 'dark'] as const)('a trend is drawn and told in numbers: %s', async (colorScheme) => {
    const { page, wrongs, close } = await visit(demo, { colorScheme, language: 'en' });
    const scripts: string[] = [];
    page.on('response', (response) => scripts.push(new URL(response.url()).pathname));
    await longAgo(page);
    await page.goto(demo.url);
    await page.waitForSelector('.matrix .cell');
    expect(scripts.filter((path) => path.includes('trends'))).toEqual([]);
    await page.getByRole('link', { name: 'Trends', exact: true }).click();
    await page.getByRole('combobox', { name: /^Target/ }).selectOption('demo-cloud');
    await page.waitForSelector('.chart canvas');
    expect(await page.locator('.chart canvas').count()).toBe(2);
    const [picture] = await page.getByRole('img', { name: /^Stacked areas from/ }).all();
    expect(await picture?.getAttribute('aria-label')).toMatch(/violation \d+ → \d+; waived .*not seen .*met/);
    const rows = page.locator('.daily tbody tr');
    expect([await rows.count(), await page.locator('.daily .hatched').count()]).toEqual([60, 5]);
    await page.getByRole('region', { name: 'The numbers' }).focus();
    await page.keyboard.press('End');
    expect(await audit(page)).toEqual([]);
    expect(wrongs).toEqual([]);
    await close();
  });
});

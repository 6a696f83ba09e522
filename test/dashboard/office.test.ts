import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { closeStages, embedded } from '../api/helper.ts';
import { hasChromium, type Visit, visit } from './demo.ts';
import { closeBrowser, type Served, serve } from './served.ts';

let served: Served;
const day = (days: number): string => new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10);
const at = (path: string): string => served.url + path;

/** Loads the page at this address and waits for what it shows. */
async function open(visited: Visit, path: string, sign: string): Promise<Page> {
  await visited.page.goto(at(path));
  await visited.page.waitForSelector(sign, { state: 'attached' });
  return visited.page;
}

describe.skipIf(!hasChromium)('deciding and running, in a browser', () => {
  beforeAll(async () => {
    served = await serve(await embedded());
    await served.made.scan('main');
    await served.made.scan('other');
  });
  afterAll(async () => {
    await closeStages();
    await closeBrowser();
  });

  it('a waiver says what it would hide, is changed without a gap, and ended', async () => {
    const visited = await visit(served);
    const page = await open(visited, '/waivers?new', '#w-policy option[value=access]');
    await page.selectOption('#w-policy', 'access');
    await page.selectOption('#w-target', 'main');
    await page.getByText('Würde verbergen: Verstöße 3').waitFor();
    await page.fill('#w-reason', 'Übergang');
    await page.fill('#w-owner', 'Fachgebiet 12');
    await page.click('.editor button[type=submit]');
    await page.getByText('Übergang').waitFor();
    await page.locator('tr', { hasText: 'Übergang' }).locator('th a').click();
    await page.getByRole('button', { name: 'Ändern …' }).click();
    await page.fill('#w-reason', 'Übergang bis Jahresende');
    await page.click('.editor button[type=submit]');
    await page.locator('dd', { hasText: 'Übergang bis Jahresende' }).waitFor();
    const { waivers } = await (await served.made.get('/api/v1/waivers?target=main')).json();
    expect(waivers.map(({ state }: { state: string }) => state).sort()).toEqual(['active', 'revoked']);
    const events = await (await served.made.get('/api/v1/events', await served.made.token(['feed']))).json();
    expect(events.events.some(({ event }: { event: string }) => event === 'waiver_expired')).toBe(false);
    await page.getByRole('button', { name: 'Ausnahme beenden' }).click();
    await page.getByRole('button', { name: 'Ausnahme beenden' }).click();
    await page.getByText('Beendet; sie bleibt').waitFor();
    expect(visited.wrongs).toEqual([]);
    await visited.close();
  });

  it('an attestation is asked for, given and withdrawn', async () => {
    const visited = await visit(served);
    const page = await open(visited, '/attestations', '.reminders li');
    expect(await page.locator('.reminders li', { hasText: 'fehlt' }).count()).toBe(2);
    await page.locator('.reminders button').first().click();
    await page.waitForSelector('#a-policy option[value=record-kept]', { state: 'attached' });
    await page.fill('#a-by', 'Datenschutz');
    await page.click('.editor button[type=submit]');
    await page.locator('table.evidence', { hasText: 'gültig' }).waitFor();
    await page.waitForFunction(() => document.querySelectorAll('.reminders li').length === 1);
    await page.getByRole('button', { name: 'Zurückziehen' }).click();
    await page.getByRole('button', { name: 'Zurückziehen' }).click();
    await page.waitForFunction(() => document.querySelectorAll('.reminders li').length === 2);
    expect(visited.wrongs).toEqual([]);
    await visited.close();
  });

  it('a token is shown once, works, and no longer when it is revoked', async () => {
    const visited = await visit(served);
    const page = await open(visited, '/tokens', 'table.evidence tbody tr');
    await page.getByRole('button', { name: 'Zugriffstoken anlegen' }).click();
    await page.fill('#t-name', 'SIEM');
    await page.click('.editor button[type=submit]');
    const value = (await page.textContent('.secret .value')) ?? '';
    const status = async (): Promise<number> =>
      (await fetch(at('/api/v1/summary'), { headers: { authorization: `Bearer ${value}` } })).status;
    expect(await status()).toBe(200);
    await open(visited, '/tokens', 'table.evidence tbody tr');
    expect(await page.content()).not.toContain(value);
    const row = page.locator('tr', { hasText: 'SIEM' });
    await row.getByRole('button').click();
    await row.getByRole('button', { name: 'Widerrufen', exact: true }).click();
    await row.waitFor({ state: 'detached' });
    expect(await status()).toBe(401);
    await open(visited, '/audit?action=token', 'table.evidence tbody tr');
    expect(await page.textContent('table.evidence')).toMatch(/widerrufen.*SIEM.*angelegt.*SIEM/s);
    expect(visited.wrongs).toEqual([]);
    await visited.close();
  });

  it('a scan is started and tells what it could not see', async () => {
    served.made.worlds.main.outcomes = { detail: 'failed' };
    const visited = await visit(served);
    const page = await open(visited, '/scans', 'table.evidence tbody tr');
    await page.selectOption('#scan-target', 'main');
    await page.click('.start button');
    await page.locator('td', { hasText: 'teilweise' }).waitFor();
    await page.click('table.evidence tbody th a');
    await page.locator('tr.hatched', { hasText: 'detail' }).waitFor();
    expect(await page.textContent('tr.hatched')).toContain('nicht erreichbar');
    served.made.worlds.main.outcomes = {};
    await served.made.scan('main');
    expect(visited.wrongs).toEqual([]);
    await visited.close();
  });

  it('goes from finding to finding, chooses a range, and to pages by two letters', async () => {
    const visited = await visit(served);
    const page = await open(visited, '/violations?group=none&target=main', '.findings .subject a');
    await page.keyboard.press('j');
    await page.keyboard.press('x');
    await page.keyboard.press('j');
    await page.keyboard.press('j');
    await page.keyboard.press('Shift+X');
    await page.getByText('3 ausgewählt').waitFor();
    await page.keyboard.press('Escape');
    await page.waitForFunction(() => document.querySelector('.chosen b') === null);
    await page.keyboard.press('Enter');
    await page.waitForSelector('.neighbours');
    const here = page.url();
    await page.keyboard.press(']');
    await page.waitForFunction((before) => location.href !== before, here);
    await page.waitForSelector('.verdict .message');
    await page.keyboard.press('[');
    await page.waitForFunction((before) => location.href === before, here);
    for (const [letter, path] of [
      ['w', '/waivers'],
      ['a', '/attestations'],
      ['l', '/scans'],
      ['u', '/audit'],
      ['t', '/tokens'],
    ] as const) {
      await page.keyboard.press('g');
      await page.keyboard.press(letter);
      await page.waitForFunction((wanted) => location.pathname === wanted, path);
    }
    expect(visited.wrongs).toEqual([]);
    await visited.close();
  });

  it('on a phone: four tabs, a menu, and the filters on a page of their own', async () => {
    const visited = await visit(served, { viewport: { width: 320, height: 700 } });
    const page = await open(visited, '/violations', '.findings .subject a');
    expect(await page.locator('.bar').locator('a, button').count()).toBe(4);
    await page.locator('.bar button').click();
    await page.locator('#rail a[href="/tokens"]').waitFor({ state: 'visible' });
    await page.keyboard.press('Escape');
    await page.locator('#rail a[href="/tokens"]').waitFor({ state: 'hidden' });
    // As fast as a hand can be on a slow machine: nothing is painted between the two.
    const closed = await page.evaluate(async () => {
      const rail = document.querySelector('#rail');
      document.querySelector<HTMLElement>('.bar button')?.click();
      while (rail?.classList.contains('open') === false) await Promise.resolve();
      document.body.dispatchEvent(new KeyboardEvent('keydown', { key: 'Escape', bubbles: true }));
      await new Promise(requestAnimationFrame);
      return rail?.classList.contains('open') === false;
    });
    expect(closed).toBe(true);
    expect(await page.locator('.filters').isVisible()).toBe(false);
    await page.click('.filterpage');
    await page.locator('.filters select').first().selectOption('main');
    expect(await page.locator('.findings').isVisible()).toBe(false);
    await page.click('.filterpage');
    await page.locator('.findings').waitFor({ state: 'visible' });
    expect(new URL(page.url()).search).toBe('?target=main');
    expect(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth)).toBe(true);
    expect(visited.wrongs).toEqual([]);
    await visited.close();
  });

  it('from the finding to the waiver to its end', async () => {
    const visited = await visit(served);
    const page = await open(
      visited,
      '/violations?policy=access&target=other&group=none',
      '.findings .subject a',
    );
    await page.click('.findings .subject a');
    await page.waitForSelector('.verdict .message');
    const finding = new URL(page.url()).pathname;
    await page.keyboard.press('w');
    await page.fill('#waiver-reason', 'Umbau');
    await page.fill('#waiver-owner', 'Fachgebiet 12');
    await page.fill('#waiver-until', day(3));
    await page.click('.waiver button[type=submit]');
    await page.waitForSelector('.edge-waived');
    await open(visited, '/waivers', 'table.evidence tbody tr');
    expect(await page.textContent('table.evidence')).toContain('Umbau');
    await page.click('table.evidence tbody th a');
    await page.waitForSelector('.review');
    expect(await page.textContent('.review')).toContain('Verstöße 1');
    expect(visited.wrongs).toEqual([]);
    await visited.close();
    served.made.clock.now += 4 * 86_400_000;
    await served.made.scan('other');
    // Four days later the session is over, too.
    const later = await visit(served);
    await open(later, finding, '.edge-violation');
    expect(await later.page.textContent('.history')).toContain('Ausnahme abgelaufen');
    await open(later, '/waivers?state=over', 'table.evidence tbody tr');
    expect(await later.page.textContent('table.evidence')).toContain('Umbau');
    expect(later.wrongs).toEqual([]);
    await later.close();
  });
});

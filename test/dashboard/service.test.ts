import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { recordScan } from '../../src/scan/runner.ts';
import { clientSecret, forgingIssuer, freePort } from '../access/issuer.ts';
import { closeStages, embedded } from '../api/helper.ts';
import { target } from '../scan/toy.ts';
import { hasChromium, visit } from './demo.ts';
import { closeBrowser, serve } from './served.ts';

const closers: (() => unknown)[] = [];
afterEach(async () => {
  await closeStages();
  for (const close of closers.splice(0)) await close();
});
afterAll(closeBrowser);

describe.skipIf(!hasChromium)('the page and its service', () => {
  it('connects again after the service was started anew, and then shows what is new', async () => {
    const store = await embedded();
    const first = await serve(store);
    await first.made.scan('other');
    const { page, close } = await visit(first);
    await page.goto(first.url);
    await page.waitForSelector('.matrix tbody .cell');
    await first.close();
    await page.waitForSelector('.offline');
    const again = await serve(
      store,
      {
        other: {
          rooms: [
            { id: 'a', password: false },
            { id: 'b', password: false },
          ],
        },
      },
      Number(new URL(first.url).port),
    );
    await page.waitForSelector('.offline', { state: 'detached' });
    const before = await page.textContent('.figure-violation .value a');
    const [other] = again.made.recording.config.targets.slice(1);
    if (other === undefined) throw new Error('no second target');
    const signal = new AbortController().signal;
    await recordScan(again.made.recording, { id: 'after', target: other, signal });
    await page.waitForFunction(
      (text) => document.querySelector('.figure-violation .value a')?.textContent !== text,
      before,
    );
    await close();
  });

  it('signs in at the issuer and comes back to the same page', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'roomwarden-page-oidc-'));
    writeFileSync(join(folder, 'secret'), clientSecret, { mode: 0o600 });
    const issuer = await forgingIssuer({});
    closers.push(
      () => issuer.close(),
      () => rmSync(folder, { recursive: true, force: true }),
    );
    const port = await freePort();
    const oidc = {
      issuer: issuer.url,
      client_id: 'roomwarden',
      client_secret: { file: join(folder, 'secret') },
      scopes: ['openid'],
      claim: ['groups'],
      roles: [{ group: 'it-service', scopes: ['read' as const], targets: ['main'] }],
      clock_tolerance: 30,
      ca: null,
      proxy: null,
      insecure_http: false,
    };
    const access = {
      header: null,
      public_url: `http://127.0.0.1:${port}`,
      sessions: { idle: 1_800, longest: 36_000 },
      oidc,
    };
    const served = await serve(await embedded(), { config: { access } }, port);
    await served.made.scan('main');
    const context = await served.browser.newContext({ locale: 'de-DE' });
    const page = await context.newPage();
    await page.goto(`${served.url}/coverage?x=1`);
    await page.getByRole('link', { name: 'Anmeldedienst' }).click();
    await page.waitForSelector('.coverage tbody tr');
    expect(new URL(page.url()).pathname).toBe('/coverage');
    expect(await page.textContent('.coverage thead')).not.toContain('other');
    await page.goto(`${served.url}/tokens`);
    await page.getByText('mit dem Recht admin').waitFor();
    await context.close();
  });

  it('more than forty systems: products first, and from there to their systems', async () => {
    const targets = Array.from({ length: 45 }, (_, at) => {
      const id = at === 0 ? 'main' : at === 1 ? 'other' : `s${at}`;
      const vendor = at % 3 === 1 ? 'rival' : 'toy';
      return target({ id, vendor, settings: { id, vendor } });
    });
    const served = await serve(await embedded(), { config: { targets } });
    await served.made.scan('main');
    await served.made.scan('other');
    const { page, wrongs, close } = await visit(served);
    await page.goto(served.url);
    await page.waitForSelector('.matrix tbody .cell');
    expect(await page.locator('.matrix .names th').allTextContents()).toEqual(['toy', 'rival']);
    await page.getByRole('link', { name: 'rival' }).click();
    await page.waitForFunction(() => document.querySelectorAll('.matrix .names th').length === 15);
    await page.goBack();
    await page.waitForFunction(() => document.querySelectorAll('.matrix .names th').length === 2);
    expect(wrongs).toEqual([]);
    await close();
  });

  it('names that others chose are text on every page', async () => {
    const names = [
      '<script>alert("Raum")</script><img src=x onerror=alert(1)>',
      'Haushalt\u202e7202 tvK\u202c Entwurf\u0000\u0007',
      `Z${'\u0353\u033e'.repeat(200)}algo`,
      'Aa'.repeat(5_000),
    ];
    const rooms = names.map((name, at) => ({ id: `r${at}`, name, password: false }));
    const served = await serve(await embedded(), { other: { rooms } });
    await served.made.scan('other');
    const { page, wrongs, close } = await visit(served);
    const { rooms: found } = (
      await served.made.get('/api/v1/targets/other/rooms', await served.made.token(['read']))
    ).json();
    const { violations } = (await served.made.get('/api/v1/violations?target=other&kind=room')).json();
    for (const [path, sign] of [
      ['/violations?target=other', '.findings bdi'],
      ['/violations?target=other&group=room', '.group bdi'],
      ['/rooms?target=other', '.evidence bdi'],
      ...found.map(({ ref }: { ref: string }) => [`/rooms/other/${ref}`, '.wholename bdi']),
      ...violations.map(({ uid }: { uid: string }) => [`/violations/${uid}`, '.verdict bdi']),
    ]) {
      await page.goto(served.url + path);
      await page.waitForSelector(sign);
      const shown = await page.locator('main').innerText();
      expect(shown, path).not.toMatch(/[\u202a-\u202e]/);
      expect(await page.locator('main script, main img').count(), path).toBe(0);
      expect(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), path).toBe(true);
    }
    await page.goto(`${served.url}/rooms?target=other`);
    await page.waitForSelector('.evidence bdi');
    const list = await page.locator('.evidence').innerText();
    for (const part of ['<script>alert("Raum")', 'U+202E', 'U+0007', '10.000 Zeichen'])
      expect(list).toContain(part);
    expect(wrongs).toEqual([]);
    await close();
  });
});

import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type BigBlueButtonSimulator, startBigBlueButton } from '../../adapters/bigbluebutton/simulator.ts';
import { ministryWorld } from '../../src/demo/bigbluebutton.ts';
import { audit } from './axe.ts';
import { type Demo, hasChromium, visit } from './demo.ts';

const root = join(import.meta.dirname, '../..');
const secret = 'CANARY-of-the-interface-0123456789';

/** From an empty folder to the first violation, by what stands on the page. */
describe.skipIf(!hasChromium)('first steps in a browser', () => {
  let server: BigBlueButtonSimulator;
  let folder = '';
  let service: ChildProcess;
  let output = '';
  let demo: Demo;

  beforeAll(async () => {
    execFileSync(process.execPath, ['src/dashboard/build.ts'], { cwd: root });
    server = await startBigBlueButton(ministryWorld(secret, Date.now(), 6));
    folder = mkdtempSync(join(tmpdir(), 'roomwarden-first-'));
    const main = join(root, 'src/main.ts');
    service = spawn(process.execPath, [main, 'serve', '--setup', '--port', '0'], { cwd: folder });
    const { url, token } = await new Promise<{ url: string; token: string }>((resolve, reject) => {
      const take = (part: string): void => {
        output += part;
        const [, found] = /^token: (\S+)$/m.exec(output) ?? [];
        const [, address] = /^listening: (\S+)$/m.exec(output) ?? [];
        if (found !== undefined && address !== undefined) resolve({ url: address, token: found });
      };
      service.stdout?.setEncoding('utf8').on('data', take);
      service.stderr?.setEncoding('utf8').on('data', take);
      service.once('close', () => reject(new Error(output)));
    });
    const browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--no-sandbox'] });
    demo = { url, token, browser, close: () => browser.close() };
  }, 120_000);

  afterAll(async () => {
    await demo?.close();
    if (service?.exitCode === null) {
      const ended = new Promise((resolve) => service.once('close', resolve));
      service.kill('SIGINT');
      await ended;
    }
    await server?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  it('empty, checked, confirmed, scanned, a violation', { timeout: 120_000 }, async () => {
    const { page, wrongs, close } = await visit(demo);
    await page.goto(demo.url);
    await page.getByText('Hier ist noch kein System eingetragen').waitFor();
    expect(await audit(page)).toEqual([]);
    await page.getByLabel('BigBlueButton').check();
    await page.getByLabel('Adresse der Schnittstelle').fill(server.url);
    await page.getByLabel('Geheimnis der Schnittstelle').fill(`${secret}-wrong`);
    await page.getByLabel('Kennung').fill('bbb');
    await page.getByRole('button', { name: 'Verbindung prüfen' }).click();
    await page.getByRole('cell', { name: 'gescheitert' }).first().waitFor();
    // The exact grant stands beside what is missing.
    await page.getByText('GRANT SELECT').first().waitFor();
    await page.getByLabel('Geheimnis der Schnittstelle').fill(secret);
    await page.getByLabel('Adresse von Greenlight (freiwillig)').fill(server.greenlightUrl);
    expect(await page.getByRole('button', { name: 'Eintragen und ersten' }).count()).toBe(0);
    await page.getByRole('button', { name: 'Verbindung prüfen' }).click();
    const confirm = page.getByRole('button', { name: 'Eintragen und ersten Prüflauf beginnen' });
    await confirm.waitFor();
    expect(await audit(page)).toEqual([]);
    expect(await page.locator('main').innerText()).not.toContain(secret);
    expect(existsSync(join(folder, 'data/config.d'))).toBe(false);
    await confirm.click();
    await page.getByText('Der erste Prüflauf ist fertig.').waitFor();
    expect(await audit(page)).toEqual([]);
    await page.getByRole('link', { name: 'Verstöße ansehen' }).click();
    await page.waitForSelector('.findings .subject');
    expect(wrongs).toEqual([]);
    await close();
    const files = ['data/config.d/bbb.yaml', 'data/secrets/bbb/secret'].map((file) => join(folder, file));
    expect(files.map((file) => statSync(file).mode & 0o777)).toEqual([0o600, 0o600]);
    expect(readFileSync(files[1] ?? '', 'utf8')).toBe(`${secret}\n`);
  });

  it('told the secret to nobody', () => {
    expect(output).not.toContain(secret);
    const held = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => {
      const path = join(folder, name);
      return statSync(path).isFile() && readFileSync(path, 'latin1').includes(secret);
    });
    expect(held).toEqual(['data/secrets/bbb/secret']);
  });
});

import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';

export const executablePath = '/usr/bin/chromium';

/** Where no browser is installed these tests are skipped, and the run says so. */
export const hasChromium = existsSync(executablePath);

export interface Demo {
  url: string;
  token: string;
  browser: Browser;
  close(): Promise<void>;
}

/** The demo estate after its first scans, in a process of its own, and a browser. */
export async function startDemo(): Promise<Demo> {
  const root = join(import.meta.dirname, '../..');
  execFileSync(process.execPath, ['src/dashboard/build.ts'], { cwd: root });
  const child = spawn(process.execPath, ['src/main.ts', 'demo', '--port', '0'], {
    cwd: root,
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const told = await toldBy(child);
  const [, url = ''] = /^listening: (\S+)$/m.exec(told) ?? [];
  const [, token = ''] = /^token: (\S+)$/m.exec(told) ?? [];
  const browser = await chromium.launch({ executablePath, args: ['--no-sandbox'] });
  return {
    url,
    token,
    browser,
    async close() {
      await browser.close();
      const ended = new Promise((resolve) => child.once('close', resolve));
      child.kill('SIGINT');
      await ended;
    },
  };
}

/** Until it says how to ask it: then everything was scanned once. */
function toldBy(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = '';
    child.stdout?.setEncoding('utf8').on('data', (part: string) => {
      text += part;
      if (text.includes('curl -H')) resolve(text);
    });
    child.once('close', () => reject(new Error(`the demo ended: ${text}`)));
  });
}

export interface Visit {
  page: Page;
  /** What a page must not do: errors, refused loads, calls elsewhere. */
  wrongs: string[];
  close(): Promise<void>;
}

export interface VisitOptions extends BrowserContextOptions {
  language?: 'de' | 'en';
}

/** Signed in, with everything noted that goes wrong from then on. */
export async function visit(demo: Demo, { language = 'de', ...options }: VisitOptions = {}): Promise<Visit> {
  const context = await demo.browser.newContext({
    viewport: { width: 1440, height: 1000 },
    locale: language === 'de' ? 'de-DE' : 'en-GB',
    ...options,
  });
  const session = await context.request.post(`${demo.url}/api/v1/session`, { data: { token: demo.token } });
  if (session.status() !== 201) throw new Error(`signing in: ${session.status()}`);
  const page = await context.newPage();
  page.setDefaultTimeout(60_000);
  const wrongs: string[] = [];
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') wrongs.push(message.text());
  });
  page.on('pageerror', (error) => wrongs.push(error.message));
  page.on('dialog', (dialog) => {
    wrongs.push(`dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
  page.on('request', (request) => {
    const { origin, protocol } = new URL(request.url());
    if (origin !== demo.url && protocol !== 'data:' && protocol !== 'blob:') wrongs.push(request.url());
  });
  return { page, wrongs, close: () => context.close() };
}

/** Milliseconds of processor time that the page itself uses from now on: other processes do not count. */
export async function pageWork(page: Page): Promise<() => Promise<number>> {
  const session = await page.context().newCDPSession(page);
  await session.send('Performance.enable');
  const used = async (): Promise<number> => {
    const { metrics } = await session.send('Performance.getMetrics');
    const thread = metrics.find(({ name }) => name === 'ThreadTime');
    if (thread === undefined) throw new Error('the browser does not tell its processor time');
    return thread.value * 1_000;
  };
  const before = await used();
  return async () => (await used()) - before;
}

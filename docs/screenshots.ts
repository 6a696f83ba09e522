import { execFileSync, spawn } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { type BrowserContextOptions, chromium } from 'playwright-core';

/** Pictures of the page for the README, from the demo estate: `npm run screenshots`, with Chromium installed. */
const root = join(import.meta.dirname, '..');
const folder = join(import.meta.dirname, 'images');

interface Shot extends BrowserContextOptions {
  name: string;
  path: string;
  /** Taken when this is there. */
  sign: string;
}

/** A4 at 96 dots an inch. */
const sheet = { width: 794, height: 1123 };
const wide = { width: 1440, height: 1000 };
const shots = (uid: string): Shot[] => [
  { name: 'overview-light', path: '/', sign: '.matrix .cell', viewport: wide, colorScheme: 'light' },
  { name: 'overview-dark', path: '/', sign: '.matrix .cell', viewport: wide, colorScheme: 'dark' },
  { name: 'violations', path: '/violations', sign: '.findings .subject', viewport: wide },
  { name: 'finding', path: `/violations/${uid}`, sign: '.chain .result', viewport: wide },
  {
    name: 'report-summary',
    path: '/api/v1/reports/summary?format=html&lang=de',
    sign: '#t-targets',
    viewport: sheet,
  },
  { name: 'phone', path: '/', sign: '.phonelist .counts', viewport: { width: 390, height: 844 } },
];

execFileSync(process.execPath, ['src/dashboard/build.ts'], { cwd: root });
const demo = spawn(process.execPath, ['src/main.ts', 'demo', '--port', '0'], {
  cwd: root,
  stdio: ['ignore', 'pipe', 'ignore'],
});
try {
  const told = await new Promise<string>((resolve) => {
    let text = '';
    demo.stdout.setEncoding('utf8').on('data', (part: string) => {
      text += part;
      if (text.includes('curl -H')) resolve(text);
    });
  });
  const [, url = ''] = /^listening: (\S+)$/m.exec(told) ?? [];
  const [, token = ''] = /^token: (\S+)$/m.exec(told) ?? [];
  await take(url, token);
} finally {
  demo.kill('SIGINT');
}

async function take(url: string, token: string): Promise<void> {
  const headers = { authorization: `Bearer ${token}` };
  const answer = await fetch(`${url}/api/v1/violations?target=demo-cloud&kind=room&limit=1000`, { headers });
  const { violations } = (await answer.json()) as {
    violations: { uid: string; evidence: { chain?: unknown[] }[] }[];
  };
  const chained = violations.find(({ evidence }) => evidence.some(({ chain = [] }) => chain.length > 0));
  mkdirSync(folder, { recursive: true });
  const browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--no-sandbox'] });
  for (const { name, path, sign, ...options } of shots(chained?.uid ?? '')) {
    const context = await browser.newContext({ locale: 'de-DE', ...options });
    await context.request.post(`${url}/api/v1/session`, { data: { token } });
    const page = await context.newPage();
    await page.goto(url + path);
    await page.waitForSelector(sign);
    await page.waitForLoadState('load');
    await page.screenshot({ path: join(folder, `${name}.png`), animations: 'disabled' });
    await context.close();
  }
  await browser.close();
}

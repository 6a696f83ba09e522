import { spawn } from 'node:child_process';
import { accessSync, constants, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { RoomwardenError } from '../errors.ts';

const places = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome-stable',
  '/usr/bin/google-chrome',
  '/snap/bin/chromium',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
] as const;

const longestMs = 120_000;

/**
 * The named one, else the one of `CHROMIUM`, else the configured one, else where installers put it.
 * @throws {RoomwardenError} RW1041
 */
export function findChromium(
  named: string | undefined,
  environment: NodeJS.ProcessEnv,
  configured?: string,
): string {
  const wish = named ?? (environment['CHROMIUM'] || configured);
  const candidates = wish === undefined ? places : [wish];
  const found = candidates.find(canRun);
  if (found === undefined) throw new RoomwardenError('RW1041', { looked: candidates.join(', ') });
  return found;
}

function canRun(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

export interface PrintOptions {
  chromium: string;
  /** Stands in the file as the time of its making, so that the same report gives the same file; milliseconds. */
  madeAt: number;
}

/**
 * Prints a page through Chromium in a process of its own: empty profile, no network. The page's own policy allows no script.
 * @throws {RoomwardenError} RW1042
 */
export async function printPdf(html: string, { chromium, madeAt }: PrintOptions): Promise<Buffer> {
  const folder = mkdtempSync(join(tmpdir(), 'roomwarden-report-'));
  try {
    const page = join(folder, 'report.html');
    const target = join(folder, 'report.pdf');
    writeFileSync(page, html, { mode: 0o600 });
    await run(chromium, [...flags(folder), `--print-to-pdf=${target}`, pathToFileURL(page).href]);
    return dated(readPdf(target), madeAt);
  } finally {
    rmSync(folder, { recursive: true, force: true, maxRetries: 3, retryDelay: 100 });
  }
}

function flags(folder: string): string[] {
  return [
    '--headless',
    `--user-data-dir=${join(folder, 'profile')}`,
    '--no-pdf-header-footer',
    '--generate-pdf-document-outline',
    '--export-tagged-pdf',
    '--disable-gpu',
    '--disable-dev-shm-usage',
    '--disable-extensions',
    '--disable-background-networking',
    '--disable-component-update',
    '--disable-sync',
    '--no-first-run',
    '--no-default-browser-check',
    '--host-resolver-rules=MAP * ~NOTFOUND',
    // Its sandbox refuses to work for root; the page is our own, runs nothing and loads nothing.
    ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
  ];
}

async function run(chromium: string, args: readonly string[]): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    const child = spawn(chromium, args, { stdio: ['ignore', 'ignore', 'pipe'], timeout: longestMs });
    let said = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      said = (said + text).slice(-2_000);
    });
    child.once('error', (error) => reject(new RoomwardenError('RW1042', { detail: error.message })));
    child.once('close', (code, signal) => {
      if (code === 0) resolve();
      else reject(new RoomwardenError('RW1042', { detail: `${signal ?? code}: ${lastLine(said)}` }));
    });
  });
}

const lastLine = (text: string): string => text.trim().split('\n').at(-1) ?? '';

function readPdf(file: string): Buffer {
  try {
    return readFileSync(file);
  } catch {
    throw new RoomwardenError('RW1042', { detail: 'no file was written' });
  }
}

/** Puts the time of the state where Chromium writes its own, of the same length, so that nothing in the file moves. */
function dated(pdf: Buffer, at: number): Buffer {
  const stamp = new Date(at).toISOString().replace(/[-:T]/g, '').slice(0, 14);
  const text = pdf.toString('latin1');
  const same = text.replace(
    /(\/(?:CreationDate|ModDate) \(D:)\d{14}/g,
    (_, before: string) => `${before}${stamp}`,
  );
  return Buffer.from(same, 'latin1');
}

import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { type Browser, chromium } from 'playwright-core';
import type { Store } from '../../src/store/index.ts';
import { type Stage, type StageOptions, stage } from '../api/helper.ts';
import { type Demo, executablePath } from './demo.ts';

export interface Served extends Demo {
  made: Stage;
}

let browser: Promise<Browser> | null = null;

/** Toy systems in this process, behind a clock that the test sets, with the real page before them. */
export async function serve(store: Store, options: StageOptions = {}, port = 0): Promise<Served> {
  execFileSync(process.execPath, ['src/dashboard/build.ts'], { cwd: join(import.meta.dirname, '../..') });
  const made = await stage(store, { ...options, scanned: false });
  made.clock.now = Date.now();
  const url = await made.app.listen({ host: '127.0.0.1', port });
  browser ??= chromium.launch({ executablePath, args: ['--no-sandbox'] });
  const token = await made.token(['read', 'feed', 'operate', 'admin']);
  return { url, token, made, browser: await browser, close: () => made.app.close() };
}

export async function closeBrowser(): Promise<void> {
  await (await browser)?.close();
  browser = null;
}

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect } from 'vitest';
import type { BigBlueButtonWorld } from '../../../adapters/bigbluebutton/simulator.ts';
import { type Ask, emptyWorld, factsOf, scanWorld } from './world.ts';

export const folder = mkdtempSync(join(tmpdir(), 'roomwarden-bbb-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
let files = 0;

export type Texts = Record<string, string | readonly string[]>;
const heads: Record<string, string> = {
  properties: 'securitySalt=file-canary-salt\n',
  html5_settings: '',
  cron: '',
};

/** Files by key of the configuration; several texts are several hosts. */
export function mounted(texts: Texts): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(texts).map(([key, given]) => [
      key,
      (typeof given === 'string' ? [given] : given).map((text, at) => {
        const path = join(folder, `file-${files++}`);
        writeFileSync(path, `${heads[key] ?? ''}${text}`);
        return { host: `node${at}.example.org`, path };
      }),
    ]),
  );
}

export async function deployment(texts: Texts, world: Partial<BigBlueButtonWorld> = {}, ask: Ask = {}) {
  const settings = { ...mounted(texts), ...ask.settings };
  const scan = await scanWorld({ ...emptyWorld, version: '3.0.20', ...world }, { ...ask, settings });
  expect(scan.errors).toEqual([]);
  expect(JSON.stringify([...scan.items, ...scan.log])).not.toContain('file-canary');
  return { scan, facts: factsOf(scan, 'deployment -') };
}

export const client = (yaml: string): string => `public:\n${yaml}`;
export const noVideo = 'disabledFeatures=externalVideos';

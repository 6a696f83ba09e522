import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { releases as book } from '../../../adapters/rocketchat/releases.ts';
import {
  givenReleases,
  releasesFile,
  storedReleases,
  writeReleases,
} from '../../../src/scan/releases/store.ts';

const now = Date.UTC(2026, 10, 21, 12);
const lists = {
  server: { dated: '2026-11-20', branches: [{ branch: '8.8', latest: '8.8.3', ends: false as const }] },
};
const root = process.getuid?.() === 0;

let data: string;
beforeEach(() => {
  data = mkdtempSync(join(tmpdir(), 'roomwarden-releases-'));
});
afterEach(() => rmSync(data, { recursive: true, force: true }));

const file = (): string => releasesFile(data, 'rocketchat');
const given = () => givenReleases(data, 'rocketchat', book, now);
function put(text: string | Uint8Array): void {
  mkdirSync(dirname(file()), { recursive: true });
  writeFileSync(file(), text);
}

describe('lists in the data folder', () => {
  it('none is none', async () => {
    expect(await given()).toEqual({ lists: {} });
    expect(await storedReleases(data, 'rocketchat', book, now)).toEqual({});
  });

  it('what was written is there, for nobody else, and nothing beside it', async () => {
    await writeReleases(data, 'rocketchat', lists);
    expect(await given()).toEqual({ lists });
    expect(statSync(file()).mode & 0o777).toBe(0o600);
    expect(readdirSync(dirname(file()))).toEqual(['rocketchat.json']);
    expect(JSON.parse(readFileSync(file(), 'utf8'))).toMatchObject({ schema: 'roomwarden.releases/1' });
  });

  const whole = JSON.stringify({ schema: 'roomwarden.releases/1', vendor: 'rocketchat', products: lists });
  it.each<[string, string | Uint8Array, RegExp]>([
    ['empty', '', /damaged/],
    ['cut off', whole.slice(0, -20), /damaged \(1:/],
    ['of another vendor', whole.replace('rocketchat', 'jitsi'), /damaged/],
    ['with a day to come', whole.replace('2026-11-20', '2027-11-20'), /damaged/],
    ['with a version that is none', whole.replace('8.8.3', 'newest'), /damaged/],
    ['no text', new Uint8Array([0xff, 0xfe, 0x00]), /cannot be read: UTF-8/],
    ['too large', ' '.repeat(1024 * 1024 + 1), /cannot be read: EFBIG/],
  ])('a file that is %s is a reason, and an error where a person asks', async (_, text, detail) => {
    put(text);
    const found = await given();
    expect(found).toMatchObject({ reason: { code: 'invalid_answer' } });
    expect('reason' in found && found.reason.detail).toMatch(detail);
    await expect(storedReleases(data, 'rocketchat', book, now)).rejects.toMatchObject({ exitCode: 3 });
  });

  it('a folder in its place', async () => {
    mkdirSync(file(), { recursive: true });
    expect(await given()).toMatchObject({ reason: { code: 'invalid_answer' } });
  });

  it('a file that may not be read', async () => {
    put(whole);
    chmodSync(file(), 0o000);
    // Whoever is root may read everything: then as another.
    if (root) process.seteuid?.(65_534);
    try {
      expect(await given()).toMatchObject({ reason: { code: 'not_permitted' } });
    } finally {
      if (root) process.seteuid?.(0);
    }
  });

  it('what cannot be written leaves what was there', async () => {
    await writeReleases(data, 'rocketchat', lists);
    const before = readFileSync(file(), 'utf8');
    mkdirSync(releasesFile(data, 'jitsi'), { recursive: true });
    await expect(writeReleases(data, 'jitsi', lists)).rejects.toMatchObject({ code: 'RW1033' });
    expect(readFileSync(file(), 'utf8')).toBe(before);
    expect(readdirSync(dirname(file())).sort()).toEqual(['jitsi.json', 'rocketchat.json']);
  });
});

import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { instanceKey } from '../../src/access/instance-key.ts';
import { roomRef, searchKey } from '../../src/access/ref.ts';

const key = 'key';

describe('roomRef', () => {
  it('is 16 characters of base32 of HMAC-SHA-256', () => {
    // HMAC_SHA256("key", "The quick brown fox jumps over the lazy dog") = f7bc83f430538424b132...
    expect(roomRef(key, 'The quick brown fox jumps over the lazy dog')).toBe('666ih5bqkoccjmjs');
  });

  it('tells ids apart, and instances', () => {
    const ids = ['', 'a', 'A', 'ä', 'a\u0308', 'a/b', ' a', 'x'.repeat(10_000)];
    expect(new Set(ids.map((id) => roomRef(key, id))).size).toBe(ids.length);
    expect(roomRef('other', 'a')).not.toBe(roomRef(key, 'a'));
    for (const id of ids) expect(roomRef(key, id)).toMatch(/^[a-z2-7]{16}$/);
  });
});

describe('searchKey', () => {
  it('is the same for what people type alike, and no ref of a room', () => {
    expect(searchKey(key, ' Bürger  Sprechstunde ')).toBe(searchKey(key, 'bu\u0308rger sprechstunde'));
    expect(searchKey(key, 'a')).not.toBe(searchKey(key, 'b'));
    expect(searchKey(key, 'a')).not.toBe(roomRef(key, 'a'));
  });
});

describe('instanceKey', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'roomwarden-key-'));
  });
  afterEach(() => rm(folder, { recursive: true }));
  const config = (file?: string) => ({
    instance: { key: file === undefined ? null : { file } },
    data: join(folder, 'data'),
    directory: folder,
  });

  it('is made once, for its owner only, and stays', async () => {
    const made = await instanceKey(config());
    expect(made).toMatch(/^[A-Za-z0-9_-]{43}$/);
    expect(await instanceKey(config())).toBe(made);
    expect((await stat(join(folder, 'data', 'instance.key'))).mode & 0o777).toBe(0o600);
    expect((await stat(join(folder, 'data'))).mode & 0o077).toBe(0);
  });

  it('is one key for several that start at once, without leftovers', async () => {
    const made = await Promise.all(Array.from({ length: 8 }, () => instanceKey(config())));
    expect(new Set(made).size).toBe(1);
    expect(await readdir(join(folder, 'data'))).toEqual(['instance.key']);
    expect((await readFile(join(folder, 'data', 'instance.key'), 'utf8')).trim()).toBe(made[0]);
  });

  it('comes from the configuration where that names one, and is never made up then', async () => {
    await writeFile(join(folder, 'k'), `${'k'.repeat(32)}\n`);
    expect(await instanceKey(config('k'))).toBe('k'.repeat(32));
    await expect(instanceKey(config('none'))).rejects.toMatchObject({ code: 'RW1009' });
  });

  it('refuses one that can be guessed, and a folder that is none', async () => {
    await writeFile(join(folder, 'k'), 'short');
    await expect(instanceKey(config('k'))).rejects.toMatchObject({ code: 'RW1011' });
    await writeFile(join(folder, 'file'), '');
    const wrong = { ...config(), data: join(folder, 'file', 'data') };
    await expect(instanceKey(wrong)).rejects.toMatchObject({ code: expect.stringMatching(/^RW10(09|17)$/) });
  });
});

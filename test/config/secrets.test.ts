import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ConfigError, formatIssue } from '../../src/config/issues.ts';
import { parseConfig } from '../../src/config/load.ts';
import { checkSecrets, readSecret } from '../../src/config/secrets.ts';
import { now, vendors } from './helper.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'roomwarden-secrets-'));
});
afterEach(() => rm(folder, { recursive: true }));

async function secretFile(name: string, content: string, mode = 0o600): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, content);
  await chmod(path, mode);
  return path;
}

describe('readSecret', () => {
  it.each([
    ['abc', 'abc'],
    ['abc\n', 'abc'],
    ['abc\r\n', 'abc'],
    [' a b \n', ' a b '],
    ['ä€\n', 'ä€'],
  ])('drops only the line end of %j', async (content, value) => {
    await secretFile('s', content);
    expect(await readSecret({ file: 's' }, folder)).toBe(value);
    expect(await readSecret({ env: 'S' }, folder, { S: content })).toBe(value);
  });

  it('reads the value as it is now', async () => {
    const path = await secretFile('s', 'old');
    expect(await readSecret({ file: path }, '/')).toBe('old');
    await secretFile('s', 'new');
    expect(await readSecret({ file: path }, '/')).toBe('new');
  });

  it('says what is wrong, never what was read', async () => {
    await secretFile('empty', '\n');
    await secretFile('large', 'x'.repeat(70_000));
    await mkdir(join(folder, 'dir'));
    const code = (ref: { env: string } | { file: string }): Promise<unknown> =>
      readSecret(ref, folder, {}).catch((error: unknown) => error);
    expect(await code({ env: 'S' })).toMatchObject({ code: 'RW1008', params: { name: 'S' } });
    expect(await code({ file: 'none' })).toMatchObject({ code: 'RW1009', params: { detail: 'ENOENT' } });
    expect(await code({ file: 'dir' })).toMatchObject({ code: 'RW1009', params: { detail: 'EISDIR' } });
    expect(await code({ file: 'large' })).toMatchObject({
      code: 'RW1009',
      params: { detail: 'EFBIG, > 64 KiB' },
    });
    expect(await code({ file: 'empty' })).toMatchObject({ code: 'RW1010' });
  });
});

describe('checkSecrets', () => {
  const config = () =>
    parseConfig(
      [
        'targets:',
        '  - { id: a, vendor: bigbluebutton, url: https://a.example, secret: { env: A_SECRET } }',
        '  - { id: b, vendor: bigbluebutton, url: https://b.example, secret: { file: b-secret } }',
      ].join('\n'),
      join(folder, 'roomwarden.yaml'),
      vendors,
      { now },
    );

  it('refuses what is missing, with the place of each', async () => {
    const error = await checkSecrets(config(), { environment: {} }).catch((each: unknown) => each);
    expect(error).toBeInstanceOf(ConfigError);
    const lines = (error as ConfigError).issues.map((issue) =>
      formatIssue(issue, 'en').replaceAll(folder, ''),
    );
    expect(lines).toEqual([
      '/roomwarden.yaml:2:69: targets[0].secret: The environment variable A_SECRET, which should hold a secret, is missing or empty. Set the variable for the service, or use { file: PATH } in the configuration.',
      '/roomwarden.yaml:3:69: targets[1].secret: The secret file /b-secret cannot be read: ENOENT. Create the file and let the account that Roomwarden runs as read it (mode 0400).',
    ]);
  });

  it('warns of a file that everybody can read', async () => {
    await secretFile('b-secret', 'value', 0o644);
    const warnings = await checkSecrets(config(), { environment: { A_SECRET: 'x' } });
    expect(warnings.map((each) => [each.path, each.line, each.column])).toEqual([
      ['targets[1].secret', 3, 69],
    ]);
    expect(warnings[0]?.message.en).toContain('can be read by every account');
    await chmod(join(folder, 'b-secret'), 0o400);
    expect(await checkSecrets(config(), { environment: { A_SECRET: 'x' } })).toEqual([]);
  });

  it('looks only at the targets that are asked for', async () => {
    await secretFile('b-secret', 'value');
    expect(await checkSecrets(config(), { environment: {}, targets: ['b'] })).toEqual([]);
    await expect(checkSecrets(config(), { environment: {}, targets: ['a'] })).rejects.toThrow('RW1003');
  });
});

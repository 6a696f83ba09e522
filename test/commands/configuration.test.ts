import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { configure, folder, run } from './helper.ts';

const faulty = `targets:
  - id: bbb
    vendor: bigbluebutton
    url: ftp://bbb.example.org
    secret: in-clear
  - { id: bbb, vendor: jitsu, url: https://meet.example.org }
  - { id: meet, vendor: jitsi, url: https://meet.example.org, rooms: no }
retention: { events: 90 }
listne: {}
waivers:
  - { policy: no-such-policy, target: nobody, reason: x, owner: y, until: 2027-02-30 }
`;

function folderWith(text: string): string {
  const directory = folder();
  writeFileSync(join(directory, 'roomwarden.yaml'), text);
  return directory;
}

const commands = [['scan'], ['check'], ['collect'], ['serve'], ['token', 'list']];
const usual =
  'targets:\n  - { id: bbb, vendor: bigbluebutton, url: "http://127.0.0.1:9/bigbluebutton", secret: { env: NO_SECRET } }\n';

describe('a configuration that is wrong', () => {
  it.each(commands)('%s %s: every fault at its place, once, and nothing started', async (...args) => {
    const { code, stdout, stderr } = await run(
      args.filter((part) => part !== undefined),
      {
        cwd: folderWith(faulty),
      },
    );
    expect([code, stdout]).toEqual([3, '']);
    const places = [...stderr.matchAll(/^\.\/roomwarden\.yaml:(\d+):(\d+): /gm)].map(([, line]) =>
      Number(line),
    );
    expect(new Set(places)).toEqual(new Set([4, 5, 6, 7, 8, 9, 11]));
    expect(places).toEqual(places.toSorted((a, b) => a - b));
    const lines = stderr.split('\n').filter((line) => line.startsWith('./roomwarden.yaml:'));
    expect(lines).toHaveLength(new Set(lines).size);
    expect(stderr).toMatch(/^RW1003: The configuration \.\/roomwarden\.yaml is refused, errors: \d+\./);
    expect(stderr).not.toContain('in-clear');
  });

  it('a missing secret is told with its place before anything is asked', async () => {
    const { code, stdout, stderr } = await run(['scan'], { cwd: folderWith(usual) });
    expect([code, stdout]).toEqual([3, '']);
    expect(stderr).toMatch(/^\.\/roomwarden\.yaml:2:\d+: targets\[0\]\.secret: .*NO_SECRET/m);
  });

  it('a secret file that is not there, and one that is empty', async () => {
    const directory = folderWith(
      [
        'targets:',
        '  - { id: a, vendor: bigbluebutton, url: "http://127.0.0.1:9/bigbluebutton", secret: { file: none } }',
        '  - { id: b, vendor: bigbluebutton, url: "http://127.0.0.1:9/bigbluebutton", secret: { file: empty } }',
        '',
      ].join('\n'),
    );
    writeFileSync(join(directory, 'empty'), '\n', { mode: 0o600 });
    const { code, stderr } = await run(['serve', '--port', '0'], { cwd: directory });
    expect(code).toBe(3);
    expect(stderr).toMatch(
      /^\.\/roomwarden\.yaml:2:\d+: targets\[0\]\.secret: .*none cannot be read: ENOENT/m,
    );
    expect(stderr).toMatch(/^\.\/roomwarden\.yaml:3:\d+: targets\[1\]\.secret: .*empty is empty/m);
  });

  it('a secret that everybody can read is a warning on stderr', async () => {
    const directory = folderWith(usual.replace('env: NO_SECRET', 'file: open'));
    writeFileSync(join(directory, 'open'), 'a-secret-of-the-test-0123456789\n');
    chmodSync(join(directory, 'open'), 0o644);
    const { code, stdout, stderr } = await run(['scan', '--format', 'json'], { cwd: directory });
    expect(code).toBe(2);
    expect(stderr).toMatch(/^\.\/roomwarden\.yaml:2:\d+: .*open can be read by every account/m);
    expect(() => JSON.parse(stdout)).not.toThrow();
  });

  it.skipIf(process.getuid?.() !== 0)(
    'a file that may not be read (needs root to try as another)',
    async () => {
      const directory = folderWith(usual);
      chmodSync(directory, 0o755);
      chmodSync(join(directory, 'roomwarden.yaml'), 0o000);
      const { code, stdout, stderr } = await run(['scan'], { cwd: directory, user: 65_534 });
      expect([code, stdout]).toEqual([3, '']);
      expect(stderr).toMatch(/^RW1002: .*EACCES/);
    },
  );

  it('a folder in place of the file', async () => {
    const { code, stderr } = await run(['scan', '--config', '.'], { cwd: folderWith(usual) });
    expect(code).toBe(3);
    expect(stderr).toMatch(/^RW1002: .*EISDIR/);
  });
});

it('does not scan nothing and call it fine', async () => {
  const file = configure(folder(), { targets: [] });
  const { code, stderr } = await run(['scan', '--config', file]);
  expect([code, stderr]).toEqual([3, expect.stringContaining('RW1021')]);
});

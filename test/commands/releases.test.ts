import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type BigBlueButtonSimulator, startBigBlueButton } from '../../adapters/bigbluebutton/simulator.ts';
import type { NativeFinding, Report } from '../../src/findings/types.ts';
import { configure, folder, type Outcome, run } from './helper.ts';

const secret = 'simulated-secret-0123456789abcdefghijk';
let bbb: BigBlueButtonSimulator;
beforeAll(async () => {
  bbb = await startBigBlueButton({ secret, clock: () => Date.now(), version: '3.0.35' });
});
afterAll(() => bbb.close());

interface Place {
  directory: string;
  list: string;
  command(...args: string[]): Promise<Outcome>;
}

function place(): Place {
  const directory = folder();
  configure(directory, {
    data: './data',
    targets: [{ id: 'bbb', vendor: 'bigbluebutton', url: bbb.url, secret: { env: 'BBB_SECRET' } }],
  });
  const options = { cwd: directory, env: { BBB_SECRET: secret } };
  return {
    directory,
    list: join(directory, 'data', 'releases', 'bigbluebutton.json'),
    command: (...args) => run(args, options),
  };
}

/** A list of today, in the form of endoflife.date. */
function write({ directory }: Place, latest: string, made = new Date().toISOString()): string {
  const file = join(directory, `bigbluebutton-${latest}-${made.slice(0, 10)}.json`);
  const releases = [{ name: '3.0', isEol: false, eolFrom: null, latest: { name: latest } }];
  writeFileSync(
    file,
    JSON.stringify({
      schema_version: '1.2.0',
      generated_at: made,
      result: { name: 'bigbluebutton', releases },
    }),
  );
  return file;
}

async function verdictOf({ command }: Place): Promise<NativeFinding | undefined> {
  const { stdout } = await command('scan', '--format', 'json', '--verdicts', 'all');
  const { findings } = JSON.parse(stdout) as Report;
  return findings.find(({ policy }) => policy === 'platform-version-current');
}

describe('releases', () => {
  it('shows what is used, checks, takes, and the next scan judges by it', async () => {
    const here = place();
    const before = await here.command('releases');
    expect(before.code).toBe(0);
    expect(before.stdout).toMatch(/bigbluebutton +bigbluebutton +2026-08-22 +\d+ days +built-in/);

    const file = write(here, '3.0.99');
    const checked = await here.command('releases', '--from', file, '--check');
    expect(checked).toMatchObject({ code: 0 });
    expect(checked.stdout).toContain('nothing was written');
    expect(() => readFileSync(here.list)).toThrow(/ENOENT/);

    const taken = await here.command('releases', '--from', file);
    expect(taken).toMatchObject({ code: 0, stderr: '' });
    expect(taken.stdout).toContain('branches: 1, new: -, changed: 3.0, gone: 2.7, 4.0');
    const after = await here.command('releases', '--format', 'json');
    const row = JSON.parse(after.stdout).lists.find(
      (each: { product: string }) => each.product === 'bigbluebutton',
    );
    expect(row).toMatchObject({ vendor: 'bigbluebutton', source: 'file', age_days: 0, branches: ['3.0'] });

    const verdict = await verdictOf(here);
    expect(verdict).toMatchObject({ verdict: 'violation' });
    expect(JSON.stringify(verdict)).toContain('given as a file');
    const collected = join(here.directory, 'facts.ndjson');
    writeFileSync(collected, (await here.command('collect')).stdout);
    const evaluated = await here.command(
      'evaluate',
      '--facts',
      collected,
      '--format',
      'json',
      '--verdicts',
      'all',
    );
    const same = (JSON.parse(evaluated.stdout) as Report).findings.find(
      ({ policy }) => policy === 'platform-version-current',
    );
    expect(same).toMatchObject({ verdict: 'violation', facts: verdict?.facts ?? {} });
    const check = await here.command('check');
    expect(check.stdout).toMatch(/bigbluebutton \d{4}-\d\d-\d\d \(from a file\)/);

    const audit = new DatabaseSync(join(here.directory, 'data', 'roomwarden.db'), { readOnly: true });
    const entries = audit
      .prepare("SELECT actor, object FROM audit_log WHERE action = 'releases.replace'")
      .all();
    audit.close();
    expect(entries).toEqual([{ actor: 'cli', object: 'bigbluebutton' }]);
  });

  it('a fresh list of the version in use lets it pass', async () => {
    const here = place();
    await here.command('releases', '--from', write(here, '3.0.35'));
    expect(await verdictOf(here)).toMatchObject({ verdict: 'pass' });
  });

  it('refuses an older one and what cannot be, and keeps what there is', async () => {
    const here = place();
    await here.command('releases', '--from', write(here, '3.0.36'));
    const before = readFileSync(here.list, 'utf8');
    for (const [file, told] of [
      [
        write(here, '3.0.40', '2026-09-01T00:00:00Z'),
        /generated_at: The day 2026-09-01 is before that of the list in use/,
      ],
      [write(here, '3.0.40', '2099-01-01T00:00:00Z'), /lies in the future/],
      [
        write(here, 'x'),
        /bigbluebutton-x-[\d-]+\.json:1:\d+: result\.releases\[0\]\.latest\.name: This version cannot be read/,
      ],
      [join(here.directory, 'missing.json'), /^RW1031: .*ENOENT/],
    ] as const) {
      for (const more of [[], ['--check']]) {
        const { code, stderr } = await here.command('releases', '--from', file, ...more);
        expect(code).toBe(3);
        expect(stderr).toMatch(told);
      }
    }
    expect(readFileSync(here.list, 'utf8')).toBe(before);
    expect((await here.command('releases', '--check')).code).toBe(3);
  });

  it('a damaged file is told and never passed over; taking a list puts it right', async () => {
    const here = place();
    mkdirSync(join(here.directory, 'data', 'releases'), { recursive: true });
    writeFileSync(here.list, '{"schema":"roomwarden.releases/1",');
    const shown = await here.command('releases');
    expect(shown.code).toBe(3);
    expect(shown.stderr).toMatch(/^RW1030: .*releases\/bigbluebutton\.json/);
    const scanned = await here.command('scan', '--format', 'json', '--verdicts', 'all');
    expect(scanned.code).toBe(2);
    expect(await verdictOf(here)).toMatchObject({
      verdict: 'unknown',
      reasons: ['platform_branch_supported', 'latest_patch_version', 'version_list_age'].map((fact) => ({
        fact,
        code: 'invalid_answer',
        detail: expect.stringContaining('releases/bigbluebutton.json is damaged'),
      })),
    });
    const taken = await here.command('releases', '--from', write(here, '3.0.35'));
    expect(taken.code).toBe(0);
    expect(taken.stderr).toContain('is replaced');
    expect(await verdictOf(here)).toMatchObject({ verdict: 'pass' });
  });
});

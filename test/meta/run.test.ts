import { spawnSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';

function run(...pattern: string[]): { status: number | null; last: string } {
  const args = ['test/run.ts', '--config=test/meta/failing/vitest.config.ts', ...pattern];
  const { ROOMWARDEN_TEST_POSTGRES_URL: _, ...env } = process.env;
  const { status, stdout } = spawnSync(process.execPath, args, { encoding: 'utf8', env });
  return { status, last: stdout.trim().split('\n').at(-1) ?? '' };
}

describe('the test command', () => {
  it('fails when a test fails, also after a database was started', { timeout: 120_000 }, () => {
    expect(run()).toEqual({ status: 1, last: '1 passed, 1 failed, 0 skipped' });
  });

  it('tells a skipped test from a passed one', { timeout: 120_000 }, () => {
    expect(run('-t', 'passes')).toMatchObject({ last: '1 passed, 0 failed, 1 skipped' });
  });
});

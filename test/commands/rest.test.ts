import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Outcome, run } from './helper.ts';
import { bbbSecret, startWorld, type World } from './world.ts';

let world: World;
beforeAll(async () => {
  world = await startWorld();
  world.write();
});
afterAll(() => world.close());

const ask = (...args: string[]): Promise<Outcome> => run(args, world.options);

describe('check', () => {
  it('table: every source with what is missing and what would give it', async () => {
    const { code, stdout, stderr } = await ask('check');
    expect([code, stderr]).toEqual([0, '']);
    for (const id of ['bbb', 'cloud', 'meet', 'zoom']) expect(stdout).toMatch(new RegExp(`^${id} \\(`, 'm'));
    expect(stdout).toMatch(/not configured/);
    for (const secret of [bbbSecret, world.talk.world.password]) expect(stdout).not.toContain(secret);
  });

  it('json, one target', async () => {
    const { code, stdout } = await ask('check', 'cloud', '--format', 'json');
    const answer = JSON.parse(stdout) as {
      schema: string;
      targets: { id: string; sources: { source: string; state: string; message: object }[] }[];
    };
    expect([code, answer.schema]).toEqual([0, 'roomwarden.check/1']);
    expect(answer.targets.map(({ id }) => id)).toEqual(['cloud']);
    const [target] = answer.targets;
    expect(target?.sources.length).toBeGreaterThan(5);
    for (const source of target?.sources ?? [])
      expect(Object.keys(source.message).sort()).toEqual(['de', 'en']);
  });

  it('exit 2 with the reason where a source fails; the others are told as well', async () => {
    world.bbb.simulator.faults = [{ path: /getMeetings/, fault: { kind: 'status', status: 502 } }];
    try {
      const { code, stdout } = await ask('check');
      expect(code).toBe(2);
      expect(stdout).toMatch(/^ {2}A1 .*502/m);
      expect(stdout).toMatch(/^cloud \(/m);
    } finally {
      world.bbb.simulator.faults = [];
    }
  });
});

describe('policies', () => {
  it('list, as table and as data', async () => {
    const table = await run(['policies']);
    expect([table.code, table.stderr]).toEqual([0, '']);
    const { stdout } = await run(['policies', 'list', '--format', 'json']);
    const list = JSON.parse(stdout) as { id: string; clauses: string[] }[];
    expect(list).toHaveLength(49);
    for (const { id } of list) expect(table.stdout).toMatch(new RegExp(`^${id} `, 'm'));
  });

  it('show: rule, parameters and the way to mend it', async () => {
    const { code, stdout } = await run(['policies', 'show', 'recordings-deleted-after-meeting']);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^recordings-deleted-after-meeting v\d+: /);
    expect(stdout).toContain('S2-08a');
    expect(stdout).toMatch(/rule: +.*recording\.age/);
    expect(stdout).toContain('max_age');
  });

  it('test: every case holds', async () => {
    const { code, stdout } = await run(['policies', 'test']);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^\d{3} cases/);
    expect(stdout).toMatch(/\b0 failed/);
  });
});

describe('token', () => {
  it('create, list, revoke', async () => {
    const made = await ask('token', 'create', '--name', 'siem', '--scope', 'feed', 'read', '--target', 'bbb');
    expect(made.code).toBe(0);
    const [value = '', ...rest] = made.stdout.split('\n');
    expect(rest).toEqual(['']);
    expect(value.length).toBeGreaterThan(30);
    expect(made.stderr).toContain('siem');
    expect(made.stderr).not.toContain(value);

    const listed = await ask('token', 'list');
    expect(listed.stdout).toMatch(/siem +valid +(?:feed, read|read, feed) +bbb/);
    expect(listed.stdout).not.toContain(value);
    for (const name of ['roomwarden.db', 'roomwarden.db-wal']) {
      const file = join(world.directory, 'data', name);
      if (existsSync(file)) expect(readFileSync(file).includes(value)).toBe(false);
    }

    expect((await ask('token', 'revoke', 'siem')).code).toBe(0);
    expect((await ask('token', 'list')).stdout).toMatch(/siem +revoked/);
  });

  it.each<[string, string[], RegExp]>([
    ['no name', ['create'], /--name/],
    ['a scope that there is not', ['create', '--name', 'x', '--scope', 'root'], /^RW1019.*root/],
    ['a target that there is not', ['create', '--name', 'x', '--target', 'nobody'], /^RW1012.*nobody/],
    ['a day that there is not', ['create', '--name', 'x', '--until', '2027-02-30'], /^RW1006.*2027-02-30/],
    ['a day that is over', ['create', '--name', 'x', '--until', '2020-01-01'], /^RW1019/],
    ['a token that there is not', ['revoke', 'nobody'], /^RW1018.*nobody/],
  ])('refuses %s', async (_, args, message) => {
    const { code, stdout, stderr } = await ask('token', ...args);
    expect([code, stdout]).toEqual([3, '']);
    expect(stderr).toMatch(message);
  });
});

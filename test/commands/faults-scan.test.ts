import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Fault } from '../../adapters/contract/simulator.ts';
import type { Report, TargetReport } from '../../src/findings/types.ts';
import { run, start, until } from './helper.ts';
import { bbbSecret, ofTarget, scanReport, startWorld, type World } from './world.ts';

let world: World;
beforeAll(async () => {
  world = await startWorld();
  world.write();
});
afterAll(() => world.close());
afterEach(() => {
  for (const server of [world.bbb.simulator, world.talk.server, world.meet]) server.faults = [];
  world.bbb.simulator.tap = null;
  world.talk.guard.login = 0;
});

const everywhere = (fault: Fault) => [{ path: /./, fault }];
const partOf = (report: Report, id: string): TargetReport | undefined =>
  report.targets.find((target) => target.id === id);

/** Evidence that needs no answer: the configuration, and what holds for the product as such. */
const ours = new Set<string | undefined>(['configuration', 'inventory', 'product']);

/** What must hold whatever one target does: the others are as ever, and nothing of this one passes. */
function expectContained(report: Report, failing: string): void {
  for (const target of report.targets) {
    const whole = target.state === 'complete' && target.error === undefined;
    expect(`${target.id} ${whole}`).toBe(`${target.id} ${target.id !== failing}`);
  }
  const passed = ofTarget(report.findings, failing).filter(
    ({ verdict, evidence }) => verdict === 'pass' && evidence.some(({ source }) => !ours.has(source)),
  );
  expect(passed).toEqual([]);
}

describe('a wrong secret', () => {
  it('of BigBlueButton: one failed login in a scan', async () => {
    let refused = 0;
    world.bbb.simulator.tap = (_request, answer) => {
      if (answer.body.includes('checksumError')) refused += 1;
      return answer;
    };
    const secret = 'another-secret-of-the-test-9876543210';
    const { code, stdout, stderr } = await run(['scan', '--format', 'json', '--verdicts', 'all'], {
      ...world.options,
      env: { BBB_SECRET: secret },
    });
    expect(code).toBe(2);
    expect(refused).toBe(1);
    expect(stderr).toMatch(/^RW2002: Target bbb refuses access/);
    const report = JSON.parse(stdout) as Report;
    expect(partOf(report, 'bbb')?.state).not.toBe('complete');
    const recordings = ofTarget(report.findings, 'bbb').filter(({ subject }) => subject.kind === 'recording');
    expect(recordings.map(({ verdict, affected }) => `${verdict} ${affected}`)).toEqual(['unknown 0']);
    for (const text of [secret, bbbSecret]) expect(stdout + stderr).not.toContain(text);
  });

  it('of Nextcloud: one failed login in a scan', async () => {
    const { password } = world.talk.world;
    world.talk.world.password = 'changed-on-the-server';
    try {
      const { code, report, stderr } = await scanReport(world);
      expect(code).toBe(2);
      expect(world.talk.guard.login).toBe(1);
      expect(stderr).toMatch(/^RW2002: Target cloud refuses access/);
      expect(partOf(report, 'cloud')?.rooms.seen).toBe(0);
      expect(stderr).not.toContain(password);
    } finally {
      world.talk.world.password = password;
    }
  });
});

describe('one target fails', () => {
  const servers = {
    bbb: () => world.bbb.simulator,
    cloud: () => world.talk.server,
    meet: () => world.meet,
  };
  const faults: [string, Fault, RegExp][] = [
    ['answers HTML instead of data', { kind: 'html' }, /HTML|web page|not an answer/],
    ['breaks off every connection', { kind: 'reset' }, /RW2001/],
    ['answers 500', { kind: 'status', status: 500 }, /500/],
    ['answers half', { kind: 'truncated' }, /RW200[14]/],
  ];
  const cases = Object.keys(servers).flatMap((target) =>
    faults.map(([what, fault, told]) => ({ target: target as keyof typeof servers, what, fault, told })),
  );

  it.each(cases)('$target $what', async ({ target, fault, told }) => {
    servers[target]().faults = everywhere(fault);
    const { code, report, stderr } = await scanReport(world);
    expect(code).toBe(2);
    expect(stderr).toMatch(new RegExp(`^RW200\\d: Target ${target} `));
    expect(stderr).toMatch(told);
    expect(stderr).not.toMatch(/\n {4}at /);
    expectContained(report, target);
  });

  it('a stopped server', async () => {
    const other = await startWorld();
    other.write();
    await other.bbb.close();
    try {
      const { code, report, stderr } = await scanReport(other);
      expect(code).toBe(2);
      expect(stderr).toMatch(/^RW2001: Target bbb cannot be reached: .*(?:refused|ECONNREFUSED)/);
      expectContained(report, 'bbb');
    } finally {
      await other.close();
    }
  });

  it('a server that hangs: the first signal ends the scan at once, with a report of the others', async () => {
    world.bbb.simulator.faults = everywhere({ kind: 'silence' });
    const { requests } = world.bbb.simulator;
    requests.length = 0;
    const command = start(['scan', '--format', 'json', 'zoom', 'bbb'], world.options);
    await until(
      async () => requests.length,
      (count) => count > 0,
    );
    expect(await command.stop('SIGINT')).toBe(2);
    expect(command.stderr).toMatch(/^RW2006: .*bbb/m);
    const report = JSON.parse(command.stdout) as Report;
    expect(report.targets.map(({ id, state }) => `${id} ${state}`)).toEqual(['bbb failed', 'zoom complete']);
  });
});

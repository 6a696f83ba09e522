import { execFileSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Fault, SimulatorServer } from '../../adapters/contract/simulator.ts';
import type { NativeFinding } from '../../src/findings/types.ts';
import { newToken, type Served, serve } from './client.ts';
import { folder, run, until } from './helper.ts';
import { startWorld, type World } from './world.ts';

const everywhere = (fault: Fault) => [{ path: /./, fault }];
const uids = (findings: readonly NativeFinding[]): string[] => findings.map(({ uid }) => uid).sort();

describe('one target fails', () => {
  let world: World;
  let served: Served;
  let before: NativeFinding[];
  const servers: Record<string, () => SimulatorServer> = {
    bbb: () => world.bbb.simulator,
    cloud: () => world.talk.server,
    meet: () => world.meet,
  };

  beforeAll(async () => {
    world = await startWorld();
    for (const target of world.configuration.targets) target['freshness'] = '1s';
    world.write();
    served = await serve(world.options);
    await served.idle();
    before = await served.findings('verdict=violation');
  });
  afterEach(() => {
    for (const server of Object.values(servers)) server().faults = [];
  });
  afterAll(async () => {
    await served.command.stop();
    await world.close();
  });

  const violationsOf = (target: string): string => `target=${target}&verdict=violation`;

  /** Nothing is closed, and all grows stale. */
  async function expectKept(target: string, own: readonly NativeFinding[]): Promise<NativeFinding[]> {
    expect(own.length).toBeGreaterThan(0);
    const query = violationsOf(target);
    const after = await until(
      () => served.findings(query),
      (findings) => findings.every(({ stale }) => stale === true),
    );
    expect(uids(after)).toEqual(uids(own));
    const opened = new Map(own.map((finding) => [finding.uid, finding.opened_at]));
    for (const finding of after) {
      expect(finding.confidence).toBe('low');
      expect(finding.opened_at).toBe(opened.get(finding.uid));
    }
    await expectOpen(own);
    return after;
  }

  /** Of a target that does not answer at all: each finding is called unconfirmed, or was not looked at again. */
  async function expectDoubted(target: string, own: readonly NativeFinding[]): Promise<void> {
    const seen = new Map(own.map((finding) => [finding.uid, finding.last_seen_at]));
    for (const finding of await expectKept(target, own)) {
      const unconfirmed = /could not confirm/.test(finding.message.en);
      const unseen = finding.last_seen_at === seen.get(finding.uid);
      // What the configuration alone decides is seen as ever.
      const declared = finding.evidence.every(
        ({ source }) => source === 'configuration' || source === 'inventory',
      );
      expect(unconfirmed || unseen || declared, JSON.stringify(finding)).toBe(true);
    }
  }

  /** Unknowns come and go with the faults; violations that nobody mended do not. */
  async function expectOpen(violations: readonly NativeFinding[]): Promise<void> {
    for (const status of ['resolved', 'closed']) {
      const over = new Set(uids(await served.findings(`verdict=all&status=${status}`)));
      expect(violations.filter(({ uid }) => over.has(uid))).toEqual([]);
    }
  }

  const faults: [string, Fault, RegExp][] = [
    ['answers HTML instead of data', { kind: 'html' }, /^RW200[124]$/],
    ['breaks off every connection', { kind: 'reset' }, /^RW2001$/],
    ['answers 500', { kind: 'status', status: 500 }, /^RW2001$/],
  ];
  const cases = ['bbb', 'cloud', 'meet'].flatMap((target) =>
    faults.map(([what, fault, code]) => ({ target, what, fault, code })),
  );
  it.each(cases)('$target $what: findings stay, others go on, and all is well again after', async (one) => {
    const { target, fault, code } = one;
    const own = await served.findings(violationsOf(target));
    servers[target]?.().faults.push(...everywhere(fault));
    const failed = await served.scan(target);
    expect(failed.last_scan?.state).not.toBe('complete');
    expect(failed.last_scan?.error?.code).toMatch(code);
    await expectDoubted(target, own);
    const other = target === 'meet' ? 'cloud' : 'meet';
    expect((await served.scan(other)).last_scan?.state).toBe('complete');

    for (const server of Object.values(servers)) server().faults = [];
    expect((await served.scan(target)).last_scan?.state).toBe('complete');
    const healed = await served.findings(`target=${target}&verdict=violation`);
    expect(uids(healed)).toEqual(uids(before.filter((finding) => finding.target === target)));
    expect(healed.filter(({ message }) => /could not confirm/.test(message.en))).toEqual([]);
  });

  it('a wrong secret: one failed login for each scan, and nothing is closed', async () => {
    const { password } = world.talk.world;
    world.talk.world.password = 'changed-on-the-server';
    let refused = 0;
    const { secret } = world.bbb.world;
    world.bbb.world = { ...world.bbb.world, secret: 'changed-on-the-server-0123456789' };
    world.bbb.simulator.tap = (_request, answer) => {
      if (answer.body.includes('checksumError')) refused += 1;
      return answer;
    };
    try {
      for (const target of ['bbb', 'cloud']) {
        const own = await served.findings(violationsOf(target));
        expect((await served.scan(target)).last_scan?.error?.code).toBe('RW2002');
        await expectKept(target, own);
      }
      expect([refused, world.talk.guard.login]).toEqual([1, 1]);
      expect(served.command.stderr).not.toContain(password);
    } finally {
      world.talk.world.password = password;
      world.talk.guard.login = 0;
      world.bbb.world = { ...world.bbb.world, secret };
      world.bbb.simulator.tap = null;
    }
    for (const target of ['bbb', 'cloud'])
      expect((await served.scan(target)).last_scan?.state).toBe('complete');
  });

  it('a server that hangs holds up neither the other targets nor the answers', async () => {
    const own = await served.findings(violationsOf('bbb'));
    servers['bbb']?.().faults.push(...everywhere({ kind: 'silence' }));
    const asked = world.bbb.simulator.requests.length;
    const scan = served.scan('bbb');
    await until(
      async () => world.bbb.simulator.requests.length,
      (count) => count > asked,
    );
    for (const target of ['meet', 'cloud', 'zoom']) {
      expect((await served.scan(target)).last_scan?.state).toBe('complete');
    }
    expect(uids(await served.findings('verdict=violation'))).toEqual(uids(before));
    // The connections break: the rest of the scan need not be waited for.
    world.bbb.simulator.faults = everywhere({ kind: 'reset' });
    world.bbb.simulator.server.closeAllConnections();
    expect((await scan).last_scan?.error?.code).toBe('RW2001');
    await expectDoubted('bbb', own);
    world.bbb.simulator.faults = [];
    expect((await served.scan('bbb')).last_scan?.state).toBe('complete');
  });

  it('the auditor removed from a room closes nothing', async () => {
    const open = (await served.findings('target=cloud&verdict=violation')).filter(
      ({ subject }) => subject.id === '4200000022',
    );
    expect(open.length).toBeGreaterThan(0);
    const room = world.talk.world.rooms.find(({ token }) => token === '4200000022');
    const role = room?.role;
    delete room?.role;
    for (const _ of [1, 2, 3]) {
      expect((await served.scan('cloud')).last_scan?.state).toBe('complete');
      const kept = (await served.findings('target=cloud&verdict=violation')).filter(
        ({ subject }) => subject.id === '4200000022',
      );
      expect(uids(kept)).toEqual(uids(open));
      for (const { message, confidence } of kept) {
        expect(message.en).toMatch(/could not confirm/);
        expect(confidence).toBe('low');
      }
      await expectOpen(open);
    }
    const detail = await served.get<{ verdicts: NativeFinding[] }>('/api/v1/targets/cloud/rooms/4200000022');
    expect(new Set(detail.verdicts.map(({ verdict }) => verdict))).toEqual(new Set(['unknown']));
    expect(detail.verdicts[0]?.reasons.map(({ code }) => code)).toContain('no_longer_visible');
    if (room !== undefined && role !== undefined) room.role = role;
    await served.scan('cloud');
    expect(uids(await served.findings('verdict=violation'))).toEqual(uids(before));
  });
});

describe('kill -9', () => {
  it('in the middle of a scan: the next start is clean, the findings are as before', async () => {
    const world = await startWorld();
    world.write();
    try {
      const token = await newToken(world.options);
      const first = await serve(world.options, token);
      const scans = new Map((await first.idle()).map(({ id, last_scan }) => [id, last_scan?.id]));
      const before = await first.findings('verdict=all');

      world.bbb.simulator.faults = [{ path: /getMeetings/, fault: { kind: 'silence' } }];
      const asked = world.bbb.simulator.requests.length;
      void first.scan('bbb').catch(() => {});
      await until(
        async () => world.bbb.simulator.requests.slice(asked),
        (requests) => requests.some(({ path }) => path.endsWith('getMeetings')),
      );
      const spool = join(world.directory, 'data', 'spool');
      expect(existsSync(spool)).toBe(true);
      await first.command.stop('SIGKILL');
      world.bbb.simulator.faults = [];

      const second = await serve(world.options, token);
      expect(second.command.stderr).toMatch(/interrupted/);
      expect(existsSync(spool)).toBe(false);
      const targets = await second.idle();
      for (const { id, last_scan } of targets) {
        if (id !== 'bbb') expect(last_scan?.id, id).toBe(scans.get(id));
      }
      expect(uids(await second.findings('verdict=all'))).toEqual(uids(before));
      const interrupted = targets.find(({ id }) => id === 'bbb')?.last_scan;
      if (interrupted?.state === 'interrupted') expect(interrupted.error?.code).toBe('RW2006');
      expect((await second.scan('bbb')).last_scan?.state).toBe('complete');
      expect(uids(await second.findings('verdict=all'))).toEqual(uids(before));
      expect(await second.command.stop()).toBe(0);
    } finally {
      await world.close();
    }
  });
});

function mounted(path: string, size: string): boolean {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) return false;
  mkdirSync(path, { recursive: true });
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${size}`, 'tmpfs', path], { stdio: 'pipe' });
    return true;
  } catch {
    return false;
  }
}

const probe = join(folder(), 'probe');
const mayMount = mounted(probe, '64k');
if (mayMount) execFileSync('umount', [probe]);

describe.skipIf(!mayMount)('a full disk (skipped where no small disk can be mounted)', () => {
  it('is told with its code, harms no finding, and is made up for when there is room', async () => {
    const world = await startWorld();
    const disk = join(world.directory, 'disk');
    expect(mounted(disk, '8m')).toBe(true);
    world.configuration['data'] = './disk';
    world.write();
    let served: Served | undefined;
    try {
      served = await serve(world.options);
      await served.idle();
      const before = await served.findings('verdict=all');
      expect(before.length).toBeGreaterThan(10);

      const filler = join(disk, 'filler');
      fill(filler);
      for (const room of world.talk.world.rooms) room.hasPassword = room.hasPassword !== true;
      const failed = await scanOnFullDisk(served);
      expect(failed).toMatch(/RW3003|no space left/);
      expect(uids(await served.findings('verdict=all'))).toEqual(uids(before));

      const { code, stderr } = await run(['scan', 'cloud', '--record'], world.options);
      expect(code).toBe(4);
      expect(stderr).toMatch(/^RW3003: /m);

      rmSync(filler);
      for (const room of world.talk.world.rooms) room.hasPassword = room.hasPassword !== true;
      expect((await served.scan('cloud')).last_scan?.state).toBe('complete');
      expect(uids(await served.findings('verdict=all'))).toEqual(uids(before));
      expect(await served.command.stop()).toBe(0);
    } finally {
      await served?.command.stop('SIGKILL');
      execFileSync('umount', ['-l', disk]);
      await world.close();
    }
  });
});

function fill(path: string): void {
  let size = 1 << 20;
  const parts: Buffer[] = [];
  for (; size >= 1; size = Math.floor(size / 2)) {
    for (;;) {
      try {
        writeFileSync(path, Buffer.alloc(size, 1), { flag: 'a' });
        parts.length += 1;
      } catch {
        break;
      }
    }
  }
}

/** Where not even the start of a scan can be written, the log is the only place to tell. */
async function scanOnFullDisk(served: Served): Promise<string> {
  const response = served.scan('cloud').catch((error: Error) => error.message);
  void response;
  await served.command.told(/RW3003|no space left/, 'stderr');
  return served.command.stderr;
}

describe('the data folder', () => {
  it('that is a file is refused', async () => {
    const world = await startWorld();
    writeFileSync(join(world.directory, 'data'), '');
    world.write();
    const { code, stdout, stderr } = await run(['serve', '--port', '0'], world.options);
    expect([code, stdout]).toEqual([3, '']);
    expect(stderr).toMatch(/^RW1017: .*(?:EEXIST|ENOTDIR)/);
    await world.close();
  });

  it.skipIf(process.getuid?.() !== 0)('that may not be entered (needs root to try as another)', async () => {
    const world = await startWorld();
    world.write();
    mkdirSync(join(world.directory, 'data'), { mode: 0o700 });
    for (const name of ['.', 'roomwarden.yaml', 'talk']) chmodSync(join(world.directory, name), 0o755);
    for (const args of [
      ['serve', '--port', '0'],
      ['scan', '--record'],
      ['token', 'list'],
    ]) {
      const { code, stdout, stderr } = await run(args, { ...world.options, user: 65_534 });
      expect([code, stdout], args.join(' ')).toEqual([expect.toBeOneOf([3, 4]), '']);
      expect(stderr).toMatch(/^RW(?:1017|3001|1009): /m);
      expect(stderr).not.toMatch(/\n {4}at /);
    }
    await world.close();
  });

  it('with a damaged store is refused, and the store is left as it is', async () => {
    const world = await startWorld();
    world.write();
    mkdirSync(join(world.directory, 'data'));
    writeFileSync(join(world.directory, 'data', 'roomwarden.db'), 'no database at all, '.repeat(500));
    const { code, stdout, stderr } = await run(['serve', '--port', '0'], world.options);
    expect([code, stdout]).toEqual([4, '']);
    expect(stderr).toMatch(/^RW3001: .*not a database/m);
    await world.close();
  });
});

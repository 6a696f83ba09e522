import { execFileSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { NativeFinding } from '../../src/findings/types.ts';
import { newToken, type Served, serve } from './client.ts';
import { folder, run, until } from './helper.ts';
import { startWorld } from './world.ts';

const uids = (findings: readonly NativeFinding[]): string[] => findings.map(({ uid }) => uid).sort();

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

/** To the last byte: ever smaller pieces, until none fits. */
function fill(path: string): void {
  for (let size = 1 << 20; size >= 1; size = Math.floor(size / 2)) {
    try {
      for (;;) writeFileSync(path, Buffer.alloc(size, 1), { flag: 'a' });
    } catch {
      // the next smaller piece
    }
  }
}

/** Where not even the start of a scan can be written, the log is the only place to tell. */
async function scanOnFullDisk(served: Served): Promise<string> {
  void served.scan('cloud').catch(() => {});
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
      expect(stderr).toMatch(/^RW(?:1002|1017|3001|1009): /m);
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

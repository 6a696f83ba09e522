import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { client, newToken, type Served, serve } from './client.ts';
import { run, start } from './helper.ts';
import { bbbSecret, scanReport, startWorld, type World } from './world.ts';

let world: World;
let served: Served;
beforeAll(async () => {
  world = await startWorld();
  world.write();
  served = await serve(world.options);
  await served.idle();
});
afterAll(() => world.close());

describe('serve', () => {
  it('with a configuration says where it listens and nothing else on stdout', () => {
    expect(served.command.stdout).toMatch(/^listening: http:\/\/127\.0\.0\.1:\d+\n$/);
  });

  it('logs without ids of rooms or secrets', () => {
    const { stderr } = served.command;
    expect(stderr).toMatch(/scan finished/);
    for (const hidden of [
      bbbSecret,
      world.talk.world.password,
      'abc-def-ghi-001',
      '4200000022',
      'besprechung1',
    ]) {
      expect(stderr).not.toContain(hidden);
    }
  });

  it('holds the violations that scan reports, under the same uids', async () => {
    const { report } = await scanReport(world);
    const reported = report.findings.filter(({ verdict }) => verdict === 'violation');
    const found = await served.findings('verdict=violation');
    const key = ({ uid, severity, policy }: (typeof found)[number]) => `${uid} ${severity} ${policy}`;
    expect(found.map(key).sort()).toEqual(reported.map(key).sort());
  });

  it('scan --record goes into the same ledger while it is served', async () => {
    const [before] = (await served.targets()).filter(({ id }) => id === 'meet');
    const { code } = await run(['scan', 'meet', '--record'], world.options);
    expect(code).toBe(1);
    const [after] = (await served.targets()).filter(({ id }) => id === 'meet');
    expect(after?.last_scan?.id).not.toBe(before?.last_scan?.id);
    expect(after?.last_scan?.state).toBe('complete');
  });

  it('a second one on the same data is refused', async () => {
    const { code, stdout, stderr } = await run(['serve', '--port', '0'], world.options);
    expect([code, stdout]).toEqual([4, '']);
    expect(stderr).toMatch(/^RW3005: /m);
    expect((await served.targets()).length).toBe(4);
  });

  it('a port that is taken is told, and nothing is left running', async () => {
    const taken = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => taken.once('listening', resolve));
    const { port } = taken.address() as AddressInfo;
    const other = await startWorld();
    other.configuration['listen'] = { host: '127.0.0.1', port };
    other.write();
    try {
      const { code, stdout, stderr } = await run(['serve'], other.options);
      expect([code, stdout]).toEqual([3, '']);
      expect(stderr).toMatch(
        new RegExp(`^RW1016: Cannot listen on 127\\.0\\.0\\.1:${port}: EADDRINUSE`, 'm'),
      );
      expect(other.bbb.simulator.requests).toEqual([]);
    } finally {
      taken.close();
      await other.close();
    }
  });

  it.each(['SIGTERM', 'SIGINT'] as const)(
    '%s ends it cleanly, in the middle of a scan too',
    async (signal) => {
      const other = await startWorld();
      other.bbb.simulator.faults = [{ path: /getMeetings/, fault: { kind: 'silence' } }];
      other.write();
      try {
        const token = await newToken(other.options);
        const command = start(['serve', '--port', '0'], other.options);
        const [, url = ''] = await command.told(/^listening: (\S+)\n/);
        const view = await client(command, url, token).targets();
        expect(view.find(({ id }) => id === 'bbb')?.active_scan).not.toBeNull();
        expect(await command.stop(signal)).toBe(0);
        const again = await serve(other.options, token);
        expect(await again.command.stop(signal)).toBe(0);
      } finally {
        await other.close();
      }
    },
  );

  it('after a stop the next start serves what was found, without scanning anew', async () => {
    const before = await served.findings('verdict=all');
    const token = await newToken(world.options);
    expect(await served.command.stop()).toBe(0);
    served = await serve(world.options, token);
    expect((await served.findings('verdict=all')).map(({ uid }) => uid)).toEqual(
      before.map(({ uid }) => uid),
    );
  });
});

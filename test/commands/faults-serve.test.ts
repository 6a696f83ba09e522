import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Fault, SimulatorServer } from '../../adapters/contract/simulator.ts';
import type { NativeFinding } from '../../src/findings/types.ts';
import { type Served, serve } from './client.ts';
import { until } from './helper.ts';
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

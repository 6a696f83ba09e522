import { describe, expect, it } from 'vitest';
import { rocketchat } from '../../../adapters/rocketchat/index.ts';
import { type SimulatedWorld, smallWorld } from '../../../adapters/rocketchat/simulator.ts';
import { scanTime } from '../../contract/scan.ts';
import { type RunOptions, scanWorld } from './harness.ts';

const world = (more: Partial<SimulatedWorld> = {}): SimulatedWorld => ({
  ...smallWorld(scanTime),
  throttle: null,
  ...more,
});

async function check(more: Partial<SimulatedWorld>, options: RunOptions = {}) {
  const { scan } = await scanWorld(world(more), { ...options, check: true });
  expect(scan.errors).toEqual([]);
  return Object.fromEntries(scan.checks.map((line) => [line.source, line]));
}

const without = (permission: string): Partial<SimulatedWorld> => ({
  permissions: { ...smallWorld(scanTime).permissions, [permission]: ['admin'] },
});

describe('check', () => {
  it('names every source that asks something, in both languages', async () => {
    const lines = await check({});
    const asking = rocketchat.sources.filter(({ calls }) => calls.length > 0).map(({ id }) => id);
    expect(Object.keys(lines).sort()).toEqual([...asking].sort());
    for (const { message, remedy } of Object.values(lines)) {
      expect(message.de).not.toBe(message.en);
      if (remedy !== undefined) expect(remedy.de).not.toBe(remedy.en);
    }
    expect(lines['AR']?.message.en).toContain('17 rooms, which is all (3 of them no meeting rooms)');
    expect(lines['V']?.state).toBe('ok');
  });

  it.each<[string, string, Partial<SimulatedWorld>, RunOptions, string]>([
    [
      'all rooms',
      'AR',
      without('view-room-administration'),
      {},
      'give the permission view-room-administration',
    ],
    [
      'private settings',
      'V',
      without('view-privileged-setting'),
      {},
      'give the permission view-privileged-setting',
    ],
    ['teams', 'TL', without('view-all-teams'), {}, 'give the permission view-all-teams'],
    ['statistics', 'SX', without('view-statistics'), {}, 'give the permission view-statistics'],
    ['channels', 'CL', without('view-c-room'), {}, 'give the permission view-c-room'],
    ['apps', 'AS', {}, {}, 'do not grant manage-apps'],
    ['calls', 'VL', {}, {}, 'live.purpose'],
    ['calls, live', 'VL', {}, { live: true }, 'member'],
    ['no account', 'AR', {}, { anonymous: true }, 'My Account > Personal Access Tokens > Add'],
    ['wrong token', 'ME', {}, { token: 'a-token-of-somebody-else' }, 'make a new token'],
    [
      'too much',
      'PL',
      { roles: ['user', 'auditor-ro', 'admin'] },
      {},
      'may do more than read (admin, can-audit',
    ],
  ])('%s: %s', async (_, source, more, options, remedy) => {
    expect((await check(more, options))[source]?.remedy?.en).toContain(remedy);
  });

  it('the exact version without its permission: a hole, although the call answers', async () => {
    const lines = await check(without('view-statistics'));
    expect(lines['I1']).toMatchObject({ state: 'partial', reason: { fill: { name: 'view-statistics' } } });
    expect(lines['I1']?.remedy?.en).toContain('view-statistics');
  });

  it('a wrong address', async () => {
    const lines = await check(
      {},
      {
        prepare({ server }) {
          server.faults = [{ path: /./, fault: { kind: 'html' } }];
        },
      },
    );
    expect(lines['I0']?.remedy?.de).toContain('/api/info');
  });
});

describe('configuration', () => {
  const url = 'https://chat.example.org';
  const account = { user_id: { env: 'U' }, token: { file: '/run/secrets/token' } };
  it.each<[object, boolean]>([
    [{ url }, true],
    [{ url, ...account }, true],
    [{ url, ...account, conference_target: 'meet' }, true],
    [{ url, user_id: { env: 'U' } }, false],
    [{ url, token: { env: 'T' } }, false],
    [{ url, user_id: { env: 'U' }, token: 'in clear' }, false],
    [{ url: 'ftp://chat.example.org' }, false],
    [{ url, password: { env: 'P' } }, false],
  ])('%j: %s', (settings, accepted) => {
    expect(rocketchat.configuration.safeParse(settings).success).toBe(accepted);
  });
});

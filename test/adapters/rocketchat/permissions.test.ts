import { describe, expect, it } from 'vitest';
import { type SimulatedWorld, settingsOf, smallWorld } from '../../../adapters/rocketchat/simulator.ts';
import { scanTime } from '../../contract/scan.ts';
import { hole, scanWorld, valuesOf } from './harness.ts';

type Found = [
  name: string,
  more: Partial<SimulatedWorld>,
  source: string,
  code: string,
  fill: string | undefined,
];

describe('a missing permission has three shapes', () => {
  const without = (permission: string): Partial<SimulatedWorld> => ({
    permissions: { ...smallWorld(scanTime).permissions, [permission]: ['admin'] },
  });
  it.each<Found>([
    ['400', without('view-room-administration'), 'AR', 'not_permitted', 'view-room-administration'],
    ['403', without('view-room-administration'), 'GL', 'not_permitted', 'view-room-administration'],
    ['403, short', without('view-all-teams'), 'TL', 'not_permitted', 'view-all-teams'],
    [
      '403 in 9.0',
      { ...without('view-privileged-setting'), shapes: 9 },
      'V',
      'not_permitted',
      'view-privileged-setting',
    ],
    ['400', without('view-statistics'), 'SX', 'not_permitted', 'view-statistics'],
    ['403', without('view-c-room'), 'CL', 'not_permitted', 'view-c-room'],
  ])('%s: %j', async (_, more, source, code, fill) => {
    const { scan } = await scanWorld({ ...smallWorld(scanTime), throttle: null, ...more });
    expect(scan.outcomes.get(source)?.reason).toMatchObject({ code, fill: { name: fill } });
    expect(scan.errors).toEqual([]);
  });

  it('200 with less: the version of a visitor', async () => {
    const { scan } = await scanWorld({
      ...smallWorld(scanTime),
      throttle: null,
      ...without('view-statistics'),
    });
    expect(
      valuesOf(scan, 'deployment -', [
        'platform_version',
        'platform_branch_supported',
        'latest_patch_version',
      ]),
    ).toEqual({
      platform_version: hole('not_permitted', 'view-statistics'),
      platform_branch_supported: true,
      latest_patch_version: '8.8.1',
    });
  });

  it('without the list of all rooms the public ones remain, and none is gone', async () => {
    const { scan } = await scanWorld({
      ...smallWorld(scanTime),
      throttle: null,
      ...without('view-room-administration'),
    });
    expect(scan.subjects.has('room room-0001')).toBe(true);
    expect(scan.subjects.has('room room-0004')).toBe(false);
    expect(scan.outcomes.get('CL')).toMatchObject({ state: 'complete', population: 'visible' });
    expect(scan.outcomes.get('AR')?.state).toBe('failed');
  });
});

describe('what is never asked', () => {
  it('one refused login is the last, whatever the shape', async () => {
    for (const shapes of [6, 8, 9] as const) {
      const { scan, rocket } = await scanWorld(
        { ...smallWorld(scanTime), throttle: null, shapes },
        { token: 'wrong-token-of-somebody' },
      );
      expect(rocket.failedLogins).toBe(1);
      expect(scan.outcomes.get('AR')?.reason).toMatchObject({
        code: 'not_permitted',
        fill: { name: 'personal access token' },
      });
      expect(scan.outcomes.get('P')?.state).toBe('complete');
    }
  });

  it('without an account only what anybody may read', async () => {
    const { scan, rocket } = await scanWorld(
      { ...smallWorld(scanTime), throttle: null },
      { anonymous: true, live: true },
    );
    expect(rocket.server.requests.map(({ path }) => path)).toEqual([
      '/api/info',
      '/api/v1/settings.public',
      '/api/v1/pw.getPolicy',
    ]);
    expect(scan.outcomes.get('AR')).toMatchObject({ state: 'skipped', reason: { fill: { name: 'token' } } });
    expect(
      valuesOf(scan, 'deployment -', [
        'password_policy_enforced',
        'auditor_account_used',
        'guest_access_allowed',
      ]),
    ).toEqual({
      password_policy_enforced: true,
      auditor_account_used: false,
      guest_access_allowed: true,
    });
  });

  it('no settings of apps unless the account may install apps anyway; no list of settings, no presence, no messages', async () => {
    const { rocket } = await scanWorld(
      { ...smallWorld(scanTime), throttle: null },
      { live: true, check: true },
    );
    const asked = rocket.server.requests.map(({ path }) => path);
    expect(
      asked.filter((path) =>
        /apps\/.*settings|presence|settings$|im\.|history|messages|files|refresh/.test(path),
      ),
    ).toEqual([]);
    expect(
      rocket.server.requests.every(({ method, query }) => method === 'GET' && !query.includes('refresh')),
    ).toBe(true);
  });

  it('the PIN of conferences is asked for only where there are such conferences', async () => {
    const pins = async (provider: string): Promise<number> => {
      const world = {
        ...smallWorld(scanTime),
        throttle: null,
        provider,
        settings: settingsOf({ Pexip_Integration_Guest_Pin: '4711088150' }),
      };
      const { rocket } = await scanWorld(world);
      return rocket.server.requests.filter(({ path }) => path.endsWith('Guest_Pin')).length;
    };
    expect([await pins('jitsi'), await pins('pexip')]).toEqual([0, 1]);
  });

  it('a server before 7.0 that knows no filter: all pages, only known ids kept', async () => {
    const settings = settingsOf(
      Object.fromEntries(Array.from({ length: 150 }, (_, place) => [`Zz_${place}`, 'x'])),
    );
    const { scan } = await scanWorld({ ...smallWorld(scanTime), throttle: null, shapes: 6, settings });
    expect(scan.outcomes.get('P')).toMatchObject({ state: 'complete' });
    expect(scan.outcomes.get('P')?.count).toBeGreaterThan(150);
    expect(valuesOf(scan, 'deployment -', ['presence_auto_away_enabled'])).toEqual({
      presence_auto_away_enabled: true,
    });
  });
});

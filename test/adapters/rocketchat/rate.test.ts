import { describe, expect, it } from 'vitest';
import { Pace } from '../../../adapters/rocketchat/pace.ts';
import { paths } from '../../../adapters/rocketchat/routes.ts';
import { largeWorld, type SimulatedWorld, smallWorld } from '../../../adapters/rocketchat/simulator.ts';
import { scanTime } from '../../contract/scan.ts';
import { scanWorld, TestClock } from './harness.ts';

const minute = 60_000;
const roomsIn = (scan: { subjects: Map<string, { kind: string }> }): number =>
  [...scan.subjects.values()].filter(({ kind }) => kind === 'room').length;

function onClock(clock: TestClock, world: SimulatedWorld): SimulatedWorld {
  return { ...world, now: () => clock.now() };
}

describe('ten calls a minute and route', () => {
  it('3,000 rooms without a single 429, each route in its own time', async () => {
    const clock = new TestClock(scanTime);
    const { scan, rocket } = await scanWorld(onClock(clock, largeWorld(scanTime, 3000)), { clock });
    expect(scan.errors).toEqual([]);
    expect(rocket.throttled).toEqual([]);
    expect(roomsIn(scan)).toBeGreaterThan(2950);
    expect(scan.outcomes.get('AR')).toMatchObject({ state: 'complete', population: 'all', count: 3000 });
    expect(scan.outcomes.get('GL')).toMatchObject({ state: 'complete' });
    const pages = rocket.server.requests.filter(({ path }) => path === paths.adminRooms);
    expect(pages).toHaveLength(30);
    expect(clock.now() - scanTime).toBeGreaterThanOrEqual(2 * minute);
    expect(clock.now() - scanTime).toBeLessThan(4 * minute);
  });

  it('1,000 rooms: every page is read, and nothing is refused', async () => {
    const clock = new TestClock(scanTime);
    const { scan, rocket } = await scanWorld(onClock(clock, largeWorld(scanTime, 1000)), { clock });
    expect(rocket.throttled).toEqual([]);
    expect(scan.outcomes.get('AR')).toMatchObject({ state: 'complete', count: 1000 });
    expect(clock.now() - scanTime).toBeLessThan(minute);
  });

  it('calls of 400 rooms keep to three a second', async () => {
    const clock = new TestClock(scanTime);
    const { scan, rocket } = await scanWorld(onClock(clock, largeWorld(scanTime, 400)), {
      clock,
      live: true,
    });
    expect(rocket.throttled).toEqual([]);
    expect(scan.outcomes.get('VL')?.state).toBe('complete');
    expect(clock.now() - scanTime).toBeGreaterThan(100_000);
  });

  it('another limit of the server is kept, and the wait is told', async () => {
    const clock = new TestClock(scanTime);
    const world = { ...largeWorld(scanTime, 700), throttle: { calls: 3, windowMs: 30_000 } };
    const { scan, rocket } = await scanWorld(onClock(clock, world), { clock });
    expect(rocket.throttled).toEqual([]);
    expect(scan.outcomes.get('AR')).toMatchObject({ state: 'complete', count: 700 });
    const told = scan.log.filter((line) => line.startsWith('info waiting'));
    expect(
      told.some((line) =>
        /"call":"GET \/api\/v1\/rooms\.adminRooms","wait_s":\d+,"calls_left":4,"about_s":\d+/.test(line),
      ),
    ).toBe(true);
  });

  it('somebody else at the same address used the window up: one wait, one repeat', async () => {
    const clock = new TestClock(scanTime);
    const { scan, rocket } = await scanWorld(onClock(clock, smallWorld(scanTime)), {
      clock,
      async prepare({ server }) {
        for (let call = 0; call < 10; call++) await fetch(`${server.origin}${paths.passwordPolicy}`);
      },
    });
    expect(rocket.throttled).toEqual([paths.passwordPolicy]);
    expect(scan.outcomes.get('W')?.state).toBe('complete');
  });

  it('a server that never lets us in: throttled, after one repeat', async () => {
    const clock = new TestClock(scanTime);
    const { scan, rocket } = await scanWorld(onClock(clock, smallWorld(scanTime)), {
      clock,
      prepare({ server }) {
        server.faults = [{ path: /rooms\.adminRooms$/, fault: { kind: 'status', status: 429 } }];
      },
    });
    expect(rocket.server.requests.filter(({ path }) => path === paths.adminRooms)).toHaveLength(2);
    expect(scan.outcomes.get('AR')).toMatchObject({ state: 'failed', reason: { code: 'throttled' } });
    expect(scan.outcomes.get('CL')?.state).toBe('complete');
  });
});

describe('how long to wait', () => {
  const route = paths.adminRooms;
  const headers = (remaining: number, reset: number) => ({
    'x-ratelimit-limit': '10',
    'x-ratelimit-remaining': String(remaining),
    'x-ratelimit-reset': String(reset),
  });

  it('the reset is an instant of the server, whose clock may differ', () => {
    const pace = new Pace();
    pace.sent(route, 1000);
    pace.learn(route, headers(0, 500_000 + 42_000), 1000, 500_000);
    expect(pace.delay(route, 1000)).toBe(42_250);
    expect(pace.delay(route, 50_000)).toBe(0);
  });

  it('calls that are left need no wait', () => {
    const pace = new Pace();
    pace.sent(route, 1000);
    pace.learn(route, headers(1, 61_000), 1000, 1000);
    expect(pace.delay(route, 1001)).toBe(0);
  });

  it('without headers the documented number holds', () => {
    const pace = new Pace();
    for (let call = 0; call < 10; call++) pace.sent(route, 1000);
    expect(pace.delay(route, 11_000)).toBe(50_250);
    pace.waited(route);
    expect(pace.delay(route, 11_000)).toBe(0);
  });

  it('an absurd instant does not stop the scan', () => {
    const pace = new Pace();
    pace.sent(route, 1000);
    pace.learn(route, headers(0, 9e14), 1000, 1000);
    expect(pace.delay(route, 1000)).toBe(600_000);
  });

  it('/api/info has no counter', () => {
    const pace = new Pace();
    for (let call = 0; call < 100; call++) pace.sent(paths.info, 1000);
    expect(pace.delay(paths.info, 1000)).toBe(0);
  });
});

import { beforeAll, describe, expect, it } from 'vitest';
import { bigbluebutton } from '../../../adapters/bigbluebutton/index.ts';
import { greenlightMetadata, startBigBlueButton } from '../../../adapters/bigbluebutton/simulator.ts';
import type { Scan } from '../../contract/scan.ts';
import { emptyWorld, factsOf, mixedWorld, scanSimulator, scanWorld, strictWorld } from './world.ts';

describe('Greenlight that fails', () => {
  it('is not asked for every room once it has failed three times', async () => {
    const meetings = Array.from({ length: 40 }, (_, place) => ({
      id: `m${place}`,
      name: 'M',
      metadata: greenlightMetadata(`abc-def-ghi-j${String(place).padStart(2, '0')}`),
    }));
    const world = { ...emptyWorld, meetings, greenlight: { rooms: [] } };
    const running = await startBigBlueButton(world);
    running.simulator.faults = [{ path: /\/public\.json$/, fault: { kind: 'status', status: 500 } }];
    const found = await scanSimulator(running);
    const asked = running.simulator.requests.filter(({ path }) => path.endsWith('/public.json'));
    await running.close();
    expect(asked.length).toBeLessThan(12);
    expect(found.outcomes.get('G3')).toMatchObject({ state: 'failed', reason: { code: 'unreachable' } });
    expect(factsOf(found, 'room m39')['room_password_required']).toBe('? unreachable');
  });
});

describe('every source has one outcome', () => {
  let found: Scan;
  beforeAll(async () => {
    found = await scanWorld(mixedWorld());
  });

  it('asked ones are complete, those that were not given are skipped with their key', () => {
    const states = Object.fromEntries([...found.outcomes].map(([id, { state }]) => [id, state]));
    for (const id of ['A0', 'A1', 'A2', 'A3', 'G0', 'G1', 'G2', 'G3']) expect(states[id]).toBe('complete');
    for (const id of ['A4', 'GS', 'FP', 'FY', 'FC', 'FT', 'FB', 'FW', 'EV', 'EM'])
      expect(found.outcomes.get(id)).toMatchObject({ state: 'skipped', reason: { code: 'not_configured' } });
    expect(found.outcomes.size).toBe(19);
  });

  it('order: recordings, the deployment, rooms, outcomes', () => {
    const kinds = found.items.map((item) => ('subject' in item ? item.subject.kind : 'source'));
    expect([...new Set(kinds)]).toEqual(['recording', 'deployment', 'room', 'source']);
  });

  it('behind a balancer there are no hooks to ask for', async () => {
    const strict = await scanWorld(strictWorld());
    expect(strict.outcomes.get('A3')).toMatchObject({
      state: 'skipped',
      reason: { code: 'not_supported_by_version' },
    });
  });

  it('the configuration takes its own keys only', () => {
    const whole = { url: 'https://bbb.example.org/bigbluebutton', secret: { env: 'S' } };
    expect(bigbluebutton.configuration.safeParse(whole).success).toBe(true);
    for (const more of [
      { probes: ['checksum'] },
      { greenlight: { database: { env: 'D' } } },
      { properties: [{ host: 'bbb.example.org', path: '/srv/bbb-web.properties' }] },
    ])
      expect(bigbluebutton.configuration.safeParse({ ...whole, ...more }).success).toBe(true);
    for (const more of [
      { probes: ['everything'] },
      { checksum_algorithm: 'md5' },
      { greenlight: {} },
      { properties: '/srv/bbb-web.properties' },
      { url: 'ftp://x' },
      { secret: 'clear' },
    ])
      expect(bigbluebutton.configuration.safeParse({ ...whole, ...more }).success).toBe(false);
  });

  it.each(['/', '/api', '/api/', ''])('an address that ends in "%s" is understood', async (end) => {
    const running = await startBigBlueButton(mixedWorld());
    const scan = await scanSimulator(running, { settings: { url: `${running.url}${end}` } });
    await running.close();
    expect(scan.outcomes.get('A1')?.state).toBe('complete');
  });
});

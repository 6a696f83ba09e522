import { describe, expect, it } from 'vitest';
import { bigbluebutton } from '../../../adapters/bigbluebutton/index.ts';
import { type BigBlueButtonWorld, startBigBlueButton } from '../../../adapters/bigbluebutton/simulator.ts';
import type { Fault } from '../../../adapters/contract/simulator.ts';
import { scanTime } from '../../contract/scan.ts';
import { type Ask, day, mixedWorld, scanSimulator, strictWorld } from './world.ts';

async function check(
  world: BigBlueButtonWorld,
  ask: Ask = {},
  faults: { path: RegExp; fault: Fault }[] = [],
) {
  const running = await startBigBlueButton(world);
  running.simulator.faults = faults;
  const { checks, errors } = await scanSimulator(running, { ...ask, check: true });
  await running.close();
  expect(errors).toEqual([]);
  return Object.fromEntries(checks.map((line) => [line.source, line]));
}

describe('check', () => {
  it('names every source that asks something, in both languages', async () => {
    const lines = await check(mixedWorld());
    const asking = bigbluebutton.sources.filter(({ calls }) => calls.length > 0).map(({ id }) => id);
    expect(Object.keys(lines).sort()).toEqual([...asking].sort());
    for (const line of Object.values(lines)) {
      expect(line.message.de).not.toBe(line.message.en);
      if (line.state === 'ok') expect(line.reason).toBeUndefined();
      else expect(line.remedy?.de).not.toBe(line.remedy?.en);
    }
    for (const source of ['A0', 'A1', 'A2', 'A3', 'G0', 'G1', 'G2', 'G3'])
      expect(lines[source]?.state).toBe('ok');
  });

  it('says by how much the clocks differ', async () => {
    const lines = await check({ ...mixedWorld(), clock: () => scanTime + day });
    expect(lines['A0']?.message.en).toContain('86400 s');
  });

  it.each([
    ['the key of Greenlight', mixedWorld(), { greenlight: false }, 'G1', 'not_configured', /greenlight\.url/],
    ['the key of a later source', mixedWorld(), {}, 'GS', 'not_configured', /greenlight\.database/],
    [
      'a declared version',
      { ...mixedWorld(), version: null },
      {},
      'A0',
      'partial',
      /version|allowRevealOfBBBVersion/,
    ],
    ['the secret', { ...mixedWorld(), secret: 'another' }, {}, 'A1', 'failed', /bbb-conf --secret/],
    [
      'another algorithm',
      strictWorld(),
      { settings: { checksum_algorithm: 'sha384' } },
      'A1',
      'failed',
      /sha384/,
    ],
    [
      'the switch of the balancer',
      { ...strictWorld(), balancer: { build: '1.8.5', meetingsDisabled: true } },
      {},
      'A1',
      'partial',
      /GET_MEETINGS_API_DISABLED/,
    ],
    [
      'the filter of the balancer',
      { ...strictWorld(), balancer: { build: '1.8.5', filteredOnly: true } },
      {},
      'A2',
      'failed',
      /GET_RECORDINGS_API_FILTERED/,
    ],
    ['the nodes', strictWorld(), {}, 'A3', 'failed', /nodes/],
    ['a room to ask about', { ...mixedWorld(), meetings: [] }, {}, 'G3', 'partial', /room/],
    [
      'a newer Greenlight',
      { ...mixedWorld(), greenlight: { options: { muteOnStart: null } } },
      {},
      'G1',
      'partial',
      /Greenlight/,
    ],
  ] as [string, BigBlueButtonWorld, Ask, string, string, RegExp][])(
    'tells what is missing: %s',
    async (_name, world, ask, source, state, remedy) => {
      const line = (await check(world, ask))[source];
      expect(line?.state).toBe(state);
      expect(line?.remedy?.en).toMatch(remedy);
    },
  );

  it.each([
    ['HTML', { kind: 'html' }, /\/bigbluebutton/],
    ['a stopped server', { kind: 'reset' }, /\/bigbluebutton/],
  ] as [string, Fault, RegExp][])('%s', async (_name, fault, remedy) => {
    const lines = await check(mixedWorld(), {}, [{ path: /./, fault }]);
    for (const source of ['A0', 'A1', 'A2', 'A3', 'G0', 'G1', 'G2'])
      expect(lines[source]).toMatchObject({ state: 'failed', reason: { code: 'unreachable' } });
    expect(lines['A1']?.remedy?.en).toMatch(remedy);
    expect(lines['G0']?.remedy?.en).toMatch(/greenlight\.url/);
  });
});

import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startBigBlueButton } from '../../../adapters/bigbluebutton/simulator.ts';
import type { Adapter, SourceCheck } from '../../../adapters/contract/adapter.ts';
import type { Fault, SimulatorServer } from '../../../adapters/contract/simulator.ts';
import { createJitsi } from '../../../adapters/jitsi/index.ts';
import { startJitsi } from '../../../adapters/jitsi/simulator.ts';
import { startTalk, smallWorld as talkWorld } from '../../../adapters/nextcloud-talk/simulator.ts';
import { adapters } from '../../../adapters/registry.ts';
import { startRocketChat, smallWorld as teamWorld } from '../../../adapters/rocketchat/simulator.ts';
import { scan, scanTime } from '../../contract/scan.ts';

const secret = 'simulated-secret-0123456789abcdefghijk';

interface Server {
  /** The least that a target has to say. */
  settings: object;
  secretValues?: Record<string, string>;
  simulator: SimulatorServer;
  close(): Promise<void>;
}

const starts: Record<string, () => Promise<Server>> = {
  async bigbluebutton() {
    const bbb = await startBigBlueButton({ secret, clock: () => scanTime, version: null });
    const settings = { url: bbb.url, secret: { env: 'S' } };
    return { settings, secretValues: { S: secret }, simulator: bbb.simulator, close: () => bbb.close() };
  },
  async jitsi() {
    const meet = await startJitsi({
      kind: 'current',
      domain: 'meet.test',
      web: 9268,
      rooms: [{ name: 'rat' }],
    });
    return { settings: { url: meet.origin }, simulator: meet, close: () => meet.close() };
  },
  async 'nextcloud-talk'() {
    const { server } = await startTalk(talkWorld(scanTime));
    return { settings: { url: server.origin }, simulator: server, close: () => server.close() };
  },
  async rocketchat() {
    const { server } = await startRocketChat({ ...teamWorld(scanTime), throttle: null });
    return { settings: { url: server.origin }, simulator: server, close: () => server.close() };
  },
};

const faults: [string, Fault][] = [
  ['a page instead of data', { kind: 'html' }],
  ['no answer at all', { kind: 'reset' }],
  ['a refusal', { kind: 'status', status: 403 }],
  ['too many calls', { kind: 'status', status: 429 }],
  ['a server that fails', { kind: 'status', status: 500 }],
];

describe.each(Object.keys(starts))('check of %s', (vendor) => {
  const adapter: Adapter =
    vendor === 'jitsi'
      ? (createJitsi({ queryTimeoutMs: 100 }) as Adapter)
      : (adapters.get(vendor) as Adapter);
  let server: Server;
  beforeAll(async () => {
    const start = starts[vendor];
    if (start === undefined) throw new Error(`no server for ${vendor}`);
    server = await start();
  });
  afterAll(() => server.close());

  async function check(fault: Fault | null, live = false): Promise<SourceCheck[]> {
    server.simulator.faults = fault === null ? [] : [{ path: /./, fault }];
    const found = await scan({ adapter, check: true, live, timeoutMs: 5_000, ...server });
    expect(found.errors).toEqual([]);
    return found.checks;
  }

  const incomplete = (lines: readonly SourceCheck[]): string[] =>
    lines
      .filter(({ state, remedy, message }) => {
        if (message.de === '' || message.en === '' || message.de === message.en) return true;
        if (state === 'ok') return false;
        return remedy === undefined || remedy.de.length < 10 || remedy.en.length < 10;
      })
      .map(({ source, state, reason, remedy }) => `${source} ${state} ${reason?.code} ${remedy?.en}`);

  it('has one line for each source that is asked, with what it adds', async () => {
    const lines = await check(null);
    const asked = adapter.sources.filter(({ calls }) => calls.length > 0).map(({ id }) => id);
    expect(lines.map(({ source }) => source).sort()).toEqual([...asked].sort());
  });

  it('says of each that was not given how to give it, with the key, right or statement', async () => {
    const lines = await check(null);
    expect(incomplete(lines)).toEqual([]);
    const unnamed = lines.filter(({ state, remedy, reason }) => {
      const name = reason?.fill?.name.split('.').at(-1) ?? '';
      return state === 'not_configured' && !(remedy?.en ?? '').includes(name);
    });
    expect(
      unnamed.map(({ source, reason, remedy }) => `${source} ${reason?.fill?.name}: ${remedy?.en}`),
    ).toEqual([]);
  });

  it.each(faults)('says what to do about %s', async (_, fault) => {
    expect(incomplete(await check(fault))).toEqual([]);
  });

  it('is explained in the README: each key and right', () => {
    const readme = readFileSync(new URL(`../../../adapters/${vendor}/README.md`, import.meta.url), 'utf8');
    const names = adapter.sources.flatMap(({ needs }) => (needs === undefined ? [] : [needs.name]));
    const missing = names.filter((name) => !readme.includes(name.split('.').at(-1) ?? name));
    expect([...new Set(missing)]).toEqual([]);
  });
});

import { afterEach, describe, expect, it } from 'vitest';
import { createJitsi } from '../../../adapters/jitsi/index.ts';
import { type JitsiSimulator, type JitsiWorld, startJitsi } from '../../../adapters/jitsi/simulator.ts';
import { type Scan, scan } from '../../contract/scan.ts';
import { shown } from './seen.ts';

const adapter = createJitsi({ queryTimeoutMs: 60_000 });
const running: JitsiSimulator[] = [];

async function start(world: Partial<JitsiWorld>): Promise<JitsiSimulator> {
  const simulator = await startJitsi({
    kind: 'current',
    domain: 'meet.test',
    web: 9268,
    rooms: [],
    ...world,
  });
  running.push(simulator);
  return simulator;
}

afterEach(async () => {
  await Promise.all(running.splice(0).map((simulator) => simulator.close()));
});

const deployment = (seen: Scan, fact: string): unknown =>
  shown(seen.subjects.get('deployment -')?.facts[fact as never]);
const room = (seen: Scan, name: string, fact: string): unknown =>
  shown(seen.subjects.get(`room ${name}`)?.facts[fact as never]);

const backend: NonNullable<JitsiWorld['backend']> = {
  token: 'simulated-token',
  account: { user: 'auditor', password: 'simulated-password', admin: true },
  jicofo: '1.0-1183',
  jvb: '2.3-295',
};

describe('what surprises most', () => {
  it('1 forbidden is neither protected nor unprotected', async () => {
    const simulator = await start({ rooms: [{ name: 'rat', password: true }, { name: 'amt' }] });
    const seen = await scan({ adapter, settings: simulator.settings() });
    for (const name of ['rat', 'amt']) {
      expect(room(seen, name, 'room_password_required')).toBe('?not_observable room_info');
      expect(room(seen, name, 'room_waiting_room_enabled')).toBe('?not_observable room_info');
    }
  });

  it.each<[string, readonly string[], unknown, unknown]>([
    ['the lobby probe', [], '?not_observable room_info', true],
    ['the settings for an admin', ['account'], true, true],
    ['room-info', ['prosody_http', 'room_info'], true, true],
    ['jicofo', ['jicofo'], '?not_observable room_info', true],
  ])('2 four ways remain: %s', async (_, keys, password, lobby) => {
    const simulator = await start({ backend, rooms: [{ name: 'rat', password: true, lobby: true }] });
    const all = simulator.openSettings();
    const given = Object.fromEntries(['url', 'rooms', ...keys].map((key) => [key, all[key]]));
    const seen = await scan({ adapter, settings: given, secretValues: simulator.secretValues });
    expect(room(seen, 'rat', 'room_password_required')).toBe(password);
    expect(room(seen, 'rat', 'room_waiting_room_enabled')).toBe(lobby);
  });

  it('3 that ANONYMOUS is offered does not mean that anybody gets in', async () => {
    const seen = await scan({ adapter, settings: (await start({ kind: 'jwt' })).settings() });
    expect(deployment(seen, 'guest_access_allowed')).toBe(false);
    expect(deployment(seen, 'api_secret_checking_enabled')).toBe(true);
  });

  it('4 config.js is a default: a room never takes its protection from it', async () => {
    const simulator = await start({ rooms: [{ name: 'rat' }], config: { disableRemoteControl: true } });
    const seen = await scan({ adapter, settings: simulator.settings() });
    expect(deployment(seen, 'remote_control_enabled')).toBe(false);
    expect(room(seen, 'rat', 'room_remote_control_allowed')).toBe('?not_observable');
  });

  it('5 dead keys prove nothing, and of two spellings each pair has its own winner', async () => {
    const config = {
      fileRecordingsEnabled: false,
      localRecording: { disable: true },
      recordingService: { enabled: true },
      fileRecordingsServiceEnabled: false,
      liveStreaming: { enabled: false },
      liveStreamingEnabled: true,
    };
    const seen = await scan({ adapter, settings: (await start({ config })).settings() });
    expect(deployment(seen, 'recording_feature_enabled')).toBe(true);
    const dead = await start({ config: { fileRecordingsEnabled: false } });
    const trusted = await scan({ adapter, settings: dead.settings() });
    expect(deployment(trusted, 'contradictions')).toMatchObject({ items: ['dead_key_trusted'] });
  });

  it('6 no room now is no room that is protected', async () => {
    const simulator = await start({ backend });
    const settings = { url: simulator.origin, rooms: ['rat'], prosody_http: simulator.backends[0]?.origin };
    const seen = await scan({ adapter, settings });
    expect([...seen.subjects.keys()]).toEqual(['deployment -']);
    expect(seen.outcomes.get('X6')).toMatchObject({ count: 0, counted: { not_running: 1 } });
    expect(seen.outcomes.get('N1')).toMatchObject({ state: 'complete', count: 0, population: 'running' });
  });

  it('7 a page with status 200 is no census, and the census has no content type', async () => {
    const simulator = await start({ backend, rooms: [{ name: 'rat' }] });
    const inside = await scan({
      adapter,
      settings: { url: simulator.origin, prosody_http: simulator.backends[0]?.origin },
    });
    expect(room(inside, 'rat', 'room_publicly_listed')).toBe(false);
    const outside = await start({ publicCensus: true, rooms: [{ name: 'rat' }] });
    const seen = await scan({ adapter, settings: outside.settings() });
    expect(room(seen, 'rat', 'room_publicly_listed')).toBe(true);
  });

  it('8 the public WebSocket serves the internal domain too', async () => {
    const simulator = await start({ kind: 'jwt', backend, rooms: [{ name: 'rat' }] });
    const all = simulator.openSettings();
    const settings = { url: all.url, rooms: all['rooms'], account: all['account'] };
    const seen = await scan({ adapter, settings, secretValues: simulator.secretValues });
    expect(room(seen, 'rat', 'room_password_required')).toBe(false);
    expect(deployment(seen, 'auditor_account_excess_privileges')).toMatchObject({
      items: ['internal-domain', 'muc:configure,destroy'],
    });
  });
});

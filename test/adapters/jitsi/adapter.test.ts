import { afterEach, describe, expect, it } from 'vitest';
import { createJitsi, jitsi } from '../../../adapters/jitsi/index.ts';
import { type JitsiSimulator, type JitsiWorld, startJitsi } from '../../../adapters/jitsi/simulator.ts';
import { isAllowed, parseFrame } from '../../../adapters/jitsi/stanzas.ts';
import { scan } from '../../contract/scan.ts';
import { processorTime } from '../../processor.ts';

const adapter = createJitsi({ queryTimeoutMs: 60_000 });
/** Where silence is waited for; what is answered beside it has this long, too. */
const impatient = createJitsi({ queryTimeoutMs: 1_000 });
const open: JitsiWorld = { kind: 'current', domain: 'meet.test', web: 9268, rooms: [] };
const running: JitsiSimulator[] = [];

async function start(world: Partial<JitsiWorld>): Promise<JitsiSimulator> {
  const simulator = await startJitsi({ ...open, ...world });
  running.push(simulator);
  return simulator;
}

afterEach(async () => {
  await Promise.all(running.splice(0).map((simulator) => simulator.close()));
});

describe('where the adapter goes', () => {
  it('a WebSocket on a foreign host is not touched', async () => {
    const simulator = await start({ config: { websocket: 'wss://meet.example.com/xmpp-websocket' } });
    const seen = await scan({ adapter, settings: simulator.settings(), check: true });
    expect(simulator.frames).toEqual([]);
    expect(seen.outcomes.get('X1')).toMatchObject({
      state: 'failed',
      reason: { code: 'not_configured', fill: { name: 'own_hosts' } },
    });
    expect(seen.checks.find((line) => line.source === 'X1')?.remedy?.en).toContain('own_hosts');
  });

  it('the usual place is tried where config.js names none, or an address that is none', async () => {
    for (const websocket of [undefined, 'wss://https://meet.test/xmpp-websocket', 'https://meet.test/', 7]) {
      const simulator = await start({ config: { websocket } });
      const seen = await scan({ adapter, settings: simulator.settings() });
      expect(seen.outcomes.get('X1')?.state, String(websocket)).toBe('complete');
    }
  });

  it('at most three logins, and the first that gets in is the last', async () => {
    const opened = async (world: Partial<JitsiWorld>): Promise<string[]> => {
      const simulator = await start(world);
      await scan({ adapter, settings: simulator.settings() });
      const first = simulator.frames.filter((frame) => frame.startsWith('<open'));
      return [...new Set(first.map((frame) => parseFrame(frame).attrs['to'] ?? ''))];
    };
    expect(await opened({ kind: 'current' })).toEqual(['meet.test']);
    expect(await opened({ kind: 'secure' })).toEqual(['meet.test', 'guest.meet.test']);
    expect(await opened({ kind: 'secure', guestDomain: 'visitors.test' })).toEqual([
      'meet.test',
      'visitors.test',
    ]);
    const hosts = { domain: 'meet.test', anonymousdomain: 'old.test', muc: 'muc.meet.test' };
    expect(await opened({ kind: 'jwt', config: { hosts } })).toEqual([
      'meet.test',
      'old.test',
      'guest.meet.test',
    ]);
  });

  it('a configuration inside the page is found where the file is missing', async () => {
    const simulator = await start({});
    const page = `<!DOCTYPE html><html><script>var config = { hosts: { domain: 'meet.test', muc: 'muc.meet.test' }, disableRemoteControl: true };</script>
      <script src="libs/app.bundle.min.js?v=9268"></script></html>`;
    simulator.faults = [{ path: /^\/config\.js$/, fault: { kind: 'status', status: 404 } }];
    simulator.tap = (request, answer) => (request.path === '/' ? { ...answer, body: page } : answer);
    const seen = await scan({ adapter, settings: simulator.settings() });
    const fact = seen.subjects.get('deployment -')?.facts.remote_control_enabled;
    expect(fact).toMatchObject({ value: false, evidence: [{ locator: 'GET / (script in the page)' }] });
  });
});

describe('rooms', () => {
  it('only those that exist are subjects; the others are counted', async () => {
    const simulator = await start({
      rooms: [
        { name: 'Leitung', lobby: true },
        { name: 'Rat', tenant: 'Amt' },
      ],
    });
    const rooms = ['leitung', 'LEITUNG', 'amt/rat', 'rat', 'nobody', '__jicofo-health-check-1'];
    const seen = await scan({
      adapter,
      settings: { ...simulator.settings(), rooms },
      tags: { board: ['leit*'] },
    });
    expect([...seen.subjects.keys()]).toEqual(['deployment -', 'room leitung', 'room [amt]rat']);
    expect(seen.outcomes.get('X6')).toEqual({
      source: 'X6',
      population: 'running',
      state: 'complete',
      count: 2,
      counted: { not_running: 2, auxiliary: 1 },
    });
    expect(simulator.queries.filter(Boolean)).toEqual(['room=leitung', 'room=rat&prefix=amt']);
    const facts = seen.subjects.get('room leitung')?.facts;
    expect(facts?.room_tags).toMatchObject({ value: { items: ['board'], complete: true } });
    expect(facts?.room_waiting_room_enabled).toMatchObject({ value: true, evidence: [{ source: 'X7' }] });
    expect(facts).not.toHaveProperty('participants_total');
  });

  it('a room that ends between the questions is no subject', async () => {
    const simulator = await start({ rooms: [{ name: 'kurz', lobby: true }] });
    simulator.tap = (request, answer) => {
      if (request.query.includes('lobbyrooms')) simulator.world = { ...simulator.world, rooms: [] };
      return answer;
    };
    const seen = await scan({ adapter, settings: { url: simulator.origin, rooms: ['kurz'] } });
    expect([...seen.subjects.keys()]).toEqual(['deployment -']);
    expect(seen.outcomes.get('X6')).toMatchObject({
      state: 'complete',
      count: 0,
      counted: { not_running: 1 },
    });
  });

  it('rooms that cannot be asked about leave the source in part, never absent', async () => {
    const simulator = await start({ rooms: [{ name: 'a-room' }, { name: 'b-room' }] });
    simulator.xmppFaults = [{ frame: /a-room@/, kind: 'silence' }];
    const seen = await scan({ adapter: impatient, settings: simulator.settings() });
    expect(seen.outcomes.get('X6')).toMatchObject({
      state: 'partial',
      count: 1,
      reason: { code: 'unreachable' },
    });
    expect(seen.outcomes.get('X6')).not.toHaveProperty('counted');
    expect(seen.subjects.has('room b-room')).toBe(true);
  });

  it('a server that has stopped answering is left alone after three questions', async () => {
    const names = Array.from({ length: 12 }, (_, place) => `room-${place}`);
    const simulator = await start({ rooms: names.map((name) => ({ name })) });
    simulator.xmppFaults = [{ frame: /room-\d+@/, kind: 'silence' }];
    const seen = await scan({ adapter: impatient, settings: simulator.settings() });
    expect(simulator.frames.filter((frame) => /room-\d+@/.test(frame))).toHaveLength(3);
    expect(seen.outcomes.get('X6')).toMatchObject({ state: 'failed', count: 0 });
  });

  it('thirty rooms are read with less than two seconds of work', async () => {
    const names = Array.from({ length: 30 }, (_, place) => ({
      name: `room-${place}`,
      lobby: place % 2 === 0,
    }));
    const simulator = await start({ rooms: names });
    const used = processorTime();
    const seen = await scan({ adapter, settings: simulator.settings() });
    expect(used()).toBeLessThan(2_000);
    expect(seen.subjects.size).toBe(31);
    for (const frame of simulator.frames) expect(isAllowed(parseFrame(frame), 'anonymous')).toBe(true);
  });
});

describe('check', () => {
  it('says in both languages what answers and what would give more', async () => {
    const simulator = await start({ rooms: [{ name: 'rat' }] });
    const seen = await scan({ adapter, settings: simulator.settings(), check: true });
    expect(seen.checks.map((line) => line.source)).toEqual(jitsi.sources.map((source) => source.id));
    const by = new Map(seen.checks.map((line) => [line.source, line]));
    expect(by.get('X1')).toMatchObject({
      state: 'ok',
      message: { en: expect.stringContaining('meet.test') },
    });
    expect(by.get('X6')).toMatchObject({ state: 'ok', remedy: { de: expect.stringContaining('room_info') } });
    expect(by.get('E')).toMatchObject({
      state: 'not_configured',
      remedy: { en: expect.stringContaining('env_file') },
    });
    for (const { message, remedy } of seen.checks)
      for (const text of [message, remedy]) if (text !== undefined) expect(text.de).not.toBe(text.en);
  });

  it('names the key where no rooms are given', async () => {
    const simulator = await start({});
    const seen = await scan({ adapter, settings: { url: simulator.origin }, check: true });
    const line = seen.checks.find(({ source }) => source === 'X6');
    expect(line).toMatchObject({
      state: 'not_configured',
      remedy: { en: expect.stringContaining('rooms:') },
    });
  });

  it('a server that demands tokens has not failed', async () => {
    const simulator = await start({ kind: 'jwt', rooms: [{ name: 'rat' }] });
    const seen = await scan({ adapter, settings: simulator.settings(), check: true });
    for (const source of ['X2', 'X3', 'X4', 'X5', 'X6', 'X7'])
      expect(seen.outcomes.get(source)).toMatchObject({
        state: 'skipped',
        reason: { code: 'not_permitted' },
      });
    expect(seen.subjects.get('deployment -')?.facts.guest_access_allowed).toMatchObject({ value: false });
  });
});

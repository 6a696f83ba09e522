// Every trap of the server's side is a case here, so longer than the usual file.
import { afterEach, describe, expect, it } from 'vitest';
import type { SimulatorServer } from '../../../adapters/contract/simulator.ts';
import { allowedCalls, createJitsi } from '../../../adapters/jitsi/index.ts';
import { serviceCalls } from '../../../adapters/jitsi/services.ts';
import { type JitsiSimulator, type JitsiWorld, startJitsi } from '../../../adapters/jitsi/simulator.ts';
import { movePath } from '../../../adapters/jitsi/simulator-backend.ts';
import { parseFrame } from '../../../adapters/jitsi/stanzas.ts';
import { type Scan, scan } from '../../contract/scan.ts';
import { shown } from './seen.ts';

const adapter = createJitsi({ queryTimeoutMs: 60_000 });
const backend: NonNullable<JitsiWorld['backend']> = {
  token: 'simulated-room-info-token',
  account: { user: 'auditor', password: 'simulated-auditor-password', admin: true },
  jicofo: '1.0-1183',
  jvb: '2.3-295',
};
const rooms: JitsiWorld['rooms'] = [
  { name: 'leitung', lobby: true, participants: 3 },
  { name: 'personalrat', password: true, secret: 'Kiefer-77', title: 'VS-NfD Lage' },
  {
    name: 'Büro Süd',
    tenant: 'amt',
    password: true,
    lobby: true,
    secret: "l'été & Söhne",
    recorders: 1,
    telephones: 2,
    guests: 1,
    participants: 2,
  },
];
const running: JitsiSimulator[] = [];

async function start(world: Partial<JitsiWorld> = {}): Promise<JitsiSimulator> {
  const base: JitsiWorld = { kind: 'current', domain: 'meet.test', web: 9268, rooms, backend };
  const simulator = await startJitsi({ ...base, ...world });
  running.push(simulator);
  return simulator;
}

afterEach(async () => {
  await Promise.all(running.splice(0).map((simulator) => simulator.close()));
});

type Keys = readonly string[];

/** The page, and of the services behind only the named keys. */
function run(simulator: JitsiSimulator, keys: Keys, more: object = {}, live = false): Promise<Scan> {
  const all = simulator.openSettings();
  const own = Object.fromEntries(keys.map((key) => [key, all[key]]));
  const settings = { url: all.url, ...own, ...more };
  return scan({ adapter, settings, secretValues: simulator.secretValues, live, check: true });
}

const of = (seen: Scan, room: string, fact: string): unknown =>
  shown(seen.subjects.get(`room ${room}`)?.facts[fact as never]);
const tenant = '[amt]b%c3%bcro%20s%c3%bcd';

describe('nothing but reading', () => {
  it('no list of calls holds a changing method, move-endpoints or the list of persons', () => {
    for (const { method, path } of [...allowedCalls, ...serviceCalls]) {
      expect(method).toBe('GET');
      for (const never of [movePath, '/room', '/conference-request/v1', '/move-endpoints'])
        expect(typeof path === 'string' ? path === never : path.test(never)).toBe(false);
    }
  });

  it.each(['current', 'legacy', 'secure', 'jwt'] as const)(
    '%s: no PUT, no move-endpoints, no presence leaves with every key given',
    async (kind) => {
      const simulator = await start({ kind });
      const seen = await run(
        simulator,
        ['prosody_http', 'room_info', 'jicofo', 'jvb', 'account', 'rooms'],
        {},
        true,
      );
      expect(seen.errors).toEqual([]);
      const requests = [simulator, ...simulator.backends].flatMap(
        (server: SimulatorServer) => server.requests,
      );
      expect(requests.length).toBeGreaterThan(10);
      for (const { method, path } of requests) {
        expect(method).toBe('GET');
        expect(path).not.toMatch(/move-endpoints|^\/room$/);
      }
      const names = simulator.frames.map((frame) => parseFrame(frame)).map((frame) => frame.name);
      expect(new Set(names)).toEqual(
        new Set(['open', 'close', 'auth', 'response', 'iq'].filter((name) => names.includes(name))),
      );
      const sets = simulator.frames.filter((frame) => /type="set"/.test(frame));
      for (const frame of sets) expect(frame).toContain('urn:ietf:params:xml:ns:xmpp-bind');
    },
  );
});

describe('rooms that nobody named', () => {
  it('come from the census, with tenants, each once; other services are counted', async () => {
    const others = ['b1@breakout.meet.test', '__jicofo-health-check-1@muc.meet.test'];
    const simulator = await start({ backend: { ...backend, others } });
    const seen = await run(simulator, ['prosody_http'], { rooms: ['LEITUNG', 'amt/Büro Süd', 'niemand'] });
    expect([...seen.subjects.keys()].sort()).toEqual(
      ['deployment -', `room ${tenant}`, 'room leitung', 'room personalrat'].sort(),
    );
    expect(seen.subjects.get(`room ${tenant}`)?.name).toBe('amt/Büro Süd');
    expect(seen.outcomes.get('N1')).toMatchObject({ state: 'complete', count: 5 });
    expect(seen.outcomes.get('X6')).toMatchObject({ counted: { not_running: 1, auxiliary: 2 } });
  });

  it('come from jicofo too, also where nobody gets in without a token', async () => {
    const simulator = await start({ kind: 'jwt' });
    const seen = await run(simulator, ['jicofo', 'room_info', 'prosody_http']);
    expect(seen.subjects.size).toBe(4);
    expect(of(seen, 'leitung', 'room_waiting_room_enabled')).toBe(true);
    expect(of(seen, 'personalrat', 'room_password_required')).toBe(true);
    expect(seen.outcomes.get('X6')).toMatchObject({ state: 'skipped', reason: { code: 'not_permitted' } });
  });

  it('an empty table of Lua is an empty list', async () => {
    const simulator = await start({ kind: 'legacy', rooms: [] });
    const seen = await run(simulator, ['prosody_http']);
    expect(seen.outcomes.get('N1')).toMatchObject({ state: 'complete', count: 0 });
  });

  it('a room that the list still shows and that has ended is no subject', async () => {
    const simulator = await start();
    const [prosody] = simulator.backends;
    if (prosody === undefined) throw new Error('no server');
    prosody.tap = (_, answer) => {
      simulator.world = { ...simulator.world, rooms: [] };
      return answer;
    };
    const seen = await run(simulator, ['prosody_http']);
    expect([...seen.subjects.keys()]).toEqual(['deployment -']);
  });

  it('a module that is not loaded names its key: 404, and a page with status 200', async () => {
    const simulator = await start({ backend: { ...backend, missing: ['/room-census'] } });
    const gone = await run(simulator, ['prosody_http', 'rooms']);
    const page = await run(simulator, ['rooms'], { prosody_http: simulator.origin });
    for (const seen of [gone, page])
      expect(seen.outcomes.get('N1')).toMatchObject({
        reason: { code: 'not_configured', fill: { name: 'prosody_http' } },
      });
    expect(page.checks.find(({ source }) => source === 'N1')?.remedy?.en).toContain('muc_census');
  });
});

describe('room-info', () => {
  it('shows password and lobby; the canonical name and the tenant are asked for', async () => {
    const simulator = await start();
    const seen = await run(simulator, ['prosody_http', 'room_info', 'rooms']);
    const found = ['leitung', 'personalrat', tenant].map((room) => [
      of(seen, room, 'room_password_required'),
      of(seen, room, 'room_waiting_room_enabled'),
    ]);
    expect(found).toEqual([
      [false, true],
      [true, false],
      [true, true],
    ]);
    const asked = simulator.backends[0]?.requests
      .filter(({ path }) => path === '/room-info')
      .map(({ query }) => query);
    expect(asked).toContain('room=b%25c3%25bcro%2520s%25c3%25bcd&prefix=amt');
  });

  it('a refused token is the last one sent, and check says how to make a good one', async () => {
    const simulator = await start();
    const values = { ...simulator.secretValues, ROOM_INFO_TOKEN: 'expired-token' };
    const all = simulator.openSettings();
    const settings = {
      url: all.url,
      rooms: all['rooms'],
      prosody_http: all['prosody_http'],
      room_info: all['room_info'],
    };
    const seen = await scan({ adapter, settings, secretValues: values });
    expect(seen.outcomes.get('N3')).toMatchObject({
      state: 'failed',
      reason: { code: 'not_permitted', fill: { kind: 'permission' } },
    });
    expect(simulator.backends[0]?.requests.filter(({ path }) => path === '/room-info')).toHaveLength(1);
    expect(of(seen, 'leitung', 'room_password_required')).toMatch(/^\?not_permitted/);
  });

  it('the description of another room is no answer', async () => {
    const simulator = await start();
    const [prosody] = simulator.backends;
    if (prosody === undefined) throw new Error('no server');
    prosody.tap = (request, answer) =>
      request.path === '/room-info'
        ? { ...answer, body: answer.body.replace('leitung@muc', 'other@muc') }
        : answer;
    const seen = await run(simulator, ['prosody_http', 'room_info', 'rooms']);
    expect(of(seen, 'leitung', 'room_password_required')).toMatch(/^\?invalid_answer/);
    expect(of(seen, 'personalrat', 'room_password_required')).toBe(true);
  });

  it('sources that disagree give no value', async () => {
    const simulator = await start();
    const [prosody] = simulator.backends;
    if (prosody === undefined) throw new Error('no server');
    prosody.tap = (request, answer) =>
      request.path === '/room-info' ? { ...answer, body: answer.body.replaceAll('true', 'false') } : answer;
    const seen = await run(simulator, ['prosody_http', 'room_info', 'jicofo', 'account', 'rooms']);
    expect(of(seen, 'leitung', 'room_waiting_room_enabled')).toBe('?conflicting');
    expect(of(seen, 'personalrat', 'room_password_required')).toBe('?conflicting');
  });

  it('is not called unencrypted off this machine', async () => {
    const simulator = await start();
    const seen = await run(simulator, ['room_info', 'rooms'], {
      prosody_http: 'http://prosody.example.org:5280',
    });
    for (const source of ['N1', 'N3'])
      expect(seen.outcomes.get(source)?.reason).toMatchObject({
        code: 'not_configured',
        fill: { name: 'insecure_http' },
      });
  });
});

describe("an admin's account", () => {
  it('reads settings; the password becomes length and alphabet', async () => {
    const simulator = await start();
    const seen = await run(simulator, ['account', 'rooms']);
    expect(of(seen, 'personalrat', 'room_password_length')).toBe(9);
    expect(of(seen, 'personalrat', 'room_password_entropy_bits')).toBe(59);
    // Entities are decoded before anything is counted.
    expect(of(seen, tenant, 'room_password_length')).toBe(13);
    expect(of(seen, 'leitung', 'room_password_required')).toBe(false);
    expect(of(seen, 'leitung', 'room_waiting_room_enabled')).toBe(true);
    expect(of(seen, 'personalrat', 'room_classification_marking')).toBe('vs_nfd');
    expect(of(seen, 'personalrat', 'room_chat_retention')).toEqual({ seconds: 0 });
    expect(JSON.stringify([seen.items, seen.log, seen.checks])).not.toMatch(/Kiefer|Söhne|simulated-auditor/);
    const deployment = seen.subjects.get('deployment -')?.facts;
    expect(shown(deployment?.auditor_account_excess_privileges)).toEqual({
      items: ['internal-domain', 'muc:configure,destroy'],
      complete: true,
    });
    expect(shown(deployment?.activity_statistics_retention)).toEqual({ seconds: 0 });
  });

  it('a password in the name of its room is noticed', async () => {
    const simulator = await start({ rooms: [{ name: 'rat-4711', password: true, secret: 'Rat-4711' }] });
    const seen = await run(simulator, ['account', 'rooms']);
    expect(of(seen, 'rat-4711', 'room_password_in_public_text')).toBe(true);
  });

  it('an ordinary account may not read settings, which says nothing of the rooms', async () => {
    const simulator = await start({ backend: { ...backend, account: { ...backend.account, admin: false } } });
    const seen = await run(simulator, ['account', 'rooms']);
    expect(of(seen, 'leitung', 'room_password_required')).toMatch(/^\?not_permitted/);
    expect(seen.outcomes.get('X8')).toMatchObject({ state: 'failed', reason: { code: 'not_permitted' } });
    expect(seen.checks.find(({ source }) => source === 'X8')?.remedy?.en).toContain('XMPP_MUC_CONFIGURATION');
  });

  it('a refused account is tried once', async () => {
    const simulator = await start();
    const all = simulator.openSettings();
    const settings = { url: all.url, rooms: all['rooms'], account: all['account'] };
    const seen = await scan({ adapter, settings, secretValues: { AUDITOR_PASSWORD: 'wrong' } });
    expect(seen.outcomes.get('X8')).toMatchObject({ state: 'failed', reason: { code: 'not_permitted' } });
    expect(
      simulator.frames.filter((frame) => /^<auth/.test(frame) && !frame.includes('ANONYMOUS')),
    ).toHaveLength(1);
    expect(seen.subjects.size).toBe(4);
  });

  it('shows the server where strangers are refused', async () => {
    const simulator = await start({ kind: 'jwt' });
    const seen = await run(simulator, ['account', 'rooms']);
    for (const source of ['X2', 'X3', 'X4', 'X5', 'X6', 'X8'])
      expect(seen.outcomes.get(source)?.state, source).toBe('complete');
    expect(seen.outcomes.get('X7')?.state).toBe('skipped');
    expect(of(seen, 'personalrat', 'room_signed_in_only')).toBe(true);
  });
});

describe('live facts', () => {
  it('only with a purpose', async () => {
    const simulator = await start();
    const seen = await run(simulator, ['jicofo', 'prosody_http', 'rooms']);
    expect(seen.subjects.get('room leitung')?.facts).not.toHaveProperty('participants_total');
    expect(of(seen, 'leitung', 'room_join_with_audio_muted')).toBe('?not_configured live.purpose');
    const paths = simulator.backends.flatMap((server) => server.requests.map(({ path }) => path));
    expect(paths).not.toContain('/stats');
    expect(paths).not.toContain('/room-size');
  });

  it('people, telephones and recorders of each room', async () => {
    const simulator = await start({ kind: 'secure' });
    const seen = await run(simulator, ['jicofo', 'prosody_http', 'rooms'], {}, true);
    const facts = [
      'participants_total',
      'participants_unauthenticated',
      'participants_dial_in_unnamed',
      'meeting_recording_in_progress',
      'room_join_with_audio_muted',
    ];
    expect(facts.map((fact) => of(seen, tenant, fact))).toEqual([2, 1, 2, true, false]);
    expect(of(seen, 'leitung', 'meeting_recording_in_progress')).toBe(false);
    expect(shown(seen.subjects.get('deployment -')?.facts.dial_in_enabled)).toBe(true);
    expect(JSON.stringify(seen.items)).not.toContain('Simulated Person');
  });

  it('a lobby that stays keeps an empty room', async () => {
    const simulator = await start({ rooms: [{ name: 'wartesaal', lobby: true, listedParticipants: -1 }] });
    const seen = await run(simulator, ['prosody_http'], {}, true);
    expect(of(seen, 'wartesaal', 'meeting_running')).toBe(false);
    expect(of(seen, 'wartesaal', 'participants_total')).toBe(0);
  });

  it('one by room-size means one or none', async () => {
    const simulator = await start({ backend: { ...backend, missing: ['/room-census'] } });
    const seen = await run(simulator, ['prosody_http', 'rooms'], {}, true);
    expect(of(seen, 'personalrat', 'participants_total')).toEqual({ value: 1, bound: 'at_most' });
    expect(of(seen, 'leitung', 'participants_total')).toBe(3);
  });

  it('a recorder at work against the page is a contradiction', async () => {
    const config = { recordingService: { enabled: false }, liveStreaming: { enabled: false } };
    const simulator = await start({ config });
    const seen = await run(simulator, ['jicofo'], {}, true);
    const fact = shown(seen.subjects.get('deployment -')?.facts.contradictions) as { items: string[] };
    expect(fact.items).toContain('recording_off_jibri_active');
  });
});

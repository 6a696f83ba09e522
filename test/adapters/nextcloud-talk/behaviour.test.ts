import { describe, expect, it } from 'vitest';
import { paths } from '../../../adapters/nextcloud-talk/client.ts';
import { nextcloudTalk } from '../../../adapters/nextcloud-talk/index.ts';
import { largeWorld, type SimulatedWorld, smallWorld } from '../../../adapters/nextcloud-talk/simulator.ts';
import { scanTime } from '../../contract/scan.ts';
import { type Run, scanWorld } from './harness.ts';

const world = (more: Partial<SimulatedWorld> = {}): SimulatedWorld => ({ ...smallWorld(scanTime), ...more });
const roomsOf = ({ scan }: Run) => [...scan.subjects.values()].filter(({ kind }) => kind === 'room');
const logins = ({ talk }: Run) =>
  talk.server.requests.filter(({ headers }) => headers.authorization !== undefined);
const stateOf = ({ scan }: Run, source: string) => {
  const found = scan.outcomes.get(source);
  return [found?.state, found?.reason?.code];
};

describe('the brute-force guard is never fed', () => {
  it('a wrong password gives exactly one login, in each run', async () => {
    const run = await scanWorld(world(), { password: 'wrong-password' });
    expect(logins(run)).toHaveLength(1);
    expect(run.talk.guard).toEqual({ login: 1, talkRoomToken: 0, serverinfo: 0 });
    for (const source of ['C1', 'ME', 'RL', 'LR', 'SG']) {
      expect(stateOf(run, source)).toEqual(['failed', 'not_permitted']);
    }
    expect(stateOf(run, 'C0')).toEqual(['complete', undefined]);
    const checked = await scanWorld(world(), { password: 'wrong-password', check: true });
    expect(logins(checked)).toHaveLength(2);
  });

  it('the state of the guard is read before the first login', async () => {
    const run = await scanWorld(world(), { prepare: (talk) => (talk.guard.login = 9) });
    expect(logins(run)).toEqual([]);
    expect(stateOf(run, 'RL')).toEqual(['failed', 'throttled']);
    expect(run.talk.server.requests.map(({ path }) => path)).toEqual([
      paths.status,
      paths.capabilities,
      paths.login,
    ]);
  });

  it('a few failures of others do not keep us out', async () => {
    const run = await scanWorld(world(), { prepare: (talk) => (talk.guard.login = 2) });
    expect(stateOf(run, 'RL')).toEqual(['complete', undefined]);
  });

  it('rooms that vanish between two calls: five unknown ones end the asking', async () => {
    const rooms = Array.from({ length: 30 }, (_, place) => ({
      token: `6${place}00000000`.slice(0, 10),
      type: 2,
      name: `R${place}`,
      role: 'user' as const,
      permissions: 149,
    }));
    const run = await scanWorld(world({ rooms }), {
      prepare: ({ server }) => {
        const fault = { kind: 'status' as const, status: 404 };
        server.faults = [{ path: /participants$/, fault }];
      },
    });
    const asked = run.talk.server.requests.filter(({ path }) => path.endsWith('/participants'));
    expect(asked.length).toBeLessThanOrEqual(6);
    expect(stateOf(run, 'PT')[0]).toBe('failed');
  });

  it('only rooms that the list showed are asked about, and no state-changing call is made', async () => {
    const run = await scanWorld(world(), { live: true, check: true });
    expect(run.talk.guard).toEqual({ login: 0, talkRoomToken: 0, serverinfo: 0 });
    expect(run.talk.server.requests.every(({ method }) => method === 'GET')).toBe(true);
    const forbidden =
      /participants\/active|\/call\/|\/chat\/|note-to-self|serverinfo|user_status\/api\/v1\/statuses/;
    expect(run.talk.server.requests.filter(({ path }) => forbidden.test(path))).toEqual([]);
    const lists = run.talk.server.requests.filter(({ path }) => path === paths.rooms);
    expect(lists.every(({ query }) => query === 'noStatusUpdate=1&includeLastMessage=false')).toBe(true);
  });
});

describe('what can go wrong with a login', () => {
  it('a login form instead of data', async () => {
    const run = await scanWorld(world({ signIn: 'page' }));
    expect(run.scan.outcomes.get('C1')?.reason).toEqual({
      code: 'unreachable',
      detail: 'HTML instead of data',
    });
    expect(roomsOf(run)).toEqual([]);
    expect(run.scan.errors).toEqual([]);
  });

  it('a proxy that drops the header: an anonymous answer is not taken for a signed-in one', async () => {
    const run = await scanWorld(world({ signIn: 'lost', apps: { userStatus: true, passwordPolicy: null } }));
    expect(stateOf(run, 'C1')).toEqual(['failed', 'not_permitted']);
    expect(run.scan.subjects.get('deployment -')?.facts.presence_status_feature_enabled).toMatchObject({
      unavailable: { code: 'not_permitted' },
    });
  });

  it('an account outside allowed_groups: not permitted, never off', async () => {
    const run = await scanWorld(world({ allowed: false }));
    expect(run.scan.outcomes.get('RL')?.reason?.fill?.name).toBe('member of a group in allowed_groups');
    expect(run.talk.server.requests.some(({ path }) => path === paths.rooms)).toBe(false);
  });

  it('no account: only what anybody may read', async () => {
    const run = await scanWorld(world(), { anonymous: true });
    expect(logins(run)).toEqual([]);
    expect(run.scan.outcomes.get('RL')).toMatchObject({
      state: 'skipped',
      reason: { code: 'not_configured', fill: { name: 'user' } },
    });
    const facts = run.scan.subjects.get('deployment -')?.facts;
    expect(facts?.recording_feature_enabled).toMatchObject({ value: true });
    expect(facts?.auditor_account_used).toMatchObject({ value: false });
    expect(facts?.presence_status_feature_enabled).toMatchObject({ unavailable: { fill: { name: 'user' } } });
  });

  it('maintenance ends the scan without a login', async () => {
    const run = await scanWorld(world({ maintenance: true }));
    expect(run.talk.server.requests.map(({ path }) => path)).toEqual([paths.status]);
    expect(run.scan.outcomes.get('RL')?.reason).toEqual({ code: 'unreachable', detail: 'maintenance mode' });
  });
});

describe('rooms', () => {
  it('the auditor is removed from a room: it is just not seen, and nothing claims to have seen all', async () => {
    const full = await scanWorld(world());
    const rooms = smallWorld(scanTime).rooms.map((room) =>
      room.token === '4200000022' ? { ...room, role: undefined as never } : room,
    );
    const less = await scanWorld(world({ rooms }));
    expect(roomsOf(less).length).toBe(roomsOf(full).length - 1);
    expect(less.scan.subjects.has('room 4200000022')).toBe(false);
    expect([...less.scan.outcomes.values()].map(({ population }) => population)).not.toContain('all');
    expect(stateOf(less, 'RL')).toEqual(['complete', undefined]);
  });

  it('one-to-one rooms, notes and breakout rooms are counted, not stored', async () => {
    const run = await scanWorld(world());
    expect(run.scan.outcomes.get('RL')?.counted).toEqual({
      system: 2,
      self: 1,
      direct: 1,
      former: 1,
      breakout: 1,
      foreign: 1,
    });
    expect(JSON.stringify(run.scan.items)).not.toContain('4100000014"');
  });

  it('names of telephone rooms are not kept', async () => {
    const run = await scanWorld(world());
    expect(run.scan.subjects.get('room 4200000038')?.name).toBeNull();
    expect(run.scan.subjects.get('room 4200000021')?.name).toBe('Haushaltsrunde');
  });

  it('one wrong field costs that fact only, with its path', async () => {
    const run = await scanWorld(world(), {
      prepare: ({ server }) => {
        server.tap = (request, answer) =>
          request.path === paths.rooms
            ? { ...answer, body: answer.body.replace('"lobbyState":1', '"lobbyState":"yes"') }
            : answer;
      },
    });
    const facts = run.scan.subjects.get('room 4200000024')?.facts;
    expect(facts?.room_waiting_room_enabled).toMatchObject({
      unavailable: { code: 'invalid_answer', detail: 'ocs.data[].lobbyState is not as documented' },
    });
    expect(facts?.room_password_required).toMatchObject({ value: false });
    expect(run.scan.subjects.get('room 4200000025')?.facts.room_waiting_room_enabled).toMatchObject({
      value: true,
    });
  });

  it('a type that nobody knows: everything about the room is unknown, also its name', async () => {
    const rooms = [{ token: '4900000001', type: 9, name: 'w.ueberacker', role: 'user' as const }];
    const run = await scanWorld(world({ rooms }));
    const subject = run.scan.subjects.get('room 4900000001');
    expect(subject?.name).toBeNull();
    expect(subject?.facts.room_kind).toMatchObject({ unavailable: { code: 'invalid_answer' } });
    expect(subject?.facts.room_classification_marking).toMatchObject({
      unavailable: { code: 'invalid_answer' },
    });
  });

  it('ninety rooms', async () => {
    const run = await scanWorld(largeWorld(scanTime, 100));
    expect(run.scan.errors).toEqual([]);
    expect(roomsOf(run).length).toBeGreaterThanOrEqual(90);
  });

  it('tags come from the configuration, by name', async () => {
    const run = await scanWorld(world(), { tags: { external: ['*sprechstunde*'] } });
    const tags = (token: string) => run.scan.subjects.get(`room ${token}`)?.facts.room_tags;
    expect(tags('4200000022')).toMatchObject({ value: { items: ['external'], complete: true } });
    expect(tags('4200000021')).toMatchObject({ value: { items: [], complete: true } });
  });
});

describe('check', () => {
  it('says what answers and names grants', async () => {
    const { scan } = await scanWorld(world(), { check: true });
    const line = (source: string) => scan.checks.find((check) => check.source === source);
    expect(line('ST')).toMatchObject({ state: 'ok' });
    expect(line('RL')?.message.en).toContain('25 rooms visible to this account, never all');
    expect(line('RL')?.remedy?.en).toContain('occ talk:room:add');
    expect(line('PT')?.remedy?.de).toContain('occ talk:room:promote');
    expect(line('Q1')).toMatchObject({ state: 'not_configured' });
  });

  it.each<[string, Partial<SimulatedWorld>, { password?: string; anonymous?: boolean }, string]>([
    ['no account', {}, { anonymous: true }, 'occ user:auth-tokens:add'],
    ['wrong password', {}, { password: 'wrong-password' }, 'use an app password'],
    ['outside the groups', { allowed: false }, {}, 'Limit to groups'],
    ['login form', { signIn: 'page' }, {}, 'root of the Nextcloud'],
  ])('%s: the remedy', async (_, more, options, remedy) => {
    const { scan } = await scanWorld(world(more), { ...options, check: true });
    expect(scan.checks.find(({ source }) => source === 'RL')?.remedy?.en).toContain(remedy);
  });
});

describe('configuration', () => {
  const url = 'https://cloud.example.org';
  it.each<[object, boolean]>([
    [{ url }, true],
    [{ url, user: 'auditor', password: { file: '/run/secrets/talk' } }, true],
    [{ url, user: 'auditor' }, false],
    [{ url, password: { env: 'P' } }, false],
    [{ url, user: 'auditor', password: 'in clear' }, false],
    [{ url: 'ftp://cloud.example.org' }, false],
    [{ url, serverinfo_token: { env: 'T' }, database: { env: 'D' }, database_prefix: 'nc_' }, true],
    [{ url, database: 'postgres://user:password@host/nextcloud' }, false],
    [{ url, database_prefix: 'oc_; DROP' }, false],
  ])('%j: %s', (settings, accepted) => {
    expect(nextcloudTalk.configuration.safeParse(settings).success).toBe(accepted);
  });
});

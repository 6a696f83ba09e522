import { describe, expect, it } from 'vitest';
import { paths } from '../../../adapters/nextcloud-talk/client.ts';
import { type SimulatedWorld, smallWorld } from '../../../adapters/nextcloud-talk/simulator.ts';
import { plantedMessages, plantedPersons } from '../../../adapters/nextcloud-talk/simulator-rooms.ts';
import { scanTime } from '../../contract/scan.ts';
import { type Case, day, guest, hole, now, outcome, outsider, person, unlimited, worldOf } from './cases.ts';
import { talkSqlite } from './database.ts';
import { type Run, type RunOptions, scanWorld } from './harness.ts';

/** The traps of the product by their numbers, each against the simulator. */
const room = 'room 9000000001';
const world = (more: Partial<SimulatedWorld> = {}): SimulatedWorld => ({ ...smallWorld(scanTime), ...more });

async function run(more: Partial<SimulatedWorld> = {}, options: RunOptions = {}): Promise<Run> {
  const found = await scanWorld(world(more), options);
  expect(found.scan.errors).toEqual([]);
  return found;
}

const asked = ({ talk }: Run): string[] => talk.server.requests.map(({ path }) => path);
const signedIn = ({ talk }: Run) =>
  talk.server.requests.filter(({ headers }) => headers.authorization !== undefined);

const rooms: Case[] = [
  {
    name: 't2 stored and effective: consent means nothing without recording',
    room: { consent: true },
    world: { recording: false },
    expect: { room_recording_consent_required: false },
  },
  {
    name: 't2 stored and effective: dial-in sleeps while the server has none',
    room: { type: 2, sip: 2 },
    world: { sip: false },
    expect: { room_dial_in_enabled: false, room_guest_access_allowed: false },
  },
  {
    name: 't3 a room that can be found asks nobody with an account for its password',
    room: { hasPassword: true, listable: 1 },
    expect: { room_password_required: false, room_joinable_without_invitation: true },
  },
  {
    name: 't4 a lobby whose time is over is open',
    room: { lobby: true, lobbyTimer: now - 1 },
    expect: { room_waiting_room_enabled: false },
  },
  {
    name: 't4 a lobby that a permission of all lets pass is open',
    room: { lobby: true },
    world: { defaultPermissions: 254 },
    expect: { room_waiting_room_enabled: false },
  },
  {
    name: 't5 what is shown of rooms that can be found is made up in part',
    room: outsider({ lobby: true, expiration: 604_800 }),
    expect: {
      room_chat_retention: hole('not_permitted', 'member of the room'),
      room_screen_sharing_allowed_for: hole('not_permitted', 'member of the room'),
      room_publicly_listed: true,
    },
  },
  {
    name: 't6 the password that a private room kept protects nothing',
    room: { type: 2, hasPassword: true },
    expect: { room_password_required: false, room_members_only: true },
  },
  {
    name: 't7 to who is held in the lobby a call looks like none: it is unknown',
    room: { lobby: true, callSince: now - 60 },
    live: true,
    expect: {
      meeting_running: hole('not_permitted', 'moderator in the room'),
      participants_total: hole('not_permitted', 'moderator in the room'),
    },
  },
  {
    name: 't8 messages expire only where background jobs run by cron',
    room: { expiration: 7 * day },
    world: { cron: false },
    expect: { room_chat_retention: unlimited },
  },
  {
    name: 't9 guests by mail skip the password, from 24 on in private rooms too',
    room: { type: 2, people: [person({ actorType: 'emails' })] },
    world: { talk: '24.0.5' },
    expect: { room_guest_access_allowed: true },
  },
  {
    name: 't10 dial-in without a PIN makes a guest in a private room',
    room: { type: 2, sip: 2 },
    expect: {
      room_members_only: false,
      room_guest_access_allowed: true,
      room_dial_in_pin_required: false,
    },
  },
  {
    name: 't12 passwords that are forced now are missing in older rooms',
    room: {},
    world: { forcePasswords: true },
    expect: { room_password_required: false },
  },
];

const deployments: Case[] = [
  {
    name: 't11 a guest who moderates sees mail addresses',
    room: { permissions: 149, people: [guest({ participantType: 6 })] },
    expect: { participant_emails_visible_to_guests: true },
  },
  {
    name: 't13 own settings of the reader are not those of the server',
    world: { startWithoutMedia: true },
    expect: { join_with_audio_muted: true },
  },
];

describe('numbered traps', () => {
  it.each(rooms)('$name', async (one) => {
    expect(await outcome(one, room)).toEqual(one.expect);
  });

  it.each(deployments)('$name', async (one) => {
    expect(await outcome(one, 'deployment -')).toEqual(one.expect);
  });

  it('t1 an account sees its own rooms only, an administrator too: nothing claims to be all', async () => {
    for (const groups of [['revision'], ['admin']]) {
      const { scan } = await run({ groups });
      expect([...scan.outcomes.values()].map(({ population }) => population)).not.toContain('all');
    }
    const tables = talkSqlite(world());
    const { scan } = await run({}, { database: tables.url });
    await tables.drop();
    expect(scan.outcomes.get('Q1')).toMatchObject({ population: 'all', state: 'complete' });
  });
});

describe('what reading itself does', () => {
  it('1 the first look makes rooms for the reader: they are counted, and no subjects', async () => {
    const { scan } = await run();
    expect(scan.outcomes.get('RL')?.counted).toMatchObject({ system: 2, self: 1 });
    for (const token of ['4100000011', '4100000012', '4100000013'])
      expect(scan.subjects.has(`room ${token}`)).toBe(false);
  });

  it('2 a look at a lobby whose time is over stores it as open', async () => {
    const own = worldOf({ name: '', room: { lobby: true, lobbyTimer: now - 1 }, expect: {} });
    await scanWorld(own);
    expect(own.rooms[0]?.lobby).toBe(false);
  });

  it('3 and 4 neither a PIN is kept nor the note to oneself asked for', async () => {
    const found = await run({}, { live: true, check: true });
    expect(asked(found).filter((path) => /note-to-self/.test(path))).toEqual([]);
    expect(JSON.stringify(found.scan.items)).not.toMatch(/attendeePin/);
  });

  it('5 the first list may fail with 500: its facts are holes, the rest goes on', async () => {
    const found = await run(
      {},
      {
        prepare({ server }) {
          server.faults = [{ path: /spreed\/api\/v4\/room$/, fault: { kind: 'status', status: 500 } }];
        },
      },
    );
    expect(found.scan.outcomes.get('RL')).toMatchObject({ state: 'failed', reason: { code: 'unreachable' } });
    expect(found.scan.outcomes.get('LR')).toMatchObject({ state: 'complete' });
  });

  it('6 nothing joins, calls, writes or marks as read; messages and people stay where they are', async () => {
    const found = await run({}, { live: true, check: true });
    expect(found.talk.server.requests.every(({ method }) => method === 'GET')).toBe(true);
    expect(asked(found).filter((path) => /participants\/active|\/call\/|\/chat\//.test(path))).toEqual([]);
    const lists = found.talk.server.requests.filter(({ path }) => path === paths.rooms);
    expect(lists.every(({ query }) => query === 'noStatusUpdate=1&includeLastMessage=false')).toBe(true);
    const kept = JSON.stringify([found.scan.items, found.scan.log]);
    for (const text of [...plantedMessages, ...plantedPersons]) expect(kept).not.toContain(text);
  });
});

describe('what feeds the guard against attackers', () => {
  it('1 one wrong login is the last', async () => {
    expect(signedIn(await run({}, { password: 'wrong-password' }))).toHaveLength(1);
  });

  it('2 an address that is blocked is not tried with a login', async () => {
    const found = await run({}, { prepare: (talk) => (talk.guard.login = 11) });
    expect(signedIn(found)).toEqual([]);
    expect(found.scan.outcomes.get('RL')).toMatchObject({ reason: { code: 'throttled' } });
  });

  it('3 rooms are never walked by token: five that are unknown end the asking', async () => {
    const many = Array.from({ length: 30 }, (_, place) => ({
      token: `6${place}00000000`.slice(0, 10),
      type: 2,
      name: `R${place}`,
      role: 'user' as const,
      permissions: 149,
    }));
    const found = await run(
      { rooms: many },
      {
        prepare({ server }) {
          server.faults = [{ path: /participants$/, fault: { kind: 'status', status: 404 } }];
        },
      },
    );
    expect(asked(found).filter((path) => path.endsWith('/participants')).length).toBeLessThanOrEqual(6);
  });

  it('4 server information is never asked for with the account', async () => {
    const found = await run({}, { live: true });
    expect(found.talk.guard.serverinfo).toBe(0);
    expect(asked(found).filter((path) => /serverinfo/.test(path))).toEqual([]);
  });
});

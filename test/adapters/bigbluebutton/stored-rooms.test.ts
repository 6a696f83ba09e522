import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { bigbluebutton } from '../../../adapters/bigbluebutton/index.ts';
import type {
  SimulatedDatabase,
  SimulatedStoredRoom,
} from '../../../adapters/bigbluebutton/simulator-database.ts';
import { judgeScan } from '../../contract/judge.ts';
import { leakProblems } from '../../contract/leaks.ts';
import { type Scan, scanTime } from '../../contract/scan.ts';
import { databasePassword, type GreenlightTables, greenlightDatabase } from './greenlight-database.ts';
import { type Ask, emptyWorld, factsOf, greenlightRoom, recording, scanWorld } from './world.ts';

const canary = 'stored-person-canary';
const cleanup: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const step of cleanup.splice(0)) await step();
});

async function tables(world: SimulatedDatabase, options = {}): Promise<GreenlightTables> {
  const made = await greenlightDatabase({ canary, ...world }, options);
  cleanup.push(() => made.drop());
  return made;
}

const room = (more: Partial<SimulatedStoredRoom> = {}): SimulatedStoredRoom => ({
  meetingId: 'm1',
  friendlyId: 'abc-def-ghi-jkl',
  name: 'Amt 12',
  ...more,
});

const seventy = (many: number, more: Partial<SimulatedStoredRoom> = {}): SimulatedStoredRoom[] =>
  Array.from({ length: many }, (_, at) =>
    room({
      meetingId: `m${String(at).padStart(4, '0')}`,
      friendlyId: `abc-def-ghi-${String(at).padStart(4, '0')}`,
      ...more,
    }),
  );

async function scanTables(url: string, ask: Ask = {}, world = {}): Promise<Scan> {
  const found = await scanWorld({ ...emptyWorld, ...world }, { greenlight: false, database: url, ...ask });
  expect(found.errors).toEqual([]);
  return found;
}

describe('700 rooms that store "record" under a site that leaves it to the rooms', () => {
  it.each([
    ['and a role without the right', { role: 'user' as const }, false],
    ['and a role with it', { role: 'recorder' as const }, true],
  ])('%s', async (_name, more, recorded) => {
    const { url } = await tables({ site: { record: 'optional' }, rooms: seventy(700, more) });
    const scan = await scanTables(url);
    const rooms = [...scan.subjects.values()].filter(({ kind }) => kind === 'room');
    expect(rooms).toHaveLength(700);
    expect(scan.outcomes.get('GS')).toMatchObject({ state: 'complete', population: 'all', count: 700 });
    const verdicts = judgeScan(bigbluebutton, scan);
    const own = [...verdicts].filter(
      ([key]) => key.includes('recording-off-as-rule') && key.includes('room m'),
    );
    expect(own).toHaveLength(700);
    expect(own.filter(([, verdict]) => verdict === 'violation')).toHaveLength(recorded ? 700 : 0);
    for (const { facts } of rooms) {
      const fact = facts['room_recording_allowed'];
      expect(fact).toMatchObject({ value: recorded });
      const chain = fact?.evidence[0]?.chain?.map(({ layer, value, decides }) => [layer, value, decides]);
      expect(chain).toEqual([
        ['site', 'optional', false],
        ['room', 'true', recorded],
        recorded
          ? ['role', "the owner's role", false]
          : ['role', 'nobody who can start it may record; administrators excepted', true],
        ['server', 'bbb-web not read', false],
      ]);
    }
  });
});

type Row = [
  name: string,
  room: Partial<SimulatedStoredRoom>,
  facts: Record<string, unknown>,
  site?: Record<string, string | null>,
];

const codes = (viewer: string, moderator = '') => ({
  options: { glViewerAccessCode: viewer, glModeratorAccessCode: moderator },
});

const rows: Row[] = [
  [
    'as shipped',
    {},
    {
      room_recording_allowed: false,
      room_password_required: false,
      room_waiting_room_enabled: false,
      room_guest_access_allowed: true,
      room_joinable_without_invitation: false,
      room_link_guessable: false,
      room_join_with_audio_muted: true,
      room_password_length: '? not_observable',
      room_kind: 'conference',
      room_publicly_listed: false,
      room_recording_auto_start: false,
      room_recordings_count: 0,
      room_dial_in_enabled: '? not_configured properties',
      room_classification_marking: 'none',
      room_contradictions: { items: [], complete: true },
    },
  ],
  [
    'recorded by the owner',
    { role: 'recorder' },
    {
      room_recording_allowed: true,
      room_recording_consent_required: true,
      room_recording_auto_start: '? not_configured webhooks',
    },
  ],
  [
    'recorded by somebody who shares it',
    { sharedWith: ['recorder', 'user'] },
    { room_recording_allowed: true },
  ],
  ['shared, nobody may record', { sharedWith: ['user'] }, { room_recording_allowed: false }],
  [
    'a starter without login is not checked',
    { options: { glAnyoneCanStart: 'true' } },
    { room_recording_allowed: true },
  ],
  [
    'a moderator code lets strangers start',
    { options: { glModeratorAccessCode: 'abc123' } },
    { room_recording_allowed: true, room_password_required: false },
  ],
  [
    'anybody starts after a login, and some role may record',
    { options: { glAnyoneCanStart: 'true', glRequireAuthentication: 'true' } },
    {
      room_recording_allowed: true,
      room_signed_in_only: '? not_configured greenlight.url',
      room_guest_access_allowed: false,
    },
  ],
  ['owner without a role', { role: null }, { room_recording_allowed: false }],
  ['recording forced', {}, { room_recording_allowed: true }, { record: 'true' }],
  [
    'recording forced off',
    { role: 'recorder' },
    { room_recording_allowed: false, room_recording_consent_required: '? not_configured webhooks' },
    { record: 'false' },
  ],
  [
    'a code',
    codes('abc123'),
    {
      room_password_required: true,
      room_password_length: 6,
      room_password_entropy_bits: 31,
      room_password_in_public_text: '? not_observable',
    },
  ],
  ['a code of digits', codes('123456'), { room_password_entropy_bits: 19 }],
  ['every class', codes('aB3!äöü€'), { room_password_length: 8, room_password_entropy_bits: 52 }],
  [
    'the weaker of two',
    codes('abc1234', '123456'),
    { room_password_length: 6, room_password_entropy_bits: 19 },
  ],
  [
    'the code in the name',
    { name: 'Raum ABC123', ...codes('abc123') },
    { room_password_in_public_text: true },
  ],
  [
    'code forced, none stored',
    {},
    { room_password_required: false, room_password_length: '? not_observable' },
    { glViewerAccessCode: 'true' },
  ],
  [
    'code switched off by the site',
    codes('abc123'),
    { room_password_required: false, room_password_length: '? not_observable' },
    { glViewerAccessCode: 'false' },
  ],
  [
    'moderator code and everybody a moderator',
    { options: { glModeratorAccessCode: 'abc123', glAnyoneJoinAsModerator: 'true' } },
    { room_password_required: true },
  ],
  [
    'waiting room, server unread',
    { options: { guestPolicy: 'ASK_MODERATOR' } },
    {
      room_waiting_room_enabled: '? not_configured properties',
      room_dial_in_waiting_room: '? not_observable',
    },
  ],
  [
    'waiting room that moderators pass',
    { options: { guestPolicy: 'ASK_MODERATOR', glAnyoneJoinAsModerator: 'true' } },
    {
      room_waiting_room_enabled: false,
      room_contradictions: { items: ['lobby_set_but_void'], complete: true },
    },
  ],
  [
    'waiting room switched off by the site',
    { options: { guestPolicy: 'ASK_MODERATOR' } },
    { room_waiting_room_enabled: false, room_dial_in_waiting_room: false },
    { guestPolicy: 'false' },
  ],
  [
    'an option without a row',
    { options: { guestPolicy: null, muteOnStart: null, record: null } },
    {
      room_waiting_room_enabled: '? not_configured properties',
      room_join_with_audio_muted: '? not_configured properties',
      room_recording_allowed: false,
    },
  ],
  [
    'not muted by Greenlight',
    { options: { muteOnStart: 'false' } },
    { room_join_with_audio_muted: '? not_configured properties' },
  ],
  [
    'presentations',
    { presentations: 3 },
    {
      room_shared_documents_count: { value: 3, bound: 'at_least' },
      room_document_retention: { unlimited: true },
    },
  ],
  [
    'no presentation',
    {},
    { room_shared_documents_count: '? not_observable', room_document_retention: '? not_configured cron' },
  ],
  ['a marked name', { name: 'VS-NfD Planung' }, { room_classification_marking: 'vs_nfd' }],
  ['an address of an older form', { friendlyId: 'old-room' }, { room_link_guessable: '? not_observable' }],
  [
    'a recording that the server does not show',
    { recordings: [{ id: 'gone' }] },
    { room_recordings_count: '? incomplete' },
  ],
];

describe('a stored room', () => {
  it.each(rows)('%s', async (_name, more, facts, site = {}) => {
    const { url } = await tables({ site, rooms: [room(more)] });
    expect(factsOf(await scanTables(url), 'room m1')).toMatchObject(facts);
  });
});

describe('all layers at once', () => {
  let made: GreenlightTables;
  beforeAll(async () => {
    made = await greenlightDatabase({
      canary,
      rooms: [
        room({ role: 'recorder', recordings: [{ id: 'r1', visibility: 'Public' }, { id: 'r2' }] }),
        room({ meetingId: 'm2', friendlyId: 'abc-def-ghi-jk2', role: 'recorder', ...codes('abc123') }),
      ],
    });
  });
  afterAll(() => made.drop());

  it('a room that runs and is stored is one subject', async () => {
    const scan = await scanTables(
      made.url,
      { greenlight: true },
      {
        meetings: [
          { ...greenlightRoom, id: 'm1', recording: true, dialNumber: '+49 361 5550 100' },
          { id: 'x', name: 'X' },
        ],
        greenlight: { rooms: [] },
        recordings: [recording('r1', 'm1', 3), recording('r2', 'm1', 3), recording('r3', 'x', 1)],
      },
    );
    const rooms = [...scan.subjects.values()].filter(({ kind }) => kind === 'room').map(({ id }) => id);
    expect(rooms.sort()).toEqual(['m1', 'm2', 'x']);
    expect(factsOf(scan, 'room m1')).toMatchObject({
      room_dial_in_enabled: true,
      room_recording_allowed: true,
      room_password_required: false,
      room_recordings_count: 2,
    });
    expect(factsOf(scan, 'room m2')).toMatchObject({ room_password_length: 6 });
    expect(factsOf(scan, 'room x')).toMatchObject({ room_password_required: '? not_observable' });
    expect(factsOf(scan, 'recording r1')).toMatchObject({ 'recording.publicly_listed': true });
    expect(factsOf(scan, 'recording r2')).toMatchObject({ 'recording.publicly_listed': false });
    expect(factsOf(scan, 'recording r3')).toMatchObject({ 'recording.publicly_listed': '? not_observable' });
    expect(scan.outcomes.get('G3')).toMatchObject({ count: 0 });
  });

  it('a meeting that is not recorded although its room would be casts doubt on the others', async () => {
    const scan = await scanTables(
      made.url,
      {},
      { meetings: [{ ...greenlightRoom, id: 'm1', recording: false }] },
    );
    expect(factsOf(scan, 'room m1')['room_recording_allowed']).toBe(false);
    expect(factsOf(scan, 'room m2')['room_recording_allowed']).toBe('? not_configured properties');
  });

  it('live: a room that does not run is known not to', async () => {
    const scan = await scanTables(made.url, { live: true });
    expect(factsOf(scan, 'room m1')).toMatchObject({
      meeting_running: false,
      participants_total: '? not_running',
    });
  });
});

describe('the list', () => {
  it('pages are whole, whatever their number', async () => {
    for (const many of [0, 1, 499, 500, 501, 1200]) {
      const { url } = await tables({ rooms: seventy(many) });
      const scan = await scanTables(url);
      expect([...scan.subjects.keys()].filter((key) => key.startsWith('room '))).toHaveLength(many);
      expect(scan.outcomes.get('GS')).toMatchObject({ state: 'complete', count: many });
    }
  });

  it('a page that fails leaves what was seen, and nothing is gone', async () => {
    const { url, run, role } = await tables({ rooms: seventy(3) });
    await run(`REVOKE SELECT ON rooms FROM ${role}`);
    await run(`REVOKE SELECT (id, user_id, name, friendly_id, meeting_id) ON rooms FROM ${role}`);
    const scan = await scanTables(url);
    expect(scan.outcomes.get('GS')).toMatchObject({
      state: 'failed',
      reason: { code: 'not_permitted', fill: { kind: 'sql', name: expect.stringContaining('ON rooms') } },
    });
    expect(scan.subjects.has('deployment -')).toBe(true);
  });

  it.each([
    [
      'role_permissions',
      'role_id, permission_id, value',
      {
        room_recording_allowed: '? not_permitted SELECT (role_id, permission_id, value) ON role_permissions',
        room_password_required: false,
      },
    ],
    [
      'active_storage_attachments',
      'record_id, record_type, name, created_at',
      {
        room_shared_documents_count:
          '? not_permitted SELECT (record_id, record_type, name, created_at) ON active_storage_attachments',
        room_recording_allowed: false,
      },
    ],
    [
      'rooms_configurations',
      'meeting_option_id, provider, value',
      {
        room_password_required:
          '? not_permitted SELECT (meeting_option_id, provider, value) ON rooms_configurations',
        room_link_guessable: false,
      },
    ],
  ])('without the right to %s its facts alone are missing', async (table, columns, facts) => {
    const { url, run, role } = await tables({ rooms: [room()] });
    await run(`REVOKE SELECT (${columns}) ON ${table} FROM ${role}`);
    const scan = await scanTables(url);
    expect(factsOf(scan, 'room m1')).toMatchObject(facts);
    expect(scan.outcomes.get('GS')).toMatchObject({ reason: { code: 'not_permitted' } });
  });

  it('an address that leads elsewhere fails the source, not the scan', async () => {
    const { adminUrl } = await tables({ rooms: [] });
    const scan = await scanTables(adminUrl.replace(/roomwarden_\w+$/, 'postgres'));
    expect(scan.outcomes.get('GS')).toMatchObject({ state: 'failed', reason: { code: 'invalid_answer' } });
    expect(scan.outcomes.get('A1')).toMatchObject({ state: 'complete' });
  });

  it('a code that is forced and missing is a contradiction', async () => {
    const { url } = await tables({
      site: { glViewerAccessCode: 'true' },
      rooms: [room(), room({ meetingId: 'm2', friendlyId: 'b', ...codes('abc123') })],
    });
    expect(factsOf(await scanTables(url), 'deployment -')['contradictions']).toMatchObject({
      items: ['code_forced_but_missing'],
    });
    const { url: other } = await tables({
      site: { glViewerAccessCode: 'true' },
      rooms: [room(codes('abc123'))],
    });
    expect(factsOf(await scanTables(other), 'deployment -')['contradictions']).toMatchObject({ items: [] });
  });
});

describe('rights', () => {
  const privileges = async (url: string) =>
    factsOf(await scanTables(url), 'deployment -')['auditor_account_excess_privileges'];
  it('the role of the README can read codes, with the view it cannot', async () => {
    expect(await privileges((await tables({ rooms: [room()] })).url)).toEqual({
      items: ['sql:access_codes'],
      complete: true,
    });
    const { url, run, role } = await tables({ rooms: [room(codes('abc123'))] }, { view: true });
    expect(await privileges(url)).toEqual({ items: [], complete: true });
    expect(factsOf(await scanTables(url), 'room m1')).toMatchObject({
      room_password_length: 6,
      room_password_entropy_bits: 31,
      room_waiting_room_enabled: false,
    });
    await run(
      `GRANT INSERT ON rooms TO ${role}; GRANT UPDATE (name) ON rooms TO ${role}; GRANT SELECT (email) ON users TO ${role}`,
    );
    expect(await privileges(url)).toEqual({
      items: ['sql:insert', 'sql:update', 'sql:users.email'],
      complete: true,
    });
  });

  it('an administrator of the database may everything', async () => {
    expect(await privileges((await tables({ rooms: [] })).adminUrl)).toMatchObject({
      items: expect.arrayContaining([
        'sql:superuser',
        'sql:delete',
        'sql:users.password_digest',
        'sql:tenants.client_secret',
      ]),
    });
  });

  it('nothing that the tables hold of people, codes or passwords comes out', async () => {
    const { url } = await tables({ rooms: [room(codes('kode77', 'qwert9'))] });
    const scan = await scanTables(url, { check: true });
    const secrets = [canary, 'kode77', 'qwert9', databasePassword, url];
    expect(leakProblems(scan, { secrets, persons: ['@example.org'], messages: [] } as never)).toEqual([]);
    expect(scanTime).toBeGreaterThan(0);
  });
});

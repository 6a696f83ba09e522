import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bigbluebutton } from '../../../adapters/bigbluebutton/index.ts';
import type { SimulatedStoredRoom } from '../../../adapters/bigbluebutton/simulator-database.ts';
import { judgeScan } from '../../contract/judge.ts';
import { type GreenlightTables, greenlightDatabase } from './greenlight-database.ts';
import { canary, codes, room, scanTables, seventy, tables } from './tables.ts';
import { factsOf, greenlightRoom, recording } from './world.ts';

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
    const objects = new Set(rooms.flatMap(({ facts }) => Object.values(facts)));
    expect(objects.size).toBe(Object.keys(rooms[0]?.facts ?? {}).length);
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
      room_recording_auto_start: '? not_configured live.purpose',
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
    { room_recording_allowed: false, room_recording_consent_required: '? not_configured live.purpose' },
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

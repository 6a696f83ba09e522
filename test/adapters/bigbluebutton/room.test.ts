import { describe, expect, it } from 'vitest';
import { greenlightMetadata } from '../../../adapters/bigbluebutton/simulator.ts';
import { scanTime } from '../../contract/scan.ts';
import {
  type Case,
  day,
  emptyWorld,
  factsOf,
  greenlightRoom,
  inGreenlight,
  recording,
  scanWorld,
} from './world.ts';

const rooms: Case[] = [
  [
    'viewer code',
    inGreenlight({}, { viewerCode: true }),
    { room_password_required: true, room_joinable_without_invitation: false },
  ],
  ['moderator code alone', inGreenlight({}, { moderatorCode: true }), { room_password_required: false }],
  [
    'moderator code, everybody comes as one',
    inGreenlight({}, { moderatorCode: true, anyoneModerates: true }),
    { room_password_required: true, room_waiting_room_enabled: false },
  ],
  [
    'no door at all',
    inGreenlight({}),
    {
      room_password_required: false,
      room_guest_access_allowed: true,
      room_signed_in_only: false,
      room_members_only: false,
      room_publicly_listed: false,
      room_link_guessable: false,
      room_waiting_room_enabled: '? not_configured greenlight.database',
      room_dial_in_waiting_room: '? not_observable',
    },
  ],
  [
    'waiting room forced off',
    inGreenlight({}, {}, { options: { guestPolicy: 'false' } }),
    { room_waiting_room_enabled: false, room_dial_in_waiting_room: false },
  ],
  [
    'waiting room forced on',
    inGreenlight({}, {}, { options: { guestPolicy: 'true' } }),
    { room_waiting_room_enabled: '? not_configured properties' },
  ],
  [
    'login, anybody registers',
    inGreenlight({}, { requiresLogin: true }),
    { room_signed_in_only: false, room_guest_access_allowed: false },
  ],
  [
    'login, by approval',
    inGreenlight({}, { requiresLogin: true }, { settings: { RegistrationMethod: 'approval' } }),
    { room_signed_in_only: true },
  ],
  [
    'login, elsewhere',
    inGreenlight({}, { requiresLogin: true }, { externalLogin: true }),
    { room_signed_in_only: '? not_observable' },
  ],
  [
    'consent asked',
    inGreenlight({ recording: true }, { recordingConsent: true }),
    {
      room_recording_consent_required: true,
      room_recording_allowed: true,
      room_recording_auto_start: '? not_configured live.purpose',
    },
  ],
  [
    'consent not asked by Greenlight',
    inGreenlight({ recording: true }),
    { room_recording_consent_required: '? not_configured live.purpose' },
  ],
  [
    'unknown to Greenlight',
    { meetings: [greenlightRoom], greenlight: {} },
    {
      room_password_required: '? unreachable',
      room_guest_access_allowed: '? unreachable',
      room_link_guessable: false,
    },
  ],
  [
    'address of an older form',
    { meetings: [{ ...greenlightRoom, metadata: greenlightMetadata('ann-abc-123') }], greenlight: {} },
    { room_link_guessable: '? not_observable', room_joinable_without_invitation: '? not_observable' },
  ],
  [
    'room not named',
    { meetings: [{ ...greenlightRoom, metadata: { 'bbb-origin': 'greenlight' } }], greenlight: {} },
    { room_password_required: '? not_configured greenlight.database', room_members_only: false },
  ],
  [
    'no Greenlight configured',
    { meetings: [greenlightRoom] },
    {
      room_password_required: '? not_configured greenlight.url',
      room_password_length: '? not_configured greenlight.database',
    },
    { greenlight: false },
  ],
  [
    'mark in the name of a recording',
    {
      meetings: [{ id: 'm', name: 'M' }],
      recordings: [recording('r', 'm', 1, { name: 'Sitzung (VS-NfD)' })],
    },
    { room_classification_marking: 'vs_nfd' },
  ],
  [
    'the strongest mark',
    { ...inGreenlight({ name: 'VS-NfD Runde' }, { name: 'streng geheim' }) },
    { room_classification_marking: 'streng_geheim' },
  ],
  [
    'no record flag, nothing starts',
    { meetings: [{ id: 'm', name: 'M', recording: false }] },
    { room_recording_allowed: false, room_recording_auto_start: false },
  ],
  [
    'statistics are sent somewhere',
    { meetings: [{ id: 'm', name: 'M', metadata: { 'analytics-callback-url': 'https://x.example.org/' } }] },
    { room_activity_statistics_enabled: true },
  ],
  [
    'statistics not mentioned',
    { meetings: [{ id: 'm', name: 'M' }] },
    { room_activity_statistics_enabled: '? not_configured live.purpose' },
  ],
  [
    'empty dial number',
    { meetings: [{ id: 'm', name: 'M', dialNumber: '' }] },
    { room_dial_in_enabled: '? invalid_answer' },
  ],
  [
    'PIN with a leading zero',
    { meetings: [{ id: 'm', name: 'M', voiceBridge: '00471', dialNumber: '+49 361 1' }] },
    { room_dial_in_enabled: true, room_dial_in_pin_length: 5, room_dial_in_pin_required: true },
  ],
  [
    'recorded although off',
    {
      meetings: [{ id: 'm', name: 'M', createTime: scanTime - 3 * day }],
      recordings: [recording('r', 'm', 1)],
    },
    { room_contradictions: { items: ['recording_off_but_recorded'] } },
  ],
  [
    'recorded before',
    {
      meetings: [{ id: 'm', name: 'M', createTime: scanTime - 3 * day }],
      recordings: [recording('r', 'm', 9)],
    },
    { room_contradictions: { items: [] }, room_oldest_recording_age: 9 * 86_400 },
  ],
  [
    'expected persons, tags',
    { meetings: [{ id: 'm', name: 'Sprechstunde Süd' }] },
    { participants_expected: 12, room_tags: { items: ['external'], complete: true } },
    { settings: { participants_expected: { m: 12 } }, tags: { external: ['sprechstunde*'] } },
  ],
];

describe('facts of a room', () => {
  it.each(rooms)('%s', async (_name, world, facts, ask) => {
    const options = world.greenlight === undefined ? { greenlight: false, ...ask } : ask;
    const found = await scanWorld({ ...emptyWorld, ...world }, options);
    expect(factsOf(found, 'room m')).toMatchObject(facts);
  });

  it('the room’s id in Greenlight is an alias', async () => {
    const found = await scanWorld({ ...emptyWorld, ...inGreenlight({}) });
    expect(found.subjects.get('room m')?.aliases).toEqual(['abc-def-ghi-jkl']);
  });
});

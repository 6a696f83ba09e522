import { describe, expect, it } from 'vitest';
import { type Case, day, hole, now, outcome, outsider, person, unlimited } from '../cases.ts';

const rooms: Case[] = [
  { name: 'locked', room: { readOnly: true }, expect: { room_conference_possible: false } },
  {
    name: 'nobody may start calls',
    room: {},
    world: { calls: false },
    expect: { room_conference_possible: false },
  },
  { name: 'open', room: {}, expect: { room_conference_possible: true, room_kind: 'conference' } },
  {
    name: 't2 consent decided in the room',
    room: { consent: true },
    expect: { room_recording_consent_required: true },
  },
  {
    name: 't2 stored consent means nothing without recording',
    room: { consent: true },
    world: { recording: false },
    expect: {
      room_recording_consent_required: false,
      room_recording_allowed: false,
      room_recording_auto_start: false,
    },
  },
  {
    name: 't2 consent for all',
    room: {},
    world: { recordingConsent: 1 },
    expect: { room_recording_consent_required: true },
  },
  {
    name: 'recording is a switch of the server to 24',
    room: {},
    expect: {
      room_recording_switch_supported: false,
      room_recording_allowed: true,
      room_recording_auto_start: false,
    },
  },
  {
    name: '25 has one room attribute',
    room: { attributes: 4 },
    world: { talk: '25.0.5' },
    expect: { room_recording_switch_supported: true, room_recording_allowed: false },
  },
  {
    name: '25 without it',
    room: { attributes: 1 },
    world: { talk: '25.0.5' },
    expect: { room_recording_switch_supported: true, room_recording_allowed: true },
  },
  {
    name: '25, not shown',
    room: { attributes: null },
    world: { talk: '25.0.5' },
    expect: { room_recording_switch_supported: hole('not_supported_by_version') },
  },
  { name: 'chat for ever', room: {}, expect: { room_chat_retention: unlimited, room_chat_persistent: true } },
  {
    name: 'chat for a week',
    room: { expiration: 7 * day },
    expect: { room_chat_retention: { seconds: 7 * day } },
  },
  {
    name: 't8 expiry without cron deletes nothing',
    room: { expiration: 7 * day },
    world: { cron: false },
    expect: { room_chat_retention: unlimited },
  },
  {
    name: 'event: the room goes after 28 days',
    room: { objectType: 'event', objectId: `${now}#${now + 60}` },
    expect: { room_kind: 'event', room_chat_retention: { seconds: 28 * day } },
  },
  {
    name: 'event: the shorter of both',
    room: { objectType: 'event', objectId: `${now}#${now + 60}`, expiration: day },
    expect: { room_chat_retention: { seconds: day } },
  },
  {
    name: 'event without end: never',
    room: { objectType: 'event', objectId: `${now}` },
    expect: { room_chat_retention: unlimited },
  },
  {
    name: 'event: removal off',
    room: { objectType: 'event', objectId: `${now}#${now + 60}` },
    world: { retention: { event: 0, phone: 7, instant: 1 } },
    expect: { room_chat_retention: unlimited },
  },
  {
    name: 'instant',
    room: { objectType: 'instant_meeting', objectId: '1' },
    expect: { room_kind: 'instant', room_chat_retention: { seconds: day } },
  },
  {
    name: 'telephone call',
    room: { type: 2, objectType: 'phone_temporary', objectId: '1' },
    expect: { room_kind: 'phone', room_chat_retention: { seconds: 7 * day } },
  },
  {
    name: 'kept telephone room',
    room: { type: 2, objectType: 'phone_persist', objectId: '1' },
    expect: { room_kind: 'phone', room_chat_retention: unlimited },
  },
  {
    name: 'seen from outside: the removal is an upper bound',
    room: outsider({ type: 3, objectType: 'event', objectId: `${now}#${now + 60}` }),
    expect: { room_chat_retention: { seconds: 28 * day, bound: 'at_most' } },
  },
  {
    name: '25 classified rooms go after a call',
    room: { attributes: 4 },
    world: { talk: '25.0.5', retention: { event: 28, phone: 7, instant: 1, classified: 3600 } },
    expect: { room_chat_retention: { seconds: 3600 } },
  },
  {
    name: 'outlived its removal',
    room: {
      objectType: 'event',
      objectId: `${now - 60 * day}#${now - 60 * day}`,
      lastActivity: now - 40 * day,
    },
    expect: {
      room_contradictions: {
        items: ['room_outlived_retention'],
        complete: false,
        missing: expect.objectContaining({ code: 'not_configured' }),
      },
    },
  },
  {
    name: 'a password in the name',
    room: { name: 'Treff (Kennwort: Sommer-2026)' },
    expect: { room_password_in_public_text: true },
  },
  {
    name: 'a PIN in the description',
    room: { description: 'PIN 4711' },
    expect: { room_password_in_public_text: true },
  },
  {
    name: 'talk about passwords only',
    room: { description: 'Das Kennwort kommt per Post.' },
    expect: { room_password_in_public_text: false },
  },
  {
    name: 'a mark in the description',
    room: { description: 'Lage, VS-NfD' },
    expect: { room_classification_marking: 'vs_nfd' },
  },
  {
    name: 'a product term is no mark',
    room: { attributes: 4 },
    world: { talk: '25.0.5' },
    expect: { room_classification_marking: 'none' },
  },
  { name: 'screens by default', room: {}, expect: { room_screen_sharing_allowed_for: 'all' } },
  {
    name: 'screens of moderators only',
    room: { permissions: 149, people: [person({ permissions: 149 })] },
    expect: { room_screen_sharing_allowed_for: 'moderators' },
  },
  {
    name: 'screens: one participant may',
    room: { permissions: 149, people: [person({ permissions: 246 })] },
    expect: { room_screen_sharing_allowed_for: 'all' },
  },
  {
    name: 'screens: the list is hidden',
    room: { permissions: 149, lobby: true },
    expect: { room_screen_sharing_allowed_for: hole('not_permitted', 'moderator in the room') },
  },
  {
    name: 'nothing from the database',
    room: {},
    expect: {
      room_oldest_chat_message_age: hole('not_configured', 'database'),
      room_shared_documents_count: hole('not_configured', 'database'),
      room_document_retention: hole('not_permitted', 'server admin'),
      room_password_length: hole('not_observable'),
    },
  },
  {
    name: '23 says nothing about links and PINs',
    room: { sip: 1 },
    world: { talk: '23.0.7' },
    expect: {
      room_password_in_invite_link: hole('not_supported_by_version'),
      room_dial_in_pin_length: hole('not_supported_by_version'),
    },
  },
];

describe('what a room holds', () => {
  it.each(rooms)('$name', async (one) => {
    expect(await outcome(one, `room ${one.room?.token ?? '9000000001'}`)).toEqual(one.expect);
  });
});

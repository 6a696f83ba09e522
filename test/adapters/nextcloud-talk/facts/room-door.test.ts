import { describe, expect, it } from 'vitest';
import { type Case, day, hole, now, outcome, outsider, person, worldOf } from '../cases.ts';
import { scanWorld } from '../harness.ts';

const doors: Case[] = [
  {
    name: 'public, nothing: open',
    room: {},
    expect: {
      room_password_required: false,
      room_waiting_room_enabled: false,
      room_members_only: false,
      room_signed_in_only: false,
      room_guest_access_allowed: true,
    },
  },
  {
    name: 'public with password',
    room: { hasPassword: true },
    expect: { room_password_required: true, room_members_only: false },
  },
  {
    name: 't3 listed: nobody is asked for the password',
    room: { hasPassword: true, listable: 1 },
    expect: {
      room_password_required: false,
      room_publicly_listed: true,
      room_joinable_without_invitation: true,
    },
  },
  {
    name: 't3 listed for guest accounts too, behind a lobby',
    room: { hasPassword: true, listable: 2, lobby: true },
    expect: {
      room_password_required: false,
      room_publicly_listed: true,
      room_joinable_without_invitation: false,
    },
  },
  {
    name: 't6 a private room kept its password',
    room: { type: 2, hasPassword: true },
    expect: { room_password_required: false, room_members_only: true },
  },
  { name: 't4 lobby opened by hand', room: { lobby: true }, expect: { room_waiting_room_enabled: true } },
  {
    name: 't4 timer in the future',
    room: { lobby: true, lobbyTimer: now + day },
    expect: { room_waiting_room_enabled: true },
  },
  {
    name: 't4 own mask lets everybody pass',
    room: { lobby: true, permissions: 255 },
    expect: { room_waiting_room_enabled: false },
  },
  {
    name: 't4 server default lets everybody pass',
    room: { lobby: true },
    world: { defaultPermissions: 254 },
    expect: { room_waiting_room_enabled: false },
  },
  {
    name: 't4 own mask without the bit outranks a default with it',
    room: { lobby: true, permissions: 247 },
    world: { defaultPermissions: 254 },
    expect: { room_waiting_room_enabled: true },
  },
  {
    name: 'private',
    room: { type: 2 },
    expect: { room_members_only: true, room_publicly_listed: false, room_guest_access_allowed: false },
  },
  {
    name: 'private, but listed',
    room: { type: 2, listable: 1 },
    expect: { room_members_only: false, room_joinable_without_invitation: true },
  },
  {
    name: 't10 private, but dial-in without PIN',
    room: { type: 2, sip: 2 },
    expect: {
      room_members_only: false,
      room_guest_access_allowed: true,
      room_dial_in_enabled: true,
      room_dial_in_pin_required: false,
      room_dial_in_waiting_room: false,
    },
  },
  {
    name: 't2 the stored dial-in mode is asleep while dial-in is off',
    room: { type: 2, sip: 2 },
    world: { sip: false },
    expect: { room_members_only: true, room_guest_access_allowed: false, room_dial_in_enabled: false },
  },
  {
    name: 'dial-in with PIN behind a lobby',
    room: { lobby: true, sip: 1 },
    expect: {
      room_dial_in_enabled: true,
      room_dial_in_pin_required: true,
      room_dial_in_pin_length: 7,
      room_dial_in_waiting_room: hole('not_observable'),
    },
  },
  {
    name: 't5 seen from outside: dummies are no values',
    room: outsider({ lobby: true, expiration: 604_800 }),
    expect: {
      room_waiting_room_enabled: hole('not_permitted', 'member of the room'),
      room_joinable_without_invitation: hole('not_permitted', 'member of the room'),
      room_chat_retention: hole('not_permitted', 'member of the room'),
      room_screen_sharing_allowed_for: hole('not_permitted', 'member of the room'),
      room_publicly_listed: true,
      room_members_only: false,
    },
  },
  {
    name: 't5 seen from outside: no lobby is real',
    room: outsider({}),
    expect: { room_waiting_room_enabled: false, room_joinable_without_invitation: true },
  },
  {
    name: 't5 seen from outside: stored dial-in mode is not in force',
    room: outsider({ sip: 2 }),
    world: { sip: false },
    expect: { room_dial_in_enabled: false, room_guest_access_allowed: false },
  },
  {
    name: 't9 mail guests in private rooms from 24 on',
    room: { type: 2, people: [person({ actorType: 'emails' })] },
    world: { talk: '24.0.5' },
    expect: { room_guest_access_allowed: true, room_members_only: true },
  },
  {
    name: 't9 none of them',
    room: { type: 2, people: [person({})] },
    world: { talk: '24.0.5' },
    expect: { room_guest_access_allowed: false },
  },
  {
    name: 't9 behind a lobby they are not shown',
    room: { type: 2, lobby: true },
    world: { talk: '24.0.5' },
    expect: { room_guest_access_allowed: hole('not_permitted', 'moderator in the room') },
  },
  {
    name: 'file: its share decides',
    room: { objectType: 'file', objectId: '7' },
    expect: {
      room_kind: 'file',
      room_password_required: hole('not_observable', 'server admin'),
      room_members_only: hole('not_observable', 'server admin'),
    },
  },
  {
    name: 'password by video: two people',
    room: { objectType: 'share:password', objectId: '7' },
    expect: { room_kind: 'file', room_members_only: true },
  },
  { name: 'digits only: about 32 bits', room: {}, expect: { room_link_guessable: false } },
  { name: 'a short token can be guessed', room: { token: 'abc12' }, expect: { room_link_guessable: true } },
];

describe('who gets in', () => {
  it.each(doors)('$name', async (one) => {
    expect(await outcome(one, `room ${one.room?.token ?? '9000000001'}`)).toEqual(one.expect);
  });
});

it('t4: one look at a lobby whose time is over opens it', async () => {
  const world = worldOf({ name: '', room: { lobby: true, lobbyTimer: now - 1 }, expect: {} });
  const { scan } = await scanWorld(world);
  expect(scan.subjects.get('room 9000000001')?.facts.room_waiting_room_enabled).toMatchObject({
    value: false,
  });
  expect(world.rooms[0]?.lobby).toBe(false);
});

it('stored and effective stand in the chain', async () => {
  const { scan } = await scanWorld(
    worldOf({ name: '', room: { hasPassword: true, listable: 1 }, expect: {} }),
  );
  expect(scan.subjects.get('room 9000000001')?.facts.room_password_required?.evidence[0]?.chain).toEqual([
    { layer: 'room', path: 'ocs.data[].hasPassword', value: true, decides: false },
    { layer: 'room', path: 'listed: not asked', value: false, decides: true },
  ]);
});

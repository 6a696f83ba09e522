import { describe, expect, it } from 'vitest';
import { bbbApp, type SimulatedRoom, smallWorld } from '../../../adapters/rocketchat/simulator.ts';
import { scanTime } from '../../contract/scan.ts';
import { type Case, hole, outcome, scanWorld, worldOf } from './harness.ts';

const unlimited = { unlimited: true };
const day = 86_400;
const pruning = {
  RetentionPolicy_Enabled: true,
  RetentionPolicy_AppliesToGroups: true,
  RetentionPolicy_AppliesToChannels: true,
  RetentionPolicy_TTL_Groups: 604_800_001,
  RetentionPolicy_TTL_Channels: 1_209_600_000,
  RetentionPolicy_DoNotPruneThreads: false,
};
const own = {
  enabled: true,
  overrideGlobal: true,
  maxAge: 14,
  filesOnly: false,
  excludePinned: false,
  ignoreThreads: false,
};
const parent: SimulatedRoom = { id: 'room-parent', t: 'c', name: 'parent' };
const closedParent: SimulatedRoom = { id: 'room-parent', t: 'p', name: 'parent' };
const noProvider = { provider: { error: 'no-videoconf-provider-app' }, apps: [] };

const cases: Case[] = [
  {
    name: 'r1: the join code and the retention come from the second list',
    set: pruning,
    room: { t: 'c', joinCode: true, retention: own },
    expect: { room_chat_retention: { seconds: 14 * day }, room_document_retention: { seconds: 14 * day } },
  },
  {
    name: 'r1: a channel inside a team is missing from the second list',
    set: pruning,
    room: { t: 'c', teamId: 'team-01' },
    expect: {
      room_chat_retention: hole('not_permitted', 'member of the team'),
      room_publicly_listed: false,
      room_conference_possible: true,
    },
  },
  {
    name: 'r1: no policy, no record needed',
    room: { t: 'c', teamId: 'team-01' },
    expect: { room_chat_retention: unlimited },
  },
  {
    name: 'r2: the join code protects no call',
    room: { t: 'c', joinCode: true },
    expect: {
      room_password_required: false,
      room_members_only: false,
      room_signed_in_only: false,
      room_publicly_listed: true,
      room_joinable_without_invitation: true,
    },
  },
  {
    name: 'r2: anonymous reading opens calls of public channels',
    set: { Accounts_AllowAnonymousRead: true },
    room: { t: 'c' },
    expect: { room_guest_access_allowed: true },
  },
  {
    name: 'r3: a discussion of a public channel is public, whatever its own type',
    room: { t: 'p', prid: 'room-parent', fname: 'Nachfragen', name: 'xyz' },
    others: [parent],
    expect: { room_kind: 'discussion', room_members_only: false, room_publicly_listed: true },
  },
  {
    name: 'r3: a discussion of a private room',
    room: { t: 'p', prid: 'room-parent', fname: 'Nachfragen', name: 'xyz' },
    others: [closedParent],
    expect: { room_publicly_listed: false, room_members_only: hole('not_permitted', 'manage-apps') },
  },
  {
    name: 'r3: a discussion whose parent was not seen',
    room: { t: 'p', prid: 'room-gone', fname: 'Nachfragen', name: 'xyz' },
    expect: { room_publicly_listed: hole('incomplete') },
  },
  {
    name: 'r4: milliseconds for all, rounded up; days for one',
    set: pruning,
    room: { t: 'p' },
    expect: { room_chat_retention: { seconds: 604_801 } },
  },
  {
    name: 'r4: zero days are zero, not for ever',
    set: pruning,
    room: { t: 'p', retention: { ...own, maxAge: 0 } },
    expect: { room_chat_retention: { seconds: 0 } },
  },
  {
    name: 'r5: discussions are exempt by default, and so is the chat of calls',
    set: { ...pruning, VideoConf_Enable_Persistent_Chat: true },
    room: { t: 'p', prid: 'room-parent', name: 'xyz', fname: 'Conference Call Chat History' },
    others: [closedParent],
    expect: { room_kind: 'meeting_chat', room_chat_retention: unlimited, room_document_retention: unlimited },
  },
  {
    name: 'r5: threads are exempt by default',
    set: { ...pruning, RetentionPolicy_DoNotPruneThreads: true },
    room: { t: 'p' },
    expect: { room_chat_retention: unlimited, room_document_retention: { seconds: 604_801 } },
  },
  {
    name: 'r5: threads that are exempt do not matter where there are none',
    set: { ...pruning, RetentionPolicy_DoNotPruneThreads: true, Threads_enabled: false },
    room: { t: 'p' },
    expect: { room_chat_retention: { seconds: 604_801 } },
  },
  ...(['RetentionPolicy_DoNotPrunePinned', 'RetentionPolicy_FilesOnly', 'Message_KeepHistory'] as const).map(
    (id): Case => ({
      name: `r5: ${id}`,
      set: { ...pruning, [id]: true },
      room: { t: 'p' },
      expect: { room_chat_retention: unlimited, room_document_retention: { seconds: 604_801 } },
    }),
  ),
  {
    name: 'a room that opts out',
    set: pruning,
    room: { t: 'p', retention: { enabled: false } },
    expect: { room_chat_retention: unlimited },
  },
  {
    name: 'a record that lost a part is not guessed at',
    set: pruning,
    room: { t: 'p', retention: { enabled: true, overrideGlobal: true, maxAge: 7 } },
    expect: { room_chat_retention: hole('invalid_answer') },
  },
  {
    name: 'the type is not covered',
    set: { ...pruning, RetentionPolicy_AppliesToGroups: false },
    room: { t: 'p' },
    expect: { room_chat_retention: unlimited },
  },
  {
    name: 'a group of persons: its record stands in a list that is not read',
    set: pruning,
    room: { t: 'd', users: 4 },
    expect: { room_kind: 'group', room_chat_retention: hole('not_observable'), room_publicly_listed: false },
  },
  {
    name: 'r6: the private setting is missing from a shorter list: unknown, not off',
    world: { roles: ['user'] },
    expect: {
      presence_status_feature_enabled: hole('not_permitted', 'view-privileged-setting'),
      third_party_analytics_enabled: hole('not_permitted', 'view-privileged-setting'),
      platform_version: hole('not_permitted', 'view-statistics'),
    },
  },
  {
    name: 'r7: broadcast switched off by the server itself is no decision',
    world: { roles: ['user'] },
    set: { Presence_broadcast_disabled: true },
    expect: { presence_status_feature_enabled: hole('not_permitted', 'view-privileged-setting') },
  },
  {
    name: 'r8: a call of yesterday that nobody ended is not believed',
    room: { t: 'c', calls: [{ status: 1, createdAt: scanTime - 90_000_000, anonymousUsers: 3 }] },
    options: { live: true },
    expect: { meeting_running: hole('stale'), participants_unauthenticated: hole('stale') },
  },
  {
    name: 'r8: a call of this hour',
    room: { t: 'c', calls: [{ status: 1, createdAt: scanTime - 1_800_000, anonymousUsers: 3 }] },
    options: { live: true },
    expect: {
      meeting_running: true,
      meeting_running_time: 1800,
      participants_unauthenticated: { value: 3, bound: 'at_least' },
      meeting_recording_in_progress: hole('not_observable', 'conference_target'),
    },
  },
  {
    name: 'r8: nobody unknown was counted, which says nothing',
    room: { t: 'c', calls: [{ status: 1, createdAt: scanTime - 1_800_000 }] },
    options: { live: true },
    expect: { participants_unauthenticated: hole('not_observable') },
  },
  {
    name: 'r8: no call, and one that ended',
    room: { t: 'c', calls: [{ status: 3, createdAt: scanTime - 1_800_000, ended: true }] },
    options: { live: true },
    expect: {
      meeting_running: false,
      meeting_recording_in_progress: false,
      meeting_running_time: hole('not_running'),
    },
  },
  {
    name: 'r8: a private room that the account is not in',
    room: { t: 'p' },
    options: { live: true },
    expect: { meeting_running: hole('not_permitted', 'membership in the room') },
  },
  {
    name: 'r9: the former switch has the opposite sense',
    set: { VideoConf_Enable_Channels: undefined, VideoConf_Disable_Channels: true },
    room: { t: 'c' },
    expect: { room_conference_possible: false },
  },
  {
    name: 'r9: neither switch: calls everywhere',
    set: { VideoConf_Enable_Groups: undefined },
    room: { t: 'p' },
    expect: { room_conference_possible: true },
  },
  {
    name: 'no calls at all',
    world: noProvider,
    room: { t: 'p' },
    expect: { room_conference_possible: false, room_members_only: true, room_recording_allowed: false },
  },
  {
    name: 'archived',
    room: { t: 'c', archived: true },
    expect: { room_conference_possible: false, room_recording_allowed: false },
  },
  {
    name: 'texts of attribute-managed rooms are left out',
    room: { t: 'p', abac: true, topic: 'Kennwort: Sommer-2026' },
    expect: {
      room_classification_marking: hole('not_permitted', 'texts of attribute-managed rooms'),
      room_password_in_public_text: hole('not_permitted', 'texts of attribute-managed rooms'),
    },
  },
  {
    name: 'a mark in a custom field, a password in an announcement',
    room: { t: 'p', customFields: { schutzbedarf: 'VS-NfD' }, announcement: 'Kennwort: Sommer-2026' },
    expect: { room_classification_marking: 'vs_nfd', room_password_in_public_text: true },
  },
  {
    name: 'the BigBlueButton app: fixed passwords',
    world: { provider: 'bigbluebutton', apps: [bbbApp] },
    room: { t: 'p' },
    expect: {
      room_password_required: false,
      room_password_length: 0,
      room_password_in_invite_link: true,
      room_waiting_room_enabled: hole('not_permitted', 'manage-apps'),
    },
  },
  {
    name: 'an account that may read the settings of apps',
    world: { provider: 'bigbluebutton', apps: [bbbApp], roles: ['user', 'auditor-ro', 'admin'] },
    room: { t: 'p' },
    expect: { room_waiting_room_enabled: false, room_members_only: false, room_guest_access_allowed: true },
  },
];

describe('rooms and traps', () => {
  it.each(cases)('$name', async (one) => {
    expect(await outcome(one)).toEqual(one.expect);
  });

  it('the join code stands in the chain', async () => {
    const { scan } = await scanWorld(worldOf({ name: '', room: { t: 'c', joinCode: true }, expect: {} }));
    const fact = scan.subjects.get('room room-probe')?.facts.room_password_required;
    expect(fact?.evidence[0]?.chain?.[0]).toMatchObject({
      path: 'joinCodeRequired (not asked for calls)',
      value: true,
      decides: false,
    });
  });

  it('without the types discussions and team rooms would be missing: all types are asked', async () => {
    const { rocket } = await scanWorld({ ...smallWorld(scanTime), throttle: null });
    const query = rocket.server.requests.find(({ path }) => path.endsWith('rooms.adminRooms'))?.query ?? '';
    expect(new URLSearchParams(query).getAll('types[]')).toEqual([
      'c',
      'p',
      'd',
      'l',
      'discussions',
      'teams',
    ]);
  });

  it('talks between two, notes and visitors are counted, not stored', async () => {
    const { scan } = await scanWorld({ ...smallWorld(scanTime), throttle: null });
    expect(scan.outcomes.get('AR')).toMatchObject({
      counted: { direct: 1, self: 1, livechat: 1 },
      population: 'all',
      count: 17,
    });
    expect(JSON.stringify(scan.items)).not.toContain('direct-0001');
    expect(scan.subjects.get('room direct-group-1')).toMatchObject({ name: null });
  });
});

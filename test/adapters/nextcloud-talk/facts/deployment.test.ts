import { describe, expect, it } from 'vitest';
import { type Case, guest, hole, outcome } from '../cases.ts';

const deployments: Case[] = [
  {
    name: 'presence on',
    expect: {
      presence_status_supported: true,
      presence_status_feature_enabled: true,
      presence_status_visibility: 'everyone',
      presence_auto_away_enabled: true,
    },
  },
  {
    name: 'presence off: the block is missing, and the app does not answer',
    world: { apps: { userStatus: false, passwordPolicy: null } },
    expect: {
      presence_status_feature_enabled: false,
      presence_status_visibility: 'none',
      presence_auto_away_enabled: false,
      password_policy_enforced: false,
      password_policy_min_length: hole('invalid_answer'),
    },
  },
  {
    name: 'passwords',
    expect: {
      password_policy_supported: true,
      password_policy_scope: 'rooms',
      password_policy_enforced: true,
      password_policy_min_length: 10,
    },
  },
  {
    name: 'recording on, consent per room',
    expect: {
      recording_feature_enabled: true,
      default_room_recording_allowed: true,
      recording_auto_start: false,
      recording_consent_required: hole('not_observable'),
      transcript_persisted: hole('not_permitted', 'server admin'),
    },
  },
  {
    name: 'recording off',
    world: { recording: false },
    expect: {
      recording_feature_enabled: false,
      default_room_recording_allowed: false,
      recording_consent_required: false,
      transcript_persisted: false,
    },
  },
  {
    name: 'recording on in 24: presets are not read',
    world: { talk: '24.0.5' },
    expect: {
      recording_auto_start: hole('not_supported_by_version'),
      default_room_recording_allowed: hole('not_supported_by_version'),
      guest_access_allowed: hole('not_supported_by_version'),
      attention_tracking_supported: false,
      default_room_waiting_room_enabled: hole('not_supported_by_version'),
    },
  },
  {
    name: 'recording off in 24',
    world: { talk: '24.0.5', recording: false },
    expect: { recording_auto_start: false, default_room_recording_allowed: false },
  },
  {
    name: 'a major nobody has read',
    world: { talk: '26.0.0' },
    expect: {
      attention_tracking_supported: hole('not_supported_by_version'),
      remote_control_supported: hole('not_supported_by_version'),
      recording_feature_enabled: true,
    },
  },
  {
    name: '22: what it cannot do',
    expect: {
      attention_tracking_supported: false,
      attention_tracking_enabled: hole('not_observable'),
      remote_control_supported: false,
      shared_notes_persisted: false,
      guest_access_allowed: true,
      guest_access_decided_in_rooms: true,
      guest_name_required: false,
      user_directory_visible_to_guests: false,
      activity_statistics_enabled: true,
      activity_statistics_switchable: false,
      default_room_password_required: false,
    },
  },
  {
    name: 'calls in a foreign service',
    world: { talk: '23.0.7', externalCallService: 'https://meet.example.com/x' },
    expect: { remote_control_supported: hole('not_observable') },
  },
  {
    name: 't12 forced passwords',
    world: { forcePasswords: true },
    expect: { access_restriction_forced: true, default_room_password_required: true },
  },
  {
    name: 't13 the server default, not the reader',
    world: { startWithoutMedia: true },
    expect: { join_with_audio_muted: true, join_with_video_off: true },
  },
  { name: 'backgrounds', expect: { virtual_background_enabled: true } },
  {
    name: 'guest moderators read mail addresses',
    room: { permissions: 149, people: [guest({ participantType: 6 })] },
    expect: { participant_emails_visible_to_guests: true },
  },
  {
    name: 'none seen proves nothing',
    expect: { participant_emails_visible_to_guests: hole('not_configured', 'database') },
  },
  {
    name: 'least privilege',
    expect: {
      auditor_account_used: true,
      auditor_account_excess_privileges: { items: [], complete: true },
      shared_secret_used: false,
    },
  },
  {
    name: 'too much privilege',
    world: { groups: ['admin'], subadmin: ['revision'] },
    room: { role: 'owner' },
    expect: {
      auditor_account_excess_privileges: {
        items: ['server_admin', 'group_admin', 'moderator_rooms:1'],
        complete: true,
      },
    },
  },
  {
    name: 'expiry without cron',
    world: { cron: false },
    room: { expiration: 60 },
    expect: { contradictions: expect.objectContaining({ items: ['expiry_without_cron'], complete: false }) },
  },
  {
    name: 'on premises, but foreign signaling',
    settings: { hosting: { model: 'on_premises', country: 'DE' } },
    expect: { contradictions: expect.objectContaining({ items: ['on_premises_but_foreign_signaling'] }) },
  },
  {
    name: 'own signaling',
    settings: { hosting: { model: 'on_premises', country: 'DE' }, own_hosts: ['example.org'] },
    expect: { contradictions: expect.objectContaining({ items: [] }) },
  },
  {
    name: 'others on the way',
    expect: {
      external_endpoints: expect.objectContaining({
        items: ['203.0.113.10', 'signaling.example.org', 'stun.nextcloud.com'],
        complete: false,
      }),
      external_endpoints_third_country: expect.objectContaining({ items: [], complete: false }),
      third_party_analytics_enabled: hole('not_permitted', 'server admin'),
    },
  },
  {
    name: 'a tracker on the page',
    world: { policySources: ['https://www.google-analytics.com'] },
    expect: {
      third_party_analytics_enabled: true,
      external_endpoints_third_country: expect.objectContaining({ items: ['www.google-analytics.com'] }),
    },
  },
  { name: 'privacy notice unset', expect: { privacy_notice_present: false } },
  {
    name: 'privacy notice set',
    world: { privacyUrl: 'https://www.example.org/datenschutz' },
    expect: { privacy_notice_present: true },
  },
  {
    name: 'privacy notice not shown',
    world: { privacyUrl: null },
    expect: { privacy_notice_present: hole('not_supported_by_version', 'privacy_notice') },
  },
  {
    name: 'privacy notice not shown, but configured',
    world: { privacyUrl: null },
    settings: { privacy_notice: 'https://www.example.org/ds' },
    expect: { privacy_notice_present: true },
  },
  {
    name: 'both parts behind: the server speaks',
    world: { server: '32.0.1' },
    expect: {
      platform_version: '32.0.1',
      latest_patch_version: '32.0.14',
      platform_branch_supported: false,
      component_versions: expect.objectContaining({ items: ['server=32.0.1', 'spreed=22.0.10'] }),
    },
  },
  {
    name: 'only Talk is behind: Talk speaks',
    expect: {
      platform_version: '22.0.10',
      latest_patch_version: '22.0.15',
      platform_branch_supported: true,
      version_list_age: 43_200,
    },
  },
  {
    name: 'all current',
    world: { server: '35.0.3', talk: '25.0.5' },
    expect: { platform_version: '35.0.3', latest_patch_version: '35.0.3', platform_branch_supported: true },
  },
  {
    name: 'paid support has dates of its own',
    world: { server: '32.0.14', extendedSupport: true },
    expect: { platform_branch_supported: hole('not_observable') },
  },
  {
    name: 'a major that the list does not have',
    world: { server: '36.0.0' },
    expect: { platform_branch_supported: hole('not_supported_by_version') },
  },
  {
    name: 'account outside allowed_groups',
    world: { allowed: false },
    room: {},
    expect: {
      virtual_background_enabled: hole('not_permitted', 'member of a group in allowed_groups'),
      presence_status_feature_enabled: true,
    },
  },
];

describe('a deployment', () => {
  it.each(deployments)('$name', async (one) => {
    expect(await outcome(one, 'deployment -')).toEqual(one.expect);
  });
});

import { describe, expect, it } from 'vitest';
import { bbbApp, settingsOf, smallWorld } from '../../../adapters/rocketchat/simulator.ts';
import { scanTime } from '../../contract/scan.ts';
import { type Case, hole, outcome } from './harness.ts';

const provider = hole('not_observable', 'conference_target');
const none = { provider: { error: 'no-active-video-conf-provider' }, apps: [] };
const admin = { roles: ['user', 'auditor-ro', 'admin'] };
const registered = smallWorld(scanTime).signed;
const day = 86_400_000;

const cases: Case[] = [
  {
    name: 'as shipped, with the Jitsi app',
    expect: {
      presence_status_feature_enabled: true,
      presence_status_visibility: 'everyone',
      presence_auto_away_enabled: true,
      attention_tracking_supported: provider,
      attention_tracking_enabled: provider,
      activity_statistics_enabled: true,
      activity_statistics_switchable: false,
      recording_supported: provider,
      recording_feature_enabled: provider,
      chat_persistent: provider,
      chat_retention: { unlimited: true },
      guest_access_allowed: true,
      guest_access_decided_in_rooms: false,
      password_policy_enforced: true,
      password_policy_min_length: 14,
      password_policy_scope: 'accounts',
      user_directory_visible_to_guests: false,
      participant_emails_visible_to_guests: false,
      privacy_notice_present: false,
      privacy_notice_shown_before_join: false,
      platform_version: '8.8.1',
      platform_branch_supported: true,
      latest_patch_version: '8.8.1',
      version_list_age: 86_400,
      shared_secret_used: false,
      auditor_account_used: true,
      auditor_account_excess_privileges: { items: [], complete: true },
      access_restriction_forced: hole('not_permitted', 'manage-apps'),
    },
  },
  {
    name: 'presence off',
    set: { Troubleshoot_Disable_Presence_Broadcast: true },
    expect: { presence_status_feature_enabled: false, presence_status_visibility: 'none' },
  },
  {
    name: 'a setting that this version has not',
    set: {
      Troubleshoot_Disable_Presence_Broadcast: undefined,
      Accounts_Default_User_Preferences_enableAutoAway: undefined,
    },
    expect: {
      presence_status_feature_enabled: hole('not_supported_by_version'),
      presence_auto_away_enabled: hole('not_supported_by_version'),
    },
  },
  {
    name: 'who read when',
    set: { Message_Read_Receipt_Enabled: true, Message_Read_Receipt_Store_Users: true },
    expect: { attention_tracking_supported: true, attention_tracking_enabled: true },
  },
  {
    name: 'no calls',
    world: none,
    expect: {
      recording_supported: false,
      recording_feature_enabled: false,
      attention_tracking_supported: true,
      attention_tracking_enabled: false,
      activity_statistics_supported: false,
      dial_in_enabled: false,
      remote_control_supported: false,
      transcript_persisted: false,
      lock_supported: false,
      chat_persistent: false,
      virtual_background_supported: false,
    },
  },
  {
    name: 'no calls, but usage statistics are licensed',
    world: { ...none, modules: ['engagement-dashboard'] },
    expect: { activity_statistics_enabled: true },
  },
  {
    name: 'no conference app, but peer calls: not "no calls"',
    world: none,
    set: { WebRTC_Enabled: true },
    expect: { recording_supported: provider, dial_in_enabled: provider },
  },
  {
    name: 'the empty default provider decides nothing: one app is active',
    set: { VideoConf_Default_Provider: '' },
    expect: { recording_supported: provider },
  },
  {
    name: 'no account: whose calls are they?',
    options: { anonymous: true },
    expect: {
      recording_supported: hole('not_configured', 'token'),
      platform_version: hole('not_configured', 'token'),
    },
  },
  {
    name: 'judged on another target',
    options: { settings: { conference_target: 'meet' } },
    expect: {
      recording_supported: hole('not_observable'),
      access_restriction_forced: hole('not_observable'),
    },
  },
  {
    name: 'recording and summaries in the house',
    set: { VideoConf_LiveKit_Recording_Enabled: true, VideoConf_LiveKit_Agent_Mode: 'summary' },
    expect: {
      recording_supported: true,
      recording_feature_enabled: true,
      default_room_recording_allowed: true,
      transcript_persisted: true,
    },
  },
  {
    name: 'native Pexip with a PIN',
    world: { provider: 'pexip', apps: [] },
    set: {
      Pexip_Integration_Enabled: true,
      Pexip_Integration_SIP_AddAlias: true,
      Pexip_Integration_Guest_Pin: '4711088150',
      Pexip_Integration_Locked: false,
    },
    expect: {
      access_restriction_forced: true,
      dial_in_enabled: true,
      dial_in_pin_required: true,
      dial_in_pin_length: 10,
      dial_in_waiting_room: false,
      lock_supported: true,
      default_room_waiting_room_enabled: false,
    },
  },
  {
    name: 'native Pexip without a PIN: an empty text is none',
    world: { provider: 'pexip', apps: [] },
    set: { Pexip_Integration_Enabled: true, Pexip_Integration_Locked: false },
    expect: {
      access_restriction_forced: false,
      dial_in_pin_required: false,
      dial_in_pin_length: hole('not_observable'),
      dial_in_enabled: provider,
    },
  },
  {
    name: 'telephony',
    set: { VoIP_TeamCollab_Enabled: true },
    expect: { dial_in_enabled: true, dial_in_pin_required: hole('not_observable') },
  },
  {
    name: 'the BigBlueButton app for an account that may read its settings',
    world: { provider: 'bigbluebutton', apps: [bbbApp], ...admin },
    set: { Accounts_RegistrationForm: 'Disabled' },
    expect: {
      access_restriction_forced: false,
      default_room_waiting_room_enabled: false,
      guest_access_allowed: true,
      auditor_account_excess_privileges: {
        items: ['admin', 'can-audit', 'delete-c', 'edit-room', 'manage-apps'],
        complete: true,
      },
    },
  },
  {
    name: 'registration closed, provider not known: guests are not ruled out',
    set: { Accounts_RegistrationForm: 'Disabled' },
    expect: { guest_access_allowed: hole('not_permitted', 'manage-apps') },
  },
  {
    name: 'registration closed, no calls',
    world: none,
    set: { Accounts_RegistrationForm: 'Disabled' },
    expect: { guest_access_allowed: false },
  },
  {
    name: 'trackers',
    set: {
      PiwikAnalytics_enabled: true,
      PiwikAnalytics_url: 'https://stats.example.net/x',
      GoogleTagManager_id: 'GTM-1',
    },
    expect: { third_party_analytics_enabled: true },
  },
  {
    name: 'an own Matomo is no third party; everything else off',
    set: {
      PiwikAnalytics_enabled: true,
      PiwikAnalytics_url: 'https://matomo.example.org/',
      NPS_survey_enabled: false,
    },
    expect: {
      third_party_analytics_enabled: false,
      third_party_analytics_hosts: { items: [], complete: true },
    },
  },
  {
    name: 'guests see the directory while anybody may read',
    set: { Accounts_AllowAnonymousRead: true },
    expect: { user_directory_visible_to_guests: true },
  },
  {
    name: 'password rules off',
    set: { Accounts_Password_Policy_Enabled: false },
    expect: { password_policy_enforced: false, password_policy_min_length: 0 },
  },
  {
    name: 'the notice of the organisation',
    set: {
      Layout_Privacy_Policy: '<p>Datenschutzhinweise</p>',
      Layout_Login_Terms: 'Keine Verschlusssachen, https://www.example.org/datenschutz',
    },
    expect: {
      privacy_notice_present: true,
      privacy_notice_shown_before_join: true,
      welcome_notice_contains_classified_warning: true,
    },
  },
  {
    name: 'air-gapped: the list that comes along',
    world: { signed: null, version: '8.8.0' },
    set: { Update_LatestAvailableVersion: '0.0.0' },
    expect: { platform_branch_supported: true, latest_patch_version: '8.8.1' },
  },
  {
    name: 'air-gapped and old',
    world: { signed: null, version: '7.10.4' },
    expect: { platform_branch_supported: false },
  },
  {
    name: 'out of support by the list of the server',
    world: { version: '7.10.6' },
    expect: { platform_branch_supported: false, latest_patch_version: '7.10.6' },
  },
  {
    name: 'a line nobody lists',
    world: { version: '9.4.0' },
    expect: {
      platform_branch_supported: hole('not_supported_by_version'),
      latest_patch_version: hole('not_supported_by_version'),
    },
  },
  {
    name: 'a line that ended today',
    world: {
      signed: {
        timestamp: scanTime,
        versions: [{ version: '8.8.1', endsAt: (registered?.timestamp ?? 0) - day }],
      },
    },
    expect: { platform_branch_supported: false },
  },
];

describe('the deployment', () => {
  it.each(cases)('$name', async (one) => {
    expect(await outcome(one)).toEqual(one.expect);
  });

  it('hosts of other parties, without credentials', async () => {
    const names = ['external_endpoints', 'external_endpoints_third_country'] as const;
    const set = {
      WebRTC_Enabled: true,
      FileUpload_Storage_Type: 'AmazonS3',
      AutoTranslate_Enabled: true,
      SlackBridge_Enabled: true,
    };
    const found = await outcome({
      name: '',
      set,
      expect: { external_endpoints: 0, external_endpoints_third_country: 0 },
    });
    const items = (names.map((name) => found[name]) as { items: string[]; complete: boolean }[]).map(
      (list) => list.items,
    );
    expect(items[0]).toEqual(
      expect.arrayContaining([
        'stun.l.google.com',
        'turn.example.net',
        'amazonaws.com',
        'gateway.rocket.chat',
        'cloud.rocket.chat',
        'slack.com',
      ]),
    );
    expect(items[1]).toEqual(expect.arrayContaining(['stun.l.google.com', 'gateway.rocket.chat']));
    expect(JSON.stringify(found)).not.toContain('Kr4nich');
    expect(settingsOf()['WebRTC_Servers']).toBeDefined();
  });
});

import { describe, expect, it } from 'vitest';
import type { BigBlueButtonWorld, SimulatedMeeting } from '../../../adapters/bigbluebutton/simulator.ts';
import { scanTime } from '../../contract/scan.ts';
import { type Ask, type Case, day, emptyWorld, factsOf, recording, scanWorld } from './world.ts';

async function deployment(
  world: Partial<BigBlueButtonWorld>,
  ask: Ask = {},
): Promise<Record<string, unknown>> {
  return factsOf(await scanWorld({ ...emptyWorld, ...world }, ask), 'deployment -');
}

const foreign: SimulatedMeeting = { id: 'f', name: 'F', metadata: { 'bbb-origin': 'moodle' } };

const deployments: Case[] = [
  [
    'revealed and old',
    { version: '2.7.16' },
    { platform_version: '2.7.16', platform_branch_supported: false },
  ],
  [
    'end of life long ago',
    { version: '2.4.9' },
    { platform_branch_supported: false, remote_control_supported: '? version_unknown' },
  ],
  [
    'beta of the next line',
    { version: '4.0.0-beta.3' },
    { platform_branch_supported: false, latest_patch_version: '4.0.0-beta.3' },
  ],
  [
    'renamed line',
    { version: '3.1.0-beta.2' },
    { platform_branch_supported: false, remote_control_supported: true },
  ],
  [
    'newer than the list',
    { version: '5.1.0' },
    {
      platform_version: '5.1.0',
      platform_branch_supported: '? version_unknown',
      latest_patch_version: '? version_unknown',
      presence_status_supported: '? version_unknown',
    },
  ],
  [
    'current',
    { version: '3.0.35' },
    { platform_version: '3.0.35', latest_patch_version: '3.0.35', platform_branch_supported: true },
  ],
  [
    'hidden, declared',
    { version: null },
    { platform_version: '3.0.12', latest_patch_version: '3.0.35' },
    { settings: { version: '3.0.12' } },
  ],
  [
    'shown outranks declared',
    { version: '3.0.20' },
    { platform_version: '3.0.20' },
    { settings: { version: '3.0.35' } },
  ],
  [
    'Greenlight is the worst',
    { version: '3.0.35', greenlight: { version: 'release-3.4.1' } },
    { platform_version: '3.4.1', latest_patch_version: '3.8.2.4' },
  ],
  [
    'Greenlight 2 is over',
    { version: '3.0.35', greenlight: { version: 'release-2.14.8' } },
    { platform_branch_supported: false, password_policy_supported: '? version_unknown' },
  ],
  [
    'Greenlight without a version',
    { version: '3.0.35', greenlight: { version: 'main' } },
    { platform_version: '? version_unknown', password_policy_min_length: '? version_unknown' },
  ],
  [
    'old balancer',
    { balancer: { build: '1.7.0' } },
    { platform_version: '1.7.0', latest_patch_version: '1.8.5' },
  ],
  [
    'record forced off',
    { greenlight: { options: { record: 'false' } } },
    { default_room_recording_allowed: false, recording_feature_enabled: '? not_configured properties' },
  ],
  [
    'record forced off, yet one is captured',
    { greenlight: { options: { record: 'false' } }, meetings: [{ ...foreign, recording: true }] },
    { default_room_recording_allowed: '? not_observable', recording_feature_enabled: true },
  ],
  [
    'record optional',
    { greenlight: { options: { record: 'optional' } } },
    { default_room_recording_allowed: false, recording_feature_enabled: true },
  ],
  [
    'no Greenlight',
    {},
    {
      default_room_recording_allowed: '? not_configured greenlight.url',
      guest_access_allowed: '? not_configured greenlight.url',
      privacy_notice_present: '? not_configured greenlight.url',
    },
    { greenlight: false },
  ],
  [
    'notice declared',
    {},
    { privacy_notice_present: true },
    { greenlight: false, settings: { privacy_notice: 'https://www.example.org/datenschutz' } },
  ],
  [
    'declared notice does not replace a missing one',
    { greenlight: {} },
    { privacy_notice_present: false },
    { settings: { privacy_notice: 'https://www.example.org/datenschutz' } },
  ],
  [
    'option unknown to this version',
    { greenlight: { options: { muteOnStart: null } } },
    { join_with_audio_muted: '? not_supported_by_version' },
  ],
  [
    'setting unknown to this version',
    { greenlight: { settings: { PrivacyPolicy: undefined } } },
    { privacy_notice_present: '? not_supported_by_version' },
  ],
  ['muted by force', { greenlight: { options: { muteOnStart: 'true' } } }, { join_with_audio_muted: true }],
  [
    'codes by default',
    { greenlight: { options: { glViewerAccessCode: 'default_enabled' } } },
    { default_room_password_required: true },
  ],
  [
    'a code by force forces nothing',
    { greenlight: { options: { glViewerAccessCode: 'true' } } },
    { access_restriction_forced: false, default_room_password_required: true },
  ],
  [
    'waiting room by force',
    { greenlight: { options: { guestPolicy: 'true', glAnyoneJoinAsModerator: 'false' } } },
    {
      access_restriction_forced: '? not_configured properties',
      default_room_waiting_room_enabled: '? not_configured properties',
    },
  ],
  [
    'waiting room by force, but moderators pass',
    { greenlight: { options: { guestPolicy: 'true' } } },
    { access_restriction_forced: false },
  ],
  [
    'login by force, anybody registers',
    { greenlight: { options: { glRequireAuthentication: 'true' } } },
    { access_restriction_forced: false, guest_access_allowed: false },
  ],
  [
    'login by force, by invitation',
    {
      greenlight: {
        options: { glRequireAuthentication: 'true' },
        settings: { RegistrationMethod: 'invite' },
      },
    },
    { access_restriction_forced: true },
  ],
  [
    'login by force, elsewhere',
    { greenlight: { options: { glRequireAuthentication: 'true' }, externalLogin: true } },
    { access_restriction_forced: '? not_observable' },
  ],
  [
    'login by force, another front end',
    { greenlight: { options: { glRequireAuthentication: 'true' } }, meetings: [foreign] },
    { guest_access_allowed: '? not_observable', user_directory_visible_to_guests: '? not_observable' },
  ],
  [
    'nothing forced behind a balancer',
    { balancer: { build: '1.8.5' }, greenlight: {} },
    { access_restriction_forced: '? not_configured balancer_env' },
  ],
  [
    'own hosts are no strangers',
    { hooks: [{ url: 'https://audit.example.org/x' }] },
    {
      third_party_analytics_enabled: '? not_configured html5_settings',
      third_party_analytics_hosts: { items: [] },
    },
    { settings: { own_hosts: ['example.org'] } },
  ],
  [
    'a hook elsewhere',
    { hooks: [{ url: 'https://collect.example.com/x?t=1' }] },
    {
      third_party_analytics_enabled: true,
      third_party_analytics_hosts: { items: ['collect.example.com'], complete: false },
    },
  ],
  [
    'a playback host in a third country',
    { recordings: [recording('r', 'm', 1, { host: 'bucket.s3.amazonaws.com' })] },
    {
      external_endpoints: { items: ['bucket.s3.amazonaws.com'] },
      external_endpoints_third_country: { items: ['bucket.s3.amazonaws.com'], complete: false },
    },
  ],
];

describe('facts of a deployment', () => {
  it.each(deployments)('%s', async (_name, world, facts, ask) => {
    const options = world.greenlight === undefined ? { greenlight: false, ...ask } : ask;
    expect(await deployment(world, options)).toMatchObject(facts);
  });

  it('a secret that is refused has no known length', async () => {
    const facts = await deployment({ secret: 'SuperSecret' }, { greenlight: false });
    expect(facts).toMatchObject({
      api_secret_length: '? not_permitted secret',
      api_secret_is_public_value: false,
    });
  });

  it('the age of the release list grows', async () => {
    const now = scanTime + 10 * day;
    const facts = await deployment({ clock: () => now }, { greenlight: false, now });
    const earlier = await deployment({}, { greenlight: false });
    expect(Number(facts['version_list_age']) - Number(earlier['version_list_age'])).toBe(10 * 86_400);
  });
});

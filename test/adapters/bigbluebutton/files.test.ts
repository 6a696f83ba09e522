import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { BigBlueButtonWorld } from '../../../adapters/bigbluebutton/simulator.ts';
import { client, deployment, folder, mounted, type Texts } from './mounted.ts';
import { sample, samplesPresent } from './samples.ts';

describe('the files of the server', () => {
  it.each<[string, Texts, Record<string, unknown>, Partial<BigBlueButtonWorld>?]>([
    [
      'documented defaults of 3.0',
      { properties: '' },
      {
        activity_statistics_enabled: true,
        activity_statistics_retention: { seconds: 120 },
        attention_tracking_enabled: false,
        recording_feature_enabled: true,
        recording_auto_start: false,
        recording_consent_required: false,
        remote_control_enabled: false,
        dial_in_enabled: false,
        join_with_audio_muted: true,
        api_accepts_sha1: true,
        shared_notes_persisted: '? not_observable',
      },
    ],
    [
      'documented defaults of 2.7',
      { properties: '' },
      { join_with_audio_muted: false, activity_statistics_enabled: true },
      { version: '2.7.3' },
    ],
    [
      'a hidden version has no documented defaults',
      { properties: 'allowModsToUnmuteUsers=true' },
      {
        remote_control_enabled: true,
        recording_auto_start: '? version_unknown version',
        activity_statistics_retention: '? version_unknown version',
      },
      { version: null },
    ],
    [
      'nor has a line that was not read',
      { properties: 'disableRecordingDefault=true' },
      {
        recording_feature_enabled: false,
        recording_auto_start: false,
        dial_in_enabled: '? version_unknown version',
      },
      { version: '4.0.0-beta.2' },
    ],
    [
      'the dashboard of 2.7 has a switch of its own',
      { properties: 'learningDashboardEnabled=false' },
      { activity_statistics_enabled: false },
      { version: '2.7.3' },
    ],
    [
      'which does nothing in 3.0',
      { properties: 'learningDashboardEnabled=false' },
      { activity_statistics_enabled: true },
    ],
    [
      'dashboard off, events kept',
      { properties: 'disabledFeatures=learningDashboard\ndefaultKeepEvents=true' },
      { activity_statistics_enabled: true },
    ],
    [
      '0 minutes are for ever',
      { properties: 'learningDashboardCleanupDelayInMinutes=0' },
      { activity_statistics_retention: { unlimited: true } },
    ],
    [
      'an activity check',
      { properties: 'userInactivityInspectTimerInMinutes=5' },
      { attention_tracking_enabled: true },
    ],
    [
      'a word that is none',
      { properties: 'disableRecordingDefault=maybe' },
      { recording_feature_enabled: '? invalid_answer' },
    ],
    [
      'the last one counts',
      { properties: 'allowModsToUnmuteUsers=true\nallowModsToUnmuteUsers=false' },
      { remote_control_enabled: false },
    ],
    ['a telephone', { properties: 'defaultDialAccessNumber=+49 361 5550 100' }, { dial_in_enabled: true }],
    [
      'nodes that agree',
      { properties: ['muteOnStart=true', 'muteOnStart=true'] },
      { join_with_audio_muted: true },
    ],
    [
      'nodes that differ',
      { properties: ['allowModsToUnmuteUsers=true', 'allowModsToUnmuteUsers=false'] },
      { remote_control_enabled: '? conflicting', recording_auto_start: false },
    ],
    [
      'one node sets what is the default anyway',
      { properties: ['allowModsToUnmuteUsers=false', ''] },
      { remote_control_enabled: '? conflicting' },
    ],
    [
      'a warning in the welcome',
      { properties: 'defaultWelcomeMessage=Keine Verschlusssachen!' },
      { welcome_notice_contains_classified_warning: true },
    ],
    [
      'no warning',
      { properties: 'defaultWelcomeMessage=Willkommen' },
      { welcome_notice_contains_classified_warning: '? not_observable' },
    ],
    [
      'screen sharing: both files permit',
      { properties: '', html5_settings: client('  app: {}') },
      {
        screen_sharing_allowed_for: 'presenter',
        virtual_background_enabled: true,
        lock_supported: true,
        join_with_video_off: true,
        transcript_persisted: false,
      },
    ],
    [
      'screen sharing: one file forbids',
      {
        html5_settings: client(
          '  kurento:\n    enableScreensharing: false\n  virtualBackgrounds: { enabled: false }',
        ),
      },
      { screen_sharing_allowed_for: 'nobody', virtual_background_enabled: false },
    ],
    [
      'screen sharing: the other forbids',
      { properties: 'disabledFeatures=screenshare, virtualBackgrounds,sharedNotes,liveTranscription' },
      {
        screen_sharing_allowed_for: 'nobody',
        virtual_background_enabled: false,
        shared_notes_persisted: false,
        transcript_persisted: false,
      },
    ],
    [
      'screen sharing: half is not enough',
      { properties: '' },
      {
        screen_sharing_allowed_for: '? not_configured html5_settings',
        virtual_background_enabled: '? not_configured html5_settings',
      },
    ],
    [
      'client settings of 2.7 have no known defaults',
      { html5_settings: client('  app: {}') },
      { lock_supported: '? version_unknown version' },
      { version: '2.7.3' },
    ],
    ['no YAML', { html5_settings: 'public: [' }, { lock_supported: '? invalid_answer' }],
    ['another file', { html5_settings: 'a: 1' }, { lock_supported: '? invalid_answer' }],
    [
      'cron keeps published recordings',
      { cron: 'history=5\npublished_days=14' },
      { recording_retention: '? not_observable' },
    ],
    [
      'waiting room of other front ends',
      { properties: 'defaultGuestPolicy=ASK_MODERATOR\nauthenticatedGuest=false' },
      {
        default_room_waiting_room_enabled: false,
        contradictions: { items: ['lobby_set_but_void'], complete: false, missing: expect.anything() },
      },
    ],
  ])('%s', async (_name, texts, facts, world = {}) => {
    const found = await deployment(texts, world, { greenlight: false });
    expect(found.facts).toMatchObject(facts);
  });

  it('the packaged file gives defaults as direct values, in whichever order', async () => {
    const path = join(folder, 'bigbluebutton.properties');
    writeFileSync(path, 'securitySalt=x\nmuteOnStart=true\nallowModsToUnmuteUsers=true');
    const own = join(folder, 'bbb-web.properties');
    writeFileSync(own, 'securitySalt=x\nallowModsToUnmuteUsers=false');
    for (const paths of [
      [path, own],
      [own, path],
    ]) {
      const properties = paths.map((file) => ({ host: 'n', path: file }));
      const { facts } = await deployment(
        {},
        { version: null },
        { settings: { properties }, greenlight: false },
      );
      expect(facts).toMatchObject({ join_with_audio_muted: true, remote_control_enabled: false });
    }
  });

  it('a file of a node that cannot be read leaves nothing known of all', async () => {
    const properties = [
      ...(mounted({ properties: '' })['properties'] as object[]),
      { host: 'b', path: '/nowhere/x' },
    ];
    const { scan, facts } = await deployment({}, {}, { settings: { properties } as never });
    expect(facts['remote_control_enabled']).toBe('? unreachable');
    expect(scan.outcomes.get('FP')).toMatchObject({
      state: 'partial',
      reason: { code: 'unreachable', detail: 'x on b: the file is not there' },
    });
  });

  it('a piece of a file is not the file', async () => {
    const path = join(folder, 'piece');
    writeFileSync(path, 'muteOnStart=true');
    const { facts } = await deployment({}, {}, { settings: { properties: [{ host: 'n', path }] } });
    expect(facts['dial_in_enabled']).toBe('? invalid_answer');
  });

  it('evidence says when the file was changed and which layer decides', async () => {
    const { scan } = await deployment({ properties: 'allowModsToUnmuteUsers=true' });
    expect(scan.subjects.get('deployment -')?.facts['remote_control_enabled']?.evidence[0]).toMatchObject({
      source: 'FP',
      force: 'default',
      provenance: 'direct',
      content_time: expect.any(Number),
      chain: [{ layer: 'server', path: 'allowModsToUnmuteUsers', value: 'true', decides: true }],
    });
  });

  it.skipIf(!samplesPresent)(
    'recorded files: compliant and violating (skipped where ../shared is absent)',
    async () => {
      const heads = { greenlight: false } as const;
      expect(
        (await deployment({ properties: sample('bbb-web-compliant.properties') }, {}, heads)).facts,
      ).toMatchObject({
        recording_feature_enabled: false,
        activity_statistics_enabled: false,
        activity_statistics_retention: { seconds: 120 },
        transcript_persisted: false,
        recording_consent_required: true,
        api_accepts_sha1: false,
        dial_in_enabled: false,
        recording_auto_start: false,
        default_room_recording_allowed: false,
      });
      expect(
        (await deployment({ properties: sample('bbb-web-violating.properties') }, {}, heads)).facts,
      ).toMatchObject({
        recording_feature_enabled: true,
        activity_statistics_enabled: true,
        activity_statistics_retention: { unlimited: true },
        recording_auto_start: true,
        api_accepts_sha1: true,
        dial_in_enabled: true,
        default_room_waiting_room_enabled: false,
      });
    },
  );
});

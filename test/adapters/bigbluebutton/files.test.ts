import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import type { BigBlueButtonWorld } from '../../../adapters/bigbluebutton/simulator.ts';
import { sample, samplesPresent } from './samples.ts';
import { type Ask, emptyWorld, factsOf, inGreenlight, scanWorld } from './world.ts';

const folder = mkdtempSync(join(tmpdir(), 'roomwarden-bbb-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
let files = 0;

type Texts = Record<string, string | readonly string[]>;
const heads: Record<string, string> = {
  properties: 'securitySalt=file-canary-salt\n',
  html5_settings: '',
  cron: '',
};

/** Files by key of the configuration; several texts are several hosts. */
function mounted(texts: Texts): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(texts).map(([key, given]) => [
      key,
      (typeof given === 'string' ? [given] : given).map((text, at) => {
        const path = join(folder, `file-${files++}`);
        writeFileSync(path, `${heads[key] ?? ''}${text}`);
        return { host: `node${at}.example.org`, path };
      }),
    ]),
  );
}

async function deployment(texts: Texts, world: Partial<BigBlueButtonWorld> = {}, ask: Ask = {}) {
  const settings = { ...mounted(texts), ...ask.settings };
  const scan = await scanWorld({ ...emptyWorld, version: '3.0.20', ...world }, { ...ask, settings });
  expect(scan.errors).toEqual([]);
  expect(JSON.stringify([...scan.items, ...scan.log])).not.toContain('file-canary');
  return { scan, facts: factsOf(scan, 'deployment -') };
}

const client = (yaml: string): string => `public:\n${yaml}`;
const noVideo = 'disabledFeatures=externalVideos';

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

const relays = (hosts: string): string =>
  `<?xml version="1.0"?><beans><!-- <bean><constructor-arg value="stun:old.example.com"/></bean> -->${hosts}</beans>`;
const stun = relays('<bean><constructor-arg index="0" value="stun:stun.example.net"/></bean>');

describe('endpoints and analytics', () => {
  it('everything read and nothing foreign: nothing reports elsewhere', async () => {
    const texts = {
      turn: relays('<bean><constructor-arg value="turns:turn.127.0.0.1:443?transport=tcp"/></bean>').replace(
        'turn.127.0.0.1',
        '127.0.0.1',
      ),
      properties: noVideo,
      html5_settings: client('  app: {}'),
      webhooks: 'hooks:\n  permanentURLs: []',
    };
    const { facts } = await deployment(texts, {}, { settings: { own_hosts: ['127.0.0.1'] } });
    expect(facts).toMatchObject({
      third_party_analytics_enabled: false,
      third_party_analytics_hosts: { items: [], complete: true },
      external_endpoints: { items: [], complete: true },
      external_endpoints_third_country: { items: [], complete: true },
    });
  });

  it.each<[string, Texts, Record<string, unknown>]>([
    [
      'relays, those in comments aside',
      { turn: stun },
      { external_endpoints: { items: ['stun.example.net'], complete: false } },
    ],
    [
      'a list of relays that breaks off',
      { turn: stun.slice(0, -5) },
      { external_endpoints: { items: [], complete: false, missing: { code: 'invalid_answer' } } },
    ],
    [
      'telemetry',
      {
        html5_settings: client(
          '  clientLog:\n    external: { enabled: true, url: "https://log.example.com/x?token=file-canary" }',
        ),
      },
      { third_party_analytics_enabled: true, third_party_analytics_hosts: { items: ['log.example.com'] } },
    ],
    [
      'plugins',
      { properties: 'pluginManifests=[{"url":"https://cdn.example.com/p.json"}]' },
      { third_party_analytics_hosts: { items: ['cdn.example.com'] } },
    ],
    [
      'permanent hooks',
      {
        webhooks:
          'modules:\n  ../out/webhooks/index.js:\n    config:\n      permanentURLs: [ { url: "https://h.example.com/?k=file-canary", getRaw: true } ]',
      },
      { third_party_analytics_hosts: { items: ['h.example.com'] } },
    ],
    [
      'statements of activity',
      {
        webhooks:
          'modules:\n  ../out/xapi/index.js:\n    enabled: true\n    config: { lrs: { lrs_endpoint: "https://lrs.example.com" } }',
      },
      { third_party_analytics_hosts: { items: ['lrs.example.com'] } },
    ],
    [
      'videos of others',
      { html5_settings: client('  app: {}') },
      { external_endpoints: { items: ['vimeo.com', 'www.youtube.com'], complete: false } },
    ],
    [
      'speech recognition',
      { html5_settings: client('  app: { audioCaptions: { enabled: true, provider: gladia } }') },
      { external_endpoints: { items: ['api.gladia.io', 'vimeo.com', 'www.youtube.com'] } },
    ],
  ])('%s', async (_name, texts, facts) => {
    expect((await deployment(texts)).facts).toMatchObject(facts);
  });
});

describe('a balancer', () => {
  const balancer = { balancer: { build: '1.8.5' } };
  const declared: Ask = { settings: { version: '3.0.20' } };
  it('may override what the nodes say: without its file they do not count', async () => {
    const { facts } = await deployment({ properties: 'allowModsToUnmuteUsers=true' }, balancer, declared);
    expect(facts['remote_control_enabled']).toBe('? not_configured balancer_env');
  });
  it.each<[string, string, Record<string, unknown>]>([
    ['nothing set', 'URL_HOST=x', { remote_control_enabled: true, recording_auto_start: false }],
    ['a default', 'DEFAULT_CREATE_PARAMS=allowModsToUnmuteUsers=false', { remote_control_enabled: false }],
    [
      'an override',
      'OVERRIDE_CREATE_PARAMS=record=false,autoStartRecording=true',
      { recording_feature_enabled: false, recording_auto_start: true },
    ],
    ['put together elsewhere', 'OVERRIDE_CREATE_PARAMS=$PARAMS', { remote_control_enabled: '? undecidable' }],
    ['recordings kept for a time', 'RECORDS_HOLD_TIME=14', { recording_retention: { seconds: 1_209_600 } }],
  ])('%s', async (_name, text, facts) => {
    const texts = { properties: 'allowModsToUnmuteUsers=true', balancer_env: text };
    expect((await deployment(texts, balancer, declared)).facts).toMatchObject(facts);
  });
  it('its file says that an empty list is empty', async () => {
    const { scan } = await deployment({ balancer_env: 'RECORDING_DISABLED=false' }, balancer);
    expect(scan.outcomes.get('A1')?.state).toBe('complete');
    expect(scan.outcomes.get('A2')?.state).toBe('complete');
    const off = await deployment({ balancer_env: 'RECORDING_DISABLED=true' }, balancer);
    expect(off.scan.outcomes.get('A2')?.state).toBe('partial');
  });
});

describe('Greenlight and the server together', () => {
  const forced = inGreenlight({}, {}, { options: { guestPolicy: 'true', glAnyoneJoinAsModerator: 'false' } });
  it.each([
    ['authenticatedGuest=true', true],
    ['authenticatedGuest=false', false],
  ])('a forced waiting room with %s', async (text, on) => {
    const { scan, facts } = await deployment({ properties: text }, forced);
    expect(facts).toMatchObject({ access_restriction_forced: on, default_room_waiting_room_enabled: on });
    expect(factsOf(scan, 'room m')).toMatchObject({ room_waiting_room_enabled: on });
    expect((facts['contradictions'] as { items: string[] }).items).toEqual(on ? [] : ['lobby_set_but_void']);
  });
});

describe('probes', () => {
  it.each<[string, Partial<BigBlueButtonWorld>, Record<string, unknown>, number]>([
    [
      'SHA-1 accepted, signatures checked',
      {},
      { api_accepts_sha1: true, api_secret_checking_enabled: true },
      2,
    ],
    [
      'SHA-1 refused: that is enough',
      { algorithms: ['sha256', 'sha512'] },
      { api_accepts_sha1: false, api_secret_checking_enabled: true },
      1,
    ],
    ['nothing checked', { unchecked: true }, { api_secret_checking_enabled: false }, 2],
  ])('%s', async (_name, world, facts, calls) => {
    const { startBigBlueButton } = await import('../../../adapters/bigbluebutton/simulator.ts');
    const { scanSimulator } = await import('./world.ts');
    const running = await startBigBlueButton({ ...emptyWorld, ...world });
    let refused = 0;
    running.simulator.tap = (_request, answer) => {
      if (answer.body.includes('checksumError')) refused += 1;
      return answer;
    };
    const before = await scanSimulator(running);
    const usual = running.simulator.requests.length;
    const scan = await scanSimulator(running, { settings: { probes: ['checksum'] } });
    await running.close();
    expect(factsOf(before, 'deployment -')['api_secret_checking_enabled']).toBe('? not_configured probes');
    expect(factsOf(scan, 'deployment -')).toMatchObject(facts);
    expect(running.simulator.requests.length - 2 * usual).toBe(calls);
    expect(refused).toBeLessThanOrEqual(1);
  });
  it('a secret that is wrong probes nothing', async () => {
    const { facts } = await deployment({}, { secret: 'another' }, { settings: { probes: ['checksum'] } });
    expect(facts['api_secret_checking_enabled']).toBe('? not_permitted');
  });
});

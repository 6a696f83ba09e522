import { describe, expect, it } from 'vitest';
import { type BigBlueButtonWorld, startBigBlueButton } from '../../../adapters/bigbluebutton/simulator.ts';
import { client, deployment, noVideo, type Texts } from './mounted.ts';
import { type Ask, emptyWorld, factsOf, inGreenlight, scanSimulator } from './world.ts';

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

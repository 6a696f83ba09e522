import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { bigbluebutton } from '../../../adapters/bigbluebutton/index.ts';
import { delivery } from '../../../adapters/bigbluebutton/simulator-hooks.ts';
import { type AdapterContext, type Pushed, PushRefused } from '../../../adapters/contract/adapter.ts';
import { factProblems } from '../../../adapters/contract/validate.ts';
import type { FactName } from '../../../adapters/contract/vocabulary.ts';
import { subjectProblems } from '../../contract/rules.ts';
import { capturingLog, targetOf } from '../../contract/scan.ts';
import { sample, samplesPresent } from './samples.ts';
import { brief } from './world.ts';

const now = 1_767_171_701_000;
const lines: string[] = [];

interface Sent {
  target: string;
  host: string;
  body: string;
  secret?: string;
  live?: boolean;
  at?: number;
  /** `callback_url` of the target. */
  registered?: string;
}

async function receive({
  target,
  host,
  body,
  secret = 'hook-secret',
  live = true,
  at = now,
  registered,
}: Sent): Promise<Pushed[]> {
  const none = () => {
    throw new Error('not for pushes');
  };
  const context: AdapterContext = {
    http: none,
    sql: none,
    now: () => at,
    log: capturingLog(lines),
    signal: new AbortController().signal,
    secret: async () => secret,
    tags: {},
    live,
  };
  const settings = {
    url: 'https://bbb.example.org/bigbluebutton',
    secret: { env: 'S' },
    live: { purpose: 'test' },
    ...(registered === undefined ? {} : { callback_url: registered }),
  };
  const request = { target, headers: { host }, body: Buffer.from(body) };
  return (await bigbluebutton.receive?.(targetOf(bigbluebutton as never, settings), request, context)) ?? [];
}

const refused = async (sent: Sent): Promise<number> =>
  receive(sent).then(
    () => 200,
    (error: unknown) => (error instanceof PushRefused ? error.status : 500),
  );

const path = '/hooks/bigbluebutton/bbb-main';
function signed(
  event: unknown,
  { algorithm = 'sha256', secret = 'hook-secret', scheme = 'https', timestamp = now, query = '' } = {},
): Sent {
  const body = new URLSearchParams({
    domain: 'bbb',
    event: JSON.stringify([event]),
    timestamp: String(timestamp),
  }).toString();
  const url = `${scheme}://audit.example.org${path}${query}`;
  const checksum = createHash(algorithm)
    .update(url + body + secret)
    .digest('hex');
  return {
    target: `${path}${query}${query === '' ? '?' : '&'}checksum=${checksum}`,
    host: 'audit.example.org',
    body,
  };
}

const created = (change: (props: Record<string, Record<string, unknown>>) => void = () => {}) => {
  const props = {
    meetingProp: {
      name: 'Amt 12',
      extId: 'm1',
      intId: 'x-1',
      isBreakout: false,
      disabledFeatures: ['screenshare'],
      notifyRecordingIsOn: false,
    },
    durationProps: { createdTime: now, userInactivityInspectTimerInMinutes: 0 },
    password: {
      moderatorPass: 'push-canary-1',
      viewerPass: 'push-canary-2',
      learningDashboardAccessToken: 'push-canary-3',
    },
    recordProp: { record: true, autoStartRecording: false, keepEvents: false },
    welcomeProp: { welcomeMsg: 'push-canary-4' },
    voiceProp: { telVoice: '04711', dialNumber: '613-555-1234', muteOnStart: true },
    usersProp: { guestPolicy: 'ALWAYS_ACCEPT', authenticatedGuest: true, allowModsToUnmuteUsers: false },
    metadataProp: { metadata: { 'bbb-origin': 'greenlight', 'bbb-context-id': 'q7w-3rk-z9p-m2d' } },
  };
  change(props as never);
  return { envelope: { name: 'MeetingCreatedEvtMsg', timestamp: now }, core: { body: { props } } };
};

function factsIn(items: Pushed[]): Record<string, unknown> {
  const [item] = items;
  if (item === undefined || !('note' in item)) return {};
  expect(subjectProblems(bigbluebutton as never, item.subject, false)).toEqual([]);
  for (const [name, fact] of Object.entries(item.subject.facts))
    expect(factProblems(name as FactName, fact)).toEqual([]);
  return Object.fromEntries(Object.entries(item.subject.facts).map(([name, fact]) => [name, brief(fact)]));
}

describe('the event of a creation', () => {
  it('carries the settings of the meeting', async () => {
    expect(factsIn(await receive(signed(created())))).toMatchObject({
      room_kind: 'conference',
      room_recording_allowed: true,
      room_recording_auto_start: false,
      room_activity_statistics_enabled: true,
      room_attention_tracking_enabled: false,
      room_waiting_room_enabled: false,
      room_dial_in_waiting_room: false,
      room_dial_in_enabled: false,
      room_dial_in_pin_length: 5,
      room_remote_control_allowed: false,
      room_screen_sharing_allowed_for: 'nobody',
      room_join_with_audio_muted: true,
      room_link_guessable: false,
      room_password_required: '? not_configured greenlight.url',
      room_recording_consent_required: '? not_observable',
    });
  });

  it.each<[string, Parameters<typeof created>[0], Record<string, unknown>]>([
    [
      'no recording',
      (p) => Object.assign(p['recordProp'] ?? {}, { record: false, autoStartRecording: true }),
      { room_recording_allowed: false, room_recording_auto_start: false },
    ],
    [
      'recorded from the start',
      (p) => Object.assign(p['recordProp'] ?? {}, { autoStartRecording: true }),
      { room_recording_auto_start: true },
    ],
    [
      'lobby',
      (p) => Object.assign(p['usersProp'] ?? {}, { guestPolicy: 'ASK_MODERATOR' }),
      { room_waiting_room_enabled: '? not_observable' },
    ],
    [
      'lobby that is void',
      (p) => Object.assign(p['usersProp'] ?? {}, { guestPolicy: 'ASK_MODERATOR', authenticatedGuest: false }),
      { room_waiting_room_enabled: false },
    ],
    [
      'dashboard off',
      (p) => {
        Object.assign(p['meetingProp'] ?? {}, { disabledFeatures: ['learningDashboard', 'chat'] });
        Object.assign(p['password'] ?? {}, { learningDashboardAccessToken: '' });
      },
      {
        room_activity_statistics_enabled: false,
        room_chat_persistent: false,
        room_screen_sharing_allowed_for: 'presenter',
      },
    ],
    [
      'events kept',
      (p) => {
        Object.assign(p['recordProp'] ?? {}, { keepEvents: true });
        Object.assign(p['password'] ?? {}, { learningDashboardAccessToken: '' });
      },
      { room_activity_statistics_enabled: true },
    ],
    [
      'another front end',
      (p) => Object.assign(p['metadataProp'] ?? {}, { metadata: {} }),
      { room_password_required: '? not_observable', room_recording_consent_required: false },
    ],
    [
      'a telephone',
      (p) => Object.assign(p['voiceProp'] ?? {}, { dialNumber: '+49 1', telVoice: '123456789' }),
      { room_dial_in_enabled: true, room_dial_in_pin_length: 9 },
    ],
    [
      'a damaged field costs its facts',
      (p) => Object.assign(p['recordProp'] ?? {}, { record: 'yes' }),
      { room_recording_allowed: '? invalid_answer', room_join_with_audio_muted: true },
    ],
    [
      'a marked name',
      (p) => Object.assign(p['meetingProp'] ?? {}, { name: 'VS-NfD' }),
      { room_classification_marking: 'vs_nfd' },
    ],
  ])('%s', async (_name, change, facts) => {
    expect(factsIn(await receive(signed(created(change))))).toMatchObject(facts);
  });

  it('of a breakout room is none of ours', async () => {
    expect(
      await receive(signed(created((p) => Object.assign(p['meetingProp'] ?? {}, { isBreakout: true })))),
    ).toEqual([]);
  });

  it('keeps no password, token or message', async () => {
    const items = await receive(signed(created()));
    expect(JSON.stringify(items) + lines.join()).not.toContain('push-canary');
  });
});

describe('the signature', () => {
  it.each(['sha1', 'sha256', 'sha384', 'sha512'])('%s', async (algorithm) => {
    expect(await receive(signed(created(), { algorithm }))).toHaveLength(1);
  });
  it('of an address with a query, and of one without TLS behind a proxy', async () => {
    expect(await receive(signed(created(), { query: '?a=1' }))).toHaveLength(1);
    expect(await receive(signed(created(), { scheme: 'http' }))).toHaveLength(1);
  });
  it.each([
    ['the path', 'https://audit.example.org/extern/rw/hooks/bigbluebutton/bbb-main'],
    ['path, host and port', 'https://Aussen.example.org:8443/rw'],
    ['a query that it takes away', 'https://audit.example.org/hooks/bigbluebutton/bbb-main?key=1'],
  ])('behind a proxy that changes %s', async (_name, registered) => {
    const { url, body } = delivery(created(), { url: registered, secret: 'hook-secret', at: now });
    const sent = { target: `${path}?checksum=${url.slice(-40)}`, host: 'inside:8480', body };
    expect(await refused(sent)).toBe(401);
    expect(await receive({ ...sent, registered })).toHaveLength(1);
    expect(await refused({ ...sent, registered: `${registered}/` })).toBe(401);
  });
  it('of what a proxy shows does not count beside a configured address', async () => {
    expect(await refused({ ...signed(created()), registered: 'https://other.example.org/' })).toBe(401);
  });
  it.each<[string, (sent: Sent) => Sent, number]>([
    ['another secret', (sent) => ({ ...sent, secret: 'other' }), 401],
    ['an empty secret', (sent) => ({ ...sent, secret: '' }), 401],
    ['one byte of the body', (sent) => ({ ...sent, body: `${sent.body} ` }), 401],
    ['another target', (sent) => ({ ...sent, target: sent.target.replace('bbb-main', 'other') }), 401],
    ['another host', (sent) => ({ ...sent, host: 'evil.example.org' }), 401],
    ['no checksum', (sent) => ({ ...sent, target: path }), 401],
    [
      'a checksum of no known length',
      (sent) => ({ ...sent, target: `${path}?checksum=${'a'.repeat(50)}` }),
      401,
    ],
    ['a target without live', (sent) => ({ ...sent, live: false }), 401],
    ['too large', (sent) => ({ ...sent, body: 'x'.repeat(600_000) }), 413],
  ])('%s is refused', async (_name, change, status) => {
    expect(await refused(change(signed(created())))).toBe(status);
  });
  it.each([11, -11])(
    'replayed %d minutes later: taken, so that nobody repeats it for ever, and dropped',
    async (minutes) => {
      expect(await receive({ ...signed(created()), at: now + minutes * 60_000 })).toEqual([]);
    },
  );
});

describe('other events', () => {
  it.each(['user-joined', 'chat-group-message-sent', 'MeetingEndedEvtMsgX'])(
    '%s is dropped unread',
    async (id) => {
      // Not even JSON: nobody looks.
      const sent = signed({});
      const body = sent.body.replace(/event=[^&]*/, `event=${encodeURIComponent(`[{"id":"${id}", broken`)}`);
      const url = `https://audit.example.org${path}`;
      const checksum = createHash('sha256').update(`${url}${body}hook-secret`).digest('hex');
      expect(await receive({ ...sent, target: `${path}?checksum=${checksum}`, body })).toEqual([]);
    },
  );
});

describe.skipIf(!samplesPresent)('recorded callbacks (skipped where ../shared is absent)', () => {
  interface Callback {
    case: string;
    algorithm: string;
    sharedSecret: string;
    requestTarget: string;
    body: string;
    valid: boolean;
  }
  const callbacks: Callback[] = samplesPresent ? JSON.parse(sample('hooks-callbacks.json')) : [];
  it.each(callbacks)('$case $algorithm', async ({ requestTarget, sharedSecret, body, valid, case: name }) => {
    const url = URL.parse(requestTarget);
    if (url === null) throw new Error('no address');
    const at = Number(new URLSearchParams(body).get('timestamp')) + 1000;
    const sent = { target: url.pathname + url.search, host: url.host, body, secret: sharedSecret, at };
    if (!valid) expect(await refused(sent)).toBe(401);
    else if (name === 'raw')
      expect(factsIn(await receive(sent))).toMatchObject({ room_screen_sharing_allowed_for: 'nobody' });
    else expect(await refused(sent)).toBe(200);
  });
});

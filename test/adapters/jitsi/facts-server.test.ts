// One row per fact and source, so longer than the usual file.

import { describe, expect, it } from 'vitest';
import { reason } from '../../../adapters/contract/fact.ts';
import type { FactName } from '../../../adapters/contract/vocabulary.ts';
import { deploymentFacts, liveFacts, roomFacts } from '../../../adapters/jitsi/facts/index.ts';
import { knownRead, unknownRead } from '../../../adapters/jitsi/known.ts';
import { placeOfPart, readReleases } from '../../../adapters/jitsi/releases.ts';
import type { JitsiSettings } from '../../../adapters/jitsi/schema.ts';
import type { RoomSeen, Seen } from '../../../adapters/jitsi/seen.ts';
import {
  accepted,
  conference,
  described,
  domain,
  down,
  environment,
  focus,
  form,
  logins,
  noGuests,
  prosody,
  refused,
  room,
  seen,
  settings,
  shown,
  shownInfo,
} from './seen.ts';

const off = {
  recordingService: { enabled: false },
  liveStreaming: { enabled: false },
  localRecording: { disable: true },
};
const hidden = { items: knownRead(['hidden.meet.test']) };
const noVersion = { page: knownRead({ state: 'hidden' } as const) };
const lua = (muc: string, main = 'authentication = "jitsi-anonymous"'): Pick<Seen, 'prosody'> =>
  prosody(`VirtualHost "meet.test"\n${main}\nComponent "muc.meet.test" "muc"\n${muc}\n`);
const memory = lua('storage = "memory" modules_enabled = { "muc_hide_all" }');
const jwt = 'ENABLE_AUTH=1\nAUTH_TYPE=jwt\nJWT_APP_SECRET=0123456789abcdef0123456789abcdef\n';

type Row = [why: string, fact: FactName, state: Seen, expected: unknown];

describe('facts of the deployment from the server', () => {
  it.each<Row>([
    ['on in the file', 'recording_feature_enabled', seen(off, environment('ENABLE_RECORDING=1')), true],
    ['`no` is on', 'recording_feature_enabled', seen(off, environment('ENABLE_RECORDING=no')), true],
    [
      'off in the file and the page',
      'recording_feature_enabled',
      seen(off, { ...environment('ENABLE_RECORDING=0\nENABLE_LIVESTREAMING=0') }),
      false,
    ],
    [
      'off in the file, local recording on',
      'recording_feature_enabled',
      seen({}, environment('ENABLE_RECORDING=0')),
      true,
    ],
    [
      'a domain for transcription',
      'recording_feature_enabled',
      seen(off, { ...hidden, ...environment('ENABLE_RECORDING=0\nENABLE_TRANSCRIPTIONS=1') }),
      false,
    ],
    [
      'a domain for nothing',
      'recording_feature_enabled',
      seen(off, { ...hidden, ...environment('ENABLE_RECORDING=0\nENABLE_TRANSCRIPTIONS=0') }),
      '?conflicting',
    ],
    [
      'recorder. exists always',
      'recording_feature_enabled',
      seen(off, {
        items: knownRead(['recorder.meet.test']),
        ...environment('ENABLE_RECORDING=0\nENABLE_TRANSCRIPTIONS=0'),
      }),
      false,
    ],
    [
      'unset, release not known',
      'recording_feature_enabled',
      seen(off, { ...noVersion, ...environment('CONFIG=x') }),
      '?version_unknown jicofo',
    ],
    [
      'unset, release by the tag',
      'recording_feature_enabled',
      seen(off, { ...noVersion, ...environment('JITSI_IMAGE_VERSION=stable-11146-2') }),
      false,
    ],
    [
      'two hosts differ',
      'recording_feature_enabled',
      seen(off, environment('ENABLE_RECORDING=0', 'ENABLE_RECORDING=1')),
      '?conflicting',
    ],
    [
      'transcripts in the file',
      'transcript_persisted',
      seen({}, environment('ENABLE_TRANSCRIPTIONS=1')),
      true,
    ],
    [
      'transcripts off in both',
      'transcript_persisted',
      seen({ transcription: { enabled: false } }, environment('ENABLE_TRANSCRIPTIONS=0')),
      false,
    ],
    [
      'transcripts on in the page only',
      'transcript_persisted',
      seen({ transcription: { enabled: true } }, environment('ENABLE_TRANSCRIPTIONS=0')),
      '?conflicting',
    ],

    [
      'waits for a host',
      'default_room_waiting_room_enabled',
      seen({}, lua('modules_enabled = { "muc_wait_for_host" }')),
      true,
    ],
    ['does not wait', 'default_room_waiting_room_enabled', seen({}, memory), false],
    [
      'modules by code',
      'default_room_waiting_room_enabled',
      seen({}, lua('modules_enabled = mods()')),
      '?undecidable env_file',
    ],
    [
      'waits by the environment file',
      'default_room_waiting_room_enabled',
      seen({}, environment('XMPP_MUC_MODULES=muc_census,muc_wait_for_host')),
      true,
    ],
    [
      'rooms are given out',
      'default_room_password_required',
      seen({}, lua('modules_enabled = { "reservations" }')),
      '?not_observable',
    ],
    [
      'rooms are given out',
      'access_restriction_forced',
      seen({}, lua('modules_enabled = { "reservations" }')),
      '?not_observable',
    ],
    [
      'login decides over the file',
      'guest_access_allowed',
      seen({}, environment('ENABLE_AUTH=1\nENABLE_GUESTS=0')),
      true,
    ],
    [
      'file where the login failed',
      'guest_access_allowed',
      seen(
        {},
        {
          logins: logins({ ...accepted, state: 'failed', reason: { code: 'throttled' } }),
          ...environment('ENABLE_AUTH=1\nENABLE_GUESTS=0'),
        },
      ),
      false,
    ],
    [
      'an empty token is let in',
      'guest_access_allowed',
      seen(
        {},
        {
          logins: logins({ ...accepted, state: 'failed', reason: { code: 'throttled' } }),
          ...environment(`${jwt}JWT_ALLOW_EMPTY=1`),
        },
      ),
      true,
    ],

    ['tokens with a secret', 'shared_secret_used', seen({}, environment(jwt)), true],
    ['accounts', 'shared_secret_used', seen({}, environment('ENABLE_AUTH=1\nAUTH_TYPE=ldap')), false],
    ['no sign-in', 'shared_secret_used', seen({}, environment('ENABLE_AUTH=0\nJWT_APP_SECRET=x')), false],
    [
      'keys of a server',
      'shared_secret_used',
      seen({}, environment(`${jwt}JWT_ASAP_KEYSERVER=https://keys.example.de`)),
      false,
    ],
    [
      'tokens in Prosody',
      'shared_secret_used',
      seen({}, lua('', 'authentication = "token" app_secret = "s3cr3t-simulated"')),
      true,
    ],
    ['Prosody differs', 'shared_secret_used', seen({}, { ...environment(jwt), ...memory }), '?conflicting'],
    ['nothing given', 'shared_secret_used', seen(), '?not_configured env_file'],
    ['measured', 'api_secret_length', seen({}, environment(jwt)), 32],
    [
      'measured in Prosody',
      'api_secret_length',
      seen({}, lua('', 'authentication = "token" app_secret = "s3cr3t-simulated"')),
      16,
    ],
    ['own', 'api_secret_is_public_value', seen({}, environment(jwt)), false],
    [
      "a template's",
      'api_secret_is_public_value',
      seen({}, environment('ENABLE_AUTH=1\nAUTH_TYPE=jwt\nJWT_APP_SECRET=my_jitsi_app_secret')),
      true,
    ],
    [
      'shortest',
      'service_password_min_length',
      seen({}, environment('JVB_AUTH_PASSWORD=abcdef\nJICOFO_AUTH_PASSWORD=abc')),
      3,
    ],
    ['none set', 'service_password_min_length', seen({}, environment('CONFIG=x')), '?not_observable'],
    [
      'strangers get in on a host for tokens',
      'api_secret_checking_enabled',
      seen({}, environment(jwt)),
      false,
    ],
    [
      'refused',
      'api_secret_checking_enabled',
      seen({}, { logins: logins(refused, noGuests), ...environment(jwt) }),
      true,
    ],
    [
      'by the file',
      'api_secret_checking_enabled',
      seen(
        {},
        {
          logins: logins({ ...accepted, state: 'failed', reason: { code: 'throttled' } }),
          ...environment(`${jwt}JWT_ALLOW_EMPTY=0`),
        },
      ),
      true,
    ],

    ['memory', 'chat_persistent', seen({}, memory), false],
    ['memory', 'chat_retention', seen({}, memory), { seconds: 0 }],
    ['stored', 'chat_persistent', seen({}, lua('storage = "internal"')), true],
    ['stored', 'chat_retention', seen({}, lua('storage = "internal"')), '?not_observable prosody_config'],
    ['not named', 'chat_persistent', seen({}, lua('')), '?undecidable'],
    [
      'archived',
      'chat_persistent',
      seen({}, lua('storage = "memory" modules_enabled = { "muc_mam" }')),
      '?undecidable',
    ],
    ['memory', 'activity_statistics_retention', seen({}, memory), { seconds: 0 }],
    [
      'sent on',
      'activity_statistics_retention',
      seen({ analytics: { amplitudeAPPKey: 'k' } }, memory),
      '?not_observable',
    ],
    ['nothing given', 'activity_statistics_retention', seen(), '?not_configured account'],

    [
      'jicofo',
      'platform_version',
      seen({}, { ...noVersion, focusVersion: knownRead('1.0-1180') }),
      '2.0.10978',
    ],
    [
      'the worst part counts',
      'platform_version',
      seen({}, { focusVersion: knownRead('1.0-1180') }),
      '2.0.10978',
    ],
    [
      'the worst part counts',
      'platform_branch_supported',
      seen({}, { focusVersion: knownRead('1.0-1180') }),
      false,
    ],
    [
      'all new',
      'platform_branch_supported',
      seen({}, { focusVersion: knownRead('1.0-1183'), bridgeVersion: knownRead('2.3-295-gabcdef') }),
      true,
    ],
    [
      'shared by two',
      'platform_version',
      seen({}, { ...noVersion, focusVersion: knownRead('1.0-1169') }),
      '?version_unknown jicofo',
    ],
    [
      'shared by two, the page names one',
      'platform_version',
      seen({}, { page: knownRead({ state: 'number', web: 9008 }), focusVersion: knownRead('1.0-1169') }),
      '2.0.10741',
    ],
    [
      'between two',
      'platform_version',
      seen({}, { focusVersion: knownRead('1.0-1182') }),
      '?version_unknown jicofo',
    ],
    [
      'older than the list',
      'platform_branch_supported',
      seen({}, { bridgeVersion: knownRead('2.3-100') }),
      false,
    ],
    [
      'the tag names what the page does not',
      'platform_version',
      seen(
        {},
        {
          page: knownRead({ state: 'number', web: 9999 }),
          ...environment('JITSI_IMAGE_VERSION=stable-11146-2'),
        },
      ),
      '2.0.11146',
    ],
    [
      'unstable is no release',
      'platform_version',
      seen({}, { ...noVersion, ...environment('JITSI_IMAGE_VERSION=unstable') }),
      '?version_unknown jicofo',
    ],

    [
      'a gateway without numbers',
      'dial_in_enabled',
      seen({}, environment('JIGASI_SIP_URI=x@sip.example.org')),
      '?not_observable',
    ],
  ])('%s: %s', (_, fact, state, expected) => {
    expect(shown(deploymentFacts(state, settings)[fact])).toEqual(expected);
  });

  it('layers stand in the chain, and one of them decides', () => {
    const facts = deploymentFacts(seen({}, environment('ENABLE_RECORDING=0')), settings);
    expect(facts.recording_feature_enabled?.evidence[0]).toMatchObject({
      source: 'C',
      chain: [
        { layer: 'server', value: false, decides: false },
        { layer: 'site', value: true, decides: true },
      ],
    });
    const guests = deploymentFacts(
      seen(
        {},
        {
          ...environment('ENABLE_AUTH=1\nENABLE_GUESTS=0'),
          ...focus('jicofo.authentication.enabled = true'),
        },
      ),
      settings,
    ).guest_access_allowed;
    const chain = guests?.evidence[0]?.chain?.map(({ path, value, decides }) => [
      path.slice(0, 2),
      value,
      decides,
    ]);
    expect(chain).toEqual([
      ['X1', true, true],
      ['E ', false, false],
      ['JC', true, false],
    ]);
  });

  it('endpoints are complete with the environment file, and the template has one of its own', () => {
    const quiet = { disableThirdPartyRequests: true };
    const unset = deploymentFacts(seen(quiet, environment('CONFIG=x')), settings);
    expect(shown(unset.external_endpoints)).toEqual({
      items: ['meet-jit-si-turnrelay.jitsi.net'],
      complete: true,
    });
    const jaas = deploymentFacts(
      seen(
        quiet,
        environment('JVB_STUN_SERVERS=stun.example.de:3478\nENABLE_JAAS_COMPONENTS=1\nJAAS_APP_ID=vpaas-1'),
      ),
      settings,
    );
    expect(shown(jaas.external_endpoints_third_country)).toEqual({
      items: ['8x8.vc', 'conference-mapper.jitsi.net'],
      complete: true,
    });
    expect(JSON.stringify(jaas)).not.toContain('vpaas-1');
  });

  it.each<[string, Partial<JitsiSettings>, Partial<Seen>, boolean, unknown]>([
    ['anonymous only', {}, {}, false, { items: [], complete: true }],
    [
      'a token of its own host',
      { room_info: { url: 'https://info.example.de', token: { env: 'T' } } },
      {},
      true,
      { items: [], complete: true },
    ],
    [
      'a token of the main host',
      { room_info: { token: { env: 'T' } } },
      {},
      true,
      { items: ['token:every-room'], complete: true },
    ],
    [
      'an account that was not seen at work',
      { account: { jid: 'auditor@meet.example.de', password: { env: 'P' } } },
      { account: knownRead({ domain: 'meet.example.de' }) },
      true,
      { items: [], complete: false, missing: expect.objectContaining({ code: 'not_running' }) },
    ],
  ])('the auditor: %s', (_, keys, state, used, excess) => {
    const facts = deploymentFacts(seen({}, state), { ...settings, ...keys });
    expect(shown(facts.auditor_account_used)).toBe(used);
    expect(shown(facts.auditor_account_excess_privileges)).toEqual(excess);
  });

  it.each([
    ['1.0-1183', { state: 'release', version: '2.0.11031' }],
    ['1.0-1184', { state: 'newer' }],
    ['1.0-1', { state: 'older' }],
    ['1.0-1169', { state: 'at_most', version: '2.0.10741' }],
    ['1.0-1182', { state: 'at_most', version: '2.0.10978' }],
    ['1.1-1', { state: 'newer' }],
    ['SNAPSHOT', { state: 'unreadable' }],
  ])('jicofo %s', (text, expected) => {
    expect(placeOfPart('jicofo', text, readReleases)).toEqual(expected);
  });
});

type RoomRow = [why: string, fact: FactName, room: RoomSeen, expected: unknown, state?: Seen];
const strong = { length: 12, alphabet: 62, entropyBits: 71, classes: [], inName: false } satisfies object;
const silent = { lobbyProbe: { state: 'not_asked' } } as const;
const denied = {
  form: unknownRead(reason('not_permitted', 'forbidden', { kind: 'permission', name: 'admins' })),
};

describe('facts of a room from the server', () => {
  const open = described(['muc_unsecured', 'muc_open']);
  const noLobby = seen({}, { domain: domain(['speakerstats']), items: knownRead([]) });
  const noDomain = seen({}, { domain: down });

  it.each<RoomRow>([
    ['room-info', 'room_password_required', room(shownInfo(true, false)), true],
    ['room-info', 'room_password_required', room(shownInfo(false, false)), false],
    ['the form', 'room_password_required', room(form({ password: strong })), true],
    ['the form', 'room_password_required', room(form()), false],
    [
      'a form without the field',
      'room_password_required',
      room(form({ password: null })),
      '?invalid_answer room_info',
    ],
    ['an account that may not', 'room_password_required', room(denied), '?not_permitted admins'],
    ['they differ', 'room_password_required', room({ ...shownInfo(true, false), ...form() }), '?conflicting'],
    [
      'room-info against an older server',
      'room_password_required',
      room({ ...shownInfo(true, false), info: open }),
      '?conflicting',
    ],
    [
      'one of them is enough',
      'room_password_required',
      room({ ...shownInfo(null, false), ...form() }),
      false,
    ],
    ['room-info', 'room_waiting_room_enabled', room({ ...shownInfo(false, false), ...silent }), false],
    ['jicofo', 'room_waiting_room_enabled', room({ ...conference({ lobby: true }), ...silent }), true],
    [
      'jicofo says nothing',
      'room_waiting_room_enabled',
      room({ ...conference({ lobby: null }), ...silent }),
      '?invalid_answer room_info',
    ],
    ['the form', 'room_waiting_room_enabled', room({ ...form({ membersOnly: true }), ...silent }), true],
    [
      'the lobby speaks against the form',
      'room_waiting_room_enabled',
      room({ ...form(), lobbyProbe: { state: 'on' } }),
      '?conflicting',
    ],
    [
      'no lobby on the server: members only',
      'room_waiting_room_enabled',
      room({ ...form({ membersOnly: true }), ...silent }),
      false,
      noLobby,
    ],
    [
      'no lobby on the server: members only',
      'room_members_only',
      room(form({ membersOnly: true })),
      true,
      noLobby,
    ],
    [
      'whether there is a lobby is not known',
      'room_waiting_room_enabled',
      room({ ...form({ membersOnly: true }), ...silent }),
      '?unreachable room_info',
      noDomain,
    ],
    [
      'whether there is a lobby is not known',
      'room_members_only',
      room(form({ membersOnly: true })),
      '?unreachable',
      noDomain,
    ],
    ['measured', 'room_password_length', room(form({ password: strong })), 12],
    ['measured', 'room_password_entropy_bits', room(form({ password: strong })), 71],
    ['none', 'room_password_length', room(form()), '?not_observable'],
    ['not given', 'room_password_length', room(), '?not_configured account'],
    [
      'in the name',
      'room_password_in_public_text',
      room(form({ password: { ...strong, inName: true } })),
      true,
    ],
    ['no password', 'room_password_in_public_text', room(form()), false],
    ['in the list', 'room_publicly_listed', room(form({ listed: true })), true],
    ['not in the list', 'room_publicly_listed', room(form()), false],
    ['dies with the room', 'room_chat_persistent', room(form()), false],
    ['outlives the room', 'room_chat_persistent', room(form({ persistent: true })), true],
    ['in memory', 'room_chat_persistent', room(), false, seen({}, memory)],
    [
      'stored',
      'room_chat_retention',
      room(form()),
      '?not_observable prosody_config',
      seen({}, lua('storage = "sql"')),
    ],
    ['the title', 'room_classification_marking', room(form({ marking: 'geheim' })), 'geheim'],
    [
      'a recorder, but no purpose',
      'room_recording_allowed',
      room(conference({ recorders: 1 })),
      '?not_observable',
      seen(off),
    ],
    [
      'a recorder',
      'room_recording_allowed',
      room(conference({ recorders: 1 })),
      true,
      seen(off, { live: true }),
    ],
    [
      'muted',
      'room_join_with_audio_muted',
      room(conference({ startAudioMuted: true })),
      true,
      seen({}, { live: true }),
    ],
    [
      'recording is off, a recorder is at work',
      'room_contradictions',
      room(conference({ recorders: 1 })),
      { items: ['recording_off_jibri_active'], complete: true },
      seen(off, { live: true }),
    ],
    [
      'recording is off, and so is it',
      'room_contradictions',
      room(conference()),
      { items: [], complete: true },
      seen(off, { live: true }),
    ],
    [
      'recording is on: nothing speaks against a recorder',
      'room_contradictions',
      room(conference({ recorders: 1 })),
      { items: [], complete: true },
      seen({ recordingService: { enabled: true } }, { live: true }),
    ],
    [
      'recording may be on, and jicofo does not tell',
      'room_contradictions',
      room(conference({ recorders: null })),
      '?invalid_answer',
      seen(off, { live: true }),
    ],
    ['no jicofo', 'room_contradictions', room(), '?not_configured jicofo', seen(off, { live: true })],
    ['no purpose', 'room_contradictions', room(conference({ recorders: 1 })), '?not_configured live.purpose'],
    [
      'a page that is not known',
      'room_contradictions',
      room(conference({ recorders: 1 })),
      '?unreachable',
      seen({}, { live: true, config: down }),
    ],
    ['open, guessable', 'room_joinable_without_invitation', room(shownInfo(false, false), 'rat'), true],
    ['a password', 'room_joinable_without_invitation', room(shownInfo(true, false), 'rat'), false],
  ])('%s: %s', (_, fact, subject, expected, state = seen()) => {
    expect(shown(roomFacts(state, subject, deploymentFacts(state, settings))[fact])).toEqual(expected);
  });

  const guestDomain = {
    logins: logins(
      { ...refused, condition: 'invalid-mechanism', mechanisms: ['PLAIN'] },
      { role: 'guest', domain: 'guest.meet.test', state: 'accepted' },
    ),
  };
  const members = { byDomain: { 'meet.test': 3, 'guest.meet.test': 2 }, telephones: 1 };

  it.each<RoomRow>([
    ['lobby alone', 'meeting_locked', room(shownInfo(false, true)), true],
    ['the password passes', 'meeting_locked', room(shownInfo(true, true)), false],
    [
      'jicofo and the form',
      'meeting_locked',
      room({ ...conference({ lobby: true }), ...form({ membersOnly: true }) }),
      true,
    ],
    ['nobody in', 'meeting_running', room(conference({ participants: 0 })), false],
    [
      'by its settings',
      'meeting_running',
      room({ ...form(), info: unknownRead({ code: 'unreachable' }) }),
      true,
    ],
    ['counted', 'participants_total', room(conference()), 2],
    ['one or none', 'participants_total', room({ size: knownRead(1) }), { value: 1, bound: 'at_most' }],
    ['several', 'participants_total', room({ size: knownRead(5) }), 5],
    ['all where everybody gets in', 'participants_unauthenticated', room(conference()), 2],
    [
      'those of the guest domain',
      'participants_unauthenticated',
      room(conference({ members })),
      2,
      seen({}, guestDomain),
    ],
    [
      'an empty token is a token',
      'participants_unauthenticated',
      room(conference()),
      '?not_observable',
      seen({}, environment(jwt)),
    ],
    [
      'members that cannot be told',
      'participants_unauthenticated',
      room(conference({ members: null })),
      '?invalid_answer',
    ],
    ['telephones', 'participants_dial_in_unnamed', room(conference({ members })), 1],
    ['a recorder', 'meeting_recording_in_progress', room(conference({ recorders: 2 })), true],
    ['none', 'meeting_recording_in_progress', room(conference()), false],
    ['not given', 'meeting_recording_in_progress', room(), '?not_configured jicofo'],
  ])('live, %s: %s', (_, fact, subject, expected, state = seen({}, { live: true })) => {
    expect(shown(liveFacts(state, subject)[fact])).toEqual(expected);
  });
});

// A table of cases, one per form or fault, so longer than the usual file.

import { describe, expect, it } from 'vitest';
import type { FactName } from '../../../adapters/contract/vocabulary.ts';
import { deploymentFacts, liveFacts, roomFacts } from '../../../adapters/jitsi/facts/index.ts';
import { knownRead } from '../../../adapters/jitsi/known.ts';
import type { RoomSeen, Seen } from '../../../adapters/jitsi/seen.ts';
import {
  accepted,
  at,
  described,
  domain,
  down,
  logins,
  noGuests,
  refused,
  room,
  seen,
  settings,
  shown,
} from './seen.ts';

const off = {
  recordingService: { enabled: false },
  liveStreaming: { enabled: false },
  localRecording: { disable: true },
};
const unsure = (key: string) =>
  `var config = {}; if (location.hash) config${key} = { enableRTCStats: true, amplitudeAPPKey: 'k' };`;
const hidden = knownRead({ state: 'hidden' } as const);
const newer = knownRead({ state: 'number', web: 9999 } as const);

type Row = [why: string, fact: FactName, state: Seen, expected: unknown];

describe('facts of the deployment', () => {
  it.each<Row>([
    ['product', 'presence_status_supported', seen(), false],
    ['version hidden', 'presence_status_supported', seen({}, { page: hidden }), false],
    [
      'newer than the list',
      'presence_status_supported',
      seen({}, { page: newer }),
      '?version_unknown jicofo',
    ],
    ['page not read', 'presence_status_supported', seen({}, { page: down }), '?unreachable'],
    ['all absent', 'attention_tracking_enabled', seen(), false],
    [
      'all absent, version hidden',
      'attention_tracking_enabled',
      seen({}, { page: hidden }),
      '?version_unknown jicofo',
    ],
    ['one on', 'attention_tracking_enabled', seen({ faceLandmarks: { enableRTCStats: true } }), true],
    [
      'centering alone',
      'attention_tracking_enabled',
      seen({ faceLandmarks: { enableFaceCentering: true } }),
      false,
    ],
    ['undecided', 'attention_tracking_enabled', seen(unsure('.faceLandmarks')), '?undecidable'],
    ['file broken', 'attention_tracking_enabled', seen('var config = {'), '?invalid_answer'],
    ['absent', 'activity_statistics_enabled', seen(), true],
    ['hidden in the page', 'activity_statistics_enabled', seen({ speakerStats: { disabled: true } }), false],
    [
      'no component',
      'activity_statistics_enabled',
      seen({}, { domain: domain(['lobbyrooms']), items: knownRead([]) }),
      false,
    ],
    [
      'no component, but a domain for it',
      'activity_statistics_enabled',
      seen({}, { domain: domain(['lobbyrooms']) }),
      '?conflicting',
    ],
    ['server not asked', 'activity_statistics_enabled', seen({}, { domain: down }), '?unreachable'],
    [
      'nobody gets in',
      'activity_statistics_enabled',
      seen({}, { domain: down, logins: logins(refused, noGuests) }),
      true,
    ],
    ['nothing configured', 'third_party_analytics_enabled', seen(), false],
    [
      'nothing configured, version hidden',
      'third_party_analytics_enabled',
      seen({}, { page: hidden }),
      false,
    ],
    ['Amplitude', 'third_party_analytics_enabled', seen({ analytics: { amplitudeAPPKey: 'k' } }), true],
    [
      'Amplitude, switched off',
      'third_party_analytics_enabled',
      seen({ analytics: { amplitudeAPPKey: 'k', disabled: true } }),
      false,
    ],
    [
      'Matomo without a site',
      'third_party_analytics_enabled',
      seen({ analytics: { matomoEndpoint: 'https://m.example.com/' } }),
      false,
    ],
    [
      'Matomo elsewhere',
      'third_party_analytics_enabled',
      seen({ analytics: { matomoEndpoint: 'https://m.example.com/', matomoSiteID: 1 } }),
      true,
    ],
    [
      'Matomo at home',
      'third_party_analytics_enabled',
      seen({ analytics: { matomoEndpoint: 'https://m.example.de/', matomoSiteID: 1 } }),
      false,
    ],
    [
      'statistics ignore the general switch',
      'third_party_analytics_enabled',
      seen({
        disableThirdPartyRequests: true,
        analytics: { rtcstatsEnabled: true, rtcstatsEndpoint: 'wss://rtc.example.com' },
      }),
      true,
    ],
    [
      'statistics without an endpoint',
      'third_party_analytics_enabled',
      seen({ analytics: { rtcstatsEnabled: true } }),
      false,
    ],
    [
      'dead key',
      'third_party_analytics_enabled',
      seen({ analytics: { googleAnalyticsTrackingId: 'UA-1' }, callStatsID: 'x' }),
      false,
    ],
    [
      'branding from elsewhere',
      'third_party_analytics_enabled',
      seen({ dynamicBrandingUrl: 'https://b.example.com/' }),
      '?not_observable',
    ],
    ['a key under a condition', 'third_party_analytics_enabled', seen(unsure('.analytics')), '?undecidable'],
    [
      'hosts',
      'third_party_analytics_hosts',
      seen({
        analytics: { amplitudeAPPKey: 'k', scriptURLs: ['https://t.example.com/a.js', 'libs/own.js'] },
      }),
      { items: ['api.amplitude.com', 't.example.com'], complete: true },
    ],
    ['recording in the browser is on by default', 'recording_feature_enabled', seen(), true],
    ['all off, no backend', 'recording_feature_enabled', seen(off), false],
    [
      'all off, hidden domain',
      'recording_feature_enabled',
      seen(off, { items: knownRead(['hidden.meet.test']) }),
      '?not_observable env_file',
    ],
    [
      'all off, recorder domain',
      'recording_feature_enabled',
      seen(off, { items: knownRead(['recorder.meet.test']) }),
      '?not_observable env_file',
    ],
    [
      'all off, hidden domain in the page',
      'recording_feature_enabled',
      seen({ ...off, hiddenDomain: 'hidden.meet.test' }),
      '?not_observable env_file',
    ],
    ['all off, server not asked', 'recording_feature_enabled', seen(off, { items: down }), '?unreachable'],
    ['Dropbox', 'recording_feature_enabled', seen({ ...off, dropbox: { appKey: 'k' } }), true],
    [
      'old key of streaming wins',
      'recording_feature_enabled',
      seen({ ...off, liveStreamingEnabled: true }),
      true,
    ],
    ['dead key', 'recording_feature_enabled', seen({ ...off, localRecording: { enabled: false } }), true],
    ['impossible', 'recording_auto_start', seen(off), false],
    ['possible', 'recording_auto_start', seen(), '?not_observable'],
    ['consent', 'recording_consent_required', seen({ recordings: { requireConsent: true } }), true],
    [
      'no consent, version hidden',
      'recording_consent_required',
      seen({}, { page: hidden }),
      '?version_unknown jicofo',
    ],
    ['off, no backend', 'transcript_persisted', seen({ transcription: { enabled: false } }), false],
    [
      'old key wins',
      'transcript_persisted',
      seen({ transcription: { enabled: true }, transcribingEnabled: false }),
      false,
    ],
    ['on', 'transcript_persisted', seen({ transcription: { enabled: true } }), '?not_observable env_file'],
    ['accepted', 'guest_access_allowed', seen(), true],
    ['refused, no guests', 'guest_access_allowed', seen({}, { logins: logins(refused, noGuests) }), false],
    [
      'refused, guests refused',
      'guest_access_allowed',
      seen({}, { logins: logins(refused, { ...noGuests, state: 'refused' }) }),
      false,
    ],
    [
      'refused, guests silent',
      'guest_access_allowed',
      seen({}, { logins: logins(refused, { ...noGuests, state: 'failed', reason: { code: 'throttled' } }) }),
      '?throttled',
    ],
    [
      'main host unknown',
      'guest_access_allowed',
      seen({}, { logins: logins({ ...accepted, state: 'unknown_host' }, noGuests) }),
      '?unreachable',
    ],
    ['accepted', 'access_restriction_forced', seen(), false],
    ['refused', 'access_restriction_forced', seen({}, { logins: logins(refused, noGuests) }), true],
    ['lobby there', 'guest_access_decided_in_rooms', seen(), true],
    [
      'lobby missing',
      'guest_access_decided_in_rooms',
      seen({}, { domain: domain([]), items: knownRead([]) }),
      false,
    ],
    [
      'lobby missing, unverified, no list',
      'lock_supported',
      seen({}, { domain: domain([], false), items: down }),
      '?unreachable',
    ],
    ['no rule can be set', 'password_policy_supported', seen(), false],
    ['a maximum', 'password_policy_max_length', seen({ roomPasswordNumberOfDigits: 6 }), 6],
    [
      'false is no number',
      'password_policy_max_length',
      seen({ roomPasswordNumberOfDigits: false }),
      '?not_observable',
    ],
    [
      'both addresses',
      'dial_in_enabled',
      seen({ dialInNumbersUrl: 'https://n.example.de', dialInConfCodeUrl: 'https://c.example.de' }),
      true,
    ],
    ['none', 'dial_in_enabled', seen(), false],
    ['one', 'dial_in_enabled', seen({ dialInNumbersUrl: 'https://n.example.de' }), '?not_observable'],
    [
      'search',
      'user_directory_visible_to_guests',
      seen({ peopleSearchUrl: 'https://p.example.de' }),
      '?not_observable',
    ],
    [
      'no guests',
      'participant_emails_visible_to_guests',
      seen({}, { logins: logins(refused, noGuests) }),
      false,
    ],
    [
      'a token is demanded',
      'api_secret_checking_enabled',
      seen({}, { logins: logins(refused, noGuests) }),
      true,
    ],
    [
      'accounts, no tokens',
      'api_secret_checking_enabled',
      seen(
        {},
        { logins: logins({ ...refused, condition: 'invalid-mechanism', mechanisms: ['PLAIN'] }, noGuests) },
      ),
      '?not_configured env_file',
    ],
    [
      'sign-in elsewhere, but anybody gets in',
      'api_secret_checking_enabled',
      seen({ tokenAuthUrl: 'https://sso.example.de' }),
      false,
    ],
    ['chat off', 'chat_retention', seen({ disableChat: true }), { seconds: 0 }],
    ['chat', 'chat_persistent', seen(), '?not_configured prosody_config'],
    ['no pads', 'shared_notes_persisted', seen(), false],
    [
      'storage',
      'whiteboard_persisted',
      seen({ whiteboard: { storageBackendUrl: 'https://s.example.de' } }),
      true,
    ],
    [
      'only collaboration',
      'whiteboard_persisted',
      seen({ whiteboard: { collabServerBaseUrl: 'https://s.example.de' } }),
      '?not_observable',
    ],
    ['absent', 'remote_control_enabled', seen(), true],
    ['off', 'remote_control_enabled', seen({ disableRemoteControl: true }), false],
    ['no button', 'screen_sharing_allowed_for', seen({ toolbarButtons: ['chat'] }), '?not_observable'],
    ['a dead key', 'screen_sharing_allowed_for', seen({ disableScreensharing: true }), 'all'],
    ['old key', 'virtual_background_enabled', seen({ disableVirtualBackground: true }), false],
    ['from the 11th on', 'join_with_audio_muted', seen({ startAudioMuted: 10 }), false],
    ['everybody', 'join_with_audio_muted', seen({ startAudioMuted: 0 }), true],
    [
      'own notice',
      'privacy_notice_present',
      seen({ legalUrls: { privacy: 'https://www.example.de/ds' } }),
      true,
    ],
    [
      "the vendor's",
      'privacy_notice_present',
      seen({ legalUrls: { privacy: 'https://jitsi.org/privacy' } }),
      false,
    ],
    ['none', 'privacy_notice_present', seen(), false],
    ['none, version hidden', 'privacy_notice_present', seen({}, { page: hidden }), '?version_unknown jicofo'],
    ['mapped', 'platform_version', seen(), '2.0.11031'],
    [
      'between two',
      'platform_version',
      seen({}, { page: knownRead({ state: 'number', web: 9200 }) }),
      '?version_unknown jicofo',
    ],
    [
      'between two',
      'platform_branch_supported',
      seen({}, { page: knownRead({ state: 'number', web: 9200 }) }),
      false,
    ],
    ['newer', 'platform_branch_supported', seen({}, { page: newer }), '?version_unknown jicofo'],
    [
      'named in config.js',
      'platform_version',
      seen({ deploymentInfo: { releaseNumber: '11031' } }, { page: hidden }),
      '2.0.11031',
    ],
    [
      'page not read',
      'platform_version',
      seen({ deploymentInfo: { releaseNumber: '11031' } }, { page: down }),
      '?unreachable',
    ],
  ])('%s: %s', (_, fact, state, expected) => {
    expect(shown(deploymentFacts(state, settings)[fact])).toEqual(expected);
  });

  it.each<[string, object, Partial<Seen>, string[]]>([
    ['nothing', { hosts: { anonymousdomain: 'guest.meet.test' } }, {}, []],
    [
      'recording off, domain there',
      { hosts: { anonymousdomain: 'g' }, ...off },
      { items: knownRead(['hidden.meet.test']) },
      ['config_off_backend_on'],
    ],
    [
      'recorder domain of a package',
      { hosts: { anonymousdomain: 'g' }, ...off },
      { items: knownRead(['recorder.meet.test']) },
      [],
    ],
    [
      'third parties',
      {
        hosts: { anonymousdomain: 'g' },
        disableThirdPartyRequests: true,
        analytics: { amplitudeAPPKey: 'k' },
      },
      {},
      ['third_parties_off_endpoint_set'],
    ],
    [
      'a dead key',
      { hosts: { anonymousdomain: 'g' }, fileRecordingsEnabled: false },
      {},
      ['dead_key_trusted'],
    ],
    [
      'hosted',
      { hosts: { anonymousdomain: 'g', domain: '8x8.vc' } },
      {},
      ['declared_on_premises_endpoint_hosted'],
    ],
    ['an open server that asks for no sign-in', {}, {}, []],
    [
      'sign-in asked, no guest domain, yet strangers get in',
      { hosts: { authdomain: 'meet.test' } },
      {},
      ['guests_off_anonymous_login_succeeds'],
    ],
    [
      'sign-in elsewhere, yet strangers get in',
      { tokenAuthUrl: 'https://id.meet.test/{room}' },
      {},
      ['guests_off_anonymous_login_succeeds'],
    ],
    [
      'guests have a domain of their own',
      { hosts: { authdomain: 'meet.test', anonymousdomain: 'g' } },
      {},
      [],
    ],
  ])('contradictions: %s', (_, keys, other, items) => {
    const hosting = { model: 'on_premises', country: 'DE' } as const;
    const fact = deploymentFacts(seen(keys, other), { ...settings, hosting }).contradictions;
    expect(shown(fact)).toEqual({ items, complete: true });
  });

  it('endpoints: STUN in the form of the containers, own hosts left out, never complete without the environment file', () => {
    const text = `var config = {}; config.p2p = {};
      config.p2p.stunServers = 'stun.example.net:3478,turn.example.de:443'.split(',').map(function (u) { return { urls: 'stun:' + u }; });
      config.disableThirdPartyRequests = true;`;
    const facts = deploymentFacts(
      seen(text, { services: knownRead(['meet-jit-si-turnrelay.jitsi.net']) }),
      settings,
    );
    expect(shown(facts.external_endpoints)).toMatchObject({
      items: ['meet-jit-si-turnrelay.jitsi.net', 'stun.example.net'],
      complete: false,
      missing: { fill: { name: 'env_file' } },
    });
    expect(shown(facts.external_endpoints_third_country)).toMatchObject({
      items: ['meet-jit-si-turnrelay.jitsi.net'],
      complete: false,
    });
  });
});

const lobbyForm = {
  'muc#roominfo_lobbyroom': 'r@lobby.meet.test',
  'muc#roominfo_occupants': '4',
  'muc#roominfo_created_timestamp': String(at - 60_000),
};

type RoomRow = [why: string, fact: FactName, room: RoomSeen, expected: unknown, state?: Seen];

describe('facts of a room', () => {
  const open = described(['muc_unsecured', 'muc_open']);
  const both = described(['muc_passwordprotected', 'muc_membersonly'], lobbyForm);
  const lobby = described(['muc_unsecured', 'muc_membersonly'], lobbyForm);
  const noLobby = seen({}, { domain: domain(['speakerstats']), items: knownRead([]) });

  it.each<RoomRow>([
    ['forbidden', 'room_password_required', room(), '?not_observable room_info'],
    ['legacy', 'room_password_required', room({ info: both }), true],
    ['legacy', 'room_password_required', room({ info: open }), false],
    [
      'neither feature',
      'room_password_required',
      room({ info: described(['muc_open']) }),
      '?invalid_answer room_info',
    ],
    [
      'both features',
      'room_password_required',
      room({ info: described(['muc_unsecured', 'muc_passwordprotected']) }),
      '?invalid_answer room_info',
    ],
    ['probe', 'room_waiting_room_enabled', room({ lobbyProbe: { state: 'on' } }), true],
    ['silence is not off', 'room_waiting_room_enabled', room(), '?not_observable room_info'],
    [
      'probe failed',
      'room_waiting_room_enabled',
      room({ lobbyProbe: { state: 'failed', reason: { code: 'throttled' } } }),
      '?throttled room_info',
    ],
    [
      'no lobby on the server',
      'room_waiting_room_enabled',
      room({ lobbyProbe: { state: 'not_asked' } }),
      false,
      noLobby,
    ],
    ['legacy', 'room_waiting_room_enabled', room({ info: lobby }), true],
    ['legacy', 'room_waiting_room_enabled', room({ info: open }), false],
    [
      'members only without a lobby room',
      'room_waiting_room_enabled',
      room({ info: described(['muc_unsecured', 'muc_membersonly']) }),
      '?invalid_answer room_info',
    ],
    ['lobby is the mechanism', 'room_members_only', room(), false],
    [
      'no lobby, members only',
      'room_members_only',
      room({ info: described(['muc_membersonly', 'muc_unsecured']) }),
      true,
      noLobby,
    ],
    ['anybody', 'room_signed_in_only', room(), false],
    ['guessable', 'room_link_guessable', room({}, 'leitung'), true],
    ['long and odd', 'room_link_guessable', room(), false],
    ['a UUID', 'room_link_guessable', room({}, '3d9ad0b3-95f9-46cf-b80c-d183dd6d9a2a'), false],
    ['the tenant does not count', 'room_link_guessable', room({}, '7f3k9q2w-zx41-amt/rat'), true],
    ['not listed', 'room_publicly_listed', room(), false],
    [
      'listed by the service',
      'room_publicly_listed',
      room({}, 'rat'),
      true,
      seen({}, { listed: knownRead(['rat@muc.meet.test']) }),
    ],
    [
      'public list',
      'room_publicly_listed',
      room({}, 'rat'),
      true,
      seen({}, { census: knownRead(new Set(['rat@muc.meet.test'])) }),
    ],
    [
      'public list without it',
      'room_publicly_listed',
      room({}, 'rat'),
      '?incomplete',
      seen({}, { census: knownRead(new Set(['x@muc.meet.test'])) }),
    ],
    ['list not read', 'room_publicly_listed', room(), '?unreachable', seen({}, { census: down })],
    [
      'legacy public',
      'room_publicly_listed',
      room({ info: { ...open, features: new Set(['muc_public']) } }),
      true,
    ],
    ['open, guessable', 'room_joinable_without_invitation', room({ info: open }, 'rat'), true],
    ['open, not guessable', 'room_joinable_without_invitation', room({ info: open }), false],
    ['lobby', 'room_joinable_without_invitation', room({ lobbyProbe: { state: 'on' } }, 'rat'), false],
    ['not known', 'room_joinable_without_invitation', room({}, 'rat'), '?not_observable room_info'],
    ['harm is inherited', 'room_recording_allowed', room(), true],
    ['protection is not', 'room_recording_allowed', room(), '?not_observable', seen(off)],
    ['enforced by the server', 'room_activity_statistics_enabled', room(), false, noLobbyStatistics()],
    [
      'overridable',
      'room_activity_statistics_enabled',
      room(),
      '?not_observable',
      seen({ speakerStats: { disabled: true } }),
    ],
    ['remote control', 'room_remote_control_allowed', room(), true],
    [
      'remote control off in the page',
      'room_remote_control_allowed',
      room(),
      '?not_observable',
      seen({ disableRemoteControl: true }),
    ],
    ['legacy', 'room_chat_persistent', room({ info: open }), false],
    ['legacy', 'room_chat_retention', room({ info: open }), { seconds: 0 }],
    ['forbidden', 'room_chat_retention', room(), '?not_observable account'],
    ['no file service', 'room_shared_documents_count', room(), 0],
    [
      'a file service',
      'room_shared_documents_count',
      room(),
      '?not_observable',
      seen({ fileSharing: { apiUrl: 'https://f.example.de' } }),
    ],
    ['a mark', 'room_classification_marking', room({}, 'VS-NfD_Lage'), 'vs_nfd'],
    ['an encoded mark', 'room_classification_marking', room({}, 'streng%20geheim'), 'streng_geheim'],
    ['none', 'room_classification_marking', room({}, 'geheimnisse'), 'none'],
  ])('%s: %s', (_, fact, subject, expected, state = seen()) => {
    expect(shown(roomFacts(state, subject, deploymentFacts(state, settings))[fact])).toEqual(expected);
  });

  it.each<RoomRow>([
    ['exists', 'meeting_running', room(), true],
    ['lobby without password', 'meeting_locked', room({ info: lobby }), true],
    ['the password passes the lobby', 'meeting_locked', room({ info: both }), false],
    ['no lobby', 'meeting_locked', room({ info: open }), false],
    ['only the probe', 'meeting_locked', room({ lobbyProbe: { state: 'on' } }), '?not_observable room_info'],
    ['the focus is taken off', 'participants_total', room({ info: lobby }), 3],
    ['forbidden', 'participants_total', room(), '?not_observable prosody_http'],
    ['no number', 'participants_total', room({ info: open }), '?invalid_answer prosody_http'],
    ['a minute', 'meeting_running_time', room({ info: lobby }), 60],
  ])('live, %s: %s', (_, fact, subject, expected, state = seen()) => {
    expect(shown(liveFacts(state, subject)[fact])).toEqual(expected);
  });
});

function noLobbyStatistics(): Seen {
  return seen({}, { domain: domain(['lobbyrooms']), items: knownRead([]) });
}

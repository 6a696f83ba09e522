// One row per demand and side, so longer than the usual file.

import { describe, expect, it } from 'vitest';
import { type Fact, known } from '../../../adapters/contract/fact.ts';
import { configurationEvidence, configuredRoomFacts } from '../../../adapters/contract/room.ts';
import { deploymentFacts, liveFacts, roomFacts } from '../../../adapters/jitsi/facts/index.ts';
import { jitsi } from '../../../adapters/jitsi/index.ts';
import { knownRead } from '../../../adapters/jitsi/known.ts';
import type { JitsiSettings } from '../../../adapters/jitsi/schema.ts';
import type { RoomSeen, Seen } from '../../../adapters/jitsi/seen.ts';
import { bindVendor, compileCatalogue, judgeSubject } from '../../../src/policy/evaluate.ts';
import { loadCatalogue } from '../../../src/policy/load.ts';
import type { FactMap } from '../../../src/policy/types.ts';
import { policyFolder } from '../../policy/helper.ts';
import {
  at,
  conference,
  domain,
  environment,
  form,
  logins,
  noGuests,
  prosody,
  refused,
  room,
  seen,
  settings,
  shownInfo,
} from './seen.ts';

const catalogue = compileCatalogue(loadCatalogue(policyFolder), {
  'screen-sharing-restricted': { parameters: { enabled: true } },
});
const bound = bindVendor(catalogue, jitsi.facts, { declaredOnly: false, live: true });

interface Case {
  state: Seen;
  room?: RoomSeen;
  settings?: Partial<JitsiSettings>;
  inventory?: FactMap;
  attestation?: FactMap;
}

/** The verdict with the codes of what it lacked. */
function judged(policy: string, given: Case): string {
  const all: JitsiSettings = { ...settings, ...given.settings };
  const facts = deploymentFacts(given.state, all);
  const kind = given.room === undefined ? 'deployment' : 'room';
  const scope = {
    deployment: facts,
    inventory: given.inventory ?? {},
    attestations: given.attestation === undefined ? {} : { [policy]: given.attestation },
    ...(given.room === undefined ? {} : { room: allOfRoom(given.state, given.room, facts, all) }),
  };
  const found = judgeSubject(bound, kind, scope).filter((result) => result.policy === policy);
  if (found.length === 0) return 'not judged here';
  return found
    .map(({ verdict, holes }) =>
      verdict === 'unknown'
        ? `unknown ${[...new Set(holes.map(({ reason }) => reason.code))].sort().join(' ')}`
        : verdict,
    )
    .join();
}

function allOfRoom(state: Seen, one: RoomSeen, facts: FactMap, all: JitsiSettings): FactMap {
  const context = { tags: {}, now: () => at };
  const { node, name } = one.address;
  return {
    ...roomFacts(state, one, facts),
    ...liveFacts(state, one),
    ...configuredRoomFacts({ settings: all }, context, node, name),
  };
}

const off = {
  recordingService: { enabled: false },
  liveStreaming: { enabled: false },
  localRecording: { disable: true },
};
const strong = { length: 16, alphabet: 62, entropyBits: 95, classes: [], inName: false } satisfies object;
const weak = { length: 4, alphabet: 10, entropyBits: 13, classes: [], inName: true } satisfies object;
const noStatistics = { domain: domain(['lobbyrooms']), items: knownRead([]) };
const closed = { logins: logins(refused, noGuests) };
const secure = {
  logins: logins(
    { ...refused, condition: 'invalid-mechanism' },
    { role: 'guest', domain: 'guest.meet.test', state: 'accepted' },
  ),
};
const muc = (text: string): Pick<Seen, 'prosody'> =>
  prosody(`VirtualHost "meet.test"\nComponent "muc.meet.test" "muc"\n${text}`);
const jwt = 'ENABLE_AUTH=1\nAUTH_TYPE=jwt\nJWT_APP_SECRET=';
const live = { live: true };
const four = { 'abteilung-7f3k9q2w-zx': 4 };
const of = (value: boolean | string): Fact => known(value, configurationEvidence('attestations', at));
const fresh = { at: Date.UTC(2026, 7, 25) };
const newest = { ...fresh, ...environment('JITSI_IMAGE_VERSION=stable-11146-2') };

type Row = [demand: string, policy: string, given: Case, expected: string];

const rows: Row[] = [
  ['presence off', 'presence-status-disabled', { state: seen() }, 'not_applicable'],
  [
    'presence off, release not known',
    'presence-status-disabled',
    { state: seen({}, { page: knownRead({ state: 'number', web: 9999 }) }) },
    'unknown version_unknown',
  ],

  ['no attention tracking', 'attention-tracking-disabled', { state: seen() }, 'pass'],
  [
    'no attention tracking',
    'attention-tracking-disabled',
    { state: seen({ faceLandmarks: { enableFaceExpressionsDetection: true } }) },
    'violation',
  ],
  [
    'no attention tracking in rooms',
    'attention-tracking-disabled',
    { state: seen(), room: room() },
    'unknown not_observable',
  ],
  ['no statistics', 'activity-statistics-disabled', { state: seen({}, noStatistics) }, 'pass'],
  ['no statistics', 'activity-statistics-disabled', { state: seen() }, 'violation'],
  [
    'no statistics in rooms',
    'activity-statistics-disabled',
    { state: seen({ speakerStats: { disabled: true } }), room: room() },
    'unknown not_observable',
  ],
  ['no analytics', 'third-party-analytics-disabled', { state: seen() }, 'pass'],
  [
    'no analytics',
    'third-party-analytics-disabled',
    { state: seen({ analytics: { amplitudeAPPKey: 'k' } }) },
    'violation',
  ],

  [
    'no recording',
    'recording-off-as-rule',
    { state: seen(off, environment('ENABLE_RECORDING=0\nENABLE_LIVESTREAMING=0')) },
    'pass',
  ],
  ['no recording: localRecording unset', 'recording-off-as-rule', { state: seen() }, 'violation'],
  [
    'no recording: a backend',
    'recording-off-as-rule',
    { state: seen(off, environment('ENABLE_RECORDING=1')) },
    'violation',
  ],
  [
    'no recording: hidden domain, file not given',
    'recording-off-as-rule',
    { state: seen(off, { items: knownRead(['hidden.meet.test']) }) },
    'unknown not_observable',
  ],
  ['no recording now', 'live-no-recording', { state: seen({}, live), room: room(conference()) }, 'pass'],
  [
    'no recording now',
    'live-no-recording',
    { state: seen({}, live), room: room(conference({ recorders: 1 })) },
    'violation',
  ],
  [
    'no recording now',
    'live-no-recording',
    { state: seen({}, live), room: room() },
    'unknown not_configured',
  ],
  ['recording not automatic', 'recording-not-automatic', { state: seen(off) }, 'pass'],
  ['recording not automatic', 'recording-not-automatic', { state: seen() }, 'unknown not_observable'],

  [
    'password or waiting room',
    'room-access-restricted',
    { state: seen(), room: room(shownInfo(true, false)) },
    'pass',
  ],
  [
    'password or waiting room',
    'room-access-restricted',
    { state: seen(), room: room(form({ membersOnly: true })) },
    'pass',
  ],
  [
    'password or waiting room',
    'room-access-restricted',
    { state: seen(), room: room(shownInfo(false, false)) },
    'violation',
  ],
  [
    'password or waiting room: current server alone',
    'room-access-restricted',
    { state: seen(), room: room() },
    'unknown not_observable',
  ],
  [
    'password or waiting room: jicofo shows the lobby only',
    'room-access-restricted',
    { state: seen(), room: room(conference()) },
    'unknown not_observable',
  ],
  ['what rooms start with', 'access-restriction-enforced', { state: seen({}, closed) }, 'pass'],
  [
    'what rooms start with',
    'access-restriction-enforced',
    { state: seen({}, muc('modules_enabled = { "muc_wait_for_host" }')) },
    'pass',
  ],
  ['what rooms start with', 'access-restriction-enforced', { state: seen() }, 'violation'],
  [
    'what rooms start with: given out elsewhere',
    'access-restriction-enforced',
    { state: seen({}, muc('modules_enabled = { "reservations" }')) },
    'unknown not_observable',
  ],

  [
    'closed once all are in',
    'meeting-locked-when-complete',
    {
      state: seen({}, live),
      room: room({ ...shownInfo(false, true), ...conference({ participants: 4, lobby: true }) }),
      settings: { participants_expected: four },
    },
    'pass',
  ],
  [
    'closed once all are in: the password passes',
    'meeting-locked-when-complete',
    {
      state: seen({}, live),
      room: room({ ...shownInfo(true, true), ...conference({ participants: 4, lobby: true }) }),
      settings: { participants_expected: four },
    },
    'violation',
  ],
  [
    'closed once all are in: not all',
    'meeting-locked-when-complete',
    {
      state: seen({}, live),
      room: room({ ...shownInfo(true, true), ...conference({ participants: 2, lobby: true }) }),
      settings: { participants_expected: four },
    },
    'not_applicable',
  ],
  [
    'closed once all are in: nobody said how many',
    'meeting-locked-when-complete',
    { state: seen({}, live), room: room(conference({ participants: 4 })) },
    'unknown not_configured',
  ],

  [
    'secure passwords',
    'room-password-strong',
    { state: seen(), room: room({ ...form({ password: strong }), ...shownInfo(true, false) }) },
    'pass',
  ],
  [
    'secure passwords',
    'room-password-strong',
    { state: seen(), room: room({ ...form({ password: weak }), ...shownInfo(true, false) }) },
    'violation',
  ],
  [
    'secure passwords: nobody shows the length',
    'room-password-strong',
    { state: seen(), room: room(shownInfo(true, false)) },
    'unknown not_configured',
  ],
  [
    'secure passwords: none',
    'room-password-strong',
    { state: seen(), room: room(shownInfo(false, true)) },
    'not_applicable',
  ],
  ['secrets not in names', 'room-secret-not-exposed', { state: seen(), room: room(form()) }, 'pass'],
  [
    'secrets not in names',
    'room-secret-not-exposed',
    { state: seen(), room: room(form({ password: weak })) },
    'violation',
  ],
  [
    'secrets not in names',
    'room-secret-not-exposed',
    { state: seen(), room: room(shownInfo(true, false)) },
    'unknown not_configured not_observable',
  ],
  ['not listed', 'room-not-publicly-listed', { state: seen(), room: room(shownInfo(true, false)) }, 'pass'],
  [
    'not listed',
    'room-not-publicly-listed',
    {
      state: seen({}, { census: knownRead(new Set(['abteilung-7f3k9q2w-zx@muc.meet.test'])) }),
      room: room(),
    },
    'violation',
  ],

  ['participants signed in', 'guest-access-controlled', { state: seen({}, closed) }, 'pass'],
  [
    'participants signed in: no lobby',
    'guest-access-controlled',
    { state: seen({}, { domain: domain([]), items: knownRead([]) }) },
    'violation',
  ],
  [
    'guests wait',
    'guest-access-controlled',
    { state: seen({}, secure), room: room(shownInfo(false, true)) },
    'pass',
  ],
  [
    'guests wait',
    'guest-access-controlled',
    { state: seen({}, secure), room: room(shownInfo(true, false)) },
    'violation',
  ],
  [
    'participants known',
    'live-participants-known',
    { state: seen({}, { ...live, ...closed }), room: room(conference()) },
    'pass',
  ],
  [
    'participants known',
    'live-participants-known',
    { state: seen({}, live), room: room(conference()) },
    'violation',
  ],
  [
    'participants known',
    'live-participants-known',
    { state: seen({}, live), room: room() },
    'unknown not_configured',
  ],

  ['no remote control', 'remote-control-disabled', { state: seen({ disableRemoteControl: true }) }, 'pass'],
  ['no remote control', 'remote-control-disabled', { state: seen() }, 'violation'],
  [
    'no remote control in rooms: nobody enforces it',
    'remote-control-disabled',
    { state: seen({ disableRemoteControl: true }), room: room() },
    'unknown not_observable',
  ],

  ['virtual background', 'virtual-background-available', { state: seen() }, 'pass'],
  [
    'virtual background',
    'virtual-background-available',
    { state: seen({ virtualBackground: { disabled: true } }) },
    'violation',
  ],

  ['nothing classified', 'classified-marking-absent', { state: seen(), room: room(form()) }, 'pass'],
  [
    'nothing classified',
    'classified-marking-absent',
    { state: seen(), room: room(form({ marking: 'vs_nfd' })) },
    'violation',
  ],
  ['screen sharing', 'screen-sharing-restricted', { state: seen() }, 'violation'],
  [
    'screen sharing: only the button',
    'screen-sharing-restricted',
    { state: seen({ toolbarButtons: ['chat'] }) },
    'unknown not_observable',
  ],

  ['chat deleted', 'chat-deleted-after-meeting', { state: seen({}, muc('storage = "memory"')) }, 'pass'],
  [
    'chat deleted: stored',
    'chat-deleted-after-meeting',
    { state: seen({}, muc('storage = "internal"')) },
    'unknown not_observable',
  ],
  ['chat deleted', 'chat-deleted-after-meeting', { state: seen() }, 'unknown not_configured'],
  ['chat deleted in rooms', 'chat-deleted-after-meeting', { state: seen(), room: room(form()) }, 'pass'],
  [
    'chat deleted in rooms',
    'chat-deleted-after-meeting',
    { state: seen(), room: room() },
    'unknown not_observable',
  ],
  [
    'documents deleted',
    'documents-deleted-after-meeting',
    { state: seen({ transcription: { enabled: false } }, environment('ENABLE_TRANSCRIPTIONS=0')) },
    'pass',
  ],
  [
    'documents deleted',
    'documents-deleted-after-meeting',
    { state: seen({}, environment('ENABLE_TRANSCRIPTIONS=1')) },
    'violation',
  ],
  [
    'documents deleted',
    'documents-deleted-after-meeting',
    { state: seen({ transcription: { enabled: true } }) },
    'unknown not_observable',
  ],

  [
    'updates',
    'platform-version-current',
    { state: seen({}, { ...newest, page: knownRead({ state: 'number', web: 9999 }) }) },
    'pass',
  ],
  [
    'updates',
    'platform-version-current',
    { state: seen({}, { page: knownRead({ state: 'number', web: 9139 }) }) },
    'violation',
  ],
  [
    'updates: no number',
    'platform-version-current',
    { state: seen({}, { ...fresh, page: knownRead({ state: 'hidden' }) }) },
    'unknown version_unknown',
  ],

  ['telephone: not offered', 'dial-in-protected', { state: seen() }, 'not_applicable'],
  [
    'telephone: how it is shielded',
    'dial-in-protected',
    { state: seen({ dialInNumbersUrl: 'https://n.example.de', dialInConfCodeUrl: 'https://c.example.de' }) },
    'unknown not_observable',
  ],

  [
    'no third country',
    'third-country-endpoints-absent',
    {
      state: seen({ disableThirdPartyRequests: true }, environment('JVB_STUN_SERVERS=stun.example.de:3478')),
    },
    'pass',
  ],
  [
    'no third country: the template of the bridge',
    'third-country-endpoints-absent',
    { state: seen({ disableThirdPartyRequests: true }, environment('CONFIG=x')) },
    'violation',
  ],
  [
    'no third country: without the file',
    'third-country-endpoints-absent',
    { state: seen({ disableThirdPartyRequests: true }) },
    'unknown not_configured',
  ],

  [
    'own privacy notice',
    'privacy-notice-provided',
    {
      state: seen({ legalUrls: { privacy: 'https://www.example.de/ds' } }),
      attestation: { 'attestation.value': of(true) },
    },
    'pass',
  ],
  [
    'own privacy notice',
    'privacy-notice-provided',
    { state: seen(), attestation: { 'attestation.value': of(false) } },
    'violation',
  ],

  [
    'tokens well kept',
    'api-secret-strong',
    {
      state: seen(
        {},
        { ...closed, ...environment(`${jwt}0123456789abcdef0123456789abcdef0123456789abcdef`) },
      ),
    },
    'pass',
  ],
  [
    'tokens well kept',
    'api-secret-strong',
    { state: seen({}, { ...closed, ...environment(`${jwt}my_jitsi_app_secret`) }) },
    'violation',
  ],
  ['tokens well kept', 'api-secret-strong', { state: seen({}, closed) }, 'unknown not_configured'],
  [
    'tokens well kept: no tokens',
    'api-secret-strong',
    { state: seen({}, environment('ENABLE_AUTH=0')) },
    'not_applicable',
  ],
  ['auditor', 'auditor-account-least-privilege', { state: seen() }, 'not_applicable'],
  [
    'auditor',
    'auditor-account-least-privilege',
    { state: seen(), settings: { room_info: { url: 'https://i.example.de', token: { env: 'T' } } } },
    'pass',
  ],
  [
    'auditor',
    'auditor-account-least-privilege',
    { state: seen(), settings: { account: { jid: 'a@auth.example.de', password: { env: 'P' } } } },
    'violation',
  ],
  [
    'declared and observed',
    'declared-matches-observed',
    { state: seen({ fileRecordingsEnabled: false }) },
    'violation',
  ],
  [
    'declared and observed',
    'declared-matches-observed',
    {
      state: seen(
        { recordingService: { enabled: false }, liveStreaming: { enabled: false } },
        { ...live, recorders: knownRead(1) },
      ),
      settings: { jicofo: 'http://127.0.0.1:8888' },
    },
    'violation',
  ],
  ['declared and observed', 'declared-matches-observed', { state: seen() }, 'pass'],
  [
    'declared and observed, a room',
    'declared-matches-observed',
    { state: seen(off, live), room: room(conference({ recorders: 1 })) },
    'violation',
  ],
  [
    'declared and observed, a room',
    'declared-matches-observed',
    { state: seen(off, live), room: room(conference()) },
    'pass',
  ],
  [
    'declared and observed, a room',
    'declared-matches-observed',
    { state: seen(off), room: room() },
    'unknown not_configured',
  ],
];

describe('demands, row by row', () => {
  it.each(rows)('%s: %s', (_, policy, given, expected) => {
    expect(judged(policy, given)).toBe(expected);
  });

  it('every policy that this product can be judged by has a row', () => {
    const judgedHere = bound.entries
      .filter(({ state }) => state === 'judged')
      .map(({ entry }) => entry.policy);
    const rules = judgedHere.filter(({ form: kind }) => kind === 'rule').map(({ id }) => id);
    const elsewhere = [
      // From the configuration alone, the same for every product.
      ...['employer-provided-system', 'hosting-on-premises-or-germany', 'no-us-provider'],
      // Held by the tests of its facts: unenforced on this product.
      ...['join-muted', 'participant-directory-not-exposed', 'recordings-deleted-after-meeting'],
    ];
    const walked = new Set([...rows.map(([, policy]) => policy), ...elsewhere]);
    expect([...new Set(rules)].filter((id) => !walked.has(id))).toEqual([]);
  });
});

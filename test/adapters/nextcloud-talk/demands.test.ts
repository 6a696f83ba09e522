// One table, longer than other files: the rows of the vendor's demands stand together.
import { describe, expect, it } from 'vitest';
import { nextcloudTalk } from '../../../adapters/nextcloud-talk/index.ts';
import type { SimulatedRoom, SimulatedWorld } from '../../../adapters/nextcloud-talk/simulator.ts';
import { judgementsOf } from '../../contract/judge.ts';
import { type Case, day, guest, inCall, now, person, worldOf } from './cases.ts';
import { talkSqlite } from './database.ts';
import { scanWorld } from './harness.ts';

type Verdict = 'pass' | 'violation' | 'unknown' | 'not_applicable';

interface Sight extends Partial<SimulatedWorld> {
  room?: Partial<SimulatedRoom>;
  live?: boolean;
  database?: boolean;
  token?: string;
  anonymous?: boolean;
  settings?: object;
}

interface Demand {
  demand: string;
  policy: string;
  on?: 'deployment' | 'room';
  /** Verdict, and the code of the first deciding hole where it is unknown. */
  cases: [string, Sight, Verdict, string?][];
}

const admin = { groups: ['admin'] };
const running = { callSince: now - 600, people: [person({ ...inCall })] };
const up = { server: '34.0.4', talk: '24.0.5' };
const quiet = { enabledApps: ['spreed', 'text'] };

/** Section 6 of the vendor's facts, from top to bottom. */
const demands: Demand[] = [
  {
    demand: 'no presence tracking',
    policy: 'presence-status-disabled',
    cases: [
      ['app off', { apps: { userStatus: false, passwordPolicy: null } }, 'pass'],
      ['app on', {}, 'violation'],
      ['nobody signed in', { anonymous: true }, 'unknown', 'not_configured'],
    ],
  },
  {
    demand: 'no attention tracking',
    policy: 'attention-tracking-disabled',
    cases: [
      ['no such function', {}, 'not_applicable'],
      ['a major nobody has read', { talk: '26.0.0' }, 'unknown', 'not_supported_by_version'],
    ],
  },
  {
    demand: 'no recording as a rule',
    policy: 'recording-off-as-rule',
    cases: [
      ['off', { recording: false }, 'pass'],
      ['on', {}, 'violation'],
      ['presets of 24', up, 'unknown', 'not_supported_by_version'],
    ],
  },
  {
    demand: 'no recording as a rule: now',
    policy: 'live-no-recording',
    on: 'room',
    cases: [
      ['a call without', { live: true, room: running }, 'pass'],
      ['a call with', { live: true, room: { ...running, recording: 1 } }, 'violation'],
      [
        'the same, seen in the database alone',
        { live: true, anonymous: true, database: true, room: { ...running, recording: 2 } },
        'violation',
      ],
      ['a failed attempt', { live: true, room: { ...running, recording: 5 } }, 'pass'],
      ['held in the lobby', { live: true, room: { ...running, lobby: true } }, 'unknown', 'not_permitted'],
      [
        'the same with the database',
        { live: true, database: true, room: { ...running, lobby: true } },
        'pass',
      ],
      ['no call', { live: true, room: {} }, 'not_applicable'],
    ],
  },
  {
    demand: 'no AI processing of recordings',
    policy: 'documents-deleted-after-meeting',
    cases: [
      ['nothing is recorded', { ...admin, ...quiet, recording: false }, 'pass'],
      [
        'both switched off',
        {
          ...admin,
          ...quiet,
          config: { 'spreed/call_recording_transcription': 'no', 'spreed/call_recording_summary': 'no' },
        },
        'pass',
      ],
      ['the summary is on by default', { ...admin, ...quiet, config: {} }, 'violation'],
      ['a whiteboard', { ...admin, recording: false, enabledApps: ['spreed', 'whiteboard'] }, 'violation'],
      ['not an administrator', {}, 'unknown', 'not_permitted'],
    ],
  },
  {
    demand: 'password or waiting room',
    policy: 'room-access-restricted',
    on: 'room',
    cases: [
      ['private', { room: { type: 2 } }, 'pass'],
      ['password', { room: { type: 3, hasPassword: true } }, 'pass'],
      ['waiting room', { room: { type: 3, lobby: true } }, 'pass'],
      ['open', { room: { type: 3 } }, 'violation'],
      ['open, in the database alone', { anonymous: true, database: true, room: { type: 3 } }, 'violation'],
      ['listed in spite of a password', { room: { type: 2, listable: 2, hasPassword: true } }, 'violation'],
      [
        'waiting room whose time is over',
        { database: true, anonymous: true, room: { type: 3, lobby: true, lobbyTimer: now - 60 } },
        'violation',
      ],
      [
        'waiting room that all may pass',
        { database: true, anonymous: true, room: { type: 3, lobby: true, permissions: 254 } },
        'violation',
      ],
      [
        'waiting room seen from outside',
        { room: { role: undefined as never, type: 3, listable: 1, lobby: true } },
        'unknown',
        'not_permitted',
      ],
      [
        'the same in the database',
        { database: true, room: { role: undefined as never, type: 3, listable: 1, lobby: true } },
        'pass',
      ],
      [
        'beside a file',
        { room: { type: 3, objectType: 'file', objectId: '1' } },
        'unknown',
        'not_observable',
      ],
    ],
  },
  {
    demand: 'password or waiting room: forced',
    policy: 'access-restriction-enforced',
    cases: [
      ['forced', { forcePasswords: true }, 'pass'],
      ['not forced', {}, 'violation'],
    ],
  },
  {
    demand: 'secure passwords',
    policy: 'room-password-strong',
    cases: [
      ['long enough', { apps: { userStatus: true, passwordPolicy: { minLength: 16 } } }, 'pass'],
      ['app off', { apps: { userStatus: true, passwordPolicy: null } }, 'violation'],
      ['nobody signed in', { anonymous: true }, 'unknown', 'not_configured'],
    ],
  },
  {
    demand: 'close once all are in',
    policy: 'meeting-locked-when-complete',
    on: 'room',
    cases: [
      [
        'private',
        {
          live: true,
          room: { ...running, type: 2 },
          settings: { participants_expected: { '9000000001': 1 } },
        },
        'pass',
      ],
      [
        'open, more than expected',
        {
          live: true,
          room: { ...running, type: 3 },
          settings: { participants_expected: { '9000000001': 1 } },
        },
        'violation',
      ],
      [
        'open, nobody said how many',
        { live: true, room: { ...running, type: 3 } },
        'unknown',
        'not_observable',
      ],
      ['no call', { live: true, room: { type: 3 } }, 'not_applicable'],
    ],
  },
  {
    demand: 'delete the chat after its purpose',
    policy: 'chat-deleted-after-meeting',
    on: 'room',
    cases: [
      ['within a week', { room: { type: 3, expiration: 604_800 } }, 'pass'],
      ['kept for ever', { room: { type: 3 } }, 'violation'],
      [
        'kept for ever, in the database alone',
        { anonymous: true, database: true, room: { type: 3 } },
        'violation',
      ],
      ['no cron', { cron: false, room: { type: 3, expiration: 3600 } }, 'violation'],
      ['removed with the room', { room: { type: 3, objectType: 'instant_meeting', objectId: '1' } }, 'pass'],
      [
        'seen from outside',
        { room: { role: undefined as never, type: 3, listable: 1 } },
        'unknown',
        'not_permitted',
      ],
    ],
  },
  {
    demand: 'delete the chat: do the jobs run',
    policy: 'declared-matches-observed',
    cases: [
      ['they do', { ...admin, database: true }, 'pass'],
      [
        'never ran',
        { database: true, jobs: { ExpireChatMessages: null, ExpireObjectRooms: 60 } },
        'violation',
      ],
      [
        'overdue messages',
        { database: true, room: { messages: [{ age: 9 * day, expires: now - 2 * day }] } },
        'violation',
      ],
      [
        'expiry without cron',
        { database: true, anonymous: true, cron: false, room: { expiration: 3600 } },
        'violation',
      ],
      [
        'consent forced but not in force',
        { ...admin, recordingConsent: 0, config: { 'spreed/recording_consent': '1' } },
        'violation',
      ],
      ['no database', admin, 'unknown', 'not_configured'],
    ],
  },
  {
    demand: 'delete shared documents',
    policy: 'documents-deleted-after-meeting',
    on: 'room',
    cases: [
      ['nothing shared', { database: true, room: { type: 3 } }, 'pass'],
      ['young', { database: true, room: { type: 3, files: [{ type: 'file', age: 3600 }] } }, 'pass'],
      [
        'old',
        { ...admin, ...quiet, database: true, room: { type: 3, files: [{ type: 'file', age: 400 * day }] } },
        'violation',
      ],
      [
        'old, and perhaps an app deletes them',
        { database: true, room: { type: 3, files: [{ type: 'file', age: 400 * day }] } },
        'unknown',
        'not_permitted',
      ],
      ['no database', { ...admin, room: { type: 3 } }, 'unknown', 'not_configured'],
    ],
  },
  {
    demand: 'no foreign provider',
    policy: 'third-country-endpoints-absent',
    cases: [
      [
        'own hosts',
        {
          ...admin,
          ...quiet,
          federation: false,
          stun: ['stun:127.0.0.1:443'],
          turn: [],
          signalingServer: '',
          policySources: [],
          config: { 'spreed/stun_servers': '["127.0.0.1:3478"]' },
        },
        'pass',
      ],
      ['a host abroad', { stun: ['stun:stun.l.google.com:19302'] }, 'violation'],
      [
        'a federated room abroad, in the database alone',
        {
          database: true,
          anonymous: true,
          room: { remote: { server: 'https://talk.example.us', token: 'abcd' } },
          settings: { endpoints: { 'talk.example.us': { country: 'US' } } },
        },
        'violation',
      ],
      [
        'not an administrator',
        { stun: [], turn: [], signalingServer: '', policySources: [] },
        'unknown',
        'not_permitted',
      ],
    ],
  },
  {
    demand: 'privacy notice',
    policy: 'privacy-notice-provided',
    cases: [
      ['on the login page', { privacyUrl: 'https://www.example.org/datenschutz' }, 'pass'],
      ['empty', { privacyUrl: '' }, 'violation'],
      [
        'only in the settings',
        { ...admin, privacyUrl: null, config: { 'theming/privacyUrl': 'https://www.example.org/d' } },
        'pass',
      ],
      ['not shown', { privacyUrl: null }, 'unknown', 'not_supported_by_version'],
    ],
  },
  {
    demand: 'no remote control',
    policy: 'remote-control-disabled',
    cases: [
      ['no such function', {}, 'not_applicable'],
      [
        'a foreign call service',
        { talk: '23.0.7', externalCallService: 'https://call.example' },
        'unknown',
        'not_observable',
      ],
    ],
  },
  {
    demand: 'participants known and signed in',
    policy: 'live-participants-known',
    on: 'room',
    cases: [
      ['accounts only', { live: true, room: { ...running, type: 3 } }, 'pass'],
      ['a guest', { live: true, room: { ...running, type: 3, people: [guest()] } }, 'violation'],
      [
        'a guest, in the database alone',
        { live: true, anonymous: true, database: true, room: { ...running, type: 3, people: [guest()] } },
        'violation',
      ],
      [
        'behind the lobby',
        { live: true, room: { ...running, type: 3, lobby: true } },
        'unknown',
        'not_permitted',
      ],
      [
        'behind the lobby, with the database',
        { live: true, database: true, room: { ...running, type: 3, lobby: true } },
        'pass',
      ],
      [
        'a caller whose name the database does not show',
        {
          live: true,
          anonymous: true,
          database: true,
          room: { ...running, type: 3, people: [person({ actorType: 'phones', inCall: 9, sessions: 1 })] },
        },
        'unknown',
        'not_observable',
      ],
    ],
  },
  {
    demand: 'guests',
    policy: 'guest-access-controlled',
    on: 'room',
    cases: [
      ['private', { room: { type: 2 } }, 'pass'],
      ['open', { room: { type: 3 } }, 'violation'],
      [
        'private, with a mail guest, from 24 on',
        {
          ...up,
          database: true,
          anonymous: true,
          room: { type: 2, people: [person({ actorType: 'emails', displayName: '' })] },
        },
        'violation',
      ],
      [
        'private from 24 on, without participants',
        { ...up, room: { role: undefined as never, type: 2, listable: 1 } },
        'unknown',
        'not_permitted',
      ],
    ],
  },
  {
    demand: 'nothing classified',
    policy: 'classified-marking-absent',
    on: 'room',
    cases: [
      ['no mark', { room: { name: 'Lage' } }, 'pass'],
      ['a mark', { room: { name: 'Lage VS-NfD' } }, 'violation'],
      [
        'a mark, in the database alone',
        {
          anonymous: true,
          database: true,
          room: { name: 'Lage', description: 'VS - NUR FÜR DEN DIENSTGEBRAUCH' },
        },
        'violation',
      ],
    ],
  },
  {
    demand: 'virtual background',
    policy: 'virtual-background-available',
    cases: [
      ['offered', {}, 'pass'],
      ['nobody signed in', { anonymous: true }, 'unknown', 'not_configured'],
    ],
  },
  {
    demand: 'updates current',
    policy: 'platform-version-current',
    cases: [
      ['newest of a line', up, 'pass'],
      ['behind', { server: '33.0.2', talk: '23.0.2' }, 'violation'],
      ['past its end', { server: '32.0.14', talk: '22.0.15' }, 'violation'],
      [
        'the server knows of a newer one',
        { ...up, token: 'set', update: { available: true, available_version: '34.0.9.1' } },
        'violation',
      ],
      [
        'the server announces something',
        { ...up, token: 'set', update: { available: true } },
        'unknown',
        'conflicting',
      ],
      [
        'paid support',
        { server: '32.0.14', talk: '22.0.15', extendedSupport: true },
        'unknown',
        'not_observable',
      ],
      ['a major nobody knows', { server: '99.0.0', talk: '89.0.0' }, 'unknown', 'not_supported_by_version'],
    ],
  },
  {
    demand: 'shield dial-in',
    policy: 'dial-in-protected',
    on: 'room',
    cases: [
      ['with a PIN', { room: { type: 3, sip: 1 } }, 'pass'],
      ['without a PIN', { room: { type: 3, sip: 2 } }, 'violation'],
      [
        'without a PIN, in the database alone',
        { anonymous: true, database: true, room: { type: 3, sip: 2 } },
        'violation',
      ],
      [
        'stored, but dial-in is off',
        { anonymous: true, database: true, sip: false, room: { type: 3, sip: 2 } },
        'not_applicable',
      ],
      ['without a PIN, lobby', { room: { type: 3, sip: 2, lobby: true } }, 'unknown', 'not_observable'],
    ],
  },
  {
    demand: 'participants not shown to guests',
    policy: 'participant-directory-not-exposed',
    cases: [
      ['no guest moderates', { database: true }, 'pass'],
      [
        'a guest moderates',
        { database: true, room: { people: [guest({ participantType: 6, inCall: 0, sessions: 0 })] } },
        'violation',
      ],
      ['no database', {}, 'unknown', 'not_configured'],
      [
        'the Guests app',
        { ...admin, database: true, enabledApps: ['spreed', 'guests'] },
        'unknown',
        'not_observable',
      ],
    ],
  },
  {
    demand: 'trackers',
    policy: 'third-party-analytics-disabled',
    cases: [
      ['none', { ...admin, ...quiet }, 'pass'],
      ['the survey without a job', { ...admin, database: true }, 'pass'],
      ['the survey reports', { ...admin, database: true, jobs: { MonthlyReport: 60 } }, 'violation'],
      ['an app', { ...admin, enabledApps: ['spreed', 'matomo'] }, 'violation'],
      ['the survey, and no database', admin, 'unknown', 'not_configured'],
      ['not an administrator', {}, 'unknown', 'not_permitted'],
    ],
  },
  {
    demand: 'key of server information',
    policy: 'api-secret-strong',
    cases: [
      ['long', { token: 'set' }, 'pass'],
      ['short', { token: 'set', serverInfoToken: 'kurz1234' }, 'violation'],
      ['public', { token: 'set', serverInfoToken: 'changeme' }, 'violation'],
      ['refused', { token: 'set', serverInfoToken: null }, 'unknown', 'not_permitted'],
      ['none', {}, 'not_applicable'],
    ],
  },
  {
    demand: 'auditor',
    policy: 'auditor-account-least-privilege',
    cases: [
      ['a plain account', { room: { type: 3 } }, 'pass'],
      ['an administrator', admin, 'violation'],
      ['a moderator', { room: { role: 'moderator' } }, 'violation'],
      ['a file with everything in it', { anonymous: true, database: true }, 'violation'],
      ['none', { anonymous: true }, 'not_applicable'],
    ],
  },
];

async function verdictOf({ policy, on }: Demand, sight: Sight): Promise<unknown[]> {
  const { room, live, database, token, anonymous, settings, ...world } = sight;
  const simulated = worldOf({
    name: '',
    expect: {},
    world,
    ...(on === 'room' || room !== undefined ? { room: room ?? {} } : {}),
  } as Case);
  const tables = database === true ? talkSqlite(simulated) : null;
  try {
    const { scan } = await scanWorld(simulated, {
      live: live ?? false,
      anonymous: anonymous ?? false,
      ...(tables === null ? {} : { database: tables.url }),
      settings: { ...settings, ...(token === undefined ? {} : { serverinfo_token: { env: 'TALK_TOKEN' } }) },
    });
    expect(scan.errors).toEqual([]);
    const judged = judgementsOf(nextcloudTalk as never, scan, live ?? false);
    const found = judged.get(`${policy} on ${on === 'room' ? 'room 9000000001' : 'deployment -'}`);
    const code = found?.holes[0]?.reason.code;
    return found?.verdict === 'unknown' ? [found.verdict, code] : [found?.verdict];
  } finally {
    await tables?.drop();
  }
}

describe.each(demands)('$demand ($policy)', (demand) => {
  it.each(demand.cases)('%s', async (_, sight, ...expected) => {
    expect(await verdictOf(demand, sight)).toEqual(expected);
  });
});

import { describe, expect, it } from 'vitest';
import { bigbluebutton } from '../../../adapters/bigbluebutton/index.ts';
import { type BigBlueButtonWorld, startBigBlueButton } from '../../../adapters/bigbluebutton/simulator.ts';
import type { SimulatedStoredRoom } from '../../../adapters/bigbluebutton/simulator-database.ts';
import { judgeScan } from '../../contract/judge.ts';
import { client, mounted, noVideo, type Texts } from './mounted.ts';
import { room, tables } from './tables.ts';
import { type Ask, emptyWorld, greenlightRoom, inGreenlight, recording, scanSimulator } from './world.ts';

interface Given {
  world?: Partial<BigBlueButtonWorld>;
  files?: Texts;
  stored?: Partial<SimulatedStoredRoom>;
  site?: Record<string, string>;
  ask?: Ask;
}

/** One demand of the documents, what satisfies it, what breaks it, and what leaves it open. */
interface Demand {
  policy: string;
  on: string;
  pass?: Given;
  violation?: Given;
  unknown?: Given;
  not_applicable?: Given;
}

const here = 'deployment -';
const running = 'room m';
const stored = 'room m1';
const quietFiles: Texts = {
  properties: noVideo,
  html5_settings: client('  app: {}'),
  webhooks: 'hooks:\n  permanentURLs: []',
  turn: '<beans><bean><constructor-arg value="stun:127.0.0.1"/></bean></beans>',
};
const own: Ask = { settings: { own_hosts: ['127.0.0.1'] } };
const login = (value: string, registration = 'invite') => ({
  world: {
    greenlight: {
      options: { glRequireAuthentication: value },
      settings: { RegistrationMethod: registration },
    },
  },
});

const demands: Demand[] = [
  {
    policy: 'presence-status-disabled',
    on: here,
    not_applicable: {},
    unknown: { world: { version: '9.9.9' } },
  },
  {
    policy: 'attention-tracking-disabled',
    on: here,
    pass: { files: { properties: '' } },
    violation: { files: { properties: 'userInactivityInspectTimerInMinutes=5' } },
    unknown: {},
  },
  { policy: 'attention-tracking-disabled', on: stored, unknown: { stored: {} } },
  {
    policy: 'activity-statistics-disabled',
    on: here,
    pass: { files: { properties: 'disabledFeatures=learningDashboard' } },
    violation: { files: { properties: 'disabledFeatures=' } },
    unknown: { world: { version: null }, files: { properties: 'x=1' } },
  },
  {
    policy: 'activity-statistics-disabled',
    on: running,
    violation: {
      world: {
        meetings: [{ id: 'm', name: 'M', metadata: { 'analytics-callback-url': 'https://x.example.com/' } }],
      },
    },
    unknown: { world: { meetings: [{ id: 'm', name: 'M' }] } },
  },
  {
    policy: 'third-party-analytics-disabled',
    on: here,
    pass: { files: quietFiles, ask: own },
    violation: {
      files: {
        html5_settings: client(
          '  clientLog: { external: { enabled: true, url: "https://log.example.com" } }',
        ),
      },
    },
    unknown: {},
  },
  {
    policy: 'recording-off-as-rule',
    on: here,
    pass: { files: { properties: 'disableRecordingDefault=true' } },
    violation: { world: inGreenlight({}) },
    unknown: {},
  },
  {
    policy: 'recording-off-as-rule',
    on: stored,
    pass: { stored: { role: 'user' } },
    violation: { stored: { role: 'recorder' } },
  },
  {
    policy: 'recording-off-as-rule',
    on: running,
    pass: { world: { meetings: [{ id: 'm', name: 'M' }] } },
    violation: { world: { meetings: [{ id: 'm', name: 'M', recording: true }] } },
  },
  {
    policy: 'recording-not-automatic',
    on: here,
    pass: { files: { properties: 'autoStartRecording=false' } },
    violation: { files: { properties: 'autoStartRecording=true\nallowStartStopRecording=false' } },
    unknown: {},
  },
  {
    policy: 'recording-not-automatic',
    on: stored,
    pass: { stored: { role: 'user' } },
    unknown: { stored: { role: 'recorder' } },
  },
  {
    policy: 'recordings-deleted-after-meeting',
    on: 'recording r',
    pass: { world: { recordings: [recording('r', 'm', 1)] } },
    violation: { world: { recordings: [recording('r', 'm', 30)] } },
  },
  {
    policy: 'room-access-restricted',
    on: stored,
    pass: { stored: { options: { glViewerAccessCode: 'abc123' } } },
    violation: { stored: {}, ask: {} },
    unknown: { stored: { options: { guestPolicy: 'ASK_MODERATOR' } } },
  },
  {
    policy: 'room-access-restricted',
    on: stored,
    pass: { stored: { options: { guestPolicy: 'ASK_MODERATOR' } }, files: { properties: '' } },
    violation: {
      stored: { options: { guestPolicy: 'ASK_MODERATOR' } },
      files: { properties: 'authenticatedGuest=false' },
    },
  },
  {
    policy: 'room-access-restricted',
    on: stored,
    violation: {
      stored: { options: { guestPolicy: 'ASK_MODERATOR', glAnyoneJoinAsModerator: 'true' } },
      files: { properties: '' },
    },
  },
  {
    policy: 'room-access-restricted',
    on: running,
    unknown: { world: { meetings: [{ id: 'm', name: 'M' }] } },
  },
  {
    policy: 'access-restriction-enforced',
    on: here,
    pass: { world: login('true').world },
    violation: { world: inGreenlight({}) },
    unknown: {
      world: { greenlight: { options: { guestPolicy: 'true', glAnyoneJoinAsModerator: 'false' } } },
    },
  },
  {
    policy: 'room-password-strong',
    on: stored,
    violation: { stored: { options: { glViewerAccessCode: '123456' } } },
  },
  { policy: 'room-password-strong', on: here, not_applicable: { world: inGreenlight({}) } },
  { policy: 'guest-access-controlled', on: stored, violation: { stored: {} } },
  {
    policy: 'remote-control-disabled',
    on: here,
    pass: { files: { properties: '' } },
    violation: { files: { properties: 'allowModsToUnmuteUsers=true' } },
    unknown: {},
  },
  {
    policy: 'virtual-background-available',
    on: here,
    pass: { files: { properties: '', html5_settings: client('  app: {}') } },
    violation: { files: { properties: 'disabledFeatures=virtualBackgrounds' } },
    unknown: { files: { properties: '' } },
  },
  {
    policy: 'join-muted',
    on: here,
    pass: { files: { properties: 'muteOnStart=true', html5_settings: client('  app: {}') } },
    violation: { files: { properties: 'muteOnStart=false' } },
    unknown: {},
  },
  {
    policy: 'dial-in-protected',
    on: running,
    violation: {
      world: {
        meetings: [{ ...greenlightRoom, dialNumber: '+49 361 5550 100', voiceBridge: '04711' }],
        greenlight: { options: { guestPolicy: 'false' } },
      },
    },
    not_applicable: { world: { meetings: [{ id: 'm', name: 'M' }] } },
  },
  {
    policy: 'documents-deleted-after-meeting',
    on: stored,
    unknown: { stored: { presentations: 2 } },
  },
  {
    policy: 'declared-matches-observed',
    on: here,
    violation: { world: { greenlight: {} }, site: { glViewerAccessCode: 'true' }, stored: {} },
  },
  { policy: 'auditor-account-least-privilege', on: here, pass: {}, violation: { stored: {} } },
  {
    policy: 'api-secret-strong',
    on: here,
    pass: { ask: { settings: { probes: ['checksum'] } } },
    violation: { world: { unchecked: true }, ask: { settings: { probes: ['checksum'] } } },
    unknown: {},
  },
  {
    policy: 'third-country-endpoints-absent',
    on: here,
    pass: { files: quietFiles, ask: own },
    violation: { files: { html5_settings: client('  app: {}') } },
    unknown: {},
  },
  {
    policy: 'platform-version-current',
    on: here,
    pass: { world: { version: '3.0.35' }, ask: { now: Date.UTC(2026, 8, 1) } },
    violation: { world: { version: '2.7.16' } },
    unknown: { world: { version: null } },
  },
  { policy: 'privacy-notice-provided', on: here, violation: { world: { greenlight: {} } } },
  { policy: 'room-not-publicly-listed', on: stored, pass: { stored: {} } },
  {
    policy: 'classified-marking-absent',
    on: stored,
    pass: { stored: {} },
    violation: { stored: { name: 'VS-NfD' } },
  },
];

async function verdictOf(
  { policy, on }: Demand,
  { world = {}, files = {}, stored: room1, site = {}, ask = {} }: Given,
): Promise<unknown> {
  const database = room1 === undefined ? undefined : await tables({ site, rooms: [room(room1)] });
  const simulator = await startBigBlueButton({ ...emptyWorld, version: '3.0.20', ...world });
  const scan = await scanSimulator(simulator, {
    ...ask,
    ...(world.greenlight === undefined ? { greenlight: false } : {}),
    ...(database === undefined ? {} : { database: database.url }),
    settings: { ...mounted(files), ...ask.settings },
  });
  await simulator.close();
  expect(scan.errors).toEqual([]);
  return judgeScan(bigbluebutton, scan).get(`${policy} on ${on}`);
}

const cases = demands.flatMap((demand) =>
  (['pass', 'violation', 'unknown', 'not_applicable'] as const).flatMap((verdict) => {
    const given = demand[verdict];
    return given === undefined
      ? []
      : [{ demand, verdict, given, name: `${demand.policy} on ${demand.on}: ${verdict}` }];
  }),
);

describe('every demand, with what satisfies it, breaks it or leaves it open', () => {
  it.each(cases)('$name', async ({ demand, verdict, given }) => {
    expect(await verdictOf(demand, given)).toBe(verdict);
  });
});

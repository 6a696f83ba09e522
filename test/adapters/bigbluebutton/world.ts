import type { BigBlueButtonConfiguration } from '../../../adapters/bigbluebutton/configuration.ts';
import { bigbluebutton } from '../../../adapters/bigbluebutton/index.ts';
import {
  type BigBlueButtonSimulator,
  type BigBlueButtonWorld,
  greenlightMetadata,
  type SimulatedMeeting,
  type SimulatedRoom,
  startBigBlueButton,
} from '../../../adapters/bigbluebutton/simulator.ts';
import type { Adapter } from '../../../adapters/contract/adapter.ts';
import type { Fact } from '../../../adapters/contract/fact.ts';
import { type Divided, divided } from '../../contract/divided.ts';
import { type Scan, scan, scanTime } from '../../contract/scan.ts';

export const secret = 'simulated-secret-0123456789abcdefghijk';
export const day = 86_400_000;

/** Rooms of Greenlight and of a learning platform, ids that look like numbers, recordings in every state. */
export function mixedWorld(): BigBlueButtonWorld {
  return {
    secret,
    clock: () => scanTime,
    version: '3.0.20',
    meetings: [
      {
        id: 'k3v9x0room0000000000000000000000000000aa',
        name: 'Amt 7 Lagebesprechung',
        recording: true,
        attendees: [
          { userId: 'gl-7c0e', fullName: 'Henrike Sommerfeld', moderator: true },
          { userId: 'gl-guest-00e1', fullName: 'Ottokar Winterstein' },
          { userId: 'v_phone1', fullName: '+49 30 5550 1777' },
        ],
        metadata: greenlightMetadata('q7w-3rk-z9p-m2d'),
        startTime: scanTime - 1_800_000,
      },
      {
        id: '007',
        name: '1e5',
        dialNumber: '+49 361 5550 100',
        voiceBridge: '04711',
        metadata: greenlightMetadata('aaa-bbb-ccc-ddd'),
      },
      {
        id: '1e5',
        name: 'VS-NfD Planung',
        recording: true,
        metadata: {
          'bbb-origin': 'moodle',
          'analytics-callback-url': 'https://lms.example.net/mod/analytics?id=7&x=1',
          presenter: 'Henrike Sommerfeld',
        },
      },
      { id: 'lehre-2', name: 'Lehre & Übung <2>', metadata: { 'bbb-origin': 'moodle' } },
      { id: 'gruppe-1', name: 'Gruppe 1', breakoutOf: 'parent-1' },
    ],
    recordings: [
      recording('r1', '007', 30, { formats: ['presentation', 'video'], listed: true }),
      recording('r2', '007', 2, { state: 'unpublished' }),
      recording('r3', '1e5', 10, { state: 'deleted', listed: false }),
      recording('r4', 'vanished-room', 400, { host: 'media.example.com' }),
    ],
    hooks: [
      { url: 'https://audit.example.org/bbb?token=hook-token-value', raw: true },
      { url: 'https://lms.example.net/hook', meetingId: '1e5' },
    ],
    greenlight: {
      rooms: [
        {
          friendlyId: 'q7w-3rk-z9p-m2d',
          name: 'Amt 7 Lagebesprechung',
          viewerCode: true,
          recordingConsent: true,
          ownerName: 'Henrike Sommerfeld',
        },
        { friendlyId: 'aaa-bbb-ccc-ddd', name: '1e5', requiresLogin: true, anyoneModerates: true },
      ],
    },
  };
}

/** Everything forced in Greenlight, nodes behind a balancer: the harmless side of as many facts as there are. */
export function strictWorld(): BigBlueButtonWorld {
  const people = [
    { userId: 'gl-7c0e', fullName: 'Henrike Sommerfeld', moderator: true },
    { userId: 'gl-7c0f', fullName: 'Ottokar Winterstein' },
    { userId: 'v_1', fullName: '+49 30 5550 1777' },
  ];
  return {
    secret,
    clock: () => scanTime,
    balancer: { build: '1.8.5' },
    meetings: [
      {
        id: 'x0000000000001',
        name: 'Ausschuss',
        attendees: people,
        metadata: greenlightMetadata('abc-def-ghi-jkl'),
      },
      {
        id: 'x0000000000002',
        name: 'Beirat',
        voiceBridge: '004711123',
        metadata: greenlightMetadata('abc-def-ghi-jkm'),
      },
    ],
    recordings: [
      recording('s1', 'x0000000000001', 3),
      recording('s2', 'x0000000000002', 4, { name: 'Geheim' }),
    ],
    hooks: [{ url: 'https://audit.example.org/bbb?token=hook-token-value' }],
    greenlight: {
      options: {
        record: 'false',
        muteOnStart: 'true',
        guestPolicy: 'true',
        glAnyoneJoinAsModerator: 'false',
        glRequireAuthentication: 'true',
        glViewerAccessCode: 'true',
      },
      settings: { PrivacyPolicy: 'https://www.example.org/datenschutz', RegistrationMethod: 'invite' },
      rooms: [
        { friendlyId: 'abc-def-ghi-jkl', name: 'Ausschuss', viewerCode: true, requiresLogin: true },
        { friendlyId: 'abc-def-ghi-jkm', name: 'Beirat', viewerCode: true, requiresLogin: true },
      ],
    },
  };
}

export function recording(
  id: string,
  meetingId: string,
  daysOld: number,
  more: Partial<NonNullable<BigBlueButtonWorld['recordings']>[number]> = {},
) {
  const endTime = scanTime - daysOld * day;
  return { id, meetingId, name: `Aufnahme ${id}`, startTime: endTime - 1_800_000, endTime, ...more };
}

export interface Ask {
  live?: boolean;
  check?: boolean;
  now?: number;
  settings?: Partial<BigBlueButtonConfiguration> & Record<string, unknown>;
  greenlight?: boolean;
  /** Address of Greenlight's database. */
  database?: string;
  tags?: Record<string, string[]>;
  /** Over the rooms of the database being collected in slices. */
  divided?: Divided;
}

export function settingsOf(simulator: BigBlueButtonSimulator, ask: Ask = {}): object {
  return {
    url: simulator.url,
    secret: { env: 'BBB_SECRET' },
    ...greenlightOf(simulator, ask),
    ...ask.settings,
  };
}

function greenlightOf(simulator: BigBlueButtonSimulator, { greenlight, database }: Ask): object {
  const keys = {
    ...(greenlight === false ? {} : { url: simulator.greenlightUrl }),
    ...(database === undefined ? {} : { database: { env: 'GREENLIGHT_DATABASE_URL' } }),
  };
  return Object.keys(keys).length === 0 ? {} : { greenlight: keys };
}

/** One scan of a world that lives as long as the scan. */
export async function scanWorld(world: BigBlueButtonWorld, ask: Ask = {}): Promise<Scan> {
  const simulator = await startBigBlueButton(world);
  try {
    return await scanSimulator(simulator, ask);
  } finally {
    await simulator.close();
  }
}

export function scanSimulator(simulator: BigBlueButtonSimulator, ask: Ask = {}): Promise<Scan> {
  return scan({
    adapter: ask.divided === undefined ? bigbluebutton : divided(bigbluebutton as Adapter, ask.divided),
    settings: settingsOf(simulator, ask),
    secretValues: { BBB_SECRET: secret, GREENLIGHT_DATABASE_URL: ask.database ?? '' },
    ...(ask.live === undefined ? {} : { live: ask.live }),
    ...(ask.check === undefined ? {} : { check: ask.check }),
    ...(ask.now === undefined ? {} : { now: ask.now }),
    ...(ask.tags === undefined ? {} : { tags: ask.tags }),
  });
}

/** A fact in short: its value, or the code of its hole with what would fill it. */
export function brief(fact: Fact | undefined): unknown {
  if (fact === undefined) return undefined;
  if ('value' in fact) return fact.value;
  const { code, fill } = fact.unavailable;
  return fill === undefined ? `? ${code}` : `? ${code} ${fill.name}`;
}

export function factsOf(found: Scan, key: string): Record<string, unknown> {
  const facts = Object.entries(found.subjects.get(key)?.facts ?? {});
  return Object.fromEntries(facts.map(([name, fact]) => [name, brief(fact)]));
}

/** A world of its own rules on top of an empty installation. */
export const emptyWorld: BigBlueButtonWorld = { secret, clock: () => scanTime };

/** What a world gives, for tables of tests. */
export type Case = [
  name: string,
  world: Partial<BigBlueButtonWorld>,
  facts: Record<string, unknown>,
  ask?: Ask,
];

export const greenlightRoom: SimulatedMeeting = {
  id: 'm',
  name: 'M',
  metadata: greenlightMetadata('abc-def-ghi-jkl'),
};
/** One running room of Greenlight. */
export const inGreenlight = (
  meeting: Partial<SimulatedMeeting>,
  room: Partial<SimulatedRoom> = {},
  site = {},
): Partial<BigBlueButtonWorld> => ({
  meetings: [{ ...greenlightRoom, ...meeting }],
  greenlight: { ...site, rooms: [{ friendlyId: 'abc-def-ghi-jkl', name: 'M', ...room }] },
});

import type { Ms } from '../contract/fact.ts';
import { type SimulatedRoom, showcase } from './simulator-rooms.ts';

export type { SimulatedPerson, SimulatedRoom } from './simulator-rooms.ts';
export { plantedMessages, plantedPersons } from './simulator-rooms.ts';

export interface SimulatedWorld {
  /** The server's clock. */
  now(): Ms;
  server: string;
  talk: string;
  extendedSupport: boolean;
  maintenance: boolean;
  user: string;
  password: string;
  groups: string[];
  subadmin: string[];
  /** False: the account is in none of `allowed_groups`. */
  allowed: boolean;
  /** `page`: a login form answers every API call, as behind a single sign-on. `lost`: a proxy drops the header. */
  signIn: 'password' | 'page' | 'lost';
  apps: { userStatus: boolean; passwordPolicy: { minLength: number } | null };
  cron: boolean;
  calls: boolean;
  recording: boolean;
  recordingConsent: 0 | 1 | 2;
  sip: boolean;
  forcePasswords: boolean;
  startWithoutMedia: boolean;
  defaultPermissions: number;
  backgrounds: string[];
  retention: { event: number; phone: number; instant: number; classified?: number };
  externalCallService?: string;
  signalingServer: string;
  stun: string[];
  turn: string[];
  privacyUrl: string | null;
  /** Besides the apps above; for administrators alone. */
  enabledApps: string[];
  /** `app/key` to value; for administrators alone. */
  config: Record<string, string>;
  /** Null: the app has no key, and every key is wrong. */
  serverInfoToken: string | null;
  update: { available: boolean; available_version?: string };
  federation: boolean;
  /** Background jobs and how long ago they ran, in seconds; null = never. */
  jobs: Record<string, number | null>;
  /** Further sources in the login page's content security policy. */
  policySources: string[];
  rooms: SimulatedRoom[];
}

/** Secrets beside settings. */
export const serverInfoSecret = 'nc-info-token-4f81c7d2b09a6e15c3d8f702';
export const recordingSecret = 'rec-backend-secret-8810';
const recordersKey = 'spreed/recording_servers';
const recorders = {
  servers: [{ server: 'https://recorder.example.org', verify: true }],
  secret: recordingSecret,
};

const day = 86_400;

export function smallWorld(now: Ms): SimulatedWorld {
  const seconds = Math.floor(now / 1000);
  return {
    now: () => now,
    server: '33.0.8',
    talk: '22.0.10',
    extendedSupport: false,
    maintenance: false,
    user: 'auditor',
    password: 'Xk9mQ-talk-app-password-77',
    groups: ['revision'],
    subadmin: [],
    allowed: true,
    signIn: 'password',
    apps: { userStatus: true, passwordPolicy: { minLength: 10 } },
    cron: true,
    calls: true,
    recording: true,
    recordingConsent: 2,
    sip: true,
    forcePasswords: false,
    startWithoutMedia: false,
    defaultPermissions: 246,
    backgrounds: ['/apps/spreed/img/backgrounds/1_office.jpg', '/apps/spreed/img/backgrounds/2_home.jpg'],
    retention: { event: 28, phone: 7, instant: 1 },
    signalingServer: 'https://signaling.example.org',
    stun: ['stun:stun.nextcloud.com:443'],
    turn: ['turn:203.0.113.10:3478?transport=udp'],
    privacyUrl: '',
    enabledApps: ['spreed', 'notifications', 'survey_client', 'text'],
    config: { [recordersKey]: JSON.stringify(recorders), 'spreed/recording_consent': '2' },
    serverInfoToken: serverInfoSecret,
    update: { available: false },
    federation: true,
    jobs: { ExpireChatMessages: 120, ExpireObjectRooms: 3000, CheckCertificates: null },
    policySources: [
      'stun:stun.nextcloud.com:443',
      'wss://signaling.example.org',
      'https://signaling.example.org',
    ],
    rooms: showcase(seconds),
  };
}

const subjects = [
  'Dienstbesprechung',
  'Projekt',
  'Bauausschuss',
  'Schulung',
  'Vergabe',
  'Sprechstunde',
  'Fachgebiet',
];

/** The small world with as many rooms as asked, of mixed settings, always the same ones. */
export function largeWorld(now: Ms, count: number): SimulatedWorld {
  const world = smallWorld(now);
  const seconds = Math.floor(now / 1000);
  const rooms = Array.from({ length: Math.max(0, count - world.rooms.length) }, (_, place): SimulatedRoom => {
    const open = place % 4 === 0;
    return {
      token: String(5_100_000_000 + place * 37 + 1),
      type: open ? 3 : 2,
      name: `${subjects[place % subjects.length]} ${place + 1}`,
      role: 'user',
      hasPassword: open && place % 8 === 0,
      lobby: open && place % 12 === 4,
      expiration: place % 3 === 0 ? 604_800 : 0,
      listable: place % 17 === 5 ? 1 : 0,
      sip: place % 23 === 7 ? 1 : 0,
      lastActivity: seconds - (place % 30) * day,
    };
  });
  return { ...world, rooms: [...world.rooms, ...rooms] };
}

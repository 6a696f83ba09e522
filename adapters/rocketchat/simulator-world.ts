import type { Ms } from '../contract/fact.ts';
import { type SimulatedSettings, settingsOf } from './simulator-settings.ts';

export interface SimulatedCall {
  status: 0 | 1 | 2 | 3 | 4;
  createdAt: Ms;
  ended?: boolean;
  provider?: string;
  anonymousUsers?: number;
  url?: string;
}

/** A room as it is stored; what each list shows of it is another matter. */
export interface SimulatedRoom {
  id: string;
  t: 'c' | 'p' | 'd' | 'l' | 'v';
  name?: string;
  fname?: string;
  users?: number;
  prid?: string;
  teamId?: string;
  teamMain?: boolean;
  archived?: boolean;
  topic?: string;
  announcement?: string;
  description?: string;
  customFields?: Record<string, unknown>;
  joinCode?: boolean;
  retention?: Record<string, unknown>;
  encrypted?: boolean;
  federated?: boolean;
  abac?: boolean;
  /** The auditing account is a member. */
  member?: boolean;
  lastMessage?: string;
  calls?: SimulatedCall[];
}

export interface SimulatedTeam {
  id: string;
  public: boolean;
  roomId: string;
}

export interface SimulatedApp {
  id: string;
  name: string;
  version: string;
  /** Setting to value, or to null where the value of the package applies. */
  settings: Record<string, { packageValue: unknown; value?: unknown }>;
}

export interface SimulatedWorld {
  /** The server's clock. */
  now(): Ms;
  version: string;
  /** Shape of refusals: 6, 8 or 9. */
  shapes: 6 | 8 | 9;
  /** What the vendor's cloud says of versions; null on an air-gapped server. */
  signed: { timestamp: Ms; versions: { version: string; endsAt: Ms; security?: boolean }[] } | null;
  workspaceUrl: string;
  userId: string;
  token: string;
  roles: string[];
  permissions: Record<string, string[]>;
  modules: string[];
  settings: SimulatedSettings;
  /** Key of the active conference provider, or the error that says why there is none. */
  provider: string | { error: string };
  apps: SimulatedApp[];
  rooms: SimulatedRoom[];
  teams: SimulatedTeam[];
  /** Default limit of every route; null = switched off, then there are no headers either. */
  throttle: { calls: number; windowMs: Ms } | null;
}

/** Planted in answers; none of it may be found in what an adapter gives. */
export const plantedPersons = [
  'Friederike Nachtigal',
  'f.nachtigal',
  'friederike.nachtigal@example.org',
  'Gast 4711',
];
export const plantedMessages = ['Der Entwurf zur Umsetzung liegt im Schrank'];
export const plantedAppSecrets = ['bbb-Kr4nich-shared-secret', 'jitsi-Kr4nich-application-secret'];

const day = 86_400_000;

/** What comes with a fresh server, as far as anybody asks. */
export const defaultPermissions: Record<string, string[]> = {
  'view-c-room': ['admin', 'user', 'bot', 'app', 'anonymous'],
  'view-d-room': ['admin', 'user', 'bot', 'app', 'guest'],
  'view-outside-room': ['admin', 'owner', 'moderator', 'user'],
  'view-full-other-user-info': ['admin'],
  'view-statistics': ['admin', 'auditor-ro'],
  'view-room-administration': ['admin', 'auditor-ro'],
  'view-all-teams': ['admin', 'auditor-ro'],
  'view-privileged-setting': ['admin', 'auditor-ro'],
  'manage-apps': ['admin'],
  'edit-room': ['admin', 'owner', 'moderator'],
  'delete-c': ['admin', 'owner'],
  'can-audit': ['admin', 'auditor'],
  'call-management': ['admin', 'owner', 'moderator', 'user'],
};

export const jitsiApp: SimulatedApp = {
  id: '3b387ba9-f57c-44c6-9810-8c0256abd64c',
  name: 'Jitsi',
  version: '2.1.1',
  settings: {
    jitsi_domain: { packageValue: 'meet.jit.si' },
    jitsi_auth_token: { packageValue: false },
    jitsi_limit_token_to_room: { packageValue: true },
    jitsi_use_jaas: { packageValue: false },
    jitsi_application_secret: { packageValue: '', value: plantedAppSecrets[1] },
  },
};

export const bbbApp: SimulatedApp = {
  id: 'c95ba73a-0485-4d12-ae8a-a3e68330065a',
  name: 'Big Blue Button',
  version: '1.0.8',
  settings: {
    bbb_url: { packageValue: '', value: 'https://bbb.example.org/bigbluebutton/' },
    bbb_guest_policy: { packageValue: 'ALWAYS_ACCEPT' },
    bbb_shared_secret: { packageValue: 'RocketChat', value: plantedAppSecrets[0] },
  },
};

export function smallWorld(now: Ms): SimulatedWorld {
  return {
    now: () => now,
    version: '8.8.1',
    shapes: 8,
    signed: {
      timestamp: now - day,
      versions: [
        { version: '8.5.3', endsAt: now + 200 * day, security: true },
        { version: '8.8.0', endsAt: now + 100 * day },
        { version: '8.8.1', endsAt: now + 100 * day },
        { version: '7.10.6', endsAt: now - 50 * day },
      ],
    },
    workspaceUrl: 'https://chat.example.org',
    userId: 'uId5Qm2ZtL8wKp3Rv',
    token: 'Zt9-kQ4mW7xB2nV6cY1pL8sD3fG5hJ0rT-personal',
    roles: ['user', 'auditor-ro'],
    permissions: defaultPermissions,
    modules: ['videoconference-enterprise', 'custom-roles'],
    settings: settingsOf(),
    provider: 'jitsi',
    apps: [jitsiApp],
    rooms: showcase(now),
    teams: [
      { id: 'team-01', public: false, roomId: 'room-team-main' },
      { id: 'team-02', public: true, roomId: 'room-team-open' },
    ],
    throttle: { calls: 10, windowMs: 60_000 },
  };
}

/** One room of each kind, and of each trap. */
function showcase(now: Ms): SimulatedRoom[] {
  const lastMessage = plantedMessages[0] ?? '';
  return [
    { id: 'GENERAL', t: 'c', name: 'general', users: 412 },
    { id: 'room-0001', t: 'c', name: 'bekanntmachungen', topic: 'Hausmitteilungen', lastMessage },
    {
      id: 'room-0002',
      t: 'c',
      name: 'buergerforum',
      fname: 'Bürgerforum',
      joinCode: true,
      retention: own(14),
      customFields: { schutzbedarf: 'normal' },
    },
    { id: 'room-0003', t: 'c', name: 'altprojekt', archived: true },
    {
      id: 'room-0004',
      t: 'p',
      name: 'krisenstab',
      announcement: 'Dauerlink: https://meet.jit.si/Krisenstab Kennwort 1234',
      customFields: { schutzbedarf: 'vs-nfd' },
      retention: { enabled: false },
      member: true,
      lastMessage,
      calls: [
        {
          status: 1,
          createdAt: now - 1_800_000,
          provider: 'jitsi',
          anonymousUsers: 2,
          url: 'https://meet.jit.si/RocketChat65cc03',
        },
        { status: 3, createdAt: now - 17 * day, ended: true },
      ],
    },
    { id: 'room-0005', t: 'p', name: 'personalrat', encrypted: true, retention: own(7), lastMessage },
    {
      id: 'room-0006',
      t: 'p',
      name: 'kCq7vR2wXyZ0Conf01',
      fname: 'Conference Call Chat History',
      prid: 'room-0004',
    },
    { id: 'room-0007', t: 'c', name: 'tAq7vR2wXyZ0Disc01', fname: 'Nachfragen', prid: 'room-0001' },
    { id: 'room-0008', t: 'p', name: 'vergabekammer', abac: true, topic: 'intern' },
    {
      id: 'room-0009',
      t: 'p',
      name: 'verbund',
      fname: 'Verbund IT',
      federated: true,
      retention: { ...own(3650), filesOnly: true },
    },
    {
      id: 'room-team-main',
      t: 'p',
      name: 'referat-21',
      fname: 'Referat 21',
      teamId: 'team-01',
      teamMain: true,
    },
    { id: 'room-team-c', t: 'c', name: 'referat-21-offen', teamId: 'team-01' },
    { id: 'room-team-open', t: 'c', name: 'sport', teamId: 'team-02', teamMain: true, member: true },
    { id: 'direct-0001direct-0002', t: 'd', users: 2, lastMessage },
    { id: 'direct-0003', t: 'd', users: 1 },
    { id: 'direct-group-1', t: 'd', users: 5, lastMessage },
    { id: 'livechat-0001', t: 'l', fname: plantedPersons[3] ?? '', users: 1 },
  ];
}

function own(maxAge: number): Record<string, unknown> {
  return {
    enabled: true,
    overrideGlobal: true,
    maxAge,
    filesOnly: false,
    excludePinned: false,
    ignoreThreads: false,
  };
}

const subjects = ['Dienstbesprechung', 'Projekt', 'Bauausschuss', 'Schulung', 'Vergabe', 'Fachgebiet'];

/** The small world with as many rooms as asked, of mixed settings, always the same ones. */
export function largeWorld(now: Ms, count: number): SimulatedWorld {
  const world = smallWorld(now);
  const rooms = Array.from({ length: Math.max(0, count - world.rooms.length) }, (_, place): SimulatedRoom => {
    const title = `${subjects[place % subjects.length]} ${place + 1}`;
    return {
      id: `64aa${String(place).padStart(20, '0')}`,
      t: place % 3 === 0 ? 'c' : 'p',
      name: title.toLowerCase().replaceAll(' ', '-'),
      fname: title,
      users: 3 + (place % 40),
      ...(place % 5 === 0 ? { retention: own(7 + (place % 60)) } : {}),
      ...(place % 6 === 0 ? { joinCode: true } : {}),
      ...(place % 29 === 3
        ? { announcement: `Zugang: https://meet.example.org/${place} Kennwort: Sommer-${place}` }
        : {}),
      ...(place % 41 === 7 ? { archived: true } : {}),
      ...(place % 4 === 0 ? { lastMessage: plantedMessages[0] ?? '' } : {}),
    };
  });
  return { ...world, rooms: [...world.rooms, ...rooms] };
}

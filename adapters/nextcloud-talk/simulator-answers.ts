import type { SimulatedPerson, SimulatedRoom, SimulatedWorld } from './simulator-world.ts';
import { plantedMessages, plantedPersons } from './simulator-world.ts';

const roles = { owner: 1, moderator: 2, user: 3 } as const;
const outsiderRole = 4;

export function statusAnswer(world: SimulatedWorld): object {
  return {
    installed: true,
    maintenance: world.maintenance,
    needsDbUpgrade: false,
    version: `${world.server}.1`,
    versionstring: world.server,
    edition: '',
    productname: 'Nextcloud',
    extendedSupport: world.extendedSupport,
  };
}

export function capabilitiesAnswer(world: SimulatedWorld, signedIn: boolean, delay: number): object {
  const [major = 0, minor = 0, micro = 0] = world.server.split('.').map(Number);
  const { userStatus, passwordPolicy } = world.apps;
  const policy = passwordPolicy === null ? {} : passwordCapability(passwordPolicy.minLength);
  const more = {
    core: { pollinterval: 60, 'webdav-root': 'remote.php/webdav' },
    ...policy,
    ...(userStatus
      ? { user_status: { enabled: true, restore: true, supports_emoji: true, supports_busy: true } }
      : {}),
  };
  return {
    version: {
      major,
      minor,
      micro,
      string: world.server,
      edition: '',
      extendedSupport: world.extendedSupport,
    },
    capabilities: {
      bruteforce: { delay, 'allow-listed': false },
      ...(signedIn ? more : {}),
      ...(signedIn && !world.allowed ? {} : { spreed: spreedCapability(world, signedIn) }),
      theming: { name: 'Nextcloud', url: 'https://nextcloud.com' },
    },
  };
}

function passwordCapability(minLength: number): object {
  const account = { minLength, enforceNonCommonPassword: true, enforceHaveIBeenPwned: false };
  return { password_policy: { policies: { account }, minLength, enforceNonCommonPassword: true } };
}

function spreedCapability(world: SimulatedWorld, signedIn: boolean): object {
  const { retention } = world;
  return {
    features: [
      'conversation-v4',
      'webinary-lobby',
      'recording-v1',
      'recording-consent',
      'download-call-participants',
      'federation-v1',
      ...(world.cron ? ['message-expiration'] : []),
    ],
    config: {
      attachments: { allowed: signedIn },
      call: {
        enabled: world.calls,
        recording: world.recording,
        'recording-consent': world.recording ? world.recordingConsent : 0,
        'sip-enabled': world.sip,
        'start-without-media': world.startWithoutMedia,
        'can-upload-background': signedIn,
        'predefined-backgrounds': world.backgrounds.map((path) => path.split('/').at(-1)),
        'predefined-backgrounds-v2': world.backgrounds,
        ...(world.externalCallService === undefined
          ? {}
          : { 'external-call-service': world.externalCallService }),
      },
      conversations: {
        'can-create': signedIn,
        'force-passwords': world.forcePasswords,
        'retention-event': retention.event,
        'retention-phone': retention.phone,
        'retention-instant-meetings': retention.instant,
        ...(retention.classified === undefined ? {} : { 'retention-classified': retention.classified }),
      },
      signaling: { mode: world.signalingServer === '' ? 'internal' : 'external' },
      federation: { enabled: signedIn && world.federation },
      chat: { 'matterbridge-enabled': false },
      permissions: { 'max-default': 254, 'max-custom': 255, default: world.defaultPermissions },
    },
    version: world.talk,
  };
}

/** What a member sees: values in force, not those stored. A lobby whose time is over is opened by being looked at. */
export function memberRoom(world: SimulatedWorld, room: SimulatedRoom, lastMessage: boolean): object {
  openPassedLobby(world, room);
  const role = roles[room.role ?? 'user'];
  const held = room.lobby === true && role === 3 && room.permissions !== 254;
  const consent = room.consent === true ? 1 : 0;
  return {
    ...shared(world, room),
    participantType: role,
    hasCall: !held && (room.callSince ?? 0) > 0,
    sipEnabled: world.sip ? (room.sip ?? 0) : 0,
    attendeePin: (room.sip ?? 0) > 0 ? '4711815' : '',
    permissions: role < 3 ? 254 : room.permissions || world.defaultPermissions,
    attendeePermissions: 0,
    defaultPermissions: room.permissions ?? 0,
    recordingConsent: !world.recording ? 0 : world.recordingConsent === 2 ? consent : world.recordingConsent,
    messageExpiration: room.expiration ?? 0,
    mentionPermissions: 0,
    isArchived: false,
    ...(room.remote === undefined
      ? {}
      : { remoteServer: room.remote.server, remoteToken: room.remote.token }),
    ...(lastMessage
      ? { lastMessage: { message: plantedMessages[0], actorDisplayName: plantedPersons[0] } }
      : {}),
  };
}

/** What an account sees of a room that it could join: real settings beside dummies. */
export function listedRoom(world: SimulatedWorld, room: SimulatedRoom): object {
  openPassedLobby(world, room);
  return {
    ...shared(world, room),
    participantType: outsiderRole,
    hasCall: (room.callSince ?? 0) > 0,
    sipEnabled: room.sip ?? 0,
    attendeePin: '',
    permissions: 1,
    attendeePermissions: 1,
    defaultPermissions: 1,
    recordingConsent: room.consent === true ? 1 : 0,
    messageExpiration: 0,
    mentionPermissions: 0,
    isArchived: false,
  };
}

function shared(world: SimulatedWorld, room: SimulatedRoom): object {
  return {
    token: room.token,
    type: room.type,
    name: room.name,
    displayName: room.name,
    description: room.description ?? '',
    objectType: room.objectType ?? '',
    objectId: room.objectId ?? '',
    readOnly: room.readOnly === true ? 1 : 0,
    hasPassword: room.hasPassword === true,
    callStartTime: room.callSince ?? 0,
    callFlag: (room.callSince ?? 0) > 0 ? 7 : 0,
    callRecording: room.recording ?? 0,
    lastActivity: room.lastActivity ?? Math.floor(world.now() / 1000),
    lobbyState: room.lobby === true ? 1 : 0,
    lobbyTimer: room.lobby === true ? (room.lobbyTimer ?? 0) : 0,
    listable: room.listable ?? 0,
    breakoutRoomMode: room.breakouts?.mode ?? 0,
    breakoutRoomStatus: room.breakouts?.started === true ? 1 : 0,
    ...(Number.parseInt(world.talk, 10) < 24 || room.attributes === null
      ? {}
      : { attributes: room.attributes ?? 0 }),
  };
}

function openPassedLobby(world: SimulatedWorld, room: SimulatedRoom): void {
  const timer = room.lobbyTimer ?? 0;
  if (room.lobby !== true || timer === 0 || timer * 1000 > world.now()) return;
  room.lobby = false;
  room.lobbyTimer = 0;
}

export function participantsAnswer(world: SimulatedWorld, room: SimulatedRoom): object[] {
  const moderator = room.role === 'owner' || room.role === 'moderator';
  const self: SimulatedPerson = {
    actorType: 'users',
    displayName: 'Prüfdienst',
    participantType: roles[room.role ?? 'user'],
  };
  return [self, ...(room.people ?? [])].map((person, place) => ({
    roomToken: room.token,
    inCall: person.inCall ?? 0,
    lastPing: 0,
    sessionIds: Array.from({ length: person.sessions ?? 0 }, (_, session) => `session-${place}-${session}`),
    participantType: person.participantType ?? 3,
    attendeeId: place + 1,
    actorId: person.actorType === 'users' ? plantedPersons[3] : `${person.actorType}-${place}`,
    actorType: person.actorType,
    displayName: person.displayName,
    permissions: person.permissions ?? room.permissions ?? world.defaultPermissions,
    attendeePermissions: 0,
    attendeePin: moderator ? '4711815' : '',
    phoneNumber: moderator ? (person.phoneNumber ?? '') : '',
    callId: '',
    ...(moderator && person.mail !== undefined ? { invitedActorId: person.mail } : {}),
  }));
}

export function accountAnswer({ user, groups, subadmin }: SimulatedWorld): object {
  const [displayname, email, phone] = plantedPersons;
  return { id: user, displayname, email, phone, groups, subadmin, enabled: true };
}

export function signalingAnswer({ signalingServer, stun, turn }: SimulatedWorld): object {
  return {
    signalingMode: signalingServer === '' ? 'internal' : 'external',
    server: signalingServer,
    ticket: signalingTicket,
    helloAuthParams: { '1.0': { ticket: signalingTicket } },
    stunservers: [{ urls: stun }],
    turnservers: [{ urls: turn, username: 'turn-user', credential: turnCredential }],
    sipDialinInfo: '',
  };
}

/** Secrets in answers; they must stay behind. */
export const signalingTicket = 'ticket-5b1f0c9a7e';
export const turnCredential = 'turn-cred-9c31aa';

export function loginPageAnswer(world: SimulatedWorld): { body: string; policy: string } {
  const connect = ["'self'", 'blob:', ...world.policySources].join(' ');
  const state = {
    name: 'Nextcloud',
    ...(world.privacyUrl === null ? {} : { privacyUrl: world.privacyUrl, imprintUrl: '' }),
  };
  const value = Buffer.from(JSON.stringify(state)).toString('base64');
  return {
    policy: `default-src 'none'; script-src 'strict-dynamic' 'nonce-abc'; connect-src ${connect}; img-src 'self' data:`,
    body: `<!DOCTYPE html><html><head><title>Login</title></head><body>
<input type="hidden" id="initial-state-theming-data" value="${value}">
<form method="post" name="login"></form></body></html>`,
  };
}

export function appsAnswer({ apps, enabledApps }: SimulatedWorld): object {
  return {
    apps: [
      ...enabledApps,
      ...(apps.userStatus ? ['user_status'] : []),
      ...(apps.passwordPolicy === null ? [] : ['password_policy']),
    ],
  };
}

/** As the server gives it for a key; a setting that nobody made looks like the default that was sent. */
export function configAnswer({ config }: SimulatedWorld, key: string, query: string): object {
  const fallback = new URLSearchParams(query).get('defaultValue') ?? '';
  return { data: config[key] ?? fallback };
}

export function serverInfoAnswer({ server, update, now }: SimulatedWorld): object {
  const system = {
    version: `${server}.1`,
    update: { lastupdatedat: Math.floor(now() / 1000) - 3600, ...update },
    apps: { num_installed: 47, num_updates_available: 0, app_updates: [] },
  };
  return { nextcloud: { system, storage: { num_users: 7 } }, activeUsers: { last5minutes: 1 } };
}

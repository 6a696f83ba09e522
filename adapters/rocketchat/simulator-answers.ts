import { plantedPersons, type SimulatedRoom, type SimulatedWorld } from './simulator-world.ts';

const [personName = '', userName = '', mail = ''] = plantedPersons;
const person = { _id: 'uSerNachtigalAAA1', username: userName, name: personName };
const iso = (at: number): string => new Date(at).toISOString();

export function infoAnswer(world: SimulatedWorld, exact: boolean): object {
  const [major, minor] = world.version.split('.');
  return {
    workspaceUrl: world.workspaceUrl,
    version: exact ? world.version : `${major}.${minor}`,
    ...(exact ? { info: { version: world.version, commit: { author: personName } } } : {}),
    minimumClientVersions: { desktop: '4.6.0', mobile: '4.63.0' },
    ...(world.signed === null
      ? {}
      : {
          supportedVersions: { signed: signedToken(world.signed) },
          cloudWorkspaceId: '672f1c9e0a0d4b7f9c1e2d3a',
        }),
    success: true,
  };
}

function signedToken(signed: NonNullable<SimulatedWorld['signed']>): string {
  const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
  const versions = signed.versions.map(({ version, endsAt, security }) => ({
    version,
    expiration: iso(endsAt),
    security: security ?? false,
    infoUrl: `https://example.invalid/${version}`,
  }));
  const payload = { timestamp: iso(signed.timestamp), messages: [], versions };
  return `${part({ alg: 'RS256', typ: 'JWT' })}.${part(payload)}.bm90LWEtc2lnbmF0dXJl`;
}

export function meAnswer(world: SimulatedWorld): object {
  return {
    _id: world.userId,
    name: personName,
    username: userName,
    emails: [{ address: mail, verified: true }],
    roles: world.roles,
    status: 'offline',
    success: true,
  };
}

export function rolesAnswer(world: SimulatedWorld): object {
  const names = new Set([...Object.values(world.permissions).flat(), ...world.roles]);
  const roles = [...names].map((name) => ({
    _id: name,
    name,
    scope: 'Users',
    mandatory2fa: false,
    protected: false,
  }));
  return { roles, success: true };
}

export function permissionsAnswer(world: SimulatedWorld): object {
  const update = Object.entries(world.permissions).map(([_id, roles]) => ({
    _id,
    _updatedAt: '2026-01-01T00:00:00.000Z',
    roles,
  }));
  return { update, remove: [], success: true };
}

export function settingRecord(world: SimulatedWorld, id: string): object {
  const setting = world.settings[id];
  return { _id: id, enterprise: setting?.enterprise ?? false, value: setting?.value };
}

export function passwordPolicyAnswer(world: SimulatedWorld): object {
  const value = (id: string): unknown => world.settings[`Accounts_Password_Policy_${id}`]?.value;
  return {
    enabled: value('Enabled'),
    policy: [
      ['get-password-policy-minLength', { minLength: value('MinLength') }],
      ['get-password-policy-forbidRepeatingCharacters'],
    ],
    success: true,
  };
}

/** The administrators' list: no retention, no join code, no encryption; texts of ruled rooms left out. */
export function adminRoom(world: SimulatedWorld, room: SimulatedRoom): object {
  const texts = room.abac === true ? {} : textsOf(room);
  return {
    ...common(world, room),
    ...texts,
    ...(room.t === 'd' ? { usernames: [userName], uids: [person._id] } : {}),
  };
}

/** The whole document, with the last message, except for what protects it. */
export function fullRoom(world: SimulatedWorld, room: SimulatedRoom): object {
  return {
    ...common(world, room),
    ...(room.abac === true ? {} : textsOf(room)),
    encrypted: room.encrypted ?? false,
    ...(room.joinCode === true ? { joinCodeRequired: true } : {}),
    ...(room.retention === undefined ? {} : { retention: room.retention }),
    ...(room.lastMessage === undefined
      ? {}
      : {
          lastMessage: {
            _id: 'mSg1',
            rid: room.id,
            msg: room.lastMessage,
            u: person,
            md: [{ value: room.lastMessage }],
          },
        }),
  };
}

function common(world: SimulatedWorld, room: SimulatedRoom): object {
  const { id, t, name, fname, prid, teamId, teamMain, archived, users, customFields, abac, federated } = room;
  return {
    _id: id,
    t,
    ...(name === undefined ? {} : { name, fname: fname ?? name }),
    ...(name === undefined && fname !== undefined ? { fname } : {}),
    ts: iso(world.now() - 90 * 86_400_000),
    msgs: 12,
    usersCount: users ?? 12,
    u: person,
    ro: false,
    default: false,
    customFields: customFields ?? {},
    ...(prid === undefined ? {} : { prid }),
    ...(teamId === undefined ? {} : { teamId }),
    ...(teamMain === undefined ? {} : { teamMain }),
    ...(archived === undefined ? {} : { archived }),
    ...(abac === true ? { abacAttributes: [{ key: 'abteilung', values: ['recht'] }] } : {}),
    ...(federated === true ? { federated: true } : {}),
  };
}

function textsOf({ topic, announcement, description }: SimulatedRoom): object {
  return {
    ...(topic === undefined ? {} : { topic }),
    ...(announcement === undefined ? {} : { announcement }),
    ...(description === undefined ? {} : { description }),
  };
}

export function callRecords(room: SimulatedRoom): object[] {
  return (room.calls ?? []).map((call, place) => ({
    _id: `call-${place}`,
    type: 'videoconference',
    rid: room.id,
    users: [{ ...person, ts: iso(call.createdAt) }],
    createdBy: person,
    status: call.status,
    createdAt: iso(call.createdAt),
    ...(call.ended === true ? { endedAt: iso(call.createdAt + 3_600_000) } : {}),
    providerName: call.provider ?? 'jitsi',
    anonymousUsers: call.anonymousUsers ?? 0,
    ...(call.url === undefined ? {} : { url: call.url }),
    title: 'Lage',
  }));
}

export function appsAnswer(world: SimulatedWorld): object {
  const apps = world.apps.map(({ id, name, version }) => ({
    id,
    name,
    nameSlug: name.toLowerCase().replaceAll(' ', ''),
    version,
    status: 'manually_enabled',
    author: { name: 'Rocket.Chat Technologies Corp.' },
  }));
  return { apps, success: true };
}

export function teamsOf(world: SimulatedWorld): object[] {
  return world.teams.map(({ id, public: open, roomId }) => ({
    _id: id,
    name: id,
    type: open ? 0 : 1,
    roomId,
    createdBy: person,
  }));
}

export function statisticsAnswer(world: SimulatedWorld): object {
  return {
    version: world.version,
    uniqueId: 'sAmPLe',
    enterprise: { modules: world.modules },
    totalRooms: world.rooms.length,
    success: true,
  };
}

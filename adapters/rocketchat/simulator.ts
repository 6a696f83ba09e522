import {
  type SimulatedAnswer,
  type SimulatedRequest,
  type SimulatorOptions,
  type SimulatorServer,
  startSimulatorServer,
} from '../contract/simulator.ts';
import { documentedLimit, paths, routeOf } from './routes.ts';
import {
  adminRoom,
  appsAnswer,
  callRecords,
  fullRoom,
  infoAnswer,
  meAnswer,
  passwordPolicyAnswer,
  permissionsAnswer,
  rolesAnswer,
  settingRecord,
  statisticsAnswer,
  teamsOf,
} from './simulator-answers.ts';
import type { SimulatedRoom, SimulatedWorld } from './simulator-world.ts';

export { plantedSettings, type SimulatedSettings, settingsOf, strictSettings } from './simulator-settings.ts';
export type {
  SimulatedApp,
  SimulatedCall,
  SimulatedRoom,
  SimulatedTeam,
  SimulatedWorld,
} from './simulator-world.ts';
export {
  bbbApp,
  defaultPermissions,
  jitsiApp,
  largeWorld,
  plantedAppSecrets,
  plantedMessages,
  plantedPersons,
  smallWorld,
} from './simulator-world.ts';

export interface RocketSimulator {
  server: SimulatorServer;
  world: SimulatedWorld;
  /** Calls that were refused because their route's window was used up. */
  throttled: string[];
  /** Calls sent with credentials that nobody accepted. */
  failedLogins: number;
}

/** A Rocket.Chat on loopback: its answers, its refusals in three shapes, its counter per route. */
export async function startRocketChat(
  world: SimulatedWorld,
  options: SimulatorOptions = {},
): Promise<RocketSimulator> {
  const counter = new Counter(world);
  const simulator: Omit<RocketSimulator, 'server'> = { world, throttled: [], failedLogins: 0 };
  const server = await startSimulatorServer((request) => {
    const { refused, headers } = counter.count(request.path);
    if (refused !== null) simulator.throttled.push(request.path);
    const answer = refused ?? route(world, simulator, request);
    const date = new Date(world.now()).toUTCString();
    return {
      ...answer,
      headers: { 'content-type': 'application/json', date, ...headers, ...answer.headers },
    };
  }, options);
  return Object.assign(simulator, { server });
}

/** Fixed windows per route; one address is all that ever calls. */
class Counter {
  readonly #world: SimulatedWorld;
  readonly #windows = new Map<string, { used: number; endsAt: number }>();

  constructor(world: SimulatedWorld) {
    this.#world = world;
  }

  count(path: string): { refused: SimulatedAnswer | null; headers: Record<string, string> } {
    const { throttle, now } = this.#world;
    const name = routeOf(path);
    const documented = documentedLimit(name);
    if (throttle === null || documented === null) return { refused: null, headers: {} };
    const limit = documented.windowMs < 60_000 ? documented : throttle;
    const before = this.#windows.get(name);
    const window =
      before !== undefined && now() < before.endsAt ? before : { used: 0, endsAt: now() + limit.windowMs };
    this.#windows.set(name, window);
    window.used += 1;
    const headers = {
      'x-ratelimit-limit': String(limit.calls),
      'x-ratelimit-remaining': String(Math.max(0, limit.calls - window.used)),
      'x-ratelimit-reset': String(window.endsAt),
    };
    if (window.used <= limit.calls) return { refused: null, headers };
    const seconds = Math.ceil((window.endsAt - now()) / 1000);
    const error = `Error, too many requests. Please slow down. You must wait ${seconds} seconds before trying this endpoint again. [error-too-many-requests]`;
    return { refused: json(429, { success: false, error }), headers };
  }
}

function route(
  world: SimulatedWorld,
  simulator: Omit<RocketSimulator, 'server'>,
  request: SimulatedRequest,
): SimulatedAnswer {
  const { path, query, headers } = request;
  const sent = headers['x-auth-token'] !== undefined || headers['x-user-id'] !== undefined;
  const accepted = headers['x-auth-token'] === world.token && headers['x-user-id'] === world.userId;
  const may = (permission: string): boolean =>
    accepted && (world.permissions[permission] ?? []).some((role) => world.roles.includes(role));
  if (sent && !accepted && path !== paths.info) simulator.failedLogins += 1;
  if (path === paths.info) return json(200, infoAnswer(world, may('view-statistics')));
  if (path === paths.publicSettings) return publicSettings(world, query);
  if (path === paths.passwordPolicy) return json(200, passwordPolicyAnswer(world));
  if (!accepted) return unauthorized(world);
  return signedIn(world, path, query, may);
}

function signedIn(
  world: SimulatedWorld,
  path: string,
  query: string,
  may: (permission: string) => boolean,
): SimulatedAnswer {
  switch (path) {
    case paths.self:
      return json(200, meAnswer(world));
    case paths.permissions:
      return json(200, permissionsAnswer(world));
    case paths.roles:
      return json(200, rolesAnswer(world));
    case paths.license:
      return json(200, { license: { activeModules: world.modules }, success: true });
    case paths.statistics:
      return may('view-statistics') ? json(200, statisticsAnswer(world)) : refused(400, 'error-not-allowed');
    case paths.capabilities:
      return capabilities(world);
    case paths.providers:
      return json(200, {
        data: typeof world.provider === 'string' ? [{ key: world.provider, label: world.provider }] : [],
        success: true,
      });
    case paths.apps:
      return json(200, appsAnswer(world));
    case paths.adminRooms:
      return may('view-room-administration')
        ? paged(
            'rooms',
            adminRooms(world, query).map((room) => adminRoom(world, room)),
            query,
          )
        : refused(400, 'error-not-authorized');
    case paths.groups:
      return may('view-room-administration')
        ? paged(
            'groups',
            world.rooms.filter(({ t }) => t === 'p').map((room) => fullRoom(world, room)),
            query,
          )
        : forbidden(world);
    case paths.channels:
      return may('view-c-room') ? paged('channels', channels(world), query) : forbidden(world);
    case paths.teams:
      return may('view-all-teams')
        ? paged('teams', teamsOf(world), query)
        : refused(403, world.shapes === 9 ? 'forbidden' : 'unauthorized');
    case paths.calls:
      return calls(world, query);
    default:
      return single(world, path, may);
  }
}

function single(world: SimulatedWorld, path: string, may: (permission: string) => boolean): SimulatedAnswer {
  const setting = /^\/api\/v1\/settings\/([^/]+)$/.exec(path)?.[1];
  if (setting !== undefined) {
    if (!may('view-privileged-setting')) return forbidden(world);
    if (world.settings[setting] === undefined) return json(400, { success: false });
    return json(200, { ...settingRecord(world, setting), success: true });
  }
  const app = world.apps.find(({ id }) => path === paths.appSettings(id));
  if (app === undefined) return json(404, { success: false, error: 'not found' });
  if (!may('manage-apps')) return forbidden(world);
  const settings = Object.fromEntries(
    Object.entries(app.settings).map(([id, stored]) => [id, { id, type: 'string', public: true, ...stored }]),
  );
  return json(200, { settings, success: true });
}

/** Servers before 7.0 do not know the filter by id. */
function publicSettings(world: SimulatedWorld, query: string): SimulatedAnswer {
  const filter = new URLSearchParams(query).get('_id')?.split(',');
  const filtering = filter !== undefined && world.shapes !== 6;
  const ids = Object.keys(world.settings)
    .filter((id) => world.settings[id]?.public === true && (!filtering || filter.includes(id)))
    .sort();
  return paged(
    'settings',
    ids.map((id) => settingRecord(world, id)),
    query,
  );
}

/** Without the types of discussions and teams their rooms are left out. */
function adminRooms(world: SimulatedWorld, query: string): SimulatedRoom[] {
  const types = new URLSearchParams(query).getAll('types[]');
  return world.rooms.filter(({ t, prid, teamMain }) => {
    if (prid !== undefined) return types.includes('discussions');
    if (teamMain === true) return types.includes('teams');
    return types.length === 0 || types.includes(t);
  });
}

/** Channels of a team are shown to its members only. */
function channels(world: SimulatedWorld): object[] {
  return world.rooms
    .filter(({ t, teamId, member }) => t === 'c' && (teamId === undefined || member === true))
    .map((room) => fullRoom(world, room));
}

function capabilities({ provider }: SimulatedWorld): SimulatedAnswer {
  if (typeof provider !== 'string') return refused(400, provider.error);
  const built = { mic: provider === 'jitsi', cam: provider === 'jitsi', title: true };
  return json(200, { providerName: provider, capabilities: built, success: true });
}

/** A private room is open to its members only, whatever an administrator may list. */
function calls(world: SimulatedWorld, query: string): SimulatedAnswer {
  const id = new URLSearchParams(query).get('roomId');
  const room = world.rooms.find((one) => one.id === id);
  if (room === undefined || (room.t !== 'c' && room.member !== true)) return refused(400, 'invalid-params');
  return paged('data', callRecords(room), query);
}

const mostInOne = 100;

/** More than the cap is cut without a word. */
function paged(key: string, all: object[], query: string): SimulatedAnswer {
  const parameters = new URLSearchParams(query);
  const offset = Number(parameters.get('offset') ?? 0);
  const count = Math.min(Number(parameters.get('count') ?? 50), mostInOne);
  const part = all.slice(offset, offset + count);
  return json(200, { [key]: part, count: part.length, offset, total: all.length, success: true });
}

function unauthorized({ shapes }: SimulatedWorld): SimulatedAnswer {
  const message = 'You must be logged in to do this.';
  if (shapes === 6) return json(401, { status: 'error', message });
  return json(401, { success: false, error: message, ...(shapes === 8 ? { status: 'error', message } : {}) });
}

function forbidden({ shapes }: SimulatedWorld): SimulatedAnswer {
  const code = shapes === 9 ? 'error-forbidden' : 'error-unauthorized';
  return refused(403, `User does not have the permissions required for this action [${code}]`);
}

const refused = (status: number, error: string): SimulatedAnswer => json(status, { success: false, error });

function json(status: number, body: object): SimulatedAnswer {
  return { status, body: JSON.stringify(body) };
}

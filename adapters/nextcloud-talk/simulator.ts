import {
  type SimulatedAnswer,
  type SimulatedRequest,
  type SimulatorOptions,
  type SimulatorServer,
  startSimulatorServer,
} from '../contract/simulator.ts';
import { paths } from './client.ts';
import {
  accountAnswer,
  appsAnswer,
  capabilitiesAnswer,
  configAnswer,
  listedRoom,
  loginPageAnswer,
  memberRoom,
  participantsAnswer,
  serverInfoAnswer,
  signalingAnswer,
  statusAnswer,
} from './simulator-answers.ts';
import type { SimulatedWorld } from './simulator-world.ts';

export { signalingTicket, turnCredential } from './simulator-answers.ts';
export type { SimulatedPerson, SimulatedRoom, SimulatedWorld } from './simulator-world.ts';
export {
  largeWorld,
  plantedMessages,
  plantedPersons,
  recordingSecret,
  serverInfoSecret,
  smallWorld,
} from './simulator-world.ts';

/** Failures that the server remembers of this address, by action. */
export interface Guard {
  login: number;
  talkRoomToken: number;
  serverinfo: number;
}

export interface TalkSimulator {
  server: SimulatorServer;
  world: SimulatedWorld;
  guard: Guard;
}

const mostFailures = 10;

/** A Nextcloud with Talk 22 on loopback: its answers, its traps, its brute-force guard (as numbers, without waiting). */
export async function startTalk(
  world: SimulatedWorld,
  options: SimulatorOptions = {},
): Promise<TalkSimulator> {
  const guard: Guard = { login: 0, talkRoomToken: 0, serverinfo: 0 };
  const server = await startSimulatorServer((request) => {
    const answer = route(world, guard, request);
    const cookies = { 'set-cookie': 'oc_sessionPassphrase=abc; path=/; HttpOnly' };
    return {
      ...answer,
      headers: { date: new Date(world.now()).toUTCString(), ...cookies, ...answer.headers },
    };
  }, options);
  return { server, world, guard };
}

function route(world: SimulatedWorld, guard: Guard, request: SimulatedRequest): SimulatedAnswer {
  const { path } = request;
  if (path === paths.status) return json(200, statusAnswer(world));
  if (path === paths.login) return loginPage(world);
  if (world.maintenance) return { status: 503, headers: html, body: '<html><body>Maintenance</body></html>' };
  if (!path.startsWith('/ocs/')) return { status: 404, headers: html, body: '<html><body>404</body></html>' };
  if (path === paths.serverInfo) return serverInfo(world, guard, request);
  const sent = world.signIn === 'lost' ? undefined : request.headers.authorization;
  if (sent === undefined) return anonymous(world, guard, path);
  if (guard.login > mostFailures) return ocs(429, 429, [], 'Reached maximum delay');
  if (world.signIn === 'page') return loginPage(world);
  const expected = Buffer.from(`${world.user}:${world.password}`).toString('base64');
  if (sent !== `Basic ${expected}`) {
    guard.login += 1;
    return ocs(401, 997, [], 'Unauthorised');
  }
  if (request.headers['ocs-apirequest'] !== 'true') return json(412, { message: 'CSRF check failed' });
  return signedIn(world, guard, request);
}

function anonymous(world: SimulatedWorld, guard: Guard, path: string): SimulatedAnswer {
  if (path === paths.capabilities) {
    return ocs(200, 200, capabilitiesAnswer(world, false, delayOf(guard)));
  }
  return ocs(401, 997, [], 'Current user is not logged in');
}

/** A wrong key, and an account without the right, count as an attack. */
function serverInfo(world: SimulatedWorld, guard: Guard, { headers }: SimulatedRequest): SimulatedAnswer {
  if (world.serverInfoToken !== null && headers['nc-token'] === world.serverInfoToken) {
    return ocs(200, 200, serverInfoAnswer(world));
  }
  guard.serverinfo += 1;
  return ocs(401, 997, [], 'Unauthorised');
}

/** Doubles with each failure, and ends at 25 s. */
function delayOf({ login }: Guard): number {
  return login === 0 ? 0 : Math.min(100 * 2 ** login, 25_000);
}

function signedIn(world: SimulatedWorld, guard: Guard, { path, query }: SimulatedRequest): SimulatedAnswer {
  const member = world.rooms.filter(({ role }) => role !== undefined);
  switch (path) {
    case paths.capabilities:
      return ocs(200, 200, capabilitiesAnswer(world, true, delayOf(guard)));
    case paths.self:
      return ocs(200, 200, accountAnswer(world));
    case paths.presence:
      return world.apps.userStatus ? ocs(200, 200, [{ id: 'meeting' }]) : unknownRoute();
    case paths.passwordPolicy:
      return world.apps.passwordPolicy === null
        ? unknownRoute()
        : ocs(200, 200, { password: 'generated-one' });
    case paths.rooms: {
      const messages = !query.includes('includeLastMessage=false');
      return ocs(
        200,
        200,
        member.map((room) => memberRoom(world, room, messages)),
      );
    }
    case paths.listed: {
      const listed = world.rooms.filter(({ role, listable, type }) => {
        return role === undefined && (listable ?? 0) > 0 && (type === 2 || type === 3);
      });
      return ocs(
        200,
        200,
        listed.map((room) => listedRoom(world, room)),
      );
    }
    case paths.signaling:
      return ocs(200, 200, signalingAnswer(world));
    case paths.apps:
      return world.groups.includes('admin') ? ocs(200, 200, appsAnswer(world)) : notAdmin();
    default:
      if (path.startsWith(paths.config(''))) {
        if (!world.groups.includes('admin')) return notAdmin();
        return ocs(200, 200, configAnswer(world, path.slice(paths.config('').length), query));
      }
      return participants(world, guard, path);
  }
}

function participants(world: SimulatedWorld, guard: Guard, path: string): SimulatedAnswer {
  const token = /^\/ocs\/v2\.php\/apps\/spreed\/api\/v4\/room\/([^/]+)\/participants$/.exec(path)?.[1];
  if (token === undefined) return unknownRoute();
  if (guard.talkRoomToken > mostFailures) return ocs(429, 429, [], 'Reached maximum delay');
  const room = world.rooms.find((one) => one.token === token && one.role !== undefined);
  if (room === undefined) {
    guard.talkRoomToken += 1;
    return ocs(404, 404, []);
  }
  const held = room.lobby === true && room.role === 'user' && (mask(world, room.permissions) & 8) === 0;
  return held ? ocs(412, 412, []) : ocs(200, 200, participantsAnswer(world, room));
}

function mask(world: SimulatedWorld, own: number | undefined): number {
  return own === undefined || own === 0 ? world.defaultPermissions : own;
}

function notAdmin(): SimulatedAnswer {
  return ocs(403, 403, [], 'Logged in account must be an admin');
}

function unknownRoute(): SimulatedAnswer {
  return ocs(404, 998, [], 'Invalid query, please check the syntax.');
}

const html = { 'content-type': 'text/html; charset=UTF-8' };

function loginPage(world: SimulatedWorld): SimulatedAnswer {
  const { body, policy } = loginPageAnswer(world);
  return { status: 200, headers: { ...html, 'content-security-policy': policy }, body };
}

function ocs(
  status: number,
  statuscode: number,
  data: unknown,
  message = status === 200 ? 'OK' : '',
): SimulatedAnswer {
  return json(status, {
    ocs: { meta: { status: status === 200 ? 'ok' : 'failure', statuscode, message }, data },
  });
}

function json(status: number, body: unknown): SimulatedAnswer {
  return {
    status,
    headers: { 'content-type': 'application/json; charset=utf-8' },
    body: JSON.stringify(body),
  };
}

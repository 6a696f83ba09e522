import {
  type SimulatedAnswer,
  type SimulatedRequest,
  type SimulatorOptions,
  type SimulatorServer,
  startSimulatorServer,
} from '../contract/simulator.ts';
import { answerOfBridge, answerOfJicofo, answerOfProsody, census } from './simulator-backend.ts';
import {
  type Backend,
  type JitsiSimulator,
  type JitsiWorld,
  mucOf,
  type SimulatedRoom,
} from './simulator-world.ts';
import { serveXmpp } from './simulator-xmpp.ts';

export { usualComponents } from './simulator-world.ts';
export type { JitsiSimulator, JitsiWorld, SimulatedRoom };

/** Jitsi Meet on loopback: the web server's files and Prosody with Jitsi's modules behind its WebSocket. */
export async function startJitsi(world: JitsiWorld, options: SimulatorOptions = {}): Promise<JitsiSimulator> {
  const base = await startSimulatorServer((request) => answer(simulator, request), options);
  const place: { simulator?: JitsiSimulator } = {};
  const behind = await startBackend(world.backend !== undefined, () => place.simulator?.world ?? world);
  const simulator: JitsiSimulator = Object.assign(base, {
    world,
    frames: [],
    queries: [],
    xmppFaults: [],
    settings: () => ({ url: base.origin, rooms: simulator.world.rooms.map(addressOf) }),
    openSettings: () => ({ ...simulator.settings(), ...keysOf(simulator.world, behind) }),
    backends: behind,
    secretValues: {
      ROOM_INFO_TOKEN: world.backend?.token ?? '',
      AUDITOR_PASSWORD: world.backend?.account.password ?? '',
    },
  });
  place.simulator = simulator;
  serveXmpp(simulator);
  const close = simulator.close.bind(simulator);
  simulator.close = async () => {
    await Promise.all([close(), ...behind.map((server) => server.close())]);
  };
  return simulator;
}

/** Prosody's HTTP port, jicofo and the bridge, each with an address of its own. */
function startBackend(wanted: boolean, world: () => JitsiWorld): Promise<SimulatorServer[]> {
  if (!wanted) return Promise.resolve([]);
  const backend = (): Backend => world().backend as Backend;
  return Promise.all([
    startSimulatorServer((request) => answerOfProsody(world(), backend(), request)),
    startSimulatorServer((request) => answerOfJicofo(world(), backend(), request)),
    startSimulatorServer((request) => answerOfBridge(backend(), request)),
  ]);
}

function keysOf(world: JitsiWorld, [prosody, jicofo, jvb]: readonly SimulatorServer[]): object {
  if (world.backend === undefined) return {};
  return {
    prosody_http: prosody?.origin,
    room_info: { token: { env: 'ROOM_INFO_TOKEN' } },
    jicofo: jicofo?.origin,
    jvb: jvb?.origin,
    account: {
      jid: `${world.backend.account.user}@auth.${world.domain}`,
      password: { env: 'AUDITOR_PASSWORD' },
    },
  };
}

function addressOf(room: SimulatedRoom): string {
  return room.tenant === undefined ? room.name : `${room.tenant}/${room.name}`;
}

function answer(simulator: JitsiSimulator, request: SimulatedRequest): SimulatedAnswer {
  const { world } = simulator;
  if (request.method !== 'GET') return { status: 405, body: '' };
  switch (request.path) {
    case '/config.js':
      return script(world.configText ?? configText(simulator));
    case '/interface_config.js':
      return script(world.interfaceText ?? interfaceText);
    case '/room-census':
      return world.publicCensus === true ? { status: 200, body: census(world) } : page(world);
    case '/xmpp-websocket':
      return html(
        '<html><body><p>It works! Now point your WebSocket client to this URL to connect.</p></body></html>',
      );
    default:
      // Any other path of one segment is the page of a room with that name.
      return /^\/[^/]*$/.test(request.path) ? page(world) : { status: 404, body: 'not found' };
  }
}

function script(body: string): SimulatedAnswer {
  return { status: 200, headers: { 'content-type': 'application/javascript' }, body };
}

function html(body: string): SimulatedAnswer {
  return { status: 200, headers: { 'content-type': 'text/html' }, body };
}

function page(world: JitsiWorld): SimulatedAnswer {
  const version = world.web === null ? '' : `?v=${world.web}`;
  return html(`<!DOCTYPE html>
<html><head><title>Jitsi Meet</title>
<link rel="stylesheet" href="css/all.css${version}">
<script src="config.js${version}"></script><script src="interface_config.js${version}"></script>
<script src="libs/lib-jitsi-meet.min.js${version}"></script>
<script src="libs/app.bundle.min.js${version}"></script>
</head><body><div id="react"></div></body></html>
`);
}

const interfaceText = `var interfaceConfig = {
    APP_NAME: 'Jitsi Meet',
    DISABLE_PRESENCE_STATUS: false,
    RECENT_LIST_ENABLED: true,
    SUPPORT_URL: 'https://community.jitsi.org/'
};
`;

function configText(simulator: JitsiSimulator): string {
  const { world, origin } = simulator;
  const guests = world.kind === 'secure' && world.guestDomain !== null;
  const keys: Record<string, unknown> = {
    hosts: {
      domain: world.domain,
      ...(guests ? { anonymousdomain: world.guestDomain ?? `guest.${world.domain}` } : {}),
      muc: mucOf(world),
    },
    bosh: `${origin}/http-bind`,
    websocket: `${origin.replace(/^http/, 'ws')}/xmpp-websocket`,
    ...world.config,
  };
  return `// what the page starts with\nvar config = ${JSON.stringify(keys, null, 4)};\n`;
}

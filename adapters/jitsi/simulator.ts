import {
  type SimulatedAnswer,
  type SimulatedRequest,
  type SimulatorOptions,
  startSimulatorServer,
} from '../contract/simulator.ts';
import {
  type JitsiSimulator,
  type JitsiWorld,
  mucOf,
  nodeOf,
  type SimulatedRoom,
} from './simulator-world.ts';
import { serveXmpp } from './simulator-xmpp.ts';

export { usualComponents } from './simulator-world.ts';
export type { JitsiSimulator, JitsiWorld, SimulatedRoom };

/** Jitsi Meet on loopback: the web server's files and Prosody with Jitsi's modules behind its WebSocket. */
export async function startJitsi(world: JitsiWorld, options: SimulatorOptions = {}): Promise<JitsiSimulator> {
  const base = await startSimulatorServer((request) => answer(simulator, request), options);
  const simulator: JitsiSimulator = Object.assign(base, {
    world,
    frames: [],
    queries: [],
    xmppFaults: [],
    settings: () => ({ url: base.origin, rooms: simulator.world.rooms.map(addressOf) }),
  });
  serveXmpp(simulator);
  return simulator;
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

/** Without a content type, times as texts of milliseconds, the focus already taken off. */
function census(world: JitsiWorld): string {
  const list = world.rooms.map((room) => ({
    room_name: `${nodeOf(room)}@${mucOf(world)}`,
    participants: room.participants ?? 1,
    created_time: String(room.createdAt ?? 1_795_298_338_000),
    leaked: false,
  }));
  return JSON.stringify({ room_census: list });
}

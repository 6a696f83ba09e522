import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { type WebSocket, WebSocketServer } from 'ws';
import { type SimulatorServer, startSimulatorServer } from '../../adapters/contract/simulator.ts';
import { parseFrame } from '../../adapters/jitsi/stanzas.ts';
import { sample } from './replay.ts';

type Server = 'current' | 'legacy' | 'secure' | 'jwt';

/** What the server answered to what, by the question without its id; for the lobby also by the room of the address. */
type Recording = Map<string, string[]>;

/** A web server with a config.js, and the recorded frames of one Prosody behind its WebSocket. */
export async function replayJitsi(
  server: Server,
  configText: (origin: string) => string,
): Promise<SimulatorServer> {
  const recording = readRecording(server);
  const web = await startSimulatorServer(({ path }) => {
    if (path === '/config.js') return { status: 200, body: configText(web.origin) };
    // Every other path of one segment is the page of a room.
    return { status: 200, headers: { 'content-type': 'text/html' }, body: '<html></html>' };
  });
  const sockets = new WebSocketServer({ noServer: true, handleProtocols: () => 'xmpp' });
  web.server.on('upgrade', (request, socket, head) => {
    const room = new URL(request.url ?? '/', web.origin).searchParams.get('room') ?? '';
    sockets.handleUpgrade(request, socket, head, (client) => serve(client, room, recording));
  });
  const close = web.close.bind(web);
  web.close = () => {
    for (const client of sockets.clients) client.terminate();
    return close();
  };
  return web;
}

function serve(socket: WebSocket, room: string, recording: Recording): void {
  let opened = 0;
  socket.on('message', (data) => {
    const frame = data.toString();
    const element = parseFrame(frame);
    if (element.name === 'open') opened += 1;
    const key = element.name === 'open' ? `open ${opened}` : keyOf(frame, room);
    for (const answer of recording.get(key) ?? []) {
      const { id } = element.attrs;
      socket.send(id === undefined ? answer : answer.replace(/ id='[^']*'/, ` id='${id}'`));
    }
  });
}

function readRecording(server: Server): Recording {
  const recording: Recording = new Map();
  const folder = fileURLToPath(new URL('../../../shared/vendors/samples/jitsi/xmpp', import.meta.url));
  const names = readdirSync(folder).filter(
    (name) => name.startsWith(`${server}-`) && !/refused|owner-form|as-occupant|stream-features/.test(name),
  );
  for (const name of names) {
    let key = '';
    let room = '';
    let opened = 0;
    for (const line of sample(`jitsi/xmpp/${name}`).split('\n')) {
      room = /\?room=([\w-]+)/.exec(line)?.[1] ?? room;
      const frame = line.slice(3);
      if (line.startsWith('C: ')) {
        if (frame.startsWith('<open')) opened += 1;
        key = frame.startsWith('<open') ? `open ${opened}` : keyOf(frame, room);
        if (!recording.has(key)) recording.set(key, []);
        else key = `again ${key}`;
      } else if (line.startsWith('S: ')) recording.get(key)?.push(frame);
    }
  }
  return recording;
}

function keyOf(frame: string, room: string): string {
  const element = parseFrame(frame);
  const [payload] = element.getChildElements();
  const { xmlns, node } = payload?.attrs ?? {};
  const lobby = node === 'lobbyrooms' ? room : '';
  return `${element.name} ${element.attrs['to'] ?? ''} ${xmlns ?? ''} ${node ?? ''} ${lobby}`;
}

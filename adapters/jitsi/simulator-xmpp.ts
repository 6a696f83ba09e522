import { randomUUID } from 'node:crypto';
import type { Duplex } from 'node:stream';
import { type WebSocket, WebSocketServer } from 'ws';
import { capsOf } from './disco.ts';
import type { XmppFault } from './simulator-faults.ts';
import {
  type JitsiSimulator,
  type JitsiWorld,
  mucOf,
  nodeOf,
  type SimulatedRoom,
  usualComponents,
} from './simulator-world.ts';
import { type Element, ns, parseFrame } from './stanzas.ts';

const socketPath = '/xmpp-websocket';

interface Session {
  socket: WebSocket;
  host: string;
  signedIn: boolean;
  jid: string;
  /** Of the address: the room as decoded once, and its tenant. */
  room: string;
  tenant: string;
}

const component: Readonly<Record<string, string>> = {
  lobbyrooms: 'lobby',
  speakerstats: 'speakerstats',
  conference_duration: 'conferenceduration',
  end_conference: 'endconference',
  av_moderation: 'avmoderation',
  room_metadata: 'metadata',
  breakout_rooms: 'breakout',
  polls: 'polls',
};

export function serveXmpp(simulator: JitsiSimulator): void {
  const server = new WebSocketServer({ noServer: true, handleProtocols: () => 'xmpp' });
  const silent = new Set<Duplex>();
  simulator.server.on('upgrade', (request, socket, head) => {
    const url = new URL(request.url ?? '/', 'http://simulator.invalid');
    const fault = simulator.faults.find((candidate) => candidate.path.test(url.pathname))?.fault;
    if (fault?.kind === 'silence') {
      silent.add(socket);
      return;
    }
    if (fault?.kind === 'reset' || fault?.kind === 'truncated') {
      socket.destroy();
      return;
    }
    const refused = fault?.kind === 'status' ? fault.status : fault?.kind === 'html' ? 200 : null;
    if (refused !== null || url.pathname !== socketPath) {
      socket.end(`HTTP/1.1 ${refused ?? 404} Refused\r\nconnection: close\r\ncontent-length: 0\r\n\r\n`);
      return;
    }
    simulator.queries.push(url.search.slice(1));
    server.handleUpgrade(request, socket, head, (client) => {
      if (fault?.kind === 'huge') misbehave({ frame: /^/, kind: 'huge' }, client);
      else serve(simulator, client, url.searchParams);
    });
  });
  const close = simulator.close.bind(simulator);
  simulator.close = () => {
    for (const client of server.clients) client.terminate();
    for (const socket of silent) socket.destroy();
    server.close();
    return close();
  };
}

function serve(simulator: JitsiSimulator, socket: WebSocket, query: URLSearchParams): void {
  const session: Session = {
    socket,
    host: '',
    signedIn: false,
    jid: '',
    room: query.get('room') ?? '',
    tenant: query.get('prefix') ?? '',
  };
  socket.on('error', () => socket.terminate());
  socket.on('message', (data) => {
    const frame = data.toString();
    simulator.frames.push(frame);
    const fault = simulator.xmppFaults.find((candidate) => candidate.frame.test(frame));
    if (fault !== undefined) {
      misbehave(fault, socket);
      return;
    }
    for (const [place, answer] of answers(simulator.world, session, parseFrame(frame)).entries())
      socket.send(tapped(simulator, `${session.room} ${frame} ${place}`, answer));
  });
}

/** A frame passes the same tap as an answer over HTTP; what was asked stands for the query. */
function tapped(simulator: JitsiSimulator, asked: string, body: string): string {
  if (simulator.tap === null) return body;
  const request = { method: 'GET', path: socketPath, query: asked, headers: {}, body: '' };
  return simulator.tap(request, { status: 200, body }).body;
}

function misbehave(fault: XmppFault, socket: WebSocket): void {
  switch (fault.kind) {
    case 'silence':
      return;
    case 'garbage':
      socket.send('<iq type="result"><query>');
      return;
    case 'doctype':
      socket.send('<!DOCTYPE x [<!ENTITY a "aaaa">]><iq>&a;</iq>');
      return;
    case 'huge':
      socket.send(`<iq>${'x'.repeat(300_000)}</iq>`);
      return;
    case 'limit':
      socket.send(streamError('policy-violation'));
      return;
    case 'close':
      socket.terminate();
  }
}

function streamError(condition: string): string {
  return `<stream:error><${condition} xmlns='urn:ietf:params:xml:ns:xmpp-streams'/></stream:error>`;
}

function answers(world: JitsiWorld, session: Session, frame: Element): string[] {
  switch (frame.name) {
    case 'open':
      return opened(world, session, frame.attrs['to'] ?? '');
    case 'auth':
      return [login(world, session)];
    case 'close':
      return [`<close xmlns='${ns.framing}'/>`];
    case 'iq':
      return asked(world, session, frame);
    default:
      return [];
  }
}

function hosts(world: JitsiWorld): string[] {
  return [
    world.domain,
    `auth.${world.domain}`,
    ...(guestDomain(world) === null ? [] : [guestDomain(world) ?? '']),
  ];
}

function guestDomain(world: JitsiWorld): string | null {
  if (world.kind !== 'secure' || world.guestDomain === null) return null;
  return world.guestDomain ?? `guest.${world.domain}`;
}

function opened(world: JitsiWorld, session: Session, to: string): string[] {
  session.host = to;
  const open = `<open from='${to}' xml:lang='en' version='1.0' id='${randomUUID()}' xmlns='${ns.framing}'/>`;
  if (!hosts(world).includes(to))
    return [open, streamError('host-unknown'), `<close xmlns='${ns.framing}'/>`];
  const inner = session.signedIn
    ? `<bind xmlns='${ns.bind}'><required/></bind><c node='http://prosody.im' ver='${caps(world, to)}' hash='sha-1' xmlns='http://jabber.org/protocol/caps'/>`
    : `<mechanisms xmlns='${ns.sasl}'>${mechanisms(world, to)
        .map((name) => `<mechanism>${name}</mechanism>`)
        .join('')}</mechanisms>`;
  return [
    open,
    `<stream:features xmlns:stream='http://etherx.jabber.org/streams' xmlns='jabber:client'>${inner}</stream:features>`,
  ];
}

function mechanisms(world: JitsiWorld, host: string): string[] {
  if (host.startsWith('auth.')) return ['SCRAM-SHA-1', 'PLAIN'];
  if (host === guestDomain(world)) return ['ANONYMOUS'];
  return world.kind === 'secure' ? ['PLAIN', 'SCRAM-SHA-1'] : ['ANONYMOUS'];
}

function login(world: JitsiWorld, session: Session): string {
  if (!mechanisms(world, session.host).includes('ANONYMOUS'))
    return `<failure xmlns='${ns.sasl}'><invalid-mechanism/></failure>`;
  if (world.kind === 'jwt')
    return `<failure xmlns='${ns.sasl}'><not-allowed/><text>token required</text></failure>`;
  session.signedIn = true;
  return `<success xmlns='${ns.sasl}'/>`;
}

function asked(world: JitsiWorld, session: Session, iq: Element): string[] {
  const { id, to } = iq.attrs;
  const [payload] = iq.getChildElements();
  if (payload === undefined || id === undefined || !session.signedIn) return [];
  if (payload.name === 'bind') {
    session.jid = `${randomUUID()}@${session.host}/${randomUUID().slice(0, 12)}`;
    return [
      `<iq id='${id}' xmlns='jabber:client' type='result'><bind xmlns='${ns.bind}'><jid>${session.jid}</jid></bind></iq>`,
    ];
  }
  const body = answerTo(world, session, to ?? '', payload);
  if (body === null) return [];
  return [
    `<iq from='${to}' to='${session.jid}' type='${body.type}' id='${id}' xmlns='jabber:client'>${body.xml}</iq>`,
  ];
}

type Body = { type: 'result' | 'error'; xml: string };

const result = (xmlns: string, inner: string, attributes = '', tag = 'query'): Body => ({
  type: 'result',
  xml: `<${tag}${attributes} xmlns='${xmlns}'>${inner}</${tag}>`,
});

const error = (type: string, condition: string): Body => ({
  type: 'error',
  xml: `<error type='${type}'><${condition} xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error>`,
});

/** Null = the server never answers this. */
function answerTo(world: JitsiWorld, session: Session, to: string, payload: Element): Body | null {
  const xmlns = payload.attrs['xmlns'] ?? '';
  const at = to.lastIndexOf('@');
  if (to === `lobby.${world.domain}`) return lobbyAnswer(world, session, payload);
  if (at >= 0 && to.slice(at + 1) === mucOf(world)) return roomAnswer(world, to.slice(0, at), xmlns);
  if (to === mucOf(world)) {
    if (xmlns === ns.items) {
      const listed = world.rooms.filter((room) => room.listed === true);
      return result(ns.items, listed.map((room) => `<item jid='${nodeOf(room)}@${to}'/>`).join(''));
    }
    return error('cancel', 'service-unavailable');
  }
  const further = (world.extraDomains ?? []).map((name) => `${name}.${world.domain}`);
  if (xmlns === ns.info && further.includes(to))
    return result(ns.info, `<identity name='Prosody' category='server' type='im'/>`);
  if (to !== world.domain) return error('cancel', 'remote-server-not-found');
  switch (xmlns) {
    case ns.info:
      return result(ns.info, description(world));
    case ns.items:
      return result(
        ns.items,
        domains(world)
          .map((jid) => `<item jid='${jid}'/>`)
          .join(''),
      );
    case ns.version:
      return result(ns.version, '<name>Prosody</name><version>13.0.1</version><os>Linux</os>');
    case ns.services:
      return services(world);
    default:
      return error('cancel', 'service-unavailable');
  }
}

function description(world: JitsiWorld): string {
  const components = (world.components ?? usualComponents)
    .map(
      (type) =>
        `<identity name='${component[type] ?? type}.${world.domain}' category='component' type='${type}'/>`,
    )
    .join('');
  return `${components}<identity name='Prosody' category='server' type='im'/><feature var='urn:xmpp:ping'/><feature var='${ns.info}'/><feature var='${ns.items}'/><feature var='${ns.version}'/>`;
}

/** The guest domain has a description of its own, so its checksum says nothing of the main domain. */
function caps(world: JitsiWorld, host: string): string {
  const text = host === world.domain ? description(world) : `<feature var='${ns.info}'/>`;
  return capsOf(parseFrame(`<query>${text}</query>`));
}

function domains(world: JitsiWorld): string[] {
  const components = (world.components ?? usualComponents).filter((type) => type !== 'conference_duration');
  return [
    `focus.${world.domain}`,
    `auth.${world.domain}`,
    mucOf(world),
    ...components.map((type) => `${component[type] ?? type}.${world.domain}`),
    ...(world.extraDomains ?? []).map((name) => `${name}.${world.domain}`),
  ];
}

/** Credentials are handed to anybody who asks, as some servers do. */
function services(world: JitsiWorld): Body {
  if (world.services === null || world.services === undefined) return error('cancel', 'service-unavailable');
  const list = world.services
    .map(
      ({ host, type }) =>
        `<service host='${host}' port='3478' type='${type}' transport='udp' username='1795385040' password='simulated-turn-secret' restricted='1'/>`,
    )
    .join('');
  return result(ns.services, list, '', 'services');
}

/** Other questions to the lobby are filtered away without a word. The room's name counts letter by letter. */
function lobbyAnswer(world: JitsiWorld, session: Session, payload: Element): Body | null {
  if (!(world.components ?? usualComponents).includes('lobbyrooms'))
    return error('cancel', 'remote-server-not-found');
  if (payload.attrs['node'] !== 'lobbyrooms' || payload.attrs['xmlns'] !== ns.info) return null;
  const node =
    session.tenant === '' || session.tenant === world.domain
      ? session.room
      : `[${session.tenant}]${session.room}`;
  const room = world.rooms.find((candidate) => nodeOf(candidate) === node);
  const on =
    room?.lobby === true ? "<feature var='http://jitsi.org/protocol/lobbyrooms#displayname_required'/>" : '';
  return result(ns.info, on, " node='lobbyrooms'");
}

function roomAnswer(world: JitsiWorld, node: string, xmlns: string): Body {
  if (/[\s"&'/:<>]/.test(node)) return error('modify', 'jid-malformed');
  const room = world.rooms.find((candidate) => nodeOf(candidate) === node.toLowerCase());
  if (room === undefined) return error('cancel', 'item-not-found');
  if (xmlns === ns.items) return result(ns.items, '');
  if (xmlns !== ns.info) return error('auth', 'forbidden');
  return world.kind === 'legacy' ? result(ns.info, legacyRoom(world, room)) : error('auth', 'forbidden');
}

function legacyRoom(world: JitsiWorld, room: SimulatedRoom): string {
  const features = [
    'http://jabber.org/protocol/muc',
    'muc_temporary',
    room.listed === true ? 'muc_public' : 'muc_hidden',
    room.password === true ? 'muc_passwordprotected' : 'muc_unsecured',
    room.lobby === true ? 'muc_membersonly' : 'muc_open',
    'muc_nonanonymous',
    'muc_unmoderated',
  ];
  const fields: [string, string][] = [
    ['FORM_TYPE', 'http://jabber.org/protocol/muc#roominfo'],
    ['muc#roominfo_occupants', String((room.participants ?? 1) + 1)],
    ['muc#roominfo_created_timestamp', String(room.createdAt ?? 1_795_298_338_000)],
    ...(room.lobby === true
      ? [['muc#roominfo_lobbyroom', `${nodeOf(room)}@lobby.${world.domain}`] satisfies [string, string]]
      : []),
  ];
  const form = fields.map(
    ([name, value]) => `<field var='${name}' type='text-single'><value>${value}</value></field>`,
  );
  return `<identity type='text' category='conference'/>${features
    .map((name) => `<feature var='${name}'/>`)
    .join('')}<x type='result' xmlns='${ns.data}'>${form.join('')}</x>`;
}

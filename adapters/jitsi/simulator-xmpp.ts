import { randomUUID } from 'node:crypto';
import type { Duplex } from 'node:stream';
import { type WebSocket, WebSocketServer } from 'ws';
import { AccountLogin } from './simulator-account.ts';
import { answerTo, caps, type Session } from './simulator-answers.ts';
import type { XmppFault } from './simulator-faults.ts';
import type { JitsiSimulator, JitsiWorld } from './simulator-world.ts';
import { type Element, ns, parseFrame } from './stanzas.ts';

const socketPath = '/xmpp-websocket';

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
    admin: false,
    login: null,
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
      socket.send(tapped(simulator, `${session.room} ${asking(frame)} ${place}`, answer));
  });
}

/** What was asked, without what differs from login to login. */
function asking(frame: string): string {
  return /^<(?:auth|response)\b/.test(frame) ? frame.replace(/>[^<]*</, '><') : frame;
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
      return [login(world, session, frame)];
    case 'response':
      return [signIn(world, session, undefined, frame)];
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

/** An account signs in on the internal domain, which the public WebSocket serves too. */
function signIn(world: JitsiWorld, session: Session, mechanism: string | undefined, frame: Element): string {
  const { backend } = world;
  const failure = `<failure xmlns='${ns.sasl}'><not-authorized/></failure>`;
  if (backend === undefined || !session.host.startsWith('auth.')) return failure;
  session.login ??= new AccountLogin(backend.account);
  const answer = session.login.step(mechanism, Buffer.from(frame.text(), 'base64').toString());
  session.signedIn = answer.in;
  session.admin = answer.in && backend.account.admin;
  return answer.xml;
}

function login(world: JitsiWorld, session: Session, frame: Element): string {
  const mechanism = frame.attrs['mechanism'];
  if (mechanism !== 'ANONYMOUS') return signIn(world, session, mechanism, frame);
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

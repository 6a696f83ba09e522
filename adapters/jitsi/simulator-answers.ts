import type { WebSocket } from 'ws';
import { capsOf } from './disco.ts';
import { type AccountLogin, ownerForm } from './simulator-account.ts';
import { type JitsiWorld, mucOf, nodeOf, type SimulatedRoom, usualComponents } from './simulator-world.ts';
import { type Element, ns, parseFrame } from './stanzas.ts';

export interface Session {
  socket: WebSocket;
  host: string;
  signedIn: boolean;
  /** Among the admins of the room service. */
  admin: boolean;
  login: AccountLogin | null;
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

export type Body = { type: 'result' | 'error'; xml: string };

const result = (xmlns: string, inner: string, attributes = '', tag = 'query'): Body => ({
  type: 'result',
  xml: `<${tag}${attributes} xmlns='${xmlns}'>${inner}</${tag}>`,
});

const error = (type: string, condition: string): Body => ({
  type: 'error',
  xml: `<error type='${type}'><${condition} xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error>`,
});

/** Null = the server never answers this. */
export function answerTo(world: JitsiWorld, session: Session, to: string, payload: Element): Body | null {
  const xmlns = payload.attrs['xmlns'] ?? '';
  const at = to.lastIndexOf('@');
  if (to === `lobby.${world.domain}`) return lobbyAnswer(world, session, payload);
  if (at >= 0 && to.slice(at + 1) === mucOf(world)) return roomAnswer(world, session, to.slice(0, at), xmlns);
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
export function caps(world: JitsiWorld, host: string): string {
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

function roomAnswer(world: JitsiWorld, session: Session, node: string, xmlns: string): Body {
  if (/[\s"&'/:<>]/.test(node)) return error('modify', 'jid-malformed');
  const room = world.rooms.find((candidate) => nodeOf(candidate) === node.toLowerCase());
  if (room === undefined) return error('cancel', 'item-not-found');
  if (xmlns === ns.items) return result(ns.items, '');
  if (xmlns === ns.owner && session.admin) return result(ns.owner, ownerForm(room));
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

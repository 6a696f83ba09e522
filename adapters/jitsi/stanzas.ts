import { createElement, Element } from 'ltx';

export type { Element };

import { SaxesParser } from 'saxes';

export const ns = {
  framing: 'urn:ietf:params:xml:ns:xmpp-framing',
  sasl: 'urn:ietf:params:xml:ns:xmpp-sasl',
  bind: 'urn:ietf:params:xml:ns:xmpp-bind',
  client: 'jabber:client',
  info: 'http://jabber.org/protocol/disco#info',
  items: 'http://jabber.org/protocol/disco#items',
  version: 'jabber:iq:version',
  services: 'urn:xmpp:extdisco:2',
  data: 'jabber:x:data',
  owner: 'http://jabber.org/protocol/muc#owner',
} as const;

/** The questions that may be asked; there is no other. */
export type Query =
  | { kind: 'info' | 'items' | 'version' | 'services'; to: string }
  /** Settings of a room, read; for the auditor's own account only. */
  | { kind: 'owner'; to: string }
  | { kind: 'lobby'; to: string };

export function openFrame(domain: string): Element {
  return createElement('open', { xmlns: ns.framing, to: domain, version: '1.0' });
}

export function closeFrame(): Element {
  return createElement('close', { xmlns: ns.framing });
}

export function anonymousAuth(): Element {
  return createElement('auth', { xmlns: ns.sasl, mechanism: 'ANONYMOUS' });
}

/** The first step of signing in with an account. */
export function accountAuth(mechanism: string, text: string): Element {
  return createElement('auth', { xmlns: ns.sasl, mechanism }, Buffer.from(text).toString('base64'));
}

export function accountResponse(text: string): Element {
  return createElement('response', { xmlns: ns.sasl }, Buffer.from(text).toString('base64'));
}

/** Gives the session its address; the only `set`, it changes nothing that others see. */
export function bindRequest(id: string): Element {
  return createElement(
    'iq',
    { xmlns: ns.client, type: 'set', id },
    createElement('bind', { xmlns: ns.bind }),
  );
}

export function queryRequest(query: Query, id: string): Element {
  const attributes = { xmlns: ns.client, type: 'get', id, to: query.to };
  return createElement('iq', attributes, question(query));
}

function question(query: Query): Element {
  switch (query.kind) {
    case 'info':
      return createElement('query', { xmlns: ns.info });
    case 'items':
      return createElement('query', { xmlns: ns.items });
    case 'version':
      return createElement('query', { xmlns: ns.version });
    case 'services':
      return createElement('services', { xmlns: ns.services });
    case 'owner':
      return createElement('query', { xmlns: ns.owner });
    case 'lobby':
      return createElement('query', { xmlns: ns.info, node: 'lobbyrooms' });
  }
}

const questions = new Set([
  `query ${ns.info}`,
  `query ${ns.items}`,
  `query ${ns.version}`,
  `services ${ns.services}`,
]);

/** What a session may send: an anonymous one asks, an account may also sign in and read a room's settings. */
export type Scope = 'anonymous' | 'account';

const accountMechanisms: readonly unknown[] = ['SCRAM-SHA-256', 'SCRAM-SHA-1', 'PLAIN'];

/**
 * Nothing else ever leaves: no presence, no message, no registration, no change of a room, no conference request.
 * @throws {Error} a programming error
 */
export function assertAllowed(element: Element, scope: Scope): void {
  if (!isAllowed(element, scope)) throw new Error(`this stanza is not on the allow-list: ${element.name}`);
}

export function isAllowed(element: Element, scope: Scope): boolean {
  const { name, attrs } = element;
  const children = element.getChildElements();
  if (name === 'open' || name === 'close') return attrs['xmlns'] === ns.framing && children.length === 0;
  if (name === 'auth' || name === 'response') return isLogin(element, scope);
  const [only] = children;
  if (name !== 'iq' || attrs['xmlns'] !== ns.client || children.length !== 1 || only === undefined)
    return false;
  if (only.children.length > 0) return false;
  if (attrs['type'] === 'set') return attrs['to'] === undefined && only.is('bind', ns.bind);
  if (attrs['type'] !== 'get') return false;
  const node = only.attrs['node'];
  if (scope === 'account' && only.is('query', ns.owner)) return node === undefined;
  return (
    questions.has(`${only.name} ${only.attrs['xmlns']}`) && (node === undefined || node === 'lobbyrooms')
  );
}

function isLogin(element: Element, scope: Scope): boolean {
  const { name, attrs } = element;
  if (attrs['xmlns'] !== ns.sasl || element.getChildElements().length > 0) return false;
  if (scope === 'account') return name === 'response' || accountMechanisms.includes(attrs['mechanism']);
  return name === 'auth' && attrs['mechanism'] === 'ANONYMOUS' && element.children.length === 0;
}

const maxDepth = 20;

/**
 * One WebSocket frame = one element.
 * @throws {Error} not well-formed, a document type, nested too deeply, more or less than one element
 */
export function parseFrame(text: string): Element {
  const parser = new SaxesParser();
  const open: Element[] = [];
  let root: Element | null = null;
  parser.on('error', (error) => {
    throw error;
  });
  parser.on('doctype', () => {
    throw new Error('a document type is refused');
  });
  parser.on('opentag', (tag) => {
    if (open.length >= maxDepth) throw new Error('nested too deeply');
    const element = new Element(tag.name, { ...tag.attributes });
    open.at(-1)?.cnode(element);
    root ??= element;
    open.push(element);
  });
  parser.on('closetag', () => {
    open.pop();
  });
  const addText = (content: string): void => {
    open.at(-1)?.t(content);
  };
  parser.on('text', addText);
  parser.on('cdata', addText);
  parser.write(text).close();
  if (root === null) throw new Error('an empty frame');
  return root;
}

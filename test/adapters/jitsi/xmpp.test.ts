import { createElement } from 'ltx';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { readInfo } from '../../../adapters/jitsi/disco.ts';
import { type JitsiSimulator, startJitsi } from '../../../adapters/jitsi/simulator.ts';
import type { XmppFault } from '../../../adapters/jitsi/simulator-faults.ts';
import {
  accountAuth,
  accountResponse,
  anonymousAuth,
  assertAllowed,
  bindRequest,
  closeFrame,
  isAllowed,
  ns,
  openFrame,
  parseFrame,
  queryRequest,
} from '../../../adapters/jitsi/stanzas.ts';
import { type Login, loginAnonymously, type XmppSession } from '../../../adapters/jitsi/xmpp.ts';

const iq = (type: string, child: ReturnType<typeof createElement>, to?: string) =>
  createElement('iq', { xmlns: ns.client, type, id: 'x', ...(to === undefined ? {} : { to }) }, child);

describe('stanzas that may leave', () => {
  it.each([
    openFrame('meet.test'),
    closeFrame(),
    anonymousAuth(),
    bindRequest('b'),
    queryRequest({ kind: 'info', to: 'meet.test' }, '1'),
    queryRequest({ kind: 'items', to: 'meet.test' }, '2'),
    queryRequest({ kind: 'version', to: 'meet.test' }, '3'),
    queryRequest({ kind: 'services', to: 'meet.test' }, '4'),
    queryRequest({ kind: 'lobby', to: 'lobby.meet.test' }, '5'),
  ])('%s', (element) => {
    expect(isAllowed(element, 'anonymous')).toBe(true);
    expect(isAllowed(element, 'account')).toBe(element.name !== 'auth');
  });

  it.each([
    createElement('presence', { xmlns: ns.client, to: 'room@muc.meet.test/auditor' }),
    createElement('presence', {}),
    createElement('message', { xmlns: ns.client, to: 'room@muc.meet.test' }),
    createElement('auth', { xmlns: ns.sasl, mechanism: 'ANONYMOUS' }, 'trace'),
    createElement('auth', { xmlns: ns.sasl, mechanism: 'OAUTHBEARER' }, 'dG9rZW4='),
    iq(
      'set',
      createElement('query', { xmlns: 'http://jabber.org/protocol/muc#owner' }),
      'room@muc.meet.test',
    ),
    iq(
      'get',
      createElement('query', { xmlns: ns.owner }, createElement('destroy', {})),
      'room@muc.meet.test',
    ),
    iq(
      'get',
      createElement('query', { xmlns: 'http://jabber.org/protocol/muc#admin' }),
      'room@muc.meet.test',
    ),
    iq(
      'set',
      createElement('query', { xmlns: 'http://jabber.org/protocol/muc#admin' }),
      'room@muc.meet.test',
    ),
    iq('set', createElement('conference', { xmlns: 'http://jitsi.org/protocol/focus' }), 'focus.meet.test'),
    iq('get', createElement('conference', { xmlns: 'http://jitsi.org/protocol/focus' }), 'focus.meet.test'),
    iq('set', createElement('command', { xmlns: 'http://jabber.org/protocol/commands' }), 'meet.test'),
    iq('set', createElement('query', { xmlns: 'jabber:iq:register' }), 'meet.test'),
    iq('set', createElement('bind', { xmlns: ns.bind }), 'meet.test'),
    iq(
      'get',
      createElement('query', { xmlns: ns.info, node: 'http://jabber.org/protocol/commands' }),
      'meet.test',
    ),
    iq('get', createElement('query', { xmlns: ns.info }, createElement('x', {})), 'meet.test'),
  ])('never: %s', (element) => {
    for (const scope of ['anonymous', 'account'] as const) {
      expect(isAllowed(element, scope)).toBe(false);
      expect(() => assertAllowed(element, scope)).toThrow(/allow-list/);
    }
  });

  it.each([
    accountAuth('PLAIN', 'user'),
    accountAuth('SCRAM-SHA-1', 'n,,n=user,r=nonce'),
    accountResponse('c=biws'),
    queryRequest({ kind: 'owner', to: 'room@muc.meet.test' }, '1'),
  ])('for the account alone: %s', (element) => {
    expect(isAllowed(element, 'account')).toBe(true);
    expect(isAllowed(element, 'anonymous')).toBe(false);
  });

  it.each([
    '',
    'text',
    '<a>',
    '<a></b>',
    '<a/><b/>',
    '<!DOCTYPE a><a/>',
    '<a>&b;</a>',
    '<a b="1" b="2"/>',
    '<a>'.repeat(30) + '</a>'.repeat(30),
  ])('a frame that is not one sound element is refused: %s', (text) => {
    expect(() => parseFrame(text)).toThrow();
  });
});

describe('sessions', () => {
  let simulator: JitsiSimulator;
  const controller = new AbortController();

  beforeAll(async () => {
    simulator = await startJitsi({
      kind: 'current',
      domain: 'meet.test',
      web: 9268,
      rooms: [{ name: 'lobby-room', lobby: true }, { name: 'open-room' }],
      services: [{ host: 'turn.test', type: 'turn' }],
    });
  });
  beforeEach(() => {
    simulator.world = { ...simulator.world, kind: 'current' };
    simulator.xmppFaults = [];
    simulator.faults = [];
  });
  afterAll(() => simulator.close());

  /** A minute for what is answered, less where the test is about silence. */
  function login(domain = 'meet.test', query?: string, timeoutMs = 60_000): Promise<Login> {
    const url = `${simulator.origin.replace('http', 'ws')}/xmpp-websocket`;
    return loginAnonymously({
      url,
      domain,
      signal: controller.signal,
      timeoutMs,
      ...(query === undefined ? {} : { query }),
    });
  }

  async function session(query?: string, timeoutMs?: number): Promise<XmppSession> {
    const found = await login('meet.test', query, timeoutMs);
    if (found.state !== 'accepted') throw new Error(JSON.stringify(found));
    return found.session;
  }

  it.each<['current' | 'secure' | 'jwt', string, object]>([
    ['current', 'meet.test', { state: 'accepted' }],
    ['current', 'nowhere.test', { state: 'unknown_host' }],
    ['secure', 'meet.test', { state: 'refused', condition: 'invalid-mechanism' }],
    ['secure', 'guest.meet.test', { state: 'accepted' }],
    ['jwt', 'meet.test', { state: 'refused', condition: 'not-allowed', mechanisms: ['ANONYMOUS'] }],
  ])('%s, %s', async (kind, domain, expected) => {
    simulator.world = { ...simulator.world, kind };
    const found = await login(domain);
    expect(found).toMatchObject(expected);
    if (found.state === 'accepted') found.session.close();
  });

  it.each<[XmppFault['kind'], RegExp, string]>([
    ['silence', /<open/, 'unreachable'],
    ['silence', /<auth/, 'unreachable'],
    ['silence', /bind/, 'unreachable'],
    ['garbage', /<open/, 'invalid_answer'],
    ['garbage', /<auth/, 'invalid_answer'],
    ['doctype', /<auth/, 'invalid_answer'],
    ['close', /<auth/, 'unreachable'],
    ['huge', /<auth/, 'too_large'],
    ['limit', /<auth/, 'throttled'],
  ])('%s at %s is no refusal but %s', async (kind, frame, code) => {
    simulator.xmppFaults = [{ frame, kind }];
    const timeoutMs = kind === 'silence' ? 300 : undefined;
    expect(await login('meet.test', undefined, timeoutMs)).toMatchObject({
      state: 'failed',
      reason: { code },
    });
  });

  it.each<[number, string]>([
    [401, 'not_permitted'],
    [404, 'unreachable'],
    [429, 'throttled'],
    [502, 'unreachable'],
  ])('HTTP %i at the handshake', async (status, code) => {
    simulator.faults = [{ path: /websocket/, fault: { kind: 'status', status } }];
    expect(await login()).toMatchObject({ state: 'failed', reason: { code } });
  });

  it('a redirect is not followed', async () => {
    simulator.faults = [
      {
        path: /websocket/,
        fault: { kind: 'status', status: 302, headers: { location: 'ws://127.0.0.1:9/' } },
      },
    ];
    expect(await login()).toMatchObject({ state: 'failed', reason: { code: 'unreachable' } });
  });

  it('a question that is never answered costs its own time only', async () => {
    const open = await session(undefined, 2_000);
    const silent = await open.ask({ kind: 'items', to: 'lobby.meet.test' });
    expect(silent).toEqual({ state: 'failed', reason: { code: 'unreachable', detail: 'no answer in time' } });
    expect((await open.ask({ kind: 'version', to: 'meet.test' })).state).toBe('result');
    open.close();
  });

  it('an answer from somebody else is none', async () => {
    const open = await session();
    simulator.tap = (_, answer) => ({
      ...answer,
      body: answer.body.replace("from='meet.test'", "from='evil.test'"),
    });
    expect(await open.ask({ kind: 'version', to: 'meet.test' })).toMatchObject({
      state: 'failed',
      reason: { code: 'invalid_answer' },
    });
    simulator.tap = null;
    open.close();
  });

  it('the room of the lobby question comes from the address, decoded once, letter by letter', async () => {
    const on = async (query: string): Promise<boolean> => {
      const open = await session(query);
      const info = readInfo(await open.ask({ kind: 'lobby', to: 'lobby.meet.test' }));
      open.close();
      return (
        info.state === 'known' &&
        info.value.features.has('http://jitsi.org/protocol/lobbyrooms#displayname_required')
      );
    };
    expect(await on('room=lobby-room')).toBe(true);
    expect(await on('room=LOBBY-room')).toBe(false);
    expect(await on('room=lobby-room&prefix=amt')).toBe(false);
    expect(await on('room=open-room')).toBe(false);
  });

  it('an aborted scan ends at once and says so', async () => {
    const aborting = new AbortController();
    simulator.xmppFaults = [{ frame: /<auth/, kind: 'silence' }];
    const url = `${simulator.origin.replace('http', 'ws')}/xmpp-websocket`;
    const running = loginAnonymously({
      url,
      domain: 'meet.test',
      signal: aborting.signal,
      timeoutMs: 20_000,
    });
    setTimeout(() => aborting.abort(new Error('stopped')), 50);
    await expect(running).rejects.toThrow('stopped');
  });

  it('nothing but questions has left', () => {
    expect(simulator.frames.length).toBeGreaterThan(30);
    for (const frame of simulator.frames) expect(isAllowed(parseFrame(frame), 'anonymous'), frame).toBe(true);
    expect(simulator.frames.filter((frame) => /presence|message|muc#/.test(frame))).toEqual([]);
  });
});

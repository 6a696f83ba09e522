import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  matchesCaps,
  readInfo,
  readItems,
  readServices,
  readSoftware,
} from '../../../adapters/jitsi/disco.ts';
import { createJitsi } from '../../../adapters/jitsi/index.ts';
import { readForm } from '../../../adapters/jitsi/owner.ts';
import { roomAddress } from '../../../adapters/jitsi/room-name.ts';
import { existence } from '../../../adapters/jitsi/rooms.ts';
import { startJitsi } from '../../../adapters/jitsi/simulator.ts';
import {
  type Login,
  loginAnonymously,
  loginWithAccount,
  type XmppSession,
} from '../../../adapters/jitsi/xmpp.ts';
import { scan } from '../../contract/scan.ts';
import { type Prosody, prosodyBinary, startProsody, testAccounts } from './prosody-server.ts';

const binary = prosodyBinary();
const title = binary === null ? 'Prosody (SKIPPED: no prosody on this machine)' : 'Prosody';

describe.skipIf(binary === null)(title, () => {
  let prosody: Prosody;
  let session: XmppSession;
  const signal = new AbortController().signal;

  function login(domain: string, timeoutMs = 60_000): Promise<Login> {
    return loginAnonymously({ url: prosody.url, domain, signal, timeoutMs });
  }

  beforeAll(async () => {
    prosody = await startProsody(binary ?? '');
    const open = await login('open.test');
    if (open.state !== 'accepted') throw new Error(`no session: ${JSON.stringify(open)}`);
    session = open.session;
  });
  afterAll(async () => {
    session?.close();
    await prosody?.close();
  });

  it('lets anybody in where the host is anonymous, and on the guest domain', async () => {
    const guest = await login('guest.closed.test');
    expect(guest.state).toBe('accepted');
    if (guest.state === 'accepted') guest.session.close();
  });

  it('refuses where accounts are needed: the attempt counts, not the list', async () => {
    const closed = await login('closed.test');
    expect(closed).toMatchObject({ state: 'refused', condition: 'invalid-mechanism' });
    expect(closed.state === 'refused' && closed.mechanisms.includes('ANONYMOUS')).toBe(false);
  });

  it('refuses where ANONYMOUS is offered and a token is demanded', async () => {
    const token = await login('token.test');
    expect(token).toEqual({ state: 'refused', condition: 'not-allowed', mechanisms: ['ANONYMOUS'] });
  });

  it('tells a host that is not served from a refusal', async () => {
    expect(await login('unknown.example')).toEqual({ state: 'unknown_host' });
  });

  it('describes itself, and the checksum of the stream fits the description', async () => {
    const answer = await session.ask({ kind: 'info', to: 'open.test' });
    const info = readInfo(answer);
    expect(info.state === 'known' && info.value.identities.has('server/im')).toBe(true);
    expect(answer.state === 'result' && matchesCaps(answer.payload, session.caps)).toBe(true);
  });

  it('lists its components and its version', async () => {
    const items = readItems(await session.ask({ kind: 'items', to: 'open.test' }));
    expect(items.state === 'known' && items.value.toSorted()).toEqual(['auth.open.test', 'muc.open.test']);
    const software = readSoftware(await session.ask({ kind: 'version', to: 'open.test' }));
    expect(software.state === 'known' && software.value).toMatch(/^Prosody=\d+\.\d+/);
  });

  it('a domain that is served answers for itself, one that is not gives an error', async () => {
    expect((await session.ask({ kind: 'info', to: 'guest.closed.test' })).state).toBe('result');
    expect(await session.ask({ kind: 'info', to: 'hidden.open.test' })).toMatchObject({
      state: 'error',
      kind: 'cancel',
    });
  });

  it('hands out TURN servers, of which only the host is taken', async () => {
    const services = readServices(await session.ask({ kind: 'services', to: 'open.test' }));
    expect(services.state === 'known' && new Set(services.value)).toEqual(new Set(['turn.example.test']));
  });

  it.each([
    ['open-room', 'muc_unsecured', 'muc_open'],
    ['password-room', 'muc_passwordprotected', 'muc_open'],
    ['members-room', 'muc_unsecured', 'muc_membersonly'],
  ])('room %s shows %s and %s', async (room, password, members) => {
    const found = await existence(session, `${room}@muc.open.test`);
    if (found.state !== 'exists' || found.info === 'hidden') throw new Error(JSON.stringify(found));
    expect([...found.info.features]).toEqual(expect.arrayContaining([password, members]));
  });

  it('knows the name of a room in any case, and says when there is none', async () => {
    expect((await existence(session, 'OPEN-Room@muc.open.test')).state).not.toBe('absent');
    expect(await existence(session, 'no-room@muc.open.test')).toEqual({ state: 'absent' });
  });

  it('a question without an answer ends by itself, and the next one is answered', async () => {
    const silent = await login('open.test', 3_000);
    if (silent.state !== 'accepted') throw new Error('no session');
    const answer = await silent.session.ask({ kind: 'info', to: 'silent.test' });
    expect(answer).toEqual({ state: 'failed', reason: { code: 'unreachable', detail: 'no answer in time' } });
    expect((await silent.session.ask({ kind: 'version', to: 'open.test' })).state).toBe('result');
    silent.session.close();
  });

  it('says no WebSocket where there is only a page', async () => {
    const url = `${prosody.httpOrigin.replace('http', 'ws')}/nothing-here`;
    const answer = await loginAnonymously({ url, domain: 'open.test', signal, timeoutMs: 3_000 });
    expect(answer).toMatchObject({ state: 'failed', reason: { code: 'unreachable' } });
  });

  describe('an account', () => {
    const sign = (user: string, password: string): Promise<Login> =>
      loginWithAccount(
        { url: prosody.url, domain: 'auth.open.test', signal, timeoutMs: 3_000 },
        { user, password, encrypted: false },
      );
    const formOf = async (user: keyof typeof testAccounts, room: string) => {
      const login = await sign(user, testAccounts[user]);
      if (login.state !== 'accepted') throw new Error(JSON.stringify(login));
      const answer = await login.session.ask({ kind: 'owner', to: `${room}@muc.open.test` });
      login.session.close();
      return readForm(answer, roomAddress(room));
    };

    it('signs in without showing its password, and a wrong one is refused', async () => {
      const login = await sign('auditor', testAccounts.auditor);
      expect(login.state).toBe('accepted');
      if (login.state === 'accepted') login.session.close();
      expect(await sign('auditor', 'wrong')).toMatchObject({ state: 'refused', condition: 'not-authorized' });
      expect(await sign('nobody', 'wrong')).toMatchObject({ state: 'refused', condition: 'not-authorized' });
    });

    it.each([
      ['open-room', { password: 'none', membersOnly: false }],
      ['listed-room', { listed: true }],
      ['password-room', { password: { length: 8, alphabet: 26 }, membersOnly: false }],
      ['members-room', { password: 'none', membersOnly: true }],
      ['hidden-room', { listed: false, persistent: true }],
    ])('among the admins it reads the settings of %s', async (room, expected) => {
      expect(await formOf('auditor', room)).toMatchObject({ state: 'known', value: expected });
    });

    it('a room that does not exist is not made by asking', async () => {
      for (let again = 0; again < 2; again++)
        expect(await formOf('auditor', 'no-room')).toEqual({ state: 'absent' });
      expect(await existence(session, 'no-room@muc.open.test')).toEqual({ state: 'absent' });
    });

    it('an ordinary one is told forbidden', async () => {
      expect(await formOf('anna', 'password-room')).toMatchObject({
        state: 'unknown',
        reason: { code: 'not_permitted', fill: { kind: 'permission' } },
      });
    });

    it('the whole adapter reads lengths through it, never the text', async () => {
      const page = await startJitsi({
        kind: 'current',
        domain: 'open.test',
        web: 9268,
        rooms: [],
        configText: `var config = { hosts: { domain: 'open.test', muc: 'muc.open.test' }, websocket: '${prosody.url}' };`,
      });
      try {
        const settings = {
          url: page.origin,
          rooms: ['password-room', 'no-room'],
          account: { jid: 'auditor@auth.open.test', password: { env: 'AUDITOR' } },
        };
        const seen = await scan({
          adapter: createJitsi({ queryTimeoutMs: 3_000 }),
          settings,
          secretValues: { AUDITOR: testAccounts.auditor },
        });
        expect(seen.errors).toEqual([]);
        expect(seen.outcomes.get('X8')).toMatchObject({ state: 'complete', count: 1 });
        const facts = seen.subjects.get('room password-room')?.facts;
        expect(facts?.room_password_length).toMatchObject({ value: 8, evidence: [{ source: 'X8' }] });
        expect(JSON.stringify([seen.items, seen.log])).not.toMatch(/"invented"|invented-auditor/);
      } finally {
        await page.close();
      }
    });
  });

  it('the whole adapter reads rooms from it, with the page served elsewhere on the own host', async () => {
    const page = await startJitsi({
      kind: 'legacy',
      domain: 'open.test',
      web: 9268,
      rooms: [],
      configText: `var config = { hosts: { domain: 'open.test', muc: 'muc.open.test' }, websocket: '${prosody.url}' };`,
    });
    try {
      const rooms = ['open-room', 'password-room', 'members-room', 'no-room'];
      const adapter = createJitsi({ queryTimeoutMs: 3_000 });
      const seen = await scan({ adapter, settings: { url: page.origin, rooms } });
      expect(seen.errors).toEqual([]);
      expect(page.frames).toEqual([]);
      expect(seen.subjects.get('room password-room')?.facts.room_password_required).toMatchObject({
        value: true,
      });
      expect(seen.subjects.get('room open-room')?.facts.room_password_required).toMatchObject({
        value: false,
      });
      expect(seen.subjects.has('room no-room')).toBe(false);
      expect(seen.outcomes.get('X6')).toMatchObject({
        state: 'complete',
        count: 3,
        counted: { not_running: 1 },
      });
      // A Prosody without Jitsi's lobby: nothing can wait, and members-only is a bar of its own.
      expect(seen.subjects.get('room members-room')?.facts.room_members_only).toMatchObject({ value: true });
      expect(seen.subjects.get('deployment -')?.facts.lock_supported).toMatchObject({ value: false });
    } finally {
      await page.close();
    }
  });
});

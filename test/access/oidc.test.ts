import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Config, OidcSettings } from '../../src/config/types.ts';
import { closeStages, embedded, type Stage, stage } from '../api/helper.ts';
import { Browser, clientSecret, type Forged, forgingIssuer, freePort, people, realIssuer } from './issuer.ts';

const closers: (() => unknown)[] = [];
beforeEach(() => {
  for (const name of ['info', 'warn', 'error'] as const) vi.spyOn(console, name).mockImplementation(() => {});
});
afterEach(async () => {
  await closeStages();
  for (const close of closers.splice(0)) await close();
});

const folder = mkdtempSync(join(tmpdir(), 'roomwarden-oidc-'));
writeFileSync(join(folder, 'secret'), `${clientSecret}\n`, { mode: 0o600 });
closers.push(() => process.once('exit', () => rmSync(folder, { recursive: true, force: true })));

interface World {
  home: string;
  made: Stage;
}

async function world(
  issuer: (home: string) => Promise<{ url: string; close(): unknown }>,
  change: Partial<OidcSettings> = {},
): Promise<World & { issuer: { url: string; close(): unknown } }> {
  const port = await freePort();
  const home = `http://127.0.0.1:${port}`;
  const running = await issuer(home);
  closers.push(() => running.close());
  const oidc: OidcSettings = {
    issuer: running.url,
    client_id: 'roomwarden',
    client_secret: { file: join(folder, 'secret') },
    scopes: ['openid', 'groups'],
    claim: ['groups'],
    roles: [{ group: 'it-service', scopes: ['read', 'operate'], targets: ['main'] }],
    clock_tolerance: 30,
    ca: null,
    proxy: null,
    insecure_http: false,
    ...change,
  };
  const access: Config['access'] = {
    header: null,
    public_url: home,
    sessions: { idle: 1_800, longest: 36_000 },
    oidc,
  };
  const made = await stage(await embedded(), { config: { access }, scanned: false, stuck: true });
  made.clock.now = Date.now();
  await made.app.listen({ host: '127.0.0.1', port });
  return { home, made, issuer: running };
}

const session = (home: string, browser: Browser, method = 'GET') =>
  fetch(`${home}/api/v1/session`, {
    method,
    headers: { cookie: browser.cookie(home), 'x-requested-with': 'test' },
  });

async function audited({ store }: Stage): Promise<string[]> {
  const rows = await store.db.selectFrom('audit_log').selectAll().orderBy('id').execute();
  return rows.map(({ actor, action }) => `${actor.replace(/[a-z2-7]{16}$/, '*')} ${action}`);
}

/** Everything that was written anywhere. */
async function kept({ store, logs }: Stage): Promise<string> {
  const tables = await Promise.all([
    store.db.selectFrom('sessions').selectAll().execute(),
    store.db.selectFrom('audit_log').selectAll().execute(),
  ]);
  return JSON.stringify(tables) + logs.join('');
}

describe('a real issuer', () => {
  it.each([true, false])(
    'signs in, gives the rights of the role and signs out (groups in the ID token: %s)',
    async (idToken) => {
      const { home, made } = await world((at) => realIssuer(at, idToken));
      const browser = new Browser();
      const done = await browser.signIn(home, 'sub-anna-4711');
      expect([done.status, new URL(done.url).pathname]).toEqual([200, '/api/v1/session/oidc/callback']);
      expect(done.text).toContain('content="0;url=/docs/"');
      expect(browser.cookie(home)).toMatch(/^roomwarden=[\w-]{43}$/);
      const asked = browser.visited.find((url) => url.includes('/auth?')) ?? '';
      expect(Object.fromEntries(new URL(asked).searchParams)).toMatchObject({
        response_type: 'code',
        code_challenge_method: 'S256',
        state: expect.stringMatching(/^.{43}$/),
        nonce: expect.stringMatching(/^.{43}$/),
      });
      const who = await session(home, browser);
      expect([who.status, await who.json()]).toEqual([
        200,
        {
          way: 'oidc',
          scopes: ['read', 'operate'],
          targets: ['main'],
          expires_at: expect.any(String),
          ends_at: expect.any(String),
          demo: false,
        },
      ]);
      const out = await session(home, browser, 'DELETE');
      const { ended, logout } = (await out.json()) as { ended: boolean; logout: string };
      expect([out.status, ended]).toEqual([200, true]);
      expect((await session(home, browser)).status).toBe(401);
      // The issuer takes the browser's leave, too.
      const confirm = await browser.open(logout);
      expect(confirm.status).toBe(200);
      expect(await audited(made)).toEqual(['session:* session.open', 'session:* session.close']);
      const everything = await kept(made);
      for (const word of ['sub-anna', 'Beispiel', 'anna@', 'kantine', clientSecret]) {
        expect(everything).not.toContain(word);
      }
    },
  );

  it('the same person has the same pseudonym, and another one another', async () => {
    const { home, made } = await world((at) => realIssuer(at, true), {
      roles: [{ group: 'kantine', scopes: ['read'], targets: null }],
    });
    for (const login of ['sub-anna-4711', 'sub-bert-4712', 'sub-anna-4711']) {
      expect((await new Browser().signIn(home, login)).status).toBe(200);
    }
    const rows = await made.store.db.selectFrom('audit_log').select('actor').orderBy('id').execute();
    const [one, two, three] = rows.map(({ actor }) => actor);
    expect([one === three, one === two]).toEqual([true, false]);
    expect(one).toMatch(/^session:[a-z2-7]{16}$/);
  });

  it.each(['sub-bert-4712', 'sub-carl-4713'])('no known group, no entry: %s', async (login) => {
    const { home, made } = await world((at) => realIssuer(at, false));
    const browser = new Browser();
    const done = await browser.signIn(home, login);
    expect(done.status).toBe(403);
    expect(done.text).toContain('access.oidc.roles');
    expect(browser.cookie(home)).toBe('');
    expect(await made.store.db.selectFrom('sessions').selectAll().execute()).toEqual([]);
    await made.app.failedLogins.flush();
    expect(await audited(made)).toEqual(['system login.failed']);
    const everything = await kept(made);
    for (const word of [login, ...Object.values(people[login] ?? {}).flat()]) {
      expect(everything).not.toContain(word);
    }
  });

  it('an answer counts once: not again, not in another browser, not its code in another login', async () => {
    const { home, made } = await world((at) => realIssuer(at, true));
    const browser = new Browser();
    await browser.signIn(home, 'sub-anna-4711');
    const answer = browser.visited.find((url) => url.includes('/callback?')) ?? '';
    expect((await browser.open(answer)).status).toBe(400);
    expect((await new Browser().open(answer)).status).toBe(400);
    const thief = new Browser();
    await thief.open(`${home}/api/v1/session/oidc`);
    const state = new URL(thief.visited.find((url) => url.includes('/auth?')) ?? '').searchParams.get(
      'state',
    );
    const mixed = new URL(answer);
    mixed.searchParams.set('state', state ?? '');
    expect((await thief.open(mixed.href)).status).toBe(400);
    expect(thief.cookie(home)).toBe('');
    expect(await audited(made)).toEqual(['session:* session.open']);
  });

  it('cancelled there, refused here', async () => {
    const { home } = await world((at) => realIssuer(at, true));
    const browser = new Browser();
    const page = await browser.open(`${home}/api/v1/session/oidc`);
    const abort = /href="([^"]+\/abort)"/.exec(page.text)?.[1] ?? '';
    const done = await browser.open(new URL(abort, page.url).href);
    expect(done.status).toBe(400);
    expect(done.text).toContain('abgebrochen');
  });
});

describe('an issuer that lies', () => {
  const now = Math.floor(Date.now() / 1000);
  it.each<[string, Forged, number]>([
    ['nothing forged', {}, 200],
    ['another nonce', { claims: { nonce: 'other' } }, 400],
    ['no nonce', { claims: { nonce: undefined } }, 400],
    ['another audience', { claims: { aud: 'else' } }, 400],
    ['several audiences and another party', { claims: { aud: ['roomwarden', 'else'], azp: 'else' } }, 400],
    ['another issuer', { claims: { iss: 'https://else.example' } }, 400],
    ['expired', { claims: { iat: now - 600, exp: now - 60 } }, 400],
    ['expired within the tolerance', { claims: { iat: now - 600, exp: now - 5 } }, 200],
    ['a clock that is a little ahead', { claims: { iat: now + 15, nbf: now + 15 } }, 200],
    ['a clock that is far ahead', { claims: { iat: now + 600, nbf: now + 600, exp: now + 900 } }, 400],
    ['algorithm none', { alg: 'none' }, 400],
    ['algorithm of a shared secret', { alg: 'HS256' }, 400],
    ['signed by somebody else', { foreignKey: true }, 400],
    ['no subject', { claims: { sub: undefined } }, 400],
    ['no group', { claims: { groups: undefined } }, 403],
    ['a group that only looks alike', { claims: { groups: ['IT-Service'] } }, 403],
    ['out of order', { tokenStatus: 500 }, 503],
  ])('%s: %j -> %i', async (_, forged, status) => {
    const { home, made } = await world(() => forgingIssuer(forged));
    const browser = new Browser();
    const done = await browser.open(`${home}/api/v1/session/oidc`);
    expect(done.status).toBe(status);
    expect((await session(home, browser)).status).toBe(status === 200 ? 200 : 401);
    expect(done.text).not.toMatch(/Beispiel|sub-anna|nonce/);
    expect(await kept(made)).not.toMatch(/Beispiel|sub-anna/);
  });
});

it('an issuer that is away costs a try, not the service', async () => {
  const { home, made, issuer } = await world((at) => realIssuer(at, true));
  await issuer.close();
  const away = await new Browser().open(`${home}/api/v1/session/oidc`);
  expect([away.status, away.text.includes('antwortet nicht')]).toEqual([503, true]);
  expect((await made.get('/api/v1/summary')).statusCode).toBe(200);
  expect(await audited(made)).toEqual([]);
});

it('begins at the public address only, returns to own paths only, and keeps few attempts', async () => {
  const { home, made } = await world(() => forgingIssuer({}));
  const ask = (query: string, headers = {}) =>
    made.get(`/api/v1/session/oidc${query}`, null, { host: new URL(home).host, ...headers });
  expect((await ask('', { host: 'localhost' })).statusCode).toBe(400);
  for (const path of [
    '//evil.example',
    '/\\evil.example',
    'https://evil.example',
    'javascript:1',
    '/"><x>',
  ]) {
    expect((await ask(`?return_to=${encodeURIComponent(path)}`)).statusCode).toBe(400);
  }
  expect((await ask('?return_to=/rooms?x=1')).statusCode).toBe(302);
  const codes = new Set();
  for (let time = 0; time < 40; time += 1) codes.add((await ask('')).statusCode);
  expect([...codes]).toEqual([302, 429]);
  const rows = await made.store.db.selectFrom('sessions').selectAll().execute();
  expect(rows.length).toBeLessThan(35);
});

it('is not there where it is not configured', async () => {
  const made = await stage(await embedded(), { scanned: false });
  for (const path of ['', '/callback?code=x&state=y']) {
    expect((await made.get(`/api/v1/session/oidc${path}`, null)).statusCode).toBe(404);
  }
});

import { afterEach, describe, expect, it } from 'vitest';
import { revokeToken } from '../../src/access/tokens.ts';
import { closeStages, embedded, type Stage, type StageOptions, stage } from './helper.ts';

afterEach(closeStages);

const page = { 'x-requested-with': 'roomwarden' };
const quick = (options: StageOptions = {}): Promise<Stage> =>
  embedded().then((store) => stage(store, { scanned: false, stuck: true, ...options }));

async function signIn(made: Stage, token: string, headers: Record<string, string> = {}) {
  const response = await made.call({ method: 'POST', url: '/api/v1/session', payload: { token }, headers });
  return { response, cookie: String(response.headers['set-cookie'] ?? '') };
}

const pair = (cookie: string): string => cookie.split(';')[0] ?? '';

describe('signing in with a token', () => {
  it('sets a cookie that scripts cannot read and other pages cannot use', async () => {
    const made = await quick();
    const { response, cookie } = await signIn(made, await made.token(['read', 'operate'], ['main']));
    expect([response.statusCode, response.headers['cache-control']]).toEqual([201, 'no-store']);
    expect(cookie).toMatch(/^roomwarden=[\w-]{43}; Path=\/; HttpOnly; SameSite=Strict$/);
    expect(response.json()).toEqual({
      way: 'token',
      scopes: ['read', 'operate'],
      targets: ['main'],
      expires_at: new Date(made.clock.now + 1_800_000).toISOString(),
      ends_at: new Date(made.clock.now + 36_000_000).toISOString(),
      demo: false,
    });
    const headers = { cookie: pair(cookie) };
    expect((await made.call({ method: 'GET', url: '/api/v1/summary', headers })).statusCode).toBe(200);
    expect((await made.call({ method: 'GET', url: '/api/v1/session', headers })).json().way).toBe('token');
    expect((await made.call({ method: 'GET', url: '/api/v1/events', headers })).statusCode).toBe(403);
  });

  it('over TLS the cookie is bound to the host', async () => {
    const made = await quick({ deps: { trustedProxies: ['127.0.0.1'] } });
    const proxied = { 'x-forwarded-proto': 'https', 'x-forwarded-host': 'audit.example.org' };
    const { cookie } = await signIn(made, await made.token(['read']), proxied);
    expect(cookie).toMatch(/^__Host-roomwarden=[\w-]{43}; Path=\/; HttpOnly; Secure; SameSite=Strict$/);
    const ask = (headers: Record<string, string>) =>
      made.call({ method: 'GET', url: '/api/v1/summary', headers });
    expect((await ask({ ...proxied, cookie: pair(cookie) })).statusCode).toBe(200);
    // A cookie of the other name could have been planted by another host.
    expect((await ask({ ...proxied, cookie: pair(cookie).replace('__Host-', '') })).statusCode).toBe(401);
  });

  it('is refused in clear text from elsewhere, also where a header that nobody vouches for says otherwise', async () => {
    const made = await quick();
    const token = await made.token(['read']);
    for (const headers of [
      { host: 'audit.example.org' },
      { host: 'audit.example.org', 'x-forwarded-proto': 'https' },
    ]) {
      expect((await signIn(made, token, headers)).response.statusCode).toBe(403);
    }
  });

  it.each([
    ['unknown', `rw_${'x'.repeat(43)}`],
    ['no token', ''],
    ['a cookie', 'x'.repeat(43)],
  ])('with a token that is %s fails and is counted', async (_, token) => {
    const made = await quick({ deps: { limits: { failedLogins: 2 } } });
    const codes = [];
    for (let time = 0; time < 3; time += 1) {
      const { response, cookie } = await signIn(made, token);
      codes.push(response.statusCode);
      expect(cookie).toBe('');
    }
    expect(codes).toEqual([401, 401, 429]);
  });

  it('again gives a new cookie and ends the old session', async () => {
    const made = await quick();
    const token = await made.token(['read']);
    const first = pair((await signIn(made, token)).cookie);
    const second = pair((await signIn(made, token, { cookie: first })).cookie);
    expect(second).not.toBe(first);
    const code = async (cookie: string) =>
      (await made.call({ method: 'GET', url: '/api/v1/session', headers: { cookie } })).statusCode;
    expect([await code(first), await code(second)]).toEqual([401, 200]);
  });
});

describe('a session', () => {
  it('ends with its token, at sign-out and after idling; 401 says where to sign in', async () => {
    const made = await quick();
    const value = await made.token(['read']);
    const ask = (cookie: string) => made.call({ method: 'GET', url: '/api/v1/session', headers: { cookie } });
    const out = pair((await signIn(made, value)).cookie);
    const gone = await made.call({
      method: 'DELETE',
      url: '/api/v1/session',
      headers: { cookie: out, ...page },
    });
    expect([gone.statusCode, gone.json()]).toEqual([200, { ended: true, logout: null }]);
    expect(String(gone.headers['set-cookie'])).toMatch(/^roomwarden=; Max-Age=0; Path=\/; /);
    expect((await ask(out)).statusCode).toBe(401);
    const idle = pair((await signIn(made, value)).cookie);
    made.clock.now += 1_800_000;
    const over = await ask(idle);
    expect([over.statusCode, over.json().login]).toEqual([401, { token: '/api/v1/session', oidc: null }]);
    const revoked = pair((await signIn(made, value)).cookie);
    const { id } = await made.store.db
      .selectFrom('tokens')
      .select('id')
      .where('scopes', '=', 'read')
      .orderBy('name', 'desc')
      .executeTakeFirstOrThrow();
    await revokeToken(made.store.db, id, made.clock.now);
    expect((await ask(revoked)).statusCode).toBe(401);
  });

  it.each<[string, Record<string, string>, number]>([
    ['the page itself', { ...page }, 202],
    [
      'the page, named by the browser',
      { ...page, origin: 'http://localhost:80', 'sec-fetch-site': 'same-origin' },
      202,
    ],
    ['a form of another page', {}, 403],
    ['another page', { ...page, origin: 'https://evil.example' }, 403],
    ['a page whose origin is hidden', { ...page, origin: 'null' }, 403],
    ['another port', { ...page, origin: 'http://localhost:81' }, 403],
    ['a page of the same domain', { ...page, 'sec-fetch-site': 'same-site' }, 403],
    ['no browser that tells', { 'x-requested-with': '' }, 403],
  ])('lets %s change something: %o -> %i', async (_, headers, status) => {
    const made = await quick();
    const { cookie } = await signIn(made, await made.token(['operate']));
    const post = await made.call({
      method: 'POST',
      url: '/api/v1/targets/main/scans',
      headers: { host: 'localhost:80', cookie: pair(cookie), ...headers },
    });
    expect(post.statusCode).toBe(status);
    expect(made.scheduler.activeScan('main') !== null).toBe(status === 202);
  });

  it('is not opened by another page', async () => {
    const made = await quick();
    const token = await made.token(['read']);
    for (const headers of [{ origin: 'https://evil.example' }, { 'sec-fetch-site': 'cross-site' }]) {
      expect((await signIn(made, token, headers as never)).response.statusCode).toBe(403);
    }
  });

  it('counts together with its token', async () => {
    const made = await quick({ deps: { limits: { token: 3 } } });
    const value = await made.token(['read']);
    const { cookie, response } = await signIn(made, value);
    expect(response.headers['x-ratelimit-remaining']).toBe('2');
    await made.get('/api/v1/summary', value);
    const headers = { cookie: pair(cookie) };
    const codes = [];
    for (let time = 0; time < 2; time += 1) {
      codes.push((await made.call({ method: 'GET', url: '/api/v1/summary', headers })).statusCode);
    }
    expect(codes).toEqual([200, 429]);
  });

  it('a token sent along counts, not the cookie', async () => {
    const made = await quick();
    const { cookie } = await signIn(made, await made.token(['read']));
    const headers = { cookie: pair(cookie), authorization: `Bearer rw_${'x'.repeat(43)}` };
    expect((await made.call({ method: 'GET', url: '/api/v1/summary', headers })).statusCode).toBe(401);
  });
});

describe('the configured header', () => {
  it('takes a token bare or after a word, and only where it is configured', async () => {
    const access = { header: 'x-api-key', public_url: null, sessions: { idle: 60, longest: 60 }, oidc: null };
    for (const [config, status] of [
      [{ access }, 200],
      [{}, 401],
    ] as const) {
      const made = await quick({ config });
      const value = await made.token(['read']);
      for (const header of [value, `token ${value}`, `Bearer ${value}`, ` ${value} `]) {
        const headers = { 'X-Api-Key': header };
        expect((await made.call({ method: 'GET', url: '/api/v1/summary', headers })).statusCode).toBe(status);
      }
    }
  });
});

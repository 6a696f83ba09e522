import { afterEach, expect, it } from 'vitest';
import { createToken, verifyToken } from '../../src/access/tokens.ts';
import { eachStore } from '../store/helper.ts';
import { closeStages, embedded, stage } from './helper.ts';

afterEach(closeStages);

eachStore((open) => {
  it('makes, lists and revokes tokens; the value is shown once', async () => {
    const made = await stage((await open()).store, { scanned: false });
    const admin = { authorization: `Bearer ${await made.token(['admin'])}` };
    const expires = new Date(made.clock.now + 86_400_000).toISOString();
    const payload = { name: ' siem ', scopes: ['feed', 'read'], targets: ['main'], expires_at: expires };
    const post = await made.call({ method: 'POST', url: '/api/v1/tokens', headers: admin, payload });
    const { token, value } = post.json();
    expect([post.statusCode, post.headers['cache-control'], token]).toEqual([
      201,
      'no-store',
      {
        id: expect.stringMatching(/^[0-9a-f]{12}$/),
        name: 'siem',
        scopes: ['read', 'feed'],
        targets: ['main'],
        state: 'valid',
        created_at: new Date(made.clock.now).toISOString(),
        expires_at: expires,
        revoked_at: null,
        last_used_on: null,
      },
    ]);
    expect((await made.get('/api/v1/events', value)).statusCode).toBe(200);
    const list = await made.call({ method: 'GET', url: '/api/v1/tokens', headers: admin });
    expect(list.body).not.toContain(value);
    expect(list.json().tokens.find((each: { id: string }) => each.id === token.id).last_used_on).toBe(
      new Date(made.clock.now).toISOString().slice(0, 10),
    );
    for (let time = 0; time < 2; time += 1) {
      const gone = await made.call({ method: 'DELETE', url: `/api/v1/tokens/${token.id}`, headers: admin });
      expect([gone.statusCode, gone.json().state]).toEqual([200, 'revoked']);
    }
    expect(await verifyToken(made.store.db, value, made.clock.now)).toBeNull();
    const log = await made.call({ method: 'GET', url: '/api/v1/audit?action=token', headers: admin });
    expect(
      log
        .json()
        .entries.map((entry: { action: string }) => entry.action)
        .sort(),
    ).toEqual(['token.create', 'token.revoke', 'token.revoke']);
    expect(log.body).not.toContain(value);
  });
});

it('is for administrators only', async () => {
  const made = await stage(await embedded(), { scanned: false });
  const headers = { authorization: `Bearer ${await made.token(['read', 'feed', 'operate'])}` };
  for (const [method, url] of [
    ['GET', '/api/v1/tokens'],
    ['POST', '/api/v1/tokens'],
    ['DELETE', '/api/v1/tokens/x'],
    ['GET', '/api/v1/audit'],
  ] as const) {
    expect((await made.call({ method, url, headers })).statusCode).toBe(403);
  }
});

it('nobody grants more than he has: targets and time', async () => {
  const made = await stage(await embedded(), { scanned: false });
  const { clock, store } = made;
  const end = clock.now + 3_600_000;
  const wanted = { name: 'chief', scopes: ['admin'] as const, targets: ['main'], expiresAt: end };
  const { value } = await createToken(store.db, wanted, clock.now);
  const headers = { authorization: `Bearer ${value}` };
  const ask = async (payload: object) => {
    const response = await made.call({ method: 'POST', url: '/api/v1/tokens', headers, payload });
    const { token, errors } = response.json();
    return token ?? errors.map(({ path }: { path: string }) => path);
  };
  const base = { name: 'x', scopes: ['admin'] };
  expect(await ask(base)).toMatchObject({ targets: ['main'], expires_at: new Date(end).toISOString() });
  expect(await ask({ ...base, targets: ['main', 'other'] })).toEqual(['body.targets.1']);
  expect(await ask({ ...base, targets: ['absent'] })).toEqual(['body.targets.0']);
  expect(await ask({ ...base, expires_at: new Date(end + 1).toISOString() })).toEqual(['body.expires_at']);
  expect(await ask({ ...base, expires_at: new Date(clock.now).toISOString() })).toEqual(['body.expires_at']);
  expect(await ask({ ...base, expires_at: new Date(end).toISOString() })).toMatchObject({ state: 'valid' });
  const all = (await made.call({ method: 'GET', url: '/api/v1/tokens', headers })).json().tokens;
  expect(all.every(({ targets }: { targets: string[] }) => targets?.join() === 'main')).toBe(true);
  const other = await createToken(store.db, { name: 'far', scopes: ['read'] }, clock.now);
  const url = `/api/v1/tokens/${other.info.id}`;
  expect((await made.call({ method: 'DELETE', url, headers })).statusCode).toBe(404);
  expect(await verifyToken(store.db, other.value, clock.now)).not.toBeNull();
});

it.each([
  [{ scopes: ['read'] }, 'body.name'],
  [{ name: 'a\nb', scopes: ['read'] }, 'body.name'],
  [{ name: ' ', scopes: ['read'] }, 'body.name'],
  [{ name: 'x', scopes: [] }, 'body.scopes'],
  [{ name: 'x', scopes: ['root'] }, 'body.scopes.0'],
  [{ name: 'x', scopes: ['read'], targets: [] }, 'body.targets'],
  [{ name: 'x', scopes: ['read'], targets: ['a b'] }, 'body.targets.0'],
  [{ name: 'x', scopes: ['read'], expires_at: 'tomorrow' }, 'body.expires_at'],
  [{ name: 'x', scopes: ['read'], value: 'rw_mine' }, 'body.value'],
])('refuses %j at %s', async (payload, path) => {
  const made = await stage(await embedded(), { scanned: false });
  const headers = { authorization: `Bearer ${await made.token(['admin'])}` };
  const response = await made.call({ method: 'POST', url: '/api/v1/tokens', headers, payload });
  expect([response.statusCode, response.json().errors.map((each: { path: string }) => each.path)]).toEqual([
    400,
    [path],
  ]);
});

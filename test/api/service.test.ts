import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterEach, describe, expect, it } from 'vitest';
import { closeStages, embedded, stage } from './helper.ts';

afterEach(closeStages);

describe('failures', () => {
  it.each<[string, string, number]>([
    ['GET', '/assets/nothing.js', 404],
    ['GET', '/assets/..%2f..%2fpackage.json', 404],
    ['GET', '/nonsense', 404],
    ['GET', '/api/v1/nonsense', 404],
    ['GET', '/api/v2/violations', 404],
    ['DELETE', '/api/v1/violations', 405],
    ['PUT', '/api/v1/targets/main', 405],
    ['GET', '/api/v1/targets/main/scans', 405],
    ['PATCH', '/healthz', 405],
    ['POST', '/openapi.json', 405],
    ['GET', '/api/v1/violations/%E0%A4%A', 400],
    ['GET', '/api/v1/targets/%00', 400],
    ['GET', '/api/v1/targets/__proto__', 404],
    ['GET', '/api/v1/policies/constructor', 404],
    ['GET', '/api/v1/violations?__proto__=1', 400],
    ['GET', `/api/v1/targets/main/rooms/${'x'.repeat(2_100)}`, 400],
    ['GET', '/docs/static/..%2f..%2fpackage.json', 404],
  ])('%s %s: %i as problem details', async (method, url, status) => {
    const made = await stage(await embedded(), { scanned: false });
    const headers = { authorization: `Bearer ${await made.token(['admin'])}` };
    const response = await made.call({ method: method as 'GET', url, headers });
    expect([response.statusCode, response.headers['content-type']]).toEqual([
      status,
      'application/problem+json',
    ]);
    const problem = response.json();
    expect(problem).toMatchObject({ status, instance: url.split('?')[0] });
    expect(problem.type).toMatch(/^urn:roomwarden:problem:/);
    expect([problem.texts.de, problem.texts.en].every((text) => text.length > 5)).toBe(true);
    expect(problem.request).toMatch(/^[0-9a-f-]{36}$/);
    if (status === 405) expect(response.headers['allow']).toMatch(/GET|POST/);
  });

  it.each([
    ['nonsense\r\n\r\n', 400],
    [`GET / HTTP/1.1\r\nhost: x\r\nx: ${'y'.repeat(40_000)}\r\n\r\n`, 431],
  ])('what is no HTTP is a problem as well', async (sent, status) => {
    const made = await stage(await embedded(), { scanned: false });
    const port = Number(new URL(await made.app.listen({ host: '127.0.0.1', port: 0 })).port);
    const socket = connect(port, '127.0.0.1');
    socket.write(sent);
    const answer = await text(socket);
    expect(answer).toMatch(new RegExp(`^HTTP/1.1 ${status} [\\s\\S]*application/problem\\+json`));
    expect(JSON.parse(answer.split('\r\n\r\n')[1] ?? '')).toMatchObject({ status });
  });

  it('a fault of ours tells nothing, the log everything but data', async () => {
    const made = await stage(await embedded(), {
      deps: {
        scheduler: {
          request: () => {
            throw new Error('inner detail');
          },
          activeScan: () => null,
        },
      },
    });
    const headers = { authorization: `Bearer ${await made.token(['operate'])}` };
    const response = await made.call({ method: 'POST', url: '/api/v1/targets/main/scans', headers });
    expect([response.statusCode, response.json().type]).toEqual([500, 'urn:roomwarden:problem:internal']);
    expect(response.body).not.toContain('inner detail');
    const log = made.logs.find((line) => line.includes('inner detail'));
    expect(JSON.parse(log ?? '{}').reqId).toBe(response.json().request);
  });

  it('an answer that does not fit its schema is a fault, not sent', async () => {
    const made = await stage(await embedded());
    await made.store.db.updateTable('findings').set({ confidence: 'made-up' }).execute();
    expect((await made.get('/api/v1/violations')).statusCode).toBe(500);
  });

  it('a store that is gone is unavailable, not an error of the caller', async () => {
    const made = await stage(await embedded());
    await made.store.close();
    expect((await made.get('/api/v1/summary')).statusCode).toBeGreaterThanOrEqual(500);
    expect((await made.get('/readyz', null)).statusCode).toBe(503);
    expect((await made.get('/healthz', null)).statusCode).toBe(200);
  });
});

describe('limits', () => {
  it('failed logins of one address end in 429; a valid token still works', async () => {
    const made = await stage(await embedded(), { scanned: false, deps: { limits: { failedLogins: 3 } } });
    const valid = await made.token(['read']);
    const bad = `rw_${'x'.repeat(43)}`;
    const answers = [];
    for (let index = 0; index < 5; index += 1) answers.push(await made.get('/api/v1/summary', bad));
    expect(answers.map((answer) => answer.statusCode)).toEqual([401, 401, 401, 429, 429]);
    expect(Number(answers[4]?.headers['retry-after'])).toBeGreaterThan(0);
    expect(answers[4]?.headers['content-type']).toBe('application/problem+json');
    expect((await made.get('/api/v1/summary', valid)).statusCode).toBe(200);
  });

  it('each token has its own measure, and is told what is left', async () => {
    const made = await stage(await embedded(), { scanned: false, deps: { limits: { token: 2 } } });
    const [one, two] = [await made.token(['read']), await made.token(['read'])];
    const first = await made.get('/api/v1/summary', one);
    expect([first.headers['x-ratelimit-limit'], first.headers['x-ratelimit-remaining']]).toEqual(['2', '1']);
    expect(Number(first.headers['x-ratelimit-reset'])).toBeGreaterThan(1_700_000_000);
    expect([first.headers['ratelimit-policy'], first.headers['ratelimit']]).toEqual([
      '"token";q=2;w=60',
      '"token";r=1;t=60',
    ]);
    await made.get('/api/v1/nonsense', one);
    const third = await made.get('/api/v1/summary', one);
    expect([third.statusCode, third.json()['violated-policies']]).toEqual([429, ['token']]);
    const [, left, wait] = /^"token";r=(\d+);t=(\d+)$/.exec(String(third.headers['ratelimit'])) ?? [];
    expect([left, wait]).toEqual(['0', third.headers['retry-after']]);
    expect((await made.get('/api/v1/summary', two)).statusCode).toBe(200);
  });

  it('an address has one for everything, also for what does not exist', async () => {
    const made = await stage(await embedded(), { scanned: false, deps: { limits: { address: 3 } } });
    const answers = [];
    for (const url of ['/x', '/healthz', '/docs/', '/x', '/healthz']) answers.push(await made.get(url, null));
    expect(answers.map((answer) => answer.statusCode)).toEqual([404, 200, 200, 429, 429]);
  });

  it('believes forwarding headers of trusted proxies only', async () => {
    for (const [trustedProxies, status] of [
      [['127.0.0.1'], 404],
      [[], 429],
    ] as const) {
      const made = await stage(await embedded(), {
        scanned: false,
        deps: { trustedProxies, limits: { address: 1 } },
      });
      await made.get('/x', null, { 'x-forwarded-for': '192.0.2.1' });
      expect((await made.get('/x', null, { 'x-forwarded-for': '192.0.2.2' })).statusCode).toBe(status);
    }
  });
});

describe('headers', () => {
  it('allow nothing to be loaded, framed or kept by others', async () => {
    const made = await stage(await embedded());
    for (const url of ['/api/v1/violations', '/healthz', '/nonsense', '/openapi.json']) {
      const { headers } = await made.get(url);
      expect(headers['content-security-policy']).toBe(
        "default-src 'none';base-uri 'none';form-action 'none';frame-ancestors 'none'",
      );
      expect(headers['x-content-type-options']).toBe('nosniff');
      expect(headers['referrer-policy']).toBe('no-referrer');
      expect(headers['cache-control']).toMatch(/no-store|private/);
      expect(headers['x-request-id']).toMatch(/^[0-9a-f-]{36}$/);
      expect(headers['strict-transport-security']).toBeUndefined();
      expect(headers['server'] ?? headers['x-powered-by']).toBeUndefined();
    }
  });

  it.each([
    '/api/v1/violations',
    '/api/v1/summary',
    '/api/v1/targets',
    '/api/v1/coverage',
    '/api/v1/policies',
    '/openapi.json',
  ])('304 for %s while nothing changed', async (url) => {
    const made = await stage(await embedded());
    const first = await made.get(url);
    const tag = String(first.headers['etag']);
    expect(tag).toMatch(/^"[\w.-]{27,}"$/);
    for (const header of [tag, `W/${tag}`, `"x", ${tag}`, '*']) {
      const again = await made.get(url, undefined, { 'if-none-match': header });
      expect([again.statusCode, again.body, again.headers['etag']]).toEqual([304, '', tag]);
    }
    expect((await made.get(url, undefined, { 'if-none-match': '"x"' })).statusCode).toBe(200);
  });

  it('a change gives another ETag; problems have none', async () => {
    const made = await stage(await embedded());
    const before = (await made.get('/api/v1/violations')).headers['etag'];
    made.worlds.main.presence = false;
    await made.scan('main');
    expect((await made.get('/api/v1/violations')).headers['etag']).not.toBe(before);
    const problem = await made.get('/api/v1/targets/nope', undefined, { 'if-none-match': '*' });
    expect([problem.statusCode, problem.headers['etag']]).toEqual([404, undefined]);
  });

  it('HEAD answers like GET, without a body', async () => {
    const made = await stage(await embedded());
    const headers = { authorization: `Bearer ${await made.token(['read'])}` };
    const head = await made.call({ method: 'HEAD', url: '/api/v1/violations', headers });
    const get = await made.call({ method: 'GET', url: '/api/v1/violations', headers });
    expect([head.statusCode, head.body, head.headers['etag']]).toEqual([200, '', get.headers['etag']]);
  });
});

it('ready when store, schema and policies are there', async () => {
  const made = await stage(await embedded(), { scanned: false });
  expect((await made.get('/healthz', null)).json()).toEqual({ status: 'ok' });
  expect((await made.get('/readyz', null)).json()).toEqual({
    status: 'ready',
    checks: { store: true, migrations: true, policies: true, configuration: true },
  });
  await made.store.db.updateTable('meta').set({ value: '999' }).where('key', '=', 'schema').execute();
  const late = await made.get('/readyz', null);
  expect([late.statusCode, late.json().checks]).toEqual([
    503,
    { store: true, migrations: false, policies: true, configuration: true },
  ]);
});

it('logs route, status and token id of every call, no address of it', async () => {
  const made = await stage(await embedded());
  made.logs.length = 0;
  const response = await made.get('/api/v1/targets/main/rooms/geheim?x=1');
  const lines = made.logs.map((line) => JSON.parse(line));
  expect(lines).toHaveLength(1);
  expect(lines[0]).toMatchObject({
    reqId: response.headers['x-request-id'],
    method: 'GET',
    route: '/api/v1/targets/:target/rooms/:room',
    status: 404,
    token: expect.stringMatching(/^[0-9a-f]{12}$/),
  });
});

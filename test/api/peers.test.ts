import { afterEach, describe, expect, it } from 'vitest';
import { closeStages, embedded, stage } from './helper.ts';

afterEach(closeStages);

const listen = (host: string, proxies: string[] = []) => ({
  listen: { host, port: 0, tls: null, trusted_proxies: proxies },
});

describe('without TLS on an open address', () => {
  it.each([
    ['127.0.0.1', 200],
    ['::1', 200],
    ['10.1.2.3', 200],
    ['::ffff:10.1.2.3', 200],
    ['192.0.2.7', 200],
    ['192.0.2.8', 403],
    ['::ffff:192.0.2.8', 403],
    ['2001:db8::1', 403],
    ['fd00::7', 200],
  ])('%s is answered with %i', async (remoteAddress, status) => {
    const config = listen('0.0.0.0', ['10.0.0.0/8', '192.0.2.7', 'fd00::/64']);
    const made = await stage(await embedded(), { scanned: false, config });
    const response = await made.call({ method: 'GET', url: '/healthz', remoteAddress });
    expect(response.statusCode).toBe(status);
    if (status === 403) expect(response.json().texts.de).toContain('trusted_proxies');
  });

  it('a forwarding header opens nothing', async () => {
    const made = await stage(await embedded(), { scanned: false, config: listen('0.0.0.0', ['10.0.0.1']) });
    const headers = { 'x-forwarded-for': '127.0.0.1', forwarded: 'for=10.0.0.1' };
    const response = await made.call({ method: 'GET', url: '/healthz', remoteAddress: '192.0.2.8', headers });
    expect(response.statusCode).toBe(403);
  });
});

it('with TLS, or on loopback, everybody who gets through is answered', async () => {
  const made = await stage(await embedded(), { scanned: false, config: listen('127.0.0.1') });
  const response = await made.call({ method: 'GET', url: '/healthz', remoteAddress: '192.0.2.8' });
  expect(response.statusCode).toBe(200);
});

it('only a trusted proxy says over which address and protocol it was called', async () => {
  const forwarded = { 'x-forwarded-proto': 'https', 'x-forwarded-host': 'audit.example.org' };
  for (const [proxies, origin] of [
    [['127.0.0.1'], 'https://audit.example.org'],
    [[], 'http://localhost:80'],
    [['10.0.0.0/8'], 'http://localhost:80'],
  ] as const) {
    const made = await stage(await embedded(), { config: listen('127.0.0.1', [...proxies]) });
    const value = await made.token(['feed']);
    const page = await made.get('/api/v1/events?limit=1', value, { host: 'localhost:80', ...forwarded });
    expect(new URL(page.json().next).origin).toBe(new URL(origin).origin);
  }
});

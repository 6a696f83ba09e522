import { createServer } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import type { SourceError } from '../../../adapters/contract/http.ts';
import {
  type Fault,
  type SimulatorServer,
  startSimulatorServer,
} from '../../../adapters/contract/simulator.ts';
import { failure, pem, pemPath, useStage } from './http-stage.ts';

const stage = useStage();
const { breakAll, client } = stage;

describe('redirects', () => {
  const to = (location: string, status = 302): void => {
    stage.answer = (request) =>
      request.path === '/api/data'
        ? { status, headers: { location }, body: '' }
        : { status: 200, body: request.path };
  };

  it.each(['/api/room/a', 'room/a', '/api/room/b?x=1'])('to %s is followed', async (location) => {
    to(location);
    const got = await client().request({ path: '/data' });
    expect(got.text).toMatch(/^\/api\/room\/[ab]$/);
    expect(got.locator).toBe('GET /api/data');
  });

  it.each([
    'https://evil.example/api/room/a',
    '//evil.example/api/room/a',
    '/room/a',
    '/api/end',
    '/apiroom/a',
    '/api/room/../end',
    'javascript:alert(1)',
    '',
  ])('to %j is not followed', async (location) => {
    to(location);
    const error = await failure(client().request({ path: '/data' }));
    expect(error.reason).toEqual({ code: 'unreachable', detail: 'redirect' });
    expect(stage.simulator.requests.length).toBeLessThanOrEqual(4);
    expect(stage.simulator.requests.every((request) => request.path === '/api/data')).toBe(true);
  });

  it('after a POST is not followed', async () => {
    stage.answer = () => ({ status: 303, headers: { location: '/api/data' }, body: '' });
    expect((await failure(client().request({ method: 'POST', path: '/query' }))).reason.detail).toBe(
      'redirect',
    );
    expect(stage.simulator.requests).toHaveLength(1);
  });

  it('in a circle ends after three', async () => {
    stage.answer = () => ({ status: 302, headers: { location: '/api/data' }, body: '' });
    expect((await failure(client().request({ path: '/data' }))).reason.detail).toBe('redirect');
    expect(stage.simulator.requests).toHaveLength(4);
  });
});

describe('TLS', () => {
  let secure: SimulatorServer;
  afterEach(() => secure.close());

  async function serve(name: string): Promise<string> {
    secure = await startSimulatorServer(() => ({ status: 200, body: 'safe' }), {
      tls: { key: pem(`${name}.key`), cert: pem(`${name}.crt`) },
    });
    return `${secure.origin}/api`;
  }

  it('is refused with a certificate of nobody we know', async () => {
    const error = await failure(client({ base: await serve('selfsigned') }).request({ path: '/data' }));
    expect(error.reason.code).toBe('unreachable');
    expect(error.reason.detail).toMatch(/^TLS: unable to verify/);
  });

  it('is trusted with the CA of the configuration, as path or text', async () => {
    const base = await serve('server');
    expect((await failure(client({ base }).request({ path: '/data' }))).reason.detail).toMatch(/^TLS: /);
    const path = pemPath('ca.crt');
    for (const ca of [path, pem('ca.crt')]) {
      expect((await client({ base, ca }).request({ path: '/data' })).text).toBe('safe');
    }
    const other = await failure(client({ base, ca: pem('selfsigned.crt') }).request({ path: '/data' }));
    expect(other.reason.detail).toMatch(/^TLS: /);
    const missing = await failure(client({ base, ca: `${path}.gone` }).request({ path: '/data' }));
    expect(missing.reason.detail).toBe('TLS: the CA file cannot be read');
  });
});

describe('the proxy', () => {
  it('of the environment is ignored, the configured one is used', async () => {
    const proxy = await startSimulatorServer(() => ({ status: 200, body: 'through the proxy' }));
    for (const name of ['HTTP_PROXY', 'http_proxy', 'ALL_PROXY', 'all_proxy'])
      process.env[name] = proxy.origin;
    try {
      expect((await client().request({ path: '/data' })).text).toBe('{"ok":true}');
      expect(proxy.requests).toEqual([]);
      const through = client({ proxy: proxy.origin.replace('//', '//user:proxy-secret@') });
      expect((await through.request({ path: '/data' })).text).toBe('through the proxy');
      expect(proxy.requests[0]?.headers['proxy-authorization']).toMatch(/^Basic /);
    } finally {
      for (const name of ['HTTP_PROXY', 'http_proxy', 'ALL_PROXY', 'all_proxy']) delete process.env[name];
      await proxy.close();
    }
  });
});

describe('the proxy in front of TLS', () => {
  it('passes the tunnel on and sees nothing of the call', async () => {
    const secure = await startSimulatorServer(() => ({ status: 200, body: 'safe' }), {
      tls: { key: pem('server.key'), cert: pem('server.crt') },
    });
    const seen: string[] = [];
    const proxy = createServer((_request, response) => response.writeHead(500).end());
    proxy.on('connect', (request, socket) => {
      seen.push(request.url ?? '');
      const upstream = connect(Number(new URL(secure.origin).port), '127.0.0.1', () => {
        socket.write('HTTP/1.1 200 Connection established\r\n\r\n');
        upstream.pipe(socket);
        socket.pipe(upstream);
      });
      upstream.on('error', () => socket.destroy());
      socket.on('error', () => upstream.destroy());
    });
    await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
    const address = `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`;
    const base = `${secure.origin}/api`;
    const trusted = client({ base, proxy: address, ca: pem('ca.crt') });
    expect((await trusted.request({ path: '/data', query: 'token=1' })).text).toBe('safe');
    expect(seen).toEqual([new URL(secure.origin).host]);
    const untrusted = await failure(client({ base, proxy: address }).request({ path: '/data' }));
    expect(untrusted.reason.detail).toMatch(/^TLS: /);
    trusted.close();
    proxy.closeAllConnections();
    proxy.close();
    await secure.close();
  });
});

describe('secrets', () => {
  const secrets = ['s3cret/value', 'checksum0123456789'];
  const headers = { authorization: `Basic ${Buffer.from('auditor:header-secret').toString('base64')}` };
  const faults: Fault[] = [
    { kind: 'status', status: 404 },
    { kind: 'status', status: 429 },
    { kind: 'status', status: 401 },
    { kind: 'reset' },
    { kind: 'truncated' },
    { kind: 'html' },
  ];

  it.each(faults)('stay out of errors, log lines and locators: $kind $status', async (fault) => {
    breakAll(fault);
    const seen: string[] = [];
    const talking = client({
      secrets,
      headers,
      allow: [{ method: 'GET', path: /^\/.+$/ }],
    });
    const inspect = (thrown: unknown): void => {
      const error = thrown as SourceError;
      seen.push(String(error), error.stack ?? '', JSON.stringify(error), Object.keys(error).join());
      expect(error.cause).toBeUndefined();
    };
    await talking
      .request({ path: `/${encodeURIComponent('s3cret/value')}`, query: 'checksum=checksum0123456789' })
      .then((got) => seen.push(got.locator), inspect);
    await talking.request({ path: '/s3cret/value?' }).catch((thrown: unknown) => seen.push(String(thrown)));
    const all = [...seen, ...stage.lines].join('\n');
    for (const secret of [...secrets, 's3cret%2Fvalue', 'header-secret', headers.authorization.slice(6)]) {
      expect(all).not.toContain(secret);
    }
    expect(all).not.toContain('checksum=');
    expect(all).not.toContain('config');
  });
});

describe('limits', () => {
  it('holds at most `concurrency` calls in flight', async () => {
    let flying = 0;
    let most = 0;
    await stage.simulator.close();
    stage.simulator = await startSimulatorServer(async () => {
      flying += 1;
      most = Math.max(most, flying);
      await new Promise((resolve) => setImmediate(resolve));
      flying -= 1;
      return { status: 200, body: '' };
    });
    const narrow = client({ concurrency: 3 });
    await Promise.all(Array.from({ length: 30 }, () => narrow.request({ path: '/data' })));
    expect(most).toBeGreaterThan(1);
    expect(most).toBeLessThanOrEqual(3);
  });

  it('spreads calls over time', async () => {
    const slow = client({ rate: 5 });
    for (let call = 0; call < 8; call++) await slow.request({ path: '/data' });
    expect(stage.sleeps.length).toBeGreaterThanOrEqual(2);
    expect(Math.max(...stage.sleeps)).toBeGreaterThan(300);
  });
});

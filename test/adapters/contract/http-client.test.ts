import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gzipSync } from 'node:zlib';
import { describe, expect, it, vi } from 'vitest';
import { type BoundedHttp, SourceError } from '../../../adapters/contract/http.ts';
import { type Fault, startSimulatorServer } from '../../../adapters/contract/simulator.ts';
import { deadlineByHand } from '../../deadline.ts';
import { failure, start, useStage } from './http-stage.ts';

const stage = useStage();
const { breakAll, client, heal } = stage;

describe('an answer', () => {
  it('carries text, safe locator and the clock of the server', async () => {
    stage.answer = () => ({
      status: 200,
      headers: { date: 'Sat, 21 Nov 2026 11:59:00 GMT', 'X-Version': '4' },
      body: 'Grüße',
    });
    const got = await client().request({ path: '/data', query: 'checksum=abcdef' });
    expect(got).toMatchObject({
      status: 200,
      text: 'Grüße',
      locator: 'GET /api/data',
      observedAt: start,
      serverDate: start - 60_000,
    });
    expect(got.headers['x-version']).toBe('4');
    expect(stage.simulator.requests[0]).toMatchObject({ path: '/api/data', query: 'checksum=abcdef' });
  });

  it('keeps the bytes of the query and sends a body and headers', async () => {
    await client().request({
      method: 'POST',
      path: '/query',
      query: 'name=a+b%20c&x=%2F',
      body: '{}',
      headers: { 'content-type': 'application/json' },
    });
    expect(stage.simulator.requests[0]).toMatchObject({
      query: 'name=a+b%20c&x=%2F',
      body: '{}',
      method: 'POST',
    });
  });

  it('comes in chunks, decoded across their borders', async () => {
    const text = 'ä€😀'.repeat(50_000);
    stage.answer = () => ({ status: 200, body: text });
    const { answer: head, chunks } = await client().stream({ path: '/data' });
    let got = '';
    let count = 0;
    for await (const chunk of chunks) {
      got += chunk;
      count += 1;
    }
    expect(head.status).toBe(200);
    expect(count).toBeGreaterThan(2);
    expect(got).toBe(text);
  });

  it('is whatever status the caller accepts', async () => {
    stage.answer = () => ({ status: 404, body: 'none' });
    expect(await client().request({ path: '/data', accept: [200, 404] })).toMatchObject({ status: 404 });
    expect((await failure(client().request({ path: '/data', accept: [204] }))).reason.code).toBe(
      'unreachable',
    );
  });

  it('replaces the path in the locator where the caller says so', async () => {
    expect((await client().request({ path: '/room/secretroom', locator: '/room/…' })).locator).toBe(
      'GET /room/…',
    );
  });
});

describe('the allow-list', () => {
  const refused: [string, Parameters<BoundedHttp['request']>[0]][] = [
    ['another path', { path: '/end' }],
    ['another method', { method: 'POST', path: '/data' }],
    ['a longer path', { path: '/data/more' }],
    ['a pattern that fits in part', { path: '/room/a/end' }],
    ['a query in the path', { path: '/data?x=1' }],
    ['a way up', { path: '/room/../end' }],
    ['a query that would be encoded again', { path: '/data', query: 'a b' }],
    ['a fragment in the query', { path: '/data', query: 'a#b' }],
  ];
  it.each(refused)('refuses %s before anything is sent', async (_name, request) => {
    const error = await client()
      .request(request)
      .catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(Error);
    expect(error).not.toBeInstanceOf(SourceError);
    expect(stage.simulator.requests).toEqual([]);
  });

  it('does not let an encoded way up through a wide pattern', async () => {
    const wide = client({ allow: [{ method: 'GET', path: /^\/.*$/ }] });
    await expect(wide.request({ path: '/%2e%2e/end' })).rejects.toThrow('leaves its base');
    await expect(wide.request({ path: '/a\\..\\..\\end' })).rejects.toThrow('leaves its base');
  });

  it.each([[/data/], [/^\/data/], [/\/data$/]])('refuses the pattern %s', (path) => {
    expect(() => client({ allow: [{ method: 'GET', path }] })).toThrow('not anchored');
  });

  it('takes alternatives as whole paths', async () => {
    const two = client({ allow: [{ method: 'GET', path: /^\/a|\/b$/ }] });
    await two.request({ path: '/a' });
    await expect(two.request({ path: '/a/end' })).rejects.toThrow('allow-list');
  });

  it.each([
    ['http://example.org', 'loopback'],
    ['ftp://127.0.0.1', 'no http'],
    ['https://user:pass@example.org', 'login'],
    ['https://example.org/?a=b', 'login, query'],
  ])('refuses the base %s', (base, message) => {
    expect(() => client({ base })).toThrow(message);
  });

  it('takes http:// elsewhere only when told so', () => {
    expect(() => client({ base: 'http://example.org', insecureHttp: true })).not.toThrow();
  });
});

describe('failures', () => {
  it.each([
    [401, 'not_permitted'],
    [403, 'not_permitted'],
    [404, 'unreachable'],
    [400, 'unreachable'],
    [500, 'unreachable'],
    [502, 'unreachable'],
    [429, 'throttled'],
    [503, 'throttled'],
  ])('HTTP %i is %s', async (status, code) => {
    breakAll({ kind: 'status', status });
    const error = await failure(client().request({ path: '/data' }));
    expect(error.reason).toEqual({ code, detail: `HTTP ${status}` });
    expect(error).toMatchObject({ status, locator: 'GET /api/data' });
    expect(stage.simulator.requests).toHaveLength(code === 'throttled' ? 4 : 1);
  });

  const broken: [string, Fault, string, string][] = [
    ['reset', { kind: 'reset' }, 'unreachable', 'connection reset'],
    ['truncated', { kind: 'truncated' }, 'unreachable', 'answer cut off'],
    ['200 MB', { kind: 'huge', bytes: 200 * 1024 * 1024 }, 'too_large', 'more than 1048576 bytes'],
    ['silence', { kind: 'silence' }, 'unreachable', 'timeout after 80 ms'],
  ];
  it.each(broken)('%s', async (_name, fault, code, detail) => {
    breakAll(fault);
    const timeoutMs = fault.kind === 'silence' ? 80 : 30_000;
    const error = await failure(client({ timeoutMs, maxBytes: 1024 * 1024 }).request({ path: '/data' }));
    expect(error.reason).toEqual({ code, detail });
  });

  it('a body that stops half-way ends at the same time limit', async () => {
    const server = createServer((_request, response) => {
      response.writeHead(200);
      response.write('half');
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const base = `http://127.0.0.1:${(server.address() as AddressInfo).port}/api`;
    const error = await failure(client({ base, timeoutMs: 80 }).request({ path: '/data' }));
    expect(error.reason.detail).toBe('timeout after 80 ms');
    server.closeAllConnections();
    server.close();
  });

  it('the cap counts what comes out of the packing', async () => {
    const server = createServer((_request, response) => {
      response.writeHead(200, { 'content-encoding': 'gzip' });
      response.end(gzipSync(Buffer.alloc(20_000_000)));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const base = `http://127.0.0.1:${(server.address() as AddressInfo).port}/api`;
    const packed = client({ base, maxBytes: 1_000_000 });
    expect((await failure(packed.request({ path: '/data' }))).reason.code).toBe('too_large');
    expect((await packed.request({ path: '/data', maxBytes: 20_000_000 })).text).toHaveLength(20_000_000);
    packed.close();
    server.closeAllConnections();
    server.close();
  });

  it('a closed port, an unknown host, a server without TLS', async () => {
    const gone = await startSimulatorServer(() => ({ status: 200, body: '' }));
    await gone.close();
    const details: (string | undefined)[] = [];
    for (const base of [`${gone.origin}/api`, stage.simulator.origin.replace('http:', 'https:')]) {
      details.push((await failure(client({ base }).request({ path: '/data' }))).reason.detail);
    }
    expect(details[0]).toBe('connection refused');
    expect(details[1]).toMatch(/^TLS: /);
  });

  it('an abort of the scan is no failure of the source', async () => {
    breakAll({ kind: 'silence' });
    const scan = new AbortController();
    const call = client({}, { signal: scan.signal }).request({ path: '/data' });
    scan.abort(new Error('stopped by the operator'));
    await expect(call).rejects.toThrow('stopped by the operator');
  });

  it('after two silences in a row the rest is not asked; an answer in between resets the count', async () => {
    const limit = deadlineByHand();
    const http = client({ timeoutMs: limit.ms, concurrency: 1 });
    const request = { path: '/data' };
    const unanswered = async (): Promise<string | undefined> => {
      const asked = stage.simulator.requests.length;
      const failed = failure(http.request(request));
      await vi.waitUntil(() => stage.simulator.requests.length > asked, { timeout: 100_000 });
      limit.pass();
      return (await failed).reason.detail;
    };
    breakAll({ kind: 'silence' });
    expect(await unanswered()).toMatch(/^timeout/);
    heal();
    await http.request(request);
    breakAll({ kind: 'silence' });
    const over = `timeout after ${limit.ms} ms`;
    expect([await unanswered(), await unanswered()]).toEqual([over, over]);
    expect((await failure(http.request(request))).reason.detail).toBe(
      'no answer to the calls before, not asked',
    );
  });

  it('close ends what is in flight and refuses what comes later', async () => {
    breakAll({ kind: 'silence' });
    const closing = client();
    const call = closing.request({ path: '/data' });
    closing.close();
    await expect(call).rejects.toThrow('closed');
    await expect(closing.request({ path: '/data' })).rejects.toThrow('closed');
  });
});

describe('one failed login', () => {
  const headers = { authorization: `Basic ${Buffer.from('auditor:wrong-password').toString('base64')}` };

  it('is the last, even with many calls in flight', async () => {
    breakAll({ kind: 'status', status: 401 });
    const wrong = client({ headers });
    const calls = Array.from({ length: 8 }, () => failure(wrong.request({ path: '/data' })));
    for (const error of await Promise.all(calls)) expect(error.reason.code).toBe('not_permitted');
    expect((await failure(wrong.request({ path: '/room/a' }))).reason.code).toBe('not_permitted');
    expect(stage.simulator.requests).toHaveLength(1);
  });

  it('counts by the statuses that this vendor uses', async () => {
    breakAll({ kind: 'status', status: 403 });
    const wrong = client({ headers, loginFailureStatuses: [401, 403] });
    await failure(wrong.request({ path: '/data' }));
    await failure(wrong.request({ path: '/data' }));
    expect(stage.simulator.requests).toHaveLength(1);
  });

  it('does not bind calls without credentials', async () => {
    breakAll({ kind: 'status', status: 401 });
    const open = client({ headers: { 'OCS-APIRequest': 'true' } });
    await failure(open.request({ path: '/data' }));
    await failure(open.request({ path: '/data' }));
    expect(stage.simulator.requests).toHaveLength(2);
  });
});

describe('throttling', () => {
  it('is waited out as the server asks, at most 30 s', async () => {
    const asked = ['7', new Date(start + 12_000).toUTCString(), '3600'];
    stage.answer = () => {
      const next = asked.shift();
      return next === undefined
        ? { status: 200, body: 'done' }
        : { status: 429, headers: { 'retry-after': next }, body: '' };
    };
    expect((await client().request({ path: '/data' })).text).toBe('done');
    expect(stage.sleeps).toEqual([7_000, 12_000, 30_000]);
  });

  it('ends after three repeats, or none where the vendor counts them', async () => {
    breakAll({ kind: 'status', status: 503 });
    await failure(client().request({ path: '/data' }));
    expect(stage.sleeps).toEqual([1_000, 2_000, 4_000]);
    await failure(client({ retries: 0 }).request({ path: '/data' }));
    expect(stage.simulator.requests).toHaveLength(5);
  });

  it('ends with the scan', async () => {
    breakAll({ kind: 'status', status: 429, headers: { 'retry-after': '20' } });
    const scan = new AbortController();
    const sleep = async (_ms: number, signal: AbortSignal): Promise<void> => {
      scan.abort(new Error('stopped'));
      signal.throwIfAborted();
    };
    await expect(client({}, { signal: scan.signal, sleep }).request({ path: '/data' })).rejects.toThrow(
      'stopped',
    );
  });
});

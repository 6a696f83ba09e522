import type { AddressInfo } from 'node:net';
import { createServer, type Socket } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { backoff, retryAfterMs } from '../../src/push/backoff.ts';
import { closeStages, embedded } from '../api/helper.ts';
import { many, opened, row, secrets, settle, type Told, t0, tell } from './helper.ts';
import {
  type Dialect,
  gelfDialect,
  hecDialect,
  inOrder,
  type StrictReceiver,
  strictReceiver,
  tlsFiles,
  webhookDialect,
} from './receivers.ts';

const closers: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
  await closeStages();
});

async function receiving(dialect: Dialect, tls = false): Promise<StrictReceiver> {
  const server = await strictReceiver(dialect, { tls });
  closers.push(() => server.close());
  return server;
}

async function sending(entry: Parameters<typeof opened>[0], events: Told[] = many(30)) {
  const store = await embedded();
  await tell(store, events);
  const made = await opened({ timeout: '1s', ...entry }, store);
  closers.push(() => made.sender.close());
  await settle(made.sender);
  return { ...made, store };
}

const seqs = (server: StrictReceiver) => server.taken.map(({ seq }) => seq);
const upTo = (count: number) => Array.from({ length: count }, (_, index) => index + 1);
const secure = { tls: { ca: tlsFiles.ca } };

describe('webhook', () => {
  const hook = { kind: 'webhook' as const, secret: { env: 'KEY' } };

  it.each(['native', 'flat'])('%s, signed, over TLS, on one connection', async (format) => {
    const server = await receiving(
      webhookDialect(() => t0),
      true,
    );
    const { store } = await sending(
      { ...hook, ...secure, url: `${server.url}/in`, format, batch: { events: 10 } },
      [...many(30), { kind: 'baseline' }],
    );
    expect(server.faults).toEqual([]);
    expect(seqs(server)).toEqual(upTo(31));
    expect(server.sizes).toEqual([10, 10, 10, 1]);
    expect(server.connections).toBe(1);
    expect((await row(store)).position).toBe(31);
  });

  it('is signed anew for every try', async () => {
    let now = t0;
    const server = await receiving(webhookDialect(() => now));
    server.plan = [{ status: 500 }, { status: 500 }];
    const { sender, clock } = await sending({ ...hook, url: `${server.url}/in` });
    for (let round = 0; round < 2; round += 1) {
      clock.now += 600_000;
      now = clock.now;
      await settle(sender);
    }
    expect(server.faults).toEqual([]);
    expect(seqs(server)).toEqual(upTo(30));
  });

  it('stays within the bytes of a batch; what is larger goes alone', async () => {
    const server = await receiving(webhookDialect(() => t0));
    const events: Told[] = [...many(6, 6), { uid: 'long', name: 'x'.repeat(9_000) }, { uid: 'z' }];
    const batch = { events: 100, bytes: 5_000 };
    await sending({ ...hook, url: `${server.url}/in`, format: 'native', batch }, events);
    expect(seqs(server)).toEqual(upTo(8));
    expect(server.sizes.length).toBeGreaterThan(3);
    expect(Math.max(...server.sizes)).toBeLessThan(6);
  });

  it('a secret that is missing or short sends nothing', async () => {
    const server = await receiving(webhookDialect(() => t0));
    const { store } = await sending({ ...hook, url: `${server.url}/in`, secret: { env: 'NONE' } });
    expect(JSON.parse((await row(store)).error_json ?? '')).toEqual({ code: 'secret', detail: 'RW1008' });
    secrets['SHORT'] = 'short';
    const other = await sending({ ...hook, url: `${server.url}/in`, secret: { env: 'SHORT' } });
    expect(JSON.parse((await row(other.store)).error_json ?? '')).toEqual({
      code: 'secret',
      detail: 'TOO_SHORT',
    });
    expect(server.sizes).toEqual([]);
  });

  it('rooms appear by their ref, also in locators', async () => {
    const bodies: string[] = [];
    const dialect = webhookDialect(() => t0);
    const server = await receiving({
      ...dialect,
      read: (request, body, fault) => {
        bodies.push(body);
        return dialect.read(request, body, fault);
      },
    });
    await sending({ ...hook, url: `${server.url}/in` }, [{ uid: 'u', room: 'k3x9w7ab', name: 'k3x9w7ab' }]);
    expect(bodies.join()).toContain('ref-of-u');
    expect(bodies.join()).not.toContain('k3x9w7ab');
  });

  it.each([
    ['an unknown authority', {}],
    ['an older protocol or nothing', { tls: { ca: '/nowhere/ca.pem' } }],
  ])('no TLS with %s', async (_, change) => {
    const server = await receiving(
      webhookDialect(() => t0),
      true,
    );
    const { store } = await sending({ ...hook, ...change, url: `${server.url}/in` });
    expect((await row(store)).position).toBe(0);
    expect(['tls', 'secret']).toContain(JSON.parse((await row(store)).error_json ?? '').code);
    expect(server.sizes).toEqual([]);
  });
});

describe('GELF', () => {
  it.each([
    [false, Array.from({ length: 12 }, () => 1)],
    [true, [12]],
  ])('bulk %s', async (bulk, sizes) => {
    const server = await receiving(gelfDialect(bulk));
    const events: Told[] = [
      ...many(10),
      { kind: 'heartbeat' },
      { uid: 'x', kind: 'resolved', severity: 'low' },
    ];
    const { store } = await sending(
      { kind: 'gelf', url: `${server.url}/gelf`, bulk, heartbeats: true },
      events,
    );
    expect(server.faults).toEqual([]);
    expect(server.sizes).toEqual(sizes);
    expect(seqs(server)).toEqual(upTo(12));
    expect(server.connections).toBe(1);
    expect((await row(store)).position).toBe(12);
  });

  it('an answer that no such input gives does not count', async () => {
    const server = await receiving({ ...gelfDialect(false), answer: { status: 206, body: '' } });
    const { store } = await sending({ kind: 'gelf', url: `${server.url}/gelf` });
    expect((await row(store)).position).toBe(0);
  });
});

describe('Splunk', () => {
  const hec = { kind: 'splunk-hec' as const, token: { env: 'TOKEN' } };

  it('index and source type', async () => {
    const bodies: string[] = [];
    const server = await receiving({
      ...hecDialect,
      read: (request, body, fault) => {
        bodies.push(body);
        return hecDialect.read(request, body, fault);
      },
    });
    await sending({ ...hec, url: `${server.url}/`, index: 'audit' }, many(1));
    expect(JSON.parse(bodies[0] ?? '')).toMatchObject({
      time: t0 / 1000,
      host: 'audit.example.org',
      source: 'roomwarden',
      sourcetype: 'roomwarden:flat',
      index: 'audit',
      event: { finding_uid: 'finding-0', sequence: 1 },
    });
  });

  it('waits for the indexers where the token says so', async () => {
    let asked = 0;
    const channels = new Set<unknown>();
    const server = await receiving({
      ...hecDialect,
      get path() {
        return asked === 0 ? '/services/collector/event' : '/services/collector/ack';
      },
      get answer() {
        if (asked === 1) return { status: 200, body: '{"text":"Success","code":0,"ackId":7}' };
        return { status: 200, body: `{"acks":{"7":${asked === 4}}}` };
      },
      read({ headers }, body, fault) {
        channels.add(headers['x-splunk-request-channel']);
        asked += 1;
        if (asked === 1) return hecDialect.read({ headers } as never, body, fault);
        if (body !== '{"acks":[7]}') fault(body);
        return [];
      },
    });
    const { store, slept } = await sending({ ...hec, url: server.url, acknowledge: true, timeout: '5s' });
    expect(server.faults).toEqual([]);
    expect([asked, channels.size, slept]).toEqual([4, 1, [1_000, 1_000]]);
    expect((await row(store)).position).toBe(30);
  });

  it('what the indexers do not confirm is sent again', async () => {
    let ack = false;
    const server = await receiving({
      path: '/services/collector/event',
      answer: { status: 200, body: '{"text":"Success","code":0,"ackId":7,"acks":{"7":false}}' },
      read: ({ headers, url }, body, fault) => {
        ack = url?.endsWith('/ack') ?? false;
        return ack ? [] : hecDialect.read({ headers } as never, body, fault);
      },
    });
    const { store } = await sending({ ...hec, url: server.url, acknowledge: true, timeout: '3s' });
    expect(await row(store)).toMatchObject({ position: 0, attempts: 1 });
    expect(JSON.parse((await row(store)).error_json ?? '')).toEqual({ code: 'not_confirmed' });
  });
});

it('an endless answer is not read to its end', async () => {
  const sockets: Socket[] = [];
  let sent = 0;
  const server = createServer((socket) => {
    sockets.push(socket);
    socket.on('error', () => {});
    socket.once('data', () => {
      socket.write('HTTP/1.1 200 OK\r\ncontent-type: text/plain\r\n\r\n');
      const more = (): void => {
        sent += 10_000;
        if (!socket.destroyed && sent < 5_000_000) socket.write('x'.repeat(10_000), () => setImmediate(more));
      };
      more();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closers.push(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/in`;
  const { store } = await sending({ kind: 'webhook', secret: { env: 'KEY' }, url });
  expect((await row(store)).position).toBe(30);
  expect(sent).toBeLessThan(5_000_000);
});

describe('waiting', () => {
  it.each([
    [1, null, 0, 500],
    [1, null, 1, 1_000],
    [4, null, 1, 8_000],
    [30, null, 1, 300_000],
    [1, 60_000, 0, 60_000],
    [1, 86_400_000, 0, 3_600_000],
    [30, 5, 0.5, 225_000],
  ])('after %i failures, asked for %s, chance %d: %i', (attempts, asked, chance, wait) => {
    expect(backoff(attempts, asked, chance)).toBe(wait);
  });

  it.each([
    ['120', 120_000],
    [new Date(t0 + 5_000).toUTCString(), 5_000],
    [new Date(t0 - 5_000).toUTCString(), 0],
    ['soon', null],
    ['-3', null],
    [undefined, null],
  ])('Retry-After: %s', (header, ms) => expect(retryAfterMs(header, t0)).toBe(ms));
});

it('order is measured without what came again', () => {
  const of = (...list: number[]) => list.map((seq) => ({ seq, id: `${seq}`, uid: 'u' }));
  expect(inOrder(of(1, 2, 1, 2, 3))).toBe(true);
  expect(inOrder(of(1, 3, 2))).toBe(false);
});

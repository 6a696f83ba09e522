import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { createServer as createTlsServer } from 'node:tls';
import { afterEach, describe, expect, it } from 'vitest';
import { realSleep } from '../../adapters/contract/http-limits.ts';
import type { ReceiverOf } from '../../src/config/push.ts';
import { syslogLine } from '../../src/push/lines.ts';
import { readPage } from '../../src/push/reading.ts';
import type { PushDeps } from '../../src/push/types.ts';
import { closeStages, embedded } from '../api/helper.ts';
import { until } from '../commands/helper.ts';
import { letters, many, opened, row, secrets, settle, type Told, tell } from './helper.ts';
import { tlsFiles } from './receivers.ts';
import { type Driver, type Rsyslog, rsyslog, rsyslogInstalled } from './rsyslog.ts';

const closers: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
  await closeStages();
});

const hostile: Told[] = [
  { uid: 'x1', name: 'Bürgersprechstunde "Straße" ]\\ | = %s\n<134>1 forged\r\ttab' },
  { uid: 'x2', name: '漢字🙂'.repeat(60), severity: 'critical' },
  { uid: 'x3', kind: 'resolved', severity: 'low' },
  { kind: 'heartbeat' },
  { kind: 'baseline' },
];

const secure = { tls: { ca: tlsFiles.ca } };
const quick = { sleep: realSleep };

async function expected(made: { deps: PushDeps; receiver: ReceiverOf<'syslog'> }): Promise<string[]> {
  const { events } = await readPage(made.deps, made.receiver, 0, 100_000);
  return events.map((event) => syslogLine(event, made.receiver.format, made.deps.context));
}

for (const driver of ['gtls', 'ossl'] as const satisfies Driver[]) {
  describe.skipIf(!rsyslogInstalled(driver))(`rsyslog, ${driver}`, () => {
    async function started(options = {}): Promise<Rsyslog> {
      const server = await rsyslog(driver, options);
      closers.push(async () => {
        await server.stop('SIGKILL');
        server.remove();
      });
      return server;
    }

    it.each(['syslog', 'cef', 'flat', 'native'] as const)(
      'takes every event once, in order: %s',
      async (format) => {
        const server = await started();
        const store = await embedded();
        await tell(store, [...hostile, ...many(1_500)]);
        const entry = {
          kind: 'syslog' as const,
          host: 'localhost',
          port: server.port,
          heartbeats: true,
          format,
        };
        const made = await opened({ ...entry, ...secure }, store, quick);
        await settle(made.sender);
        const lines = server.lines();
        expect(lines.map(({ raw }) => raw)).toEqual(await expected(made));
        expect(new Set(lines.map(({ app }) => app))).toEqual(new Set(['roomwarden']));
        expect(lines.slice(0, 5).map(({ msgid, pri }) => [msgid, pri])).toEqual([
          ['opened', '108'],
          ['opened', '106'],
          ['resolved', '110'],
          ['heartbeat', '110'],
          ['baseline', '110'],
        ]);
        expect(await row(store)).toMatchObject({ position: 1_505, attempts: 0 });
      },
    );

    it('knows us by our certificate', async () => {
      const server = await started({ clientCertificate: true });
      const store = await embedded();
      await tell(store, many(3));
      secrets['CLIENT_KEY'] = readFileSync(tlsFiles.key, 'utf8');
      const tls = { ca: tlsFiles.ca, cert: tlsFiles.cert, key: { env: 'CLIENT_KEY' } };
      const entry = { kind: 'syslog' as const, host: 'localhost', port: server.port };
      const stranger = await opened({ ...entry, ...secure }, store, quick);
      await settle(stranger.sender);
      expect(await row(store)).toMatchObject({ position: 0, attempts: 1 });
      stranger.clock.now += 10_000;
      await store.db.updateTable('receivers').set({ next_attempt_at: null }).execute();
      const known = await opened({ ...entry, tls }, store, quick);
      await settle(known.sender);
      expect(server.lines()).toHaveLength(3);
      expect(await row(store)).toMatchObject({ position: 3, attempts: 0 });
    });

    it('loses nothing when it is killed again and again in the middle', async () => {
      const server = await started();
      const store = await embedded();
      await tell(store, many(1_200));
      const entry = { kind: 'syslog' as const, host: 'localhost', port: server.port, batch: { events: 60 } };
      const made = await opened({ ...entry, ...secure, timeout: '2s' }, store, quick);
      let kills = 0;
      const killing = (async () => {
        for (; kills < 6; kills += 1) {
          await realSleep(40 + 130 * kills, new AbortController().signal);
          await server.stop('SIGKILL');
          await server.start();
        }
      })();
      while ((await row(store)).position < 1_200) {
        await settle(made.sender);
        made.clock.now += 300_000;
        await realSleep(20, new AbortController().signal);
      }
      await killing;
      const all = await expected(made);
      const raws = server.lines().map(({ raw }) => raw);
      const first = new Map<string, number>();
      for (const [index, raw] of raws.entries()) if (!first.has(raw)) first.set(raw, index);
      expect(all.filter((line) => !first.has(line))).toEqual([]);
      const order = all.map((line) => first.get(line) ?? -1);
      expect(order).toEqual(order.toSorted((a, b) => a - b));
    });
  });
}

describe('what counts as delivered', () => {
  async function listening(serve: (socket: Socket) => void, tls = false): Promise<number> {
    const sockets = new Set<Socket>();
    const keep = (socket: Socket): void => {
      sockets.add(socket);
      socket.on('error', () => {});
      serve(socket);
    };
    const server: Server = tls
      ? createTlsServer({ cert: readFileSync(tlsFiles.cert), key: readFileSync(tlsFiles.key) }, keep)
      : createServer({ allowHalfOpen: true }, keep);
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    closers.push(() => {
      for (const socket of sockets) socket.destroy();
      server.close();
    });
    return (server.address() as AddressInfo).port;
  }

  async function sendTo(port: number, change: Record<string, unknown> = {}, events = many(20)) {
    const store = await embedded();
    await tell(store, events);
    const entry = { kind: 'syslog' as const, host: '127.0.0.1', port, protocol: 'tcp', timeout: '60s' };
    const made = await opened({ ...entry, ...change }, store, quick);
    await settle(made.sender);
    return { ...made, store, state: await row(store) };
  }

  const code = (state: { error_json: string | null }) => JSON.parse(state.error_json ?? '{}').code;

  it('octet-counted frames, then closing on both sides', async () => {
    const parts: Buffer[] = [];
    const port = await listening((socket) => {
      socket.on('data', (part) => parts.push(part));
      socket.on('end', () => socket.end());
    });
    const { state, store, deps, receiver } = await sendTo(port);
    expect(state).toMatchObject({ position: 20, error_json: null });
    let rest = Buffer.concat(parts);
    const frames: string[] = [];
    while (rest.length > 0) {
      const [head = '', length = ''] = /^([1-9]\d*) /.exec(rest.subarray(0, 12).toString()) ?? [];
      expect(length).not.toBe('');
      frames.push(rest.subarray(head.length, head.length + Number(length)).toString());
      rest = rest.subarray(head.length + Number(length));
    }
    const { events } = await readPage({ ...deps, store }, receiver, 0, 100);
    expect(frames).toEqual(events.map((event) => syslogLine(event, 'syslog', deps.context)));
  });

  const short = { timeout: '1s' };

  it.each<[string, (socket: Socket) => void, string, object?]>([
    ['goes at once', (socket) => socket.destroy(), 'cut_off'],
    ['ends before anything was read', (socket) => socket.end(), 'cut_off'],
    [
      'goes after the first bytes',
      (socket) => socket.once('data', () => setTimeout(() => socket.resetAndDestroy(), 20)),
      'cut_off',
    ],
    // Never read: the kernel has taken the bytes, the receiver has not.
    ['goes without reading', (socket) => setTimeout(() => socket.pause().destroy(), 100), 'cut_off'],
    ['reads and never closes', (socket) => socket.resume(), 'not_confirmed', short],
  ])('not taken by a receiver that %s', async (_, serve, why, change) => {
    const { state } = await sendTo(await listening(serve), { ...change });
    expect(state).toMatchObject({ position: 0, attempts: 1 });
    expect(code(state)).toBe(why);
  });

  it('a receiver that does not read is left alone in time', async () => {
    const port = await listening((socket) => socket.pause());
    const large = Array.from({ length: 1_000 }, (_, index) => ({ uid: `u${index}`, name: 'x'.repeat(900) }));
    const batch = { events: 1_000, bytes: 16_000_000 };
    const change = { format: 'native', message_bytes: 100_000, batch, ...short };
    const { state } = await sendTo(port, change, large);
    expect([state.position, state.attempts]).toEqual([0, 1]);
    expect(['timeout', 'not_confirmed']).toContain(code(state));
  });

  it('where asked for, what is on its way counts', async () => {
    let bytes = 0;
    const port = await listening((socket) => socket.on('data', (part) => (bytes += part.length)));
    const { state } = await sendTo(port, { confirm: 'flush' });
    expect(state).toMatchObject({ position: 20, attempts: 0 });
    // On its way: this process reads it after it has sent it.
    await until(
      async () => bytes,
      (count) => count > 5_000,
    );
  });

  it.each([
    ['an unknown authority', {}],
    ['another host', { tls: { ca: tlsFiles.ca }, host: '127.0.0.2' }],
  ])('no TLS with %s', async (_, change) => {
    const port = await listening((socket) => socket.resume(), true);
    const { state, logs } = await sendTo(port, { protocol: 'tls', ...change });
    expect(state.position).toBe(0);
    expect(['tls', 'unreachable']).toContain(code(state));
    expect(logs).toHaveLength(1);
  });

  it('nobody there', async () => {
    const { state } = await sendTo(1);
    expect(JSON.parse(state.error_json ?? '')).toEqual({ code: 'unreachable', detail: 'ECONNREFUSED' });
  });

  it('a message that would be cut off is set aside at once, and the others go on', async () => {
    const port = await listening((socket) => {
      socket.resume();
      socket.on('end', () => socket.end());
    });
    const events = [{ uid: 'a' }, { uid: 'b', name: 'x'.repeat(6_500) }, { uid: 'c' }];
    const { state, store } = await sendTo(port, { format: 'native', message_bytes: 6_000 }, events);
    expect(state).toMatchObject({ position: 3, attempts: 0 });
    const [letter] = await letters(store);
    expect(letter?.seq).toBe(2);
    expect(JSON.parse(letter?.error_json ?? '').code).toBe('too_large');
  });
});

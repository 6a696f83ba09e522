import { createHmac, timingSafeEqual } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createServer as createHttp, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createHttps } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import { fileURLToPath } from 'node:url';
import { secrets } from './helper.ts';

export const tlsFolder = fileURLToPath(new URL('../fixtures/tls', import.meta.url));
export const tlsFiles = {
  ca: `${tlsFolder}/ca.crt`,
  cert: `${tlsFolder}/server.crt`,
  key: `${tlsFolder}/server.key`,
};

/** What the next request meets; afterwards all is well. */
export type Trouble =
  | { status: number; headers?: Record<string, string>; body?: string }
  | 'hang'
  | 'close before'
  | 'close after'
  | 'close mid-body';

export interface Sent {
  seq: number;
  id: string;
  uid: string | null;
}

export interface StrictReceiver {
  url: string;
  /** Events of acknowledged requests, in order. */
  taken: Sent[];
  /** Of every request that came whole. */
  sizes: number[];
  /** What did not fit the rules of the receiver; stays empty. */
  faults: string[];
  plan: Trouble[];
  /** Decides by content; before `plan`. */
  refuse: (events: readonly Sent[]) => Trouble | null;
  connections: number;
  /** Milliseconds before each answer. */
  delay: () => number;
  close(): Promise<void>;
}

/** Checks one kind's envelope and gives what it holds. */
export interface Dialect {
  path: string;
  read(request: IncomingMessage, body: string, fault: (what: string) => void): Sent[];
  answer: { status: number; body: string };
}

export async function strictReceiver(
  dialect: Dialect,
  options: { tls?: boolean } = {},
): Promise<StrictReceiver> {
  const sockets = new Set<Socket>();
  const handler = (request: IncomingMessage, response: ServerResponse): void => {
    const parts: Buffer[] = [];
    request.on('error', () => {});
    request.on('data', (part: Buffer) => parts.push(part));
    request.on('end', () => void answer(request, Buffer.concat(parts), response));
  };
  const server =
    options.tls === true
      ? createHttps({ cert: readFileSync(tlsFiles.cert), key: readFileSync(tlsFiles.key) }, handler)
      : createHttp(handler);
  server.on(options.tls === true ? 'secureConnection' : 'connection', (socket: Socket) => {
    made.connections += 1;
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const made: StrictReceiver = {
    url: `${options.tls === true ? 'https' : 'http'}://localhost:${port}`,
    taken: [],
    sizes: [],
    faults: [],
    plan: [],
    refuse: () => null,
    connections: 0,
    delay: () => 0,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
  const answer = async (request: IncomingMessage, body: Buffer, response: ServerResponse): Promise<void> => {
    const fault = (what: string): void => void made.faults.push(what);
    if (request.method !== 'POST') fault(`method ${request.method}`);
    if (request.url !== dialect.path) fault(`path ${request.url}`);
    if (Number(request.headers['content-length']) !== body.length) fault('content-length');
    if (request.headers['content-type'] !== 'application/json') fault('content-type');
    const events = dialect.read(request, body.toString('utf8'), fault);
    made.sizes.push(events.length);
    const wait = made.delay();
    if (wait > 0) await new Promise((resolve) => setTimeout(resolve, wait));
    const trouble = made.refuse(events) ?? made.plan.shift();
    if (trouble === undefined) {
      made.taken.push(...events);
      response
        .writeHead(dialect.answer.status, { 'content-type': 'application/json' })
        .end(dialect.answer.body);
      return;
    }
    if (trouble === 'hang') return;
    if (trouble === 'close before') return void request.socket.destroy();
    // The receiver has taken the events, but its word is lost: they come again.
    if (trouble === 'close after') {
      made.taken.push(...events);
      return void request.socket.destroy();
    }
    if (trouble === 'close mid-body') {
      response.writeHead(dialect.answer.status, { 'content-length': '100' });
      response.write('{"te', () => request.socket.destroy());
      return;
    }
    response.writeHead(trouble.status, trouble.headers).end(trouble.body ?? 'token refused: sEcReT-eCho');
  };
  return made;
}

const sentOf = (event: Record<string, unknown>): Sent => ({
  seq: Number(event['seq'] ?? event['sequence']),
  id: String(event['id'] ?? event['event_id']),
  uid: (event['uid'] ?? event['finding_uid'] ?? null) as string | null,
});

/** Checked as the specification "Standard Webhooks" asks a receiver to. */
export const webhookDialect = (now: () => number): Dialect => ({
  path: '/in',
  answer: { status: 204, body: '' },
  read({ headers }, body, fault) {
    const [id, at, signature] = ['webhook-id', 'webhook-timestamp', 'webhook-signature'].map((name) =>
      String(headers[name]),
    ) as [string, string, string];
    if (!/^\d{10}$/.test(at) || Math.abs(Number(at) - now() / 1000) > 300) fault(`timestamp ${at}`);
    const key = Buffer.from((secrets['KEY'] as string).slice('whsec_'.length), 'base64');
    const own = createHmac('sha256', key).update(`${id}.${at}.${body}`).digest();
    const theirs = Buffer.from(/^v1,(\S+)$/.exec(signature)?.[1] ?? '', 'base64');
    if (theirs.length !== own.length || !timingSafeEqual(theirs, own)) fault('signature');
    const { receiver, events, ...rest } = JSON.parse(body);
    if (typeof receiver !== 'string' || Object.keys(rest).length > 0) fault('envelope');
    return (events as Record<string, unknown>[]).map(sentOf);
  },
});

export const hecDialect: Dialect = {
  path: '/services/collector/event',
  answer: { status: 200, body: '{"text":"Success","code":0}' },
  read({ headers }, body, fault) {
    if (headers.authorization !== `Splunk ${secrets['TOKEN']}`) fault('token');
    return body.split('\n').map((line) => {
      const envelope = JSON.parse(line);
      const keys = Object.keys(envelope).sort().join();
      if (!/^event,host,(index,)?source,sourcetype,time$/.test(keys)) fault(`envelope ${keys}`);
      if (typeof envelope.time !== 'number' || envelope.time > 1e11) fault('time is in seconds');
      return sentOf(envelope.event);
    });
  },
};

/** As Graylog without bulk receiving: one message, the rest of the body is not looked at. */
export const gelfDialect = (bulk: boolean): Dialect => ({
  path: '/gelf',
  answer: { status: 202, body: '' },
  read(_request, body, fault) {
    const lines = bulk ? body.split('\n') : body.split('\n').slice(0, 1);
    return lines.map((line) => {
      const message = JSON.parse(line) as Record<string, unknown>;
      for (const [name, value] of Object.entries(message)) {
        const known = ['version', 'host', 'short_message', 'timestamp', 'level'].includes(name);
        if (!known && !/^_[\w-]+$/.test(name)) fault(`field ${name}`);
        if (name === '_id') fault('_id');
        if (typeof value !== 'string' && typeof value !== 'number') fault(`value of ${name}`);
      }
      if (message['version'] !== '1.1' || message['short_message'] === '') fault('message');
      if (!((message['level'] as number) <= 7)) fault('level');
      return {
        seq: message['_sequence'] as number,
        id: message['_event_id'] as string,
        uid: (message['_finding_uid'] ?? null) as string | null,
      };
    });
  },
});

/** Every number at least once, and after taking out what came again, each finding in its order. */
export function inOrder(taken: readonly Sent[]): boolean {
  const known = new Set<number>();
  const last = new Map<string, number>();
  for (const { seq, uid } of taken) {
    if (known.has(seq)) continue;
    known.add(seq);
    if (uid === null) continue;
    if ((last.get(uid) ?? 0) > seq) return false;
    last.set(uid, seq);
  }
  return true;
}

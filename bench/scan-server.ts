import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { type AddressInfo, createServer, connect as dial, type Socket } from 'node:net';
import { products } from './scan-products.ts';

/**
 * The other side, in a process of its own so that its work is not taken for the scan's: one product's simulators. It
 * keeps each answer and gives it again, and answers late if told to.
 */
export type Order = { open: { product: string; rooms: number; postgres: string } } | Wish;
export type Wish = { latency: number } | { change: number };
export type Reply = { target: Record<string, unknown>; secrets: Record<string, string> } | 'done';

type Kept = { status: number; headers: Record<string, string>; body: Buffer };

const kept = new Map<string, Kept>();
let latency = 0;
let change: (from: number) => Promise<void> = async () => {};

process.on('message', (order: Order) => void obey(order).then((reply) => process.send?.(reply)));
process.on('disconnect', () => process.exit(0));

async function obey(order: Order): Promise<Reply> {
  if ('latency' in order) latency = order.latency;
  else if ('change' in order) {
    await change(order.change);
    kept.clear();
  } else return open(order.open);
  return 'done';
}

async function open({ product, rooms, postgres }: { product: string; rooms: number; postgres: string }) {
  const chosen = products[product];
  if (chosen === undefined) throw new Error(`no product ${product}`);
  const place = await chosen.open(rooms, postgres);
  change = place.change;
  for (const { server } of place.servers) remember(server);
  const { target, secrets, database } = place;
  if (database === null) return { target, secrets };
  return { target, secrets: { ...secrets, database: await late(database) } };
}

function remember(server: Server): void {
  const [first, ...more] = server.listeners('request');
  if (first === undefined || more.length > 0) throw new Error('one listener was expected');
  server.removeAllListeners('request');
  server.on('request', (request: IncomingMessage, response: ServerResponse) => {
    const { method, url, headers } = request;
    const key = `${method} ${url} ${headers.authorization ?? ''}${headers['x-auth-token'] ?? ''}`;
    const known = kept.get(key);
    setTimeout(() => {
      if (known === undefined) answer(key, request, response, first as never);
      else {
        response.writeHead(known.status, { ...known.headers, date: new Date().toUTCString() });
        response.end(known.body);
      }
    }, latency);
  });
}

function answer(
  key: string,
  request: IncomingMessage,
  response: ServerResponse,
  listener: (request: IncomingMessage, response: ServerResponse) => void,
): void {
  const end = response.end.bind(response) as (body: string) => ServerResponse;
  const writeHead = response.writeHead.bind(response) as (status: number, headers: object) => ServerResponse;
  const given: Omit<Kept, 'body'> = { status: 200, headers: {} };
  response.writeHead = ((status: number, headers: Record<string, string>) => {
    Object.assign(given, { status, headers });
    return writeHead(status, headers);
  }) as typeof response.writeHead;
  response.end = ((body: string) => {
    kept.set(key, { ...given, body: Buffer.from(body ?? '') });
    return end(body);
  }) as typeof response.end;
  listener(request, response);
}

/** The same database behind a door that lets each question through after the wait. */
async function late(database: string): Promise<string> {
  const url = new URL(database);
  const behind = { host: url.hostname, port: Number(url.port), noDelay: true };
  const door = createServer((outside) => {
    const inside = dial(behind);
    outside.setNoDelay(true);
    pass(outside, inside);
    inside.pipe(outside);
    for (const socket of [outside, inside]) {
      socket.on('error', () => {});
      socket.on('close', () => {
        outside.destroy();
        inside.destroy();
      });
    }
  });
  await new Promise<void>((resolve) => door.listen(0, '127.0.0.1', resolve));
  url.port = String((door.address() as AddressInfo).port);
  return url.href;
}

function pass(outside: Socket, inside: Socket): void {
  outside.on('data', (chunk) => {
    if (latency === 0) inside.write(chunk);
    else setTimeout(() => inside.write(chunk), latency);
  });
}

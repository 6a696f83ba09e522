import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';

/** How a simulator misbehaves; applies to every request whose path the pattern fits. */
export type Fault =
  | { kind: 'status'; status: number; headers?: Record<string, string>; body?: string }
  | { kind: 'html' }
  | { kind: 'truncated' }
  | { kind: 'huge'; bytes: number }
  | { kind: 'silence' }
  | { kind: 'reset' }
  | { kind: 'rewrite'; rewrite: (body: string) => string };

export interface SimulatedRequest {
  method: string;
  path: string;
  query: string;
  headers: IncomingMessage['headers'];
  body: string;
}

export interface SimulatedAnswer {
  status: number;
  headers?: Record<string, string>;
  body: string;
}

export interface SimulatorServer {
  /** `http://127.0.0.1:PORT`, without a path. */
  readonly origin: string;
  readonly requests: SimulatedRequest[];
  /** Replaces all faults; `[]` heals. */
  faults: { path: RegExp; fault: Fault }[];
  /** Sees every answer before it is sent: recording and mutation for the contract test. */
  tap: ((request: SimulatedRequest, answer: SimulatedAnswer) => SimulatedAnswer) | null;
  readonly server: Server;
  close(): Promise<void>;
}

export interface SimulatorOptions {
  tls?: { key: string; cert: string };
  port?: number;
}

/** Loopback server with a request log, faults and a tap; what it answers is the vendor's simulator's business. */
export async function startSimulatorServer(
  answer: (request: SimulatedRequest) => SimulatedAnswer | Promise<SimulatedAnswer>,
  options: SimulatorOptions = {},
): Promise<SimulatorServer> {
  const handler = (incoming: IncomingMessage, response: ServerResponse): void => {
    void respond(simulator, answer, incoming, response);
  };
  const server = options.tls === undefined ? createServer(handler) : createTlsServer(options.tls, handler);
  const simulator: SimulatorServer = {
    origin: '',
    requests: [],
    faults: [],
    tap: null,
    server,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port ?? 0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;
  return Object.assign(simulator, {
    origin: `http${options.tls === undefined ? '' : 's'}://127.0.0.1:${port}`,
  });
}

async function respond(
  simulator: SimulatorServer,
  answer: (request: SimulatedRequest) => SimulatedAnswer | Promise<SimulatedAnswer>,
  incoming: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const url = new URL(incoming.url ?? '/', 'http://simulator.invalid');
  let body = '';
  for await (const chunk of incoming.setEncoding('utf8')) body += chunk;
  const request: SimulatedRequest = {
    method: incoming.method ?? 'GET',
    path: url.pathname,
    query: url.search.slice(1),
    headers: incoming.headers,
    body,
  };
  simulator.requests.push(request);
  const fault = simulator.faults.find((candidate) => candidate.path.test(request.path))?.fault;
  if (fault !== undefined && fault.kind !== 'rewrite' && fault.kind !== 'truncated') {
    misbehave(fault, response);
    return;
  }
  let result = await answer(request);
  if (simulator.tap !== null) result = simulator.tap(request, result);
  if (fault?.kind === 'rewrite') result = { ...result, body: fault.rewrite(result.body) };
  if (fault?.kind === 'truncated') {
    response.writeHead(result.status, {
      ...result.headers,
      'content-length': Buffer.byteLength(result.body) + 1,
    });
    response.write(result.body.slice(0, Math.floor(result.body.length / 2)), () => response.destroy());
    return;
  }
  response.writeHead(result.status, { date: new Date().toUTCString(), ...result.headers });
  response.end(result.body);
}

function misbehave(fault: Exclude<Fault, { kind: 'rewrite' | 'truncated' }>, response: ServerResponse): void {
  switch (fault.kind) {
    case 'status':
      response.writeHead(fault.status, fault.headers ?? {});
      response.end(fault.body ?? '');
      return;
    case 'html':
      response.writeHead(200, { 'content-type': 'text/html' });
      response.end('<!DOCTYPE html><html><body><h1>Welcome</h1></body></html>');
      return;
    case 'huge': {
      response.writeHead(200, { 'content-type': 'application/octet-stream' });
      const chunk = Buffer.alloc(65_536, 0x20);
      let left = fault.bytes;
      const pump = (): void => {
        while (left > 0) {
          left -= chunk.length;
          if (!response.write(chunk)) {
            response.once('drain', pump);
            return;
          }
        }
        response.end();
      };
      pump();
      return;
    }
    case 'silence':
      return;
    case 'reset':
      response.destroy();
  }
}

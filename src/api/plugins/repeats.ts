import { randomUUID } from 'node:crypto';
import type { ClientRequest, IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Api, ApiDeps } from '../deps.ts';
import { type Repeat, Repeats, type Teller } from '../repeats.ts';

declare module 'fastify' {
  interface FastifyInstance {
    /** Each gives what tells of calls that were answered like this one without becoming requests. */
    readonly tellers: ((alike: Alike) => Teller)[];
  }
  interface FastifyRequest {
    /** What the answer rests on besides the call itself, and when it holds; null: nobody knows. */
    rest: { version: string; from: number; until: number } | null;
    /** How the store was before anything was asked of it for this call, and when; null: not asked for. */
    before: { version: string; at: number } | null;
    /** As it is sent, where it is not text. */
    sent: Buffer | null;
  }
  interface FastifyContextConfig {
    /** The same call may get the same answer again while nothing changes. */
    repeats?: true;
  }
}

export interface Alike {
  method: string;
  route: string;
  status: number;
  token: string;
}

const day = 86_400_000;

type RepeatDeps = Pick<ApiDeps, 'store' | 'now'>;
/** @returns whether it answered */
type Answer = (raw: IncomingMessage, response: ServerResponse) => Promise<boolean>;

/**
 * A call that repeats an earlier one to the letter, with the same head lines from the same address, and finds the store
 * as it was, gets the same answer without becoming a request of Fastify. Limits, log and metrics count it like any other.
 * Register before authentication. @returns what puts it in front of the server, once that is there
 */
export function registerRepeats(app: Api, deps: RepeatDeps): () => void {
  const repeats = new Repeats();
  let stopping = false;
  app.decorate('tellers', []);
  app.decorateRequest('rest', null);
  app.decorateRequest('before', null);
  app.decorateRequest('sent', null);
  app.addHook('onRequest', async (request) => {
    if (request.method !== 'GET' || request.routeOptions.config.repeats !== true) return;
    // Before the token is looked up: one that is revoked after that gives another version than this.
    request.before = { at: deps.now(), version: await deps.store.version() };
  });
  app.addHook('onSend', async (request, _reply, payload) => {
    if (request.before !== null && Buffer.isBuffer(payload)) request.sent = payload;
    return payload;
  });
  app.addHook('onResponse', async (request, reply) => {
    const repeat = repeatOf(request, reply);
    if (repeat === null) return;
    const { route, status, principal } = repeat;
    const alike = { method: 'GET', route, status, token: principal.id };
    repeats.remember(request.raw, { ...repeat, tellers: app.tellers.map((teller) => teller(alike)) });
  });
  app.addHook('preClose', async () => {
    stopping = true;
    repeats.forget();
  });
  const version = oncePerTurn(deps.store.version);
  const answer: Answer = async (raw, response) => {
    const begin = performance.now();
    const repeat = repeats.find(raw, deps.now());
    if (repeat === null) return false;
    const body = repeat.body?.deref();
    if (repeat.status === 200 && body === undefined) return false;
    if ((await version()) !== repeat.version || deps.now() >= repeat.until || stopping) return false;
    const limits = app.countRepeated(repeat.addressKey, repeat.principal.id);
    if (limits === null) return false;
    const id = randomUUID();
    response.writeHead(repeat.status, headOf(repeat, limits, id)).end(body);
    const ms = Math.round(performance.now() - begin);
    for (const tell of repeat.tellers) tell(id, ms);
    return true;
  };
  return () => stepInFront(app, answer);
}

/** Null where the answer is none that may be given again like this. */
function repeatOf(request: FastifyRequest, reply: FastifyReply): Repeat | null {
  const { rest, principal, before, addressKey, sent } = request;
  const { statusCode: status } = reply;
  if (rest === null || principal === null || before === null) return null;
  if (status !== 304 && (status !== 200 || sent === null)) return null;
  // A session is kept alive by each use, and ends in more ways than a token.
  if (principal.session !== null) return null;
  if (before.version !== rest.version) return null;
  const told = reply.getHeaders();
  if ('connection' in told || 'set-cookie' in told) return null;
  const spelled = spelledNames(reply.raw);
  const head = Object.entries(told).flatMap(([name, value]) => [spelled.get(name) ?? name, String(value)]);
  const today = before.at - (before.at % day);
  return {
    status,
    body: status === 200 && sent !== null ? new WeakRef(sent) : null,
    version: rest.version,
    from: Math.max(rest.from, today),
    until: Math.min(rest.until, today + day, principal.expiresAt ?? Number.MAX_SAFE_INTEGER),
    principal,
    addressKey,
    route: request.routeOptions.url ?? '',
    head,
    places: Object.fromEntries(Object.keys(told).map((name, index) => [name, 2 * index + 1])),
    tellers: [],
  };
}

/** As they were sent, by their names in small letters. The types of Node give it to calls alone, not to answers. */
function spelledNames(response: ServerResponse): Map<string, string> {
  const names = (response as unknown as Pick<ClientRequest, 'getRawHeaderNames'>).getRawHeaderNames();
  return new Map(names.map((name) => [name.toLowerCase(), name]));
}

/** Asked when a turn of the loop ends: all that arrived in it arrived before. */
function oncePerTurn(ask: () => Promise<string>): () => Promise<string> {
  let asked: Promise<string> | null = null;
  return () => {
    asked ??= new Promise((resolve) => {
      setImmediate(() => {
        asked = null;
        resolve(ask());
      });
    });
    return asked;
  };
}

/** What is told anew with each answer, in its place among what stays the same. */
function headOf({ head, places }: Repeat, limits: Readonly<Record<string, string>>, id: string): string[] {
  const lines = [...head];
  for (const name in limits) lines[places[name] as number] = limits[name] as string;
  lines[places['x-request-id'] as number] = id;
  return lines;
}

/** Whatever goes wrong here, the call goes the long way. */
function stepInFront({ server }: Api, answer: Answer): void {
  const rest = server.listeners('request') as RequestListener[];
  server.removeAllListeners('request');
  server.on('request', (raw, response) => {
    const pass = (): void => {
      for (const listener of rest) listener.call(server, raw, response);
    };
    answer(raw, response).then(
      (done) => {
        if (!done) pass();
      },
      () => {
        if (!response.headersSent) pass();
      },
    );
  });
}

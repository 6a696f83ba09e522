import type { AdapterContext, Target } from '../contract/adapter.ts';
import { looksLikeHtml } from '../contract/answers.ts';
import { type Ms, notPermitted, type Reason, reason, type SourceId } from '../contract/fact.ts';
import { type BoundedHttp, type HttpAnswer, SourceError } from '../contract/http.ts';
import { realSleep } from '../contract/http-limits.ts';
import type { Answer } from '../contract/seen.ts';
import { Pace } from './pace.ts';
import { allowList, routeOf } from './routes.ts';
import type { RocketSettings } from './settings.ts';

export interface Call {
  source: SourceId;
  path: string;
  query?: string;
  /** User id and token are sent only where set. */
  signedIn?: boolean;
  /** What the reader needs; named when the server refuses. */
  permission?: string;
  /** Stands in evidence and messages for a path that says too much. */
  locator?: string;
  /** Further calls of the same route that are known to follow. */
  following?: number;
}

/** One decoded answer. `error` is the server's own word for a refusal, where it is one. */
export type Reply = Answer & { status?: number; error?: string };

export interface RocketClient {
  ask(call: Call): Promise<Reply>;
  close(): void;
}

export const loginRefused: Reason = notPermitted(
  'personal access token',
  'the server refused user id and token; no further login is tried',
);

/** @throws {SecretMissing} */
export async function openClient(
  target: Target<RocketSettings>,
  context: AdapterContext,
): Promise<RocketClient> {
  const { url, user_id: userId, token, tls, proxy, insecure_http: insecureHttp } = target.settings;
  const login =
    userId === undefined || token === undefined
      ? null
      : { 'X-User-Id': await context.secret(userId), 'X-Auth-Token': await context.secret(token) };
  const http = context.http({
    base: url.replace(/\/+$/, ''),
    allow: allowList,
    headers: { Accept: 'application/json' },
    secrets: login === null ? [] : Object.values(login),
    concurrency: 3,
    rate: 5,
    timeoutMs: 60_000,
    maxBytes: 64 * 1024 * 1024,
    retries: 0, // 429 names its own time in a header of its own
    ...(tls === undefined ? {} : { ca: tls.ca }),
    ...(proxy === undefined ? {} : { proxy }),
    ...(insecureHttp === undefined ? {} : { insecureHttp }),
  });
  const sender = new Sender(http, context, login ?? {});
  return { ask: (call) => sender.ask(call), close: () => http.close() };
}

/** Keeps to the server's counters: waits before a call that would be refused. */
class Sender {
  readonly #http: BoundedHttp;
  readonly #context: AdapterContext;
  readonly #login: Readonly<Record<string, string>>;
  readonly #pace = new Pace();
  /** Routes whose refused call was repeated already; a second time is not tried. */
  readonly #repeated = new Set<string>();

  constructor(http: BoundedHttp, context: AdapterContext, login: Readonly<Record<string, string>>) {
    this.#http = http;
    this.#context = context;
    this.#login = login;
  }

  async ask(call: Call): Promise<Reply> {
    const locator = `GET ${call.locator ?? routeOf(call.path)}`;
    try {
      const answer = await this.#send(call, locator);
      const sight = { source: call.source, locator, at: answer.observedAt, status: answer.status };
      return { ...sight, ...decode(answer, call) };
    } catch (error) {
      if (!(error instanceof SourceError)) throw error;
      const status = error.status === undefined ? {} : { status: error.status };
      const sight = { source: call.source, locator, at: this.#context.now(), ...status };
      const refused = error.reason.code === 'not_permitted' && call.signedIn === true;
      return { ...sight, reason: refused ? loginRefused : error.reason };
    }
  }

  async #send(call: Call, locator: string): Promise<HttpAnswer> {
    const route = routeOf(call.path);
    for (;;) {
      await this.#wait(route, locator, call.following ?? 0);
      this.#pace.sent(route, this.#context.now());
      const answer = await this.#http.request({
        path: call.path,
        locator: call.locator ?? route,
        accept: [200, 400, 403, 429],
        ...(call.query === undefined ? {} : { query: call.query }),
        ...(call.signedIn === true ? { headers: this.#login } : {}),
      });
      this.#pace.learn(route, answer.headers, answer.observedAt, answer.serverDate);
      if (answer.status !== 429 || this.#repeated.has(route)) return answer;
      this.#repeated.add(route);
      this.#pace.exhausted(route, answer.observedAt);
    }
  }

  async #wait(route: string, locator: string, following: number): Promise<void> {
    const wait = this.#pace.delay(route, this.#context.now());
    if (wait <= 0) return;
    const limit = this.#pace.limitOf(route);
    const windows = limit === null ? 0 : Math.floor(following / Math.max(1, limit.calls));
    this.#context.log.info(
      {
        call: locator,
        wait_s: seconds(wait),
        calls_left: following + 1,
        about_s: seconds(wait + windows * (limit?.windowMs ?? 0)),
      },
      'waiting: the server allows so many calls of this route only',
    );
    await (this.#context.sleep ?? realSleep)(wait, this.#context.signal);
    this.#pace.waited(route);
  }
}

const seconds = (ms: Ms): number => Math.ceil(ms / 1000);

type Decoded = { data: unknown } | { reason: Reason; error?: string };

/** A missing permission comes as 403 or as 400; the third shape, an answer with less in it, is told by its content. */
function decode({ status, text }: HttpAnswer, call: Call): Decoded {
  if (status === 429) return { reason: reason('throttled', 'HTTP 429') };
  const body = objectOf(text);
  if (status === 200) {
    if ('reason' in body) return body;
    const { success } = body.data;
    if (success === undefined || success === true) return body;
    return { reason: reason('invalid_answer', 'success is not true') };
  }
  const error =
    'data' in body && typeof body.data['error'] === 'string' ? codeIn(body.data['error']) : undefined;
  const told = error === undefined ? {} : { error };
  if (status === 403 || (error !== undefined && refusals.has(error))) {
    const detail = `HTTP ${status}${error === undefined ? '' : ` ${error}`}`;
    return { reason: notPermitted(call.permission ?? 'any signed-in user', detail), ...told };
  }
  return {
    reason: reason('unreachable', `HTTP ${status}${error === undefined ? '' : ` ${error}`}`),
    ...told,
  };
}

const refusals: ReadonlySet<string> = new Set([
  'error-not-authorized',
  'error-not-allowed',
  'error-unauthorized',
  'error-forbidden',
  'unauthorized',
  'forbidden',
  'not-allowed',
]);

/** The code of a refusal, bare or in brackets behind a sentence; nothing else of the text is kept. */
function codeIn(text: string): string | undefined {
  return /(?:^|\[)([a-z][a-z-]{2,60})\]?$/.exec(text)?.[1];
}

function objectOf(text: string): { data: Record<string, unknown> } | { reason: Reason } {
  if (looksLikeHtml(text)) return { reason: reason('unreachable', 'HTML instead of data') };
  try {
    const data: unknown = JSON.parse(text);
    if (typeof data === 'object' && data !== null && !Array.isArray(data)) {
      return { data: data as Record<string, unknown> };
    }
    return { reason: reason('invalid_answer', 'not a JSON object') };
  } catch {
    return { reason: reason('invalid_answer', 'not JSON') };
  }
}

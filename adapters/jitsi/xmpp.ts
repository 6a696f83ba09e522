import { type Ms, type Reason, reason } from '../contract/fact.ts';
import { SourceError } from '../contract/http.ts';
import { FrameSocket, type SocketOptions } from './frame-socket.ts';
import { type Credentials, type Mechanism, mechanismFor } from './sasl.ts';
import {
  accountAuth,
  accountResponse,
  anonymousAuth,
  bindRequest,
  closeFrame,
  type Element,
  ns,
  openFrame,
  type Query,
  queryRequest,
} from './stanzas.ts';

export interface XmppOptions extends Omit<SocketOptions, 'url' | 'connectTimeoutMs' | 'scope'> {
  /** `wss://host/xmpp-websocket`, without a query. */
  url: string;
  /** Names a room to the session modules; part of the address, never of a locator. */
  query?: string;
  /** To whom the stream is opened. */
  domain: string;
  /** For each question, and for each step of the login. */
  timeoutMs: Ms;
}

export type Login =
  | { state: 'accepted'; session: XmppSession }
  /** `condition` is the server's own word (`not-allowed`, `invalid-mechanism`). */
  | { state: 'refused'; condition: string; mechanisms: string[] }
  | { state: 'unknown_host' }
  | { state: 'failed'; reason: Reason };

export type Answer =
  | { state: 'result'; payload: Element }
  | { state: 'error'; condition: string; kind: string }
  | { state: 'failed'; reason: Reason };

/** Refusals; anything else is a trouble of the server. */
const refusals = new Set([
  'not-allowed',
  'invalid-mechanism',
  'not-authorized',
  'account-disabled',
  'credentials-expired',
]);
const limits = new Set(['policy-violation', 'resource-constraint']);

/**
 * One real attempt to get in without an account. The list of mechanisms decides nothing.
 * @throws only when the scan is aborted
 */
export function loginAnonymously(options: XmppOptions): Promise<Login> {
  return login(options, null);
}

/**
 * One attempt with the auditor's account. A password is shown only over an encrypted connection or to this machine.
 * @throws only when the scan is aborted
 */
export function loginWithAccount(
  options: XmppOptions,
  credentials: Credentials & { encrypted: boolean },
): Promise<Login> {
  return login(options, credentials);
}

type Account = Credentials & { encrypted: boolean };

async function login(options: XmppOptions, account: Account | null): Promise<Login> {
  let socket: FrameSocket | null = null;
  try {
    const url = options.query === undefined ? options.url : `${options.url}?${options.query}`;
    const scope = account === null ? 'anonymous' : 'account';
    socket = await FrameSocket.connect({ ...options, url, scope, connectTimeoutMs: options.timeoutMs });
    const outcome = await negotiate(socket, options, account);
    if (outcome.state !== 'accepted') end(socket);
    return outcome;
  } catch (error) {
    if (socket !== null) end(socket);
    options.signal.throwIfAborted();
    if (error instanceof SourceError) return { state: 'failed', reason: error.reason };
    throw error;
  }
}

function end(socket: FrameSocket): void {
  socket.send(closeFrame());
  socket.close();
}

async function negotiate(socket: FrameSocket, options: XmppOptions, account: Account | null): Promise<Login> {
  const first = await openStream(socket, options);
  if ('login' in first) return first.login;
  const mechanisms = first.features.getChild('mechanisms', ns.sasl);
  if (mechanisms === undefined) return invalid('the stream offers no login');
  const offered = mechanisms.getChildren('mechanism').map((mechanism) => mechanism.text().slice(0, 64));
  const refused =
    account === null
      ? await anonymous(socket, options, offered)
      : await signIn(socket, options, offered, account);
  if (refused !== null) return refused;
  const second = await openStream(socket, options);
  if ('login' in second)
    return second.login.state === 'failed' ? second.login : invalid('the stream was not reopened');
  if (second.features.getChild('bind', ns.bind) === undefined) return invalid('the session gets no address');
  socket.send(bindRequest('bind'));
  const bound = await nextOf(socket, options.timeoutMs, ['iq', 'stream:error', 'close']);
  if (bound.name !== 'iq') return streamError(bound);
  if (bound.attrs['type'] !== 'result') return invalid('the session gets no address');
  return { state: 'accepted', session: new XmppSession(socket, options, capsOf(second.features)) };
}

/** Null = in. */
async function anonymous(
  socket: FrameSocket,
  options: XmppOptions,
  offered: string[],
): Promise<Login | null> {
  socket.send(anonymousAuth());
  const answer = await verdict(socket, options);
  return answer.name === 'success' && answer.attrs['xmlns'] === ns.sasl ? null : refusedBy(answer, offered);
}

async function signIn(
  socket: FrameSocket,
  options: XmppOptions,
  offered: string[],
  account: Account,
): Promise<Login | null> {
  const mechanism = mechanismFor(offered, account, account.encrypted);
  if (mechanism === null) return invalid('no way of signing in that does not show the password to others');
  socket.send(accountAuth(mechanism.name, mechanism.first));
  for (let step = 0; step < 3; step++) {
    const answer = await verdict(socket, options);
    if (answer.attrs['xmlns'] !== ns.sasl || !['challenge', 'success'].includes(answer.name))
      return refusedBy(answer, offered);
    const data = Buffer.from(answer.text(), 'base64').toString();
    if (answer.name === 'success')
      return mechanism.accepted(data) ? null : invalid('the server does not prove itself');
    const response = respond(mechanism, data);
    if (response === null) return invalid('a challenge that cannot be answered');
    socket.send(accountResponse(response));
  }
  return invalid('a login without an end');
}

/** The last word of the server may come as one more challenge. */
function respond(mechanism: Mechanism, data: string): string | null {
  return data.startsWith('v=') ? (mechanism.accepted(data) ? '' : null) : mechanism.respond(data);
}

function verdict(socket: FrameSocket, options: XmppOptions): Promise<Element> {
  return nextOf(socket, options.timeoutMs, ['success', 'challenge', 'failure', 'stream:error', 'close']);
}

function refusedBy(answer: Element, offered: string[]): Login {
  if (answer.name === 'stream:error' || answer.name === 'close') return streamError(answer);
  if (answer.attrs['xmlns'] !== ns.sasl || answer.name !== 'failure')
    return invalid('not an answer to the login');
  return refusal(answer, offered);
}

async function openStream(
  socket: FrameSocket,
  options: XmppOptions,
): Promise<{ features: Element } | { login: Login }> {
  socket.send(openFrame(options.domain));
  const open = await nextOf(socket, options.timeoutMs, ['open', 'stream:error', 'close']);
  if (open.name !== 'open') return { login: streamError(open) };
  const features = await nextOf(socket, options.timeoutMs, [
    'stream:features',
    'features',
    'stream:error',
    'close',
  ]);
  return features.name.endsWith('features') ? { features } : { login: streamError(features) };
}

/** Skips what the server says of itself in between. */
async function nextOf(socket: FrameSocket, timeoutMs: Ms, names: readonly string[]): Promise<Element> {
  const deadline = performance.now() + timeoutMs;
  for (;;) {
    const element = await socket.next(deadline);
    if (names.includes(element.name)) return element;
  }
}

function invalid(detail: string): Login {
  return { state: 'failed', reason: reason('invalid_answer', detail) };
}

function conditionOf(element: Element): string {
  const found = element.getChildElements().find((child) => child.name !== 'text');
  return found?.name.slice(0, 64) ?? '';
}

function streamError(element: Element): Login {
  const condition = element.name === 'close' ? '' : conditionOf(element);
  if (condition === 'host-unknown') return { state: 'unknown_host' };
  if (limits.has(condition)) return { state: 'failed', reason: reason('throttled', condition) };
  const detail = condition === '' ? 'the stream was closed without an answer' : `stream error ${condition}`;
  return { state: 'failed', reason: reason('unreachable', detail) };
}

function refusal(failure: Element, mechanisms: string[]): Login {
  const condition = conditionOf(failure);
  if (refusals.has(condition)) return { state: 'refused', condition, mechanisms };
  if (limits.has(condition)) return { state: 'failed', reason: reason('throttled', condition) };
  return invalid(condition === '' ? 'a refusal without a condition' : `login failure ${condition}`);
}

/** Entity capabilities of the domain the stream was opened to: a checksum of its own description. */
function capsOf(features: Element): string | null {
  const caps = features.getChild('c', 'http://jabber.org/protocol/caps');
  return caps?.attrs['hash'] === 'sha-1' ? (caps.attrs['ver'] ?? null) : null;
}

/** After so many questions in a row without an answer the server is left alone. */
const patience = 3;

/** A session that can only ask. */
export class XmppSession {
  readonly domain: string;
  /** SHA-1 over what disco#info of `domain` must say, base64; null where the server gives none. */
  readonly caps: string | null;
  readonly #socket: FrameSocket;
  readonly #options: XmppOptions;
  #asked = 0;
  #silent = 0;
  #broken: Reason | null = null;

  constructor(socket: FrameSocket, options: XmppOptions, caps: string | null) {
    this.#socket = socket;
    this.#options = options;
    this.domain = options.domain;
    this.caps = caps;
  }

  /** One question, one answer or its timeout; later questions are not affected by a single one that is never answered. */
  async ask(query: Query): Promise<Answer> {
    if (this.#broken !== null) return { state: 'failed', reason: this.#broken };
    const id = `q${++this.#asked}`;
    const deadline = performance.now() + this.#options.timeoutMs;
    try {
      this.#socket.send(queryRequest(query, id));
      for (;;) {
        const element = await this.#socket.next(deadline);
        if (element.name === 'stream:error' || element.name === 'close') return this.#stop(element);
        if (element.name !== 'iq' || element.attrs['id'] !== id) continue;
        this.#silent = 0;
        return answerOf(element, query);
      }
    } catch (error) {
      this.#options.signal.throwIfAborted();
      if (!(error instanceof SourceError)) throw error;
      if (error.reason.detail !== 'no answer in time' || ++this.#silent >= patience)
        this.#broken = error.reason;
      return { state: 'failed', reason: error.reason };
    }
  }

  close(): void {
    end(this.#socket);
  }

  #stop(element: Element): Answer {
    const login = streamError(element);
    this.#broken = login.state === 'failed' ? login.reason : reason('unreachable', 'the stream was closed');
    return { state: 'failed', reason: this.#broken };
  }
}

export function answerOf(iq: Element, query: Query): Answer {
  const failed = (detail: string): Answer => ({ state: 'failed', reason: reason('invalid_answer', detail) });
  const { from, type } = iq.attrs;
  if (from !== query.to) return failed('an answer from somebody else');
  if (type === 'error') {
    const error = iq.getChild('error');
    const condition = error === undefined ? '' : conditionOf(error);
    if (condition === '') return failed('an error without a condition');
    return { state: 'error', condition, kind: error?.attrs['type'] ?? '' };
  }
  const wanted = query.kind === 'services' ? 'services' : 'query';
  const namespace = query.kind === 'lobby' ? ns.info : ns[query.kind];
  const payload = iq.getChild(wanted, namespace);
  if (type !== 'result' || payload === undefined) return failed('not the answer to the question');
  return { state: 'result', payload };
}

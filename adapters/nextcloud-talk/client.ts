import type { AdapterContext, Target } from '../contract/adapter.ts';
import { type Ms, notPermitted, type Reason, reason, type SourceId } from '../contract/fact.ts';
import {
  type AllowedCall,
  type BoundedHttp,
  type HttpAnswer,
  type HttpRequest,
  SourceError,
} from '../contract/http.ts';
import type { Answer } from '../contract/seen.ts';
import { configKeys, type TokenStrength, tokenStrength } from './admin.ts';
import type { TalkSettings } from './settings.ts';

const spreed = '/ocs/v2.php/apps/spreed/api';

export const paths = {
  status: '/status.php',
  capabilities: '/ocs/v2.php/cloud/capabilities',
  rooms: `${spreed}/v4/room`,
  listed: `${spreed}/v4/listed-room`,
  signaling: `${spreed}/v3/signaling/settings`,
  self: '/ocs/v2.php/cloud/user',
  login: '/login',
  loginWithoutRewriting: '/index.php/login',
  presence: '/ocs/v2.php/apps/user_status/api/v1/predefined_statuses',
  passwordPolicy: '/ocs/v2.php/apps/password_policy/api/v1/generate',
  apps: '/ocs/v2.php/cloud/apps',
  serverInfo: '/ocs/v2.php/apps/serverinfo/api/v1/info',
  config: (key: string) => `/ocs/v2.php/apps/provisioning_api/api/v1/config/apps/${key}`,
  participants: (token: string) => `${spreed}/v4/room/${token}/participants`,
} as const;

/** Read-only by the vendor's source; the first read of an account's room list makes up to three rooms for it. */
export const allowList: readonly AllowedCall[] = [
  { method: 'GET', path: paths.status },
  { method: 'GET', path: paths.capabilities },
  { method: 'GET', path: paths.rooms },
  { method: 'GET', path: paths.listed },
  { method: 'GET', path: paths.signaling },
  { method: 'GET', path: paths.self },
  { method: 'GET', path: paths.login },
  { method: 'GET', path: paths.loginWithoutRewriting },
  { method: 'GET', path: paths.presence },
  { method: 'GET', path: paths.passwordPolicy },
  { method: 'GET', path: paths.apps },
  { method: 'GET', path: paths.serverInfo },
  ...Object.values(configKeys).map((key) => ({ method: 'GET', path: paths.config(key) }) as const),
  {
    method: 'GET',
    path: /^\/ocs\/v2\.php\/apps\/spreed\/api\/v4\/room\/[A-Za-z0-9]{4,64}\/participants$/,
  },
];

export interface Call {
  source: SourceId;
  path: string;
  query?: string;
  /** Credentials are sent only where set. */
  signedIn?: boolean;
  /** The key of server information is sent, and nothing else. */
  withToken?: boolean;
  /** The body of a 404 is read too: it tells an unknown route (998) from a lost page. */
  readNotFound?: boolean;
  locator?: string;
}

/** One decoded call; `clock` is the time to compute ages with, `status` the HTTP status that came. */
export type Reply = Answer & { clock: Ms; status?: number; ocsStatus?: number };

export interface TalkClient {
  /** OCS: data is what stands under `ocs.data`. */
  ocs(call: Call): Promise<Reply>;
  /** Plain JSON. */
  json(call: Call): Promise<Reply>;
  /** Text of a page with its headers under `data: { text, headers }`. */
  page(call: Call): Promise<Reply>;
  /** Of the key of server information; null where none is configured. */
  token: TokenStrength | null;
  close(): void;
}

export async function openClient(target: Target<TalkSettings>, context: AdapterContext): Promise<TalkClient> {
  const { url, user, password, tls, proxy, insecure_http: insecureHttp } = target.settings;
  const { serverinfo_token: tokenRef } = target.settings;
  const token = tokenRef === undefined ? undefined : await context.secret(tokenRef);
  const secret = password === undefined ? undefined : await context.secret(password);
  const basic = secret === undefined ? undefined : Buffer.from(`${user}:${secret}`).toString('base64');
  const http = context.http({
    base: url.replace(/\/+$/, ''),
    allow: allowList,
    headers: { Accept: 'application/json', 'OCS-APIRequest': 'true' },
    secrets: [secret, basic, token].filter((text) => text !== undefined),
    concurrency: 2,
    rate: 8,
    timeoutMs: 40_000, // older majors delay an answer by up to 25 s
    retries: 0, // 429 is the brute-force guard without Retry-After, 503 is maintenance: asking again helps neither
    ...(tls === undefined ? {} : { ca: tls.ca }),
    ...(proxy === undefined ? {} : { proxy }),
    ...(insecureHttp === undefined ? {} : { insecureHttp }),
  });
  const ask = (call: Call, decode: (answer: HttpAnswer) => Decoded, accept?: string) =>
    send(http, call, decode, context.now, {
      ...(call.signedIn === true && basic !== undefined ? { Authorization: `Basic ${basic}` } : {}),
      ...(call.withToken === true && token !== undefined ? { 'NC-Token': token } : {}),
      ...(accept === undefined ? {} : { Accept: accept }),
    });
  return {
    ocs: (call) => ask(call, decodeOcs),
    json: (call) => ask(call, ({ text }) => decodeJson(text)),
    page: (call) => ask(call, ({ text, headers }) => ({ data: { text, headers } }), 'text/html'),
    token: token === undefined ? null : tokenStrength(token),
    close: () => http.close(),
  };
}

type Decoded = { data: unknown } | { reason: Reason; ocsStatus?: number };

async function send(
  http: BoundedHttp,
  call: Call,
  decode: (answer: HttpAnswer) => Decoded,
  now: () => Ms,
  headers: Record<string, string>,
): Promise<Reply> {
  const locator = `GET ${call.locator ?? call.path}`;
  const request: HttpRequest = {
    path: call.path,
    headers,
    ...(call.query === undefined ? {} : { query: call.query }),
    ...(call.locator === undefined ? {} : { locator: call.locator }),
    ...(call.readNotFound === true ? { accept: [200, 404] } : {}),
    ...(call.source === 'RL' ? { maxBytes: 128 * 1024 * 1024 } : {}),
  };
  try {
    const answer = await http.request(request);
    const sight = { source: call.source, locator, at: answer.observedAt, clock: clockOf(answer) };
    return { ...sight, status: answer.status, ...decode(answer) };
  } catch (error) {
    if (!(error instanceof SourceError)) throw error;
    const at = now();
    const status = error.status === undefined ? {} : { status: error.status };
    return { source: call.source, locator, at, clock: at, ...status, reason: refusal(error, call) };
  }
}

/** The server's clock where it differs from ours by more than a minute: lobby timers are its own. */
export function clockOf(answer: Pick<HttpAnswer, 'observedAt' | 'serverDate'>): Ms {
  const { observedAt, serverDate } = answer;
  return serverDate !== null && Math.abs(serverDate - observedAt) > 60_000 ? serverDate : observedAt;
}

function refusal(error: SourceError, call: Call): Reason {
  if (error.status === 401 && call.signedIn === true) return loginRefused;
  if (error.status === 401 && call.withToken === true) return tokenRefused;
  if (error.status === 403 && (call.source === 'AC' || call.source === 'AP')) {
    return notPermitted('server admin', 'HTTP 403');
  }
  if (error.status === 429) {
    return reason('throttled', 'HTTP 429: the brute-force guard refuses this address');
  }
  if (error.status === 412) return notPermitted('moderator in the room', 'HTTP 412: held in the lobby');
  return error.reason;
}

export const loginRefused: Reason = notPermitted(
  'app password',
  'the server refused user and password; no further login is tried',
);

/** The server counts a wrong key as an attack: it is sent once a scan. */
const tokenRefused: Reason = notPermitted(
  'serverinfo_token',
  'the server refuses the key, or has none: occ config:app:set serverinfo token --value KEY',
);

function decodeOcs({ text }: HttpAnswer): Decoded {
  const decoded = decodeJson(text);
  if ('reason' in decoded) return decoded;
  const { ocs } = decoded.data as { ocs?: unknown };
  if (typeof ocs !== 'object' || ocs === null || !('data' in ocs) || !('meta' in ocs)) {
    return { reason: reason('invalid_answer', 'the ocs envelope is missing') };
  }
  const { meta } = ocs;
  const code =
    typeof meta === 'object' && meta !== null && 'statuscode' in meta ? meta.statuscode : undefined;
  if (code === 200 || code === 100) return { data: ocs.data };
  if (code === 997) return { reason: loginRefused };
  if (typeof code !== 'number') return { reason: reason('invalid_answer', 'ocs.meta.statuscode is missing') };
  return { reason: reason('unreachable', `OCS status ${code}`), ocsStatus: code };
}

function decodeJson(text: string): Decoded {
  try {
    const data: unknown = JSON.parse(text);
    if (typeof data === 'object' && data !== null) return { data };
    return { reason: reason('invalid_answer', 'not a JSON object') };
  } catch {
    return text.trimStart().startsWith('<')
      ? { reason: reason('unreachable', 'HTML instead of data') }
      : { reason: reason('invalid_answer', 'not JSON') };
  }
}

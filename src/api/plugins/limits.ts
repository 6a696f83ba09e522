import rateLimit from '@fastify/rate-limit';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { FailedLogins, type LoginWay } from '../../access/failed-logins.ts';
import type { Api, ApiDeps, Limits } from '../deps.ts';
import { HttpProblem } from './problems.ts';
import { Windows } from './windows.ts';

const defaults: Limits = { address: 3_000, token: 1_200, failedLogins: 30 };
const timeWindow = 60_000;

/**
 * The address is counted before anything else; authentication counts tokens and failed logins. A valid token is never
 * refused because of others' failed logins from the same address.
 */
export async function registerLimits(
  app: Api,
  { limits, now, store, log }: Pick<ApiDeps, 'limits' | 'now' | 'store' | 'log'>,
): Promise<void> {
  const { address, token, failedLogins } = { ...defaults, ...limits };
  // What a limiter counts with, the newest last.
  const windows: Windows[] = [];
  class Counting extends Windows {
    constructor() {
      super(timeWindow);
    }

    override child(): Windows {
      const made = super.child();
      windows.push(made);
      return made;
    }
  }
  await app.register(rateLimit, { global: false, store: Counting });
  const ofAddress = app.createRateLimit({ max: address, timeWindow });
  const ofAddresses = windows.at(-1) as Windows;
  const ofFailures = app.createRateLimit({ max: failedLogins, timeWindow });
  const ofLogins = app.createRateLimit({ max: failedLogins, timeWindow });
  const ofToken = app.createRateLimit({
    max: token,
    timeWindow,
    keyGenerator: (request) => request.principal?.id ?? request.ip,
  });
  const ofTokens = windows.at(-1) as Windows;
  const failed = new FailedLogins(store.db, now, () => log.error('failed logins could not be recorded'));
  app.decorate('failedLogins', failed);
  app.addHook('onClose', () => failed.flush());
  app.decorateRequest('addressKey', '');
  app.addHook('onRequest', async (request) => {
    const state = await ofAddress(request);
    request.addressKey = state.key;
    refuse('address', state, now());
  });
  app.decorate('countRepeated', (addressKey: string, id: string) => {
    const moment = performance.now();
    if (ofAddresses.peek(addressKey, moment) >= address || ofTokens.peek(id, moment) >= token) return null;
    ofAddresses.count(addressKey, moment);
    const { current, ttl } = ofTokens.count(id, moment);
    return told('token', { max: token, remaining: token - current, ttl }, now());
  });
  app.decorate('countFailedLogin', async (request: FastifyRequest, way: LoginWay | null) => {
    if (way !== null) failed.add(way, request.ip);
    refuse('failed-logins', await ofFailures(request), now());
  });
  app.decorate('countLogin', async (request: FastifyRequest) => {
    refuse('logins', await ofLogins(request), now());
  });
  app.decorate('countToken', async (request: FastifyRequest, reply: FastifyReply) => {
    const state = await ofToken(request);
    refuse('token', state, now());
    if (!state.isAllowed) reply.headers(told('token', state, now()));
  });
}

declare module 'fastify' {
  interface FastifyInstance {
    failedLogins: FailedLogins;
    /** `way` null: nothing was presented, so it is no attempt for the audit log. @throws {HttpProblem} 429 */
    countFailedLogin(request: FastifyRequest, way: LoginWay | null): Promise<void>;
    /** Of the way over the issuer, which keeps something for each attempt. @throws {HttpProblem} 429 */
    countLogin(request: FastifyRequest): Promise<void>;
    /** @throws {HttpProblem} 429 */
    countToken(request: FastifyRequest, reply: FastifyReply): Promise<void>;
    /**
     * Of a call that never becomes a request: both counted, at once.
     * @returns its head lines; null where one is used up, and nothing was counted
     */
    countRepeated(addressKey: string, token: string): Record<string, string> | null;
  }
  interface FastifyRequest {
    /** By which it is counted. */
    addressKey: string;
  }
}

type State = Awaited<ReturnType<ReturnType<Api['createRateLimit']>>>;
type Counted = Extract<State, { isAllowed: false }>;

/** The fields of the IETF draft, and those that collectors read, with seconds since 1970. */
function told(
  policy: string,
  state: Pick<Counted, 'max' | 'remaining' | 'ttl'>,
  now: number,
): Record<string, string> {
  const { max, remaining, ttl } = state;
  const seconds = waitSeconds(state);
  return {
    'ratelimit-policy': `"${policy}";q=${max};w=${timeWindow / 1000}`,
    ratelimit: `"${policy}";r=${remaining};t=${seconds}`,
    'x-ratelimit-limit': String(max),
    'x-ratelimit-remaining': String(remaining),
    'x-ratelimit-reset': String(Math.ceil((now + ttl) / 1000)),
  };
}

function refuse(policy: string, state: State, now: number): void {
  if (state.isAllowed || !state.isExceeded) return;
  const headers = { ...told(policy, state, now), 'retry-after': String(waitSeconds(state)) };
  throw new HttpProblem('too-many-requests', undefined, { 'violated-policies': [policy] }, headers);
}

/** Up, never down: a caller that comes a moment early is refused again. */
const waitSeconds = ({ ttl }: Pick<Counted, 'ttl'>): number => Math.max(1, Math.ceil(ttl / 1000));

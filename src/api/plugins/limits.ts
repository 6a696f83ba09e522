import rateLimit from '@fastify/rate-limit';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Api, ApiDeps, Limits } from '../deps.ts';
import { HttpProblem } from './problems.ts';

const defaults: Limits = { address: 3_000, token: 1_200, failedLogins: 30 };
const timeWindow = 60_000;

/**
 * The address is counted before anything else; authentication counts tokens and failed logins. A valid token is never refused because of others' failed logins from the same address.
 */
export async function registerLimits(
  app: Api,
  { limits, now }: Pick<ApiDeps, 'limits' | 'now'>,
): Promise<void> {
  const { address, token, failedLogins } = { ...defaults, ...limits };
  await app.register(rateLimit, { global: false });
  const ofAddress = app.createRateLimit({ max: address, timeWindow });
  const ofFailures = app.createRateLimit({ max: failedLogins, timeWindow });
  const ofToken = app.createRateLimit({
    max: token,
    timeWindow,
    keyGenerator: (request) => request.principal?.id ?? request.ip,
  });
  app.addHook('onRequest', async (request) => refuse(await ofAddress(request)));
  app.decorate('countFailedLogin', async (request: FastifyRequest) => refuse(await ofFailures(request)));
  app.decorate('countToken', async (request: FastifyRequest, reply: FastifyReply) => {
    const state = await ofToken(request);
    refuse(state);
    if (state.isAllowed) return;
    reply.headers({
      'x-ratelimit-limit': state.max,
      'x-ratelimit-remaining': state.remaining,
      // Collectors read seconds since 1970.
      'x-ratelimit-reset': Math.ceil((now() + state.ttl) / 1000),
    });
  });
}

declare module 'fastify' {
  interface FastifyInstance {
    /** @throws {HttpProblem} 429 */
    countFailedLogin(request: FastifyRequest): Promise<void>;
    /** @throws {HttpProblem} 429 */
    countToken(request: FastifyRequest, reply: FastifyReply): Promise<void>;
  }
}

type State = Awaited<ReturnType<ReturnType<Api['createRateLimit']>>>;

function refuse(state: State): void {
  if (state.isAllowed || !state.isExceeded) return;
  const seconds = String(Math.max(1, state.ttlInSeconds));
  throw new HttpProblem('too-many-requests', undefined, {}, { 'retry-after': seconds });
}

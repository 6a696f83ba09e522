import { randomUUID } from 'node:crypto';
import fastify, {
  type FastifyReply,
  type FastifyRequest,
  type FastifyServerOptions,
  LogController,
} from 'fastify';
import type { SecretRef } from '../../adapters/contract/target.ts';
import { minVersion } from '../access/certificate.ts';
import type { Issuer } from '../access/oidc.ts';
import { readSecret } from '../config/secrets.ts';
import type { Api, ApiDeps } from './deps.ts';
import { registerAuth } from './plugins/auth.ts';
import { answerBroken } from './plugins/broken.ts';
import { registerCompression } from './plugins/compress.ts';
import { registerCookies } from './plugins/cookies.ts';
import { registerHeaders } from './plugins/headers.ts';
import { registerLimits } from './plugins/limits.ts';
import { registerPeers } from './plugins/local.ts';
import { watchMethods } from './plugins/methods.ts';
import { registerOpenApi, registerOpenApiDocument } from './plugins/openapi.ts';
import { problemOf, registerProblems, sendProblem } from './plugins/problems.ts';
import { registerRepeats } from './plugins/repeats.ts';
import { registerStanding } from './plugins/standing.ts';
import { compilers, registerValidation } from './plugins/validation.ts';
import { registerAttestations } from './routes/attestations.ts';
import { registerAudit } from './routes/audit.ts';
import { registerEvents } from './routes/events.ts';
import { registerGroups } from './routes/groups.ts';
import { registerHealth } from './routes/health.ts';
import { registerHooks } from './routes/hooks.ts';
import { registerLive } from './routes/live.ts';
import { registerLogin } from './routes/login.ts';
import { registerMatrix } from './routes/matrix.ts';
import { registerMetrics } from './routes/metrics.ts';
import { registerOverview } from './routes/overview.ts';
import { registerPage } from './routes/page.ts';
import { registerPolicies } from './routes/policies.ts';
import { registerPreview } from './routes/preview.ts';
import { registerReceivers } from './routes/receivers.ts';
import { registerReports } from './routes/reports.ts';
import { registerRooms } from './routes/rooms.ts';
import { registerScans } from './routes/scans.ts';
import { registerSession } from './routes/session.ts';
import { registerSetup } from './routes/setup.ts';
import { registerTargets } from './routes/targets.ts';
import { registerTokens } from './routes/tokens.ts';
import { registerTrends } from './routes/trends.ts';
import { registerViolations } from './routes/violations.ts';
import { registerWaivers } from './routes/waivers.ts';

export type { Api, ApiDeps, Limits } from './deps.ts';

const largestBody = 16 * 1024;

/** The REST service, ready for `inject` or `listen`; the caller closes it. */
export async function buildApi(deps: ApiDeps): Promise<Api> {
  const app = open(deps);
  registerProblems(app);
  await registerHeaders(app, { tls: deps.tls !== undefined });
  registerCompression(app);
  registerPeers(app, deps);
  await registerLimits(app, deps);
  await registerCookies(app);
  const answerRepeats = registerRepeats(app, deps);
  registerLog(app, deps);
  registerAuth(app, deps);
  registerStanding(app, deps);
  registerValidation(app);
  await registerOpenApi(app, deps.version);
  const refuseOtherMethods = watchMethods(app);
  if (deps.instance?.roles.includes('api') !== false) await registerResources(app, deps);
  registerMetrics(app, deps);
  registerHealth(app, deps);
  registerOpenApiDocument(app);
  refuseOtherMethods();
  await app.ready();
  answerRepeats();
  return app;
}

/** What an instance that only works does not answer. */
async function registerResources(app: Api, deps: ApiDeps): Promise<void> {
  registerViolations(app, deps);
  registerGroups(app, deps);
  registerEvents(app, deps);
  registerOverview(app, deps);
  registerMatrix(app, deps);
  registerLive(app, deps);
  registerTrends(app, deps);
  registerSetup(app, deps);
  registerTargets(app, deps);
  registerScans(app, deps);
  registerRooms(app, deps);
  registerPolicies(app, deps);
  registerPreview(app, deps);
  registerWaivers(app, deps);
  registerAttestations(app, deps);
  registerReceivers(app, deps);
  registerReports(app, deps);
  const issuer = await issuerOf(deps);
  registerSession(app, deps, issuer);
  registerLogin(app, deps, issuer);
  registerTokens(app, deps);
  registerAudit(app, deps);
  registerHooks(app, deps);
  await registerPage(app);
}

async function issuerOf({ config, key, now, log }: ApiDeps): Promise<Issuer | null> {
  const { oidc, public_url } = config.access;
  if (oidc === null || public_url === null) return null;
  const redirectUri = `${public_url}/api/v1/session/oidc/callback`;
  const secret = (ref: SecretRef): Promise<string> => readSecret(ref, config.directory);
  const { Issuer } = await import('../access/oidc.ts');
  return new Issuer(oidc, { key, redirectUri, now, log, secret });
}

function open({ log, tls, trustedProxies, config }: ApiDeps): Api {
  const proxies = [...(trustedProxies ?? config.listen.trusted_proxies)];
  const options: FastifyServerOptions = {
    loggerInstance: log,
    // Addresses of calls hold ids of rooms; `registerLog` writes the route instead.
    logController: new LogController({ disableRequestLogging: true }),
    genReqId: () => randomUUID(),
    trustProxy: proxies.length === 0 ? false : proxies,
    schemaController: compilers,
    bodyLimit: largestBody,
    requestTimeout: 30_000,
    routerOptions: { maxParamLength: 2048, ignoreTrailingSlash: true },
    clientErrorHandler: answerBroken,
    frameworkErrors: (error, request, reply) => {
      reply.header('x-content-type-options', 'nosniff');
      sendProblem(problemOf(error), request as FastifyRequest, reply as unknown as FastifyReply);
    },
    ...(tls === undefined ? {} : { https: { cert: tls.cert, key: tls.key, minVersion } }),
  };
  return fastify(options) as unknown as Api;
}

function registerLog(app: Api, { log }: Pick<ApiDeps, 'log'>): void {
  app.tellers.push((alike) => {
    const told = log.child(alike);
    return (reqId, ms) => told.info({ reqId, ms }, 'request');
  });
  app.addHook('onResponse', async (request, reply) => {
    const fields = {
      method: request.method,
      route: request.is404 ? null : (request.routeOptions.url ?? null),
      status: reply.statusCode,
      ms: Math.round(reply.elapsedTime),
      token: tokenOf(request),
    };
    if (reply.statusCode === 401) request.log.warn({ ...fields, address: request.ip }, 'no valid token');
    else request.log.info(fields, 'request');
  });
}

/** Of a session only that it is one: who was at work when is nobody's business. */
function tokenOf({ principal }: FastifyRequest): string | null {
  if (principal === null) return null;
  return principal.session?.kind === 'oidc' ? 'session' : principal.id;
}

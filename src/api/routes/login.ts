import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { audit } from '../../access/audit.ts';
import { LoginError } from '../../access/login-error.ts';
import type { Issuer } from '../../access/oidc.ts';
import { rightsOf } from '../../access/roles.ts';
import { beginLogin, openSession, takeLogin } from '../../access/sessions.ts';
import type { Api, ApiDeps } from '../deps.ts';
import { loginTexts, page } from '../login-page.ts';
import { clearCookie, loginCookie, requireSafeLine, setCookie } from '../plugins/cookies.ts';
import { HttpProblem } from '../plugins/problems.ts';
import { problems } from '../schemas/common.ts';

const Html = { description: 'A page', content: { 'text/html': { schema: z.string() } } };
/** A path of ours: never another host. */
const returnPath = z
  .string()
  .max(512)
  .regex(/^\/(?![/\\])[\w\-./?=&%~,:]*$/);

/** The way over the issuer. Both calls are opened by browsers, so they answer with pages. */
export function registerLogin(app: Api, deps: ApiDeps, issuer: Issuer | null): void {
  const { store, now, config } = deps;
  app.get(
    '/api/v1/session/oidc',
    {
      schema: {
        tags: ['access'],
        summary: 'Sign in at the issuer: leads the browser there',
        querystring: z.strictObject({ return_to: returnPath.default('/') }),
        response: { 302: z.null().describe('To the issuer'), ...problems(400, 404) },
      },
    },
    async (request, reply) => {
      await app.countLogin(request);
      const known = configured(issuer);
      requireSafeLine(request);
      requirePublicHost(request, deps);
      try {
        const { url, ...begun } = await known.begin();
        const pending = { kind: 'login', ...begun, returnTo: request.query.return_to } as const;
        setCookie(request, reply, 'login', await beginLogin(store.db, pending, now()));
        return await reply.header('cache-control', 'no-store').redirect(url, 302);
      } catch (error) {
        return refuse(app, request, reply, error);
      }
    },
  );

  app.get(
    '/api/v1/session/oidc/callback',
    {
      schema: {
        tags: ['access'],
        summary: 'Where the issuer sends the browser back',
        querystring: z.looseObject({}),
        response: { 200: Html, ...problems(400, 404) },
      },
    },
    async (request, reply) => {
      await app.countLogin(request);
      const known = configured(issuer);
      const cookie = loginCookie(request);
      const pending = cookie === undefined ? null : await takeLogin(store.db, cookie, now());
      clearCookie(request, reply, 'login');
      try {
        if (pending === null) throw new LoginError('refused', 'not_begun_here');
        const { subject, groups } = await known.finish(queryOf(request), pending);
        const rights = rightsOf(config.access.oidc?.roles ?? [], groups);
        if (rights === null) throw new LoginError('no_role', 'no_group');
        const opened = await store.transaction(async (tx) => {
          const holder = { kind: 'oidc', subject, groups } as const;
          const made = await openSession(tx.db, holder, config.access, now());
          const detail = { way: 'oidc', scopes: rights.scopes.join(' ') };
          await audit(tx.db, { actor: `session:${subject}`, action: 'session.open', detail }, now());
          return made;
        });
        setCookie(request, reply, 'session', opened.value);
        // A redirect would still count as begun by the issuer's page: the browser would not send the new cookie with it.
        return await html(reply, 200, page(loginTexts.done, pending.returnTo));
      } catch (error) {
        return refuse(app, request, reply, error);
      }
    },
  );
}

const statuses = { unreachable: 503, refused: 400, no_role: 403 } as const;

function refuse(app: Api, request: FastifyRequest, reply: FastifyReply, error: unknown): FastifyReply {
  if (!(error instanceof LoginError)) throw error;
  const { kind, code } = error;
  if (kind !== 'unreachable') app.failedLogins.add('oidc', request.ip);
  request.log.warn({ login: kind, code }, 'login at the issuer failed');
  return html(reply, statuses[kind], page(loginTexts[kind]));
}

function html(reply: FastifyReply, status: number, text: string): FastifyReply {
  return reply
    .status(status)
    .headers({ 'cache-control': 'no-store', ...(status === 503 ? { 'retry-after': '30' } : {}) })
    .type('text/html; charset=utf-8')
    .serializer(String)
    .send(text);
}

function queryOf(request: FastifyRequest): string {
  return (request.raw.url ?? '').split('?').slice(1).join('?');
}

/** @throws {HttpProblem} 404 */
function configured(issuer: Issuer | null): Issuer {
  if (issuer !== null) return issuer;
  throw new HttpProblem('not-found', {
    de: 'Eine Anmeldung bei einem Aussteller ist nicht eingerichtet (access.oidc).',
    en: 'No login at an issuer is set up (access.oidc).',
  });
}

/** The issuer sends browsers to the public address: begun elsewhere, a login could not be finished. */
function requirePublicHost(request: FastifyRequest, { config }: ApiDeps): void {
  const { public_url } = config.access;
  if (`${request.protocol}://${request.host}` === public_url) return;
  throw new HttpProblem('invalid-request', {
    de: `Die Anmeldung beginnt unter ${public_url}.`,
    en: `The login begins at ${public_url}.`,
  });
}

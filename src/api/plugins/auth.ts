import type { FastifyRequest } from 'fastify';
import type { LoginWay } from '../../access/failed-logins.ts';
import { type Principal, principalOf } from '../../access/principal.ts';
import { findSession } from '../../access/sessions.ts';
import { type Scope, verifyToken } from '../../access/tokens.ts';
import type { IdView } from '../../findings/native.ts';
import type { Api, ApiDeps } from '../deps.ts';
import { noTarget } from '../texts.ts';
import { sessionCookie } from './cookies.ts';
import { isOpenHere } from './local.ts';
import { requireOwnPage } from './origin.ts';
import { HttpProblem } from './problems.ts';

declare module 'fastify' {
  interface FastifyRequest {
    principal: Principal | null;
  }
  interface FastifyContextConfig {
    /** Any one of these opens the call; `admin` always does. Absent = open to everybody. */
    scopes?: readonly Scope[];
    /** Without a token for calls from this machine. */
    openHere?: boolean;
  }
}

/** Who operates may read as well. */
export const reading: readonly Scope[] = ['read', 'operate'];
export const anyScope: readonly Scope[] = ['read', 'feed', 'operate'];

type AuthDeps = Pick<ApiDeps, 'store' | 'now' | 'config'>;

/** A token in an address would end up in logs: headers and cookies only. */
export function registerAuth(app: Api, deps: AuthDeps): void {
  app.decorateRequest('principal', null);
  app.addHook('onRequest', async (request, reply) => {
    const needed = neededScopes(request);
    if (needed === undefined) return;
    if (request.routeOptions.config.openHere === true && isOpenHere(request)) return;
    const found = await identify(request, deps);
    if (found.principal === null) {
      await app.countFailedLogin(request, found.tried);
      throw unauthenticated(deps);
    }
    request.principal = found.principal;
    await app.countToken(request, reply);
    if (found.principal.session !== null) requireOwnPage(request, deps.config);
    const { scopes } = found.principal;
    if (scopes.includes('admin') || needed.some((scope) => scopes.includes(scope))) return;
    const list = needed.join(', ');
    throw new HttpProblem('forbidden', {
      de: `Der Zugriffsschlüssel braucht eines dieser Rechte: ${list}.`,
      en: `The access token needs one of these scopes: ${list}.`,
    });
  });
}

/** The page learns here how to sign in. */
export function unauthenticated({ config }: Pick<ApiDeps, 'config'>): HttpProblem {
  const oidc = config.access.oidc === null ? null : '/api/v1/session/oidc';
  const login = { token: '/api/v1/session', oidc };
  const challenge = { 'www-authenticate': 'Bearer realm="roomwarden"' };
  return new HttpProblem('unauthenticated', undefined, { login }, challenge);
}

interface Found {
  principal: Principal | null;
  /** Null: nothing was presented. */
  tried: LoginWay | null;
}

/** A token that was sent outranks the cookie that a browser adds by itself. */
async function identify(request: FastifyRequest, { store, now, config }: AuthDeps): Promise<Found> {
  const value = tokenIn(request, config.access.header);
  if (value !== null) {
    const token = await verifyToken(store.db, value, now());
    return { principal: token === null ? null : principalOf(token), tried: 'token' };
  }
  const cookie = sessionCookie(request);
  if (cookie === undefined) return { principal: null, tried: null };
  // A session that is over is no attempt to get in.
  return { principal: await findSession(store.db, cookie, config.access, now()), tried: null };
}

/** Below `/api/v1` nothing is said without a token, not even what does not exist. */
function neededScopes(request: FastifyRequest): readonly Scope[] | undefined {
  const { scopes } = request.routeOptions.config;
  if (scopes !== undefined) return scopes;
  return request.is404 && /^\/api(?:\/|\?|$)/i.test(request.url) ? anyScope : undefined;
}

/** In `Authorization`, else in the configured header: bare, or after a word as in `Authorization`. */
function tokenIn({ headers }: FastifyRequest, own: string | null): string | null {
  if (headers.authorization !== undefined) return afterScheme(headers.authorization);
  const value = own === null ? undefined : headers[own];
  if (typeof value !== 'string') return null;
  return afterScheme(value) ?? value.trim();
}

/** `Bearer` or, for collectors that know nothing else, `token` or the password of `Basic`. */
function afterScheme(header: string): string | null {
  const [, scheme = '', value = ''] = /^(\w+) +(\S+)$/.exec(header) ?? [];
  switch (scheme.toLowerCase()) {
    case 'bearer':
    case 'token':
      return value;
    case 'basic':
      return Buffer.from(value, 'base64')
        .toString('utf8')
        .replace(/^[^:]*:/, '');
    default:
      return null;
  }
}

/** Room ids can be join addresses: only who operates sees them, unless the configuration makes them plain. */
export function idView(request: FastifyRequest, { config }: Pick<ApiDeps, 'config'>): IdView {
  return config.privacy.room_ids === 'plain' || operates(request) ? 'plain' : 'ref';
}

export function operates({ principal }: FastifyRequest): boolean {
  return principal !== null && (principal.scopes.includes('operate') || principal.scopes.includes('admin'));
}

/** The targets that this caller may see; null = all. */
export function visibleTargets(request: FastifyRequest): readonly string[] | null {
  return request.principal === null ? [] : request.principal.targets;
}

export function sees(request: FastifyRequest, target: string): boolean {
  const visible = visibleTargets(request);
  return visible === null || visible.includes(target);
}

/** @throws {HttpProblem} 404, the same for a target that is hidden and one that does not exist */
export function requireVisible(request: FastifyRequest, target: string): void {
  if (!sees(request, target)) throw new HttpProblem('not-found', noTarget(target));
}

/** Who acts, for the audit log. @throws where the call is open to everybody */
export function actorOf(request: FastifyRequest): string {
  if (request.principal === null) throw new Error('nobody is known to act here');
  return request.principal.actor;
}

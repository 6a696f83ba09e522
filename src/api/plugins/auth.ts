import type { FastifyRequest } from 'fastify';
import { type Scope, type TokenInfo, verifyToken } from '../../access/tokens.ts';
import type { IdView } from '../../findings/native.ts';
import type { Api, ApiDeps } from '../deps.ts';
import { noTarget } from '../texts.ts';
import { HttpProblem } from './problems.ts';

declare module 'fastify' {
  interface FastifyRequest {
    principal: TokenInfo | null;
  }
  interface FastifyContextConfig {
    /** Any one of these opens the call; `admin` always does. Absent = open to everybody. */
    scopes?: readonly Scope[];
  }
}

/** Who operates may read as well. */
export const reading: readonly Scope[] = ['read', 'operate'];
export const anyScope: readonly Scope[] = ['read', 'feed', 'operate'];

/** A token in an address would end up in logs: header only. */
export function registerAuth(app: Api, { store, now }: Pick<ApiDeps, 'store' | 'now'>): void {
  app.decorateRequest('principal', null);
  app.addHook('onRequest', async (request, reply) => {
    const needed = neededScopes(request);
    if (needed === undefined) return;
    const value = tokenIn(request.headers.authorization);
    const token = value === null ? null : await verifyToken(store.db, value, now());
    if (token === null) {
      await app.countFailedLogin(request);
      throw new HttpProblem(
        'unauthenticated',
        undefined,
        {},
        { 'www-authenticate': 'Bearer realm="roomwarden"' },
      );
    }
    request.principal = token;
    await app.countToken(request, reply);
    if (token.scopes.includes('admin') || needed.some((scope) => token.scopes.includes(scope))) return;
    const list = needed.join(', ');
    throw new HttpProblem('forbidden', {
      de: `Der Zugriffsschlüssel braucht eines dieser Rechte: ${list}.`,
      en: `The access token needs one of these scopes: ${list}.`,
    });
  });
}

/** Below `/api/v1` nothing is said without a token, not even what does not exist. */
function neededScopes(request: FastifyRequest): readonly Scope[] | undefined {
  const { scopes } = request.routeOptions.config;
  if (scopes !== undefined) return scopes;
  return request.is404 && /^\/api(?:\/|\?|$)/i.test(request.url) ? anyScope : undefined;
}

/** `Bearer` or, for collectors that know nothing else, `token` or the password of `Basic`. */
function tokenIn(header: string | undefined): string | null {
  const [, scheme = '', value = ''] = /^(\w+) +(\S+)$/.exec(header ?? '') ?? [];
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
  return `token:${request.principal.id}`;
}

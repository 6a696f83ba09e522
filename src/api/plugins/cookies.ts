import cookie from '@fastify/cookie';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { isLoopback } from '../../config/settings.ts';
import type { Api } from '../deps.ts';
import { HttpProblem } from './problems.ts';

const names = { session: 'roomwarden', login: 'roomwarden-login' } as const;

export async function registerCookies(app: Api): Promise<void> {
  await app.register(cookie);
}

/** `__Host-`: browsers take it over TLS only, for this host alone, and no other host can plant one. */
function nameOf(request: FastifyRequest, name: keyof typeof names): string {
  return request.protocol === 'https' ? `__Host-${names[name]}` : names[name];
}

export const sessionCookie = (request: FastifyRequest): string | undefined =>
  request.cookies[nameOf(request, 'session')];
export const loginCookie = (request: FastifyRequest): string | undefined =>
  request.cookies[nameOf(request, 'login')];

/**
 * The login's cookie must come along when the issuer sends the browser back, the session's never with what others start.
 * Neither is kept when the browser closes.
 */
export function setCookie(
  request: FastifyRequest,
  reply: FastifyReply,
  name: keyof typeof names,
  value: string,
): void {
  reply.setCookie(nameOf(request, name), value, attributes(request, name));
}

export function clearCookie(request: FastifyRequest, reply: FastifyReply, name: keyof typeof names): void {
  reply.clearCookie(nameOf(request, name), attributes(request, name));
}

function attributes(request: FastifyRequest, name: keyof typeof names) {
  const sameSite = name === 'session' ? ('strict' as const) : ('lax' as const);
  return { path: '/', httpOnly: true, secure: request.protocol === 'https', sameSite };
}

/** A cookie in clear text can be read by everybody between. @throws {HttpProblem} 403 */
export function requireSafeLine(request: FastifyRequest): void {
  if (request.protocol === 'https' || isLoopback(request.hostname)) return;
  throw new HttpProblem('forbidden', {
    de: 'Angemeldet wird nur über https oder auf diesem Rechner; ein Proxy mit TLS muss X-Forwarded-Proto senden und unter trusted_proxies stehen.',
    en: 'Signing in works over https or on this machine only; a proxy with TLS must send X-Forwarded-Proto and be named under trusted_proxies.',
  });
}

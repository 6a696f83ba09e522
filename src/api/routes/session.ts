import { z } from 'zod';
import { audit } from '../../access/audit.ts';
import type { Issuer } from '../../access/oidc.ts';
import { type Principal, principalOf } from '../../access/principal.ts';
import { endSession, findSession, openSession } from '../../access/sessions.ts';
import { verifyToken } from '../../access/tokens.ts';
import { timeOrNull } from '../../inventory/queries.ts';
import type { Api, ApiDeps } from '../deps.ts';
import { anyScope, unauthenticated } from '../plugins/auth.ts';
import { clearCookie, requireSafeLine, sessionCookie, setCookie } from '../plugins/cookies.ts';
import { requireOwnOrigin } from '../plugins/origin.ts';
import { Session, SessionEnd } from '../schemas/access.ts';
import { problems, secured } from '../schemas/common.ts';

/** Sessions of the page: a cookie that scripts cannot read stands for a token or for a login at the issuer. */
export function registerSession(app: Api, deps: ApiDeps, issuer: Issuer | null): void {
  const { store, config, now } = deps;
  const demo = deps.setup?.obstacle() === 'demo';
  app.post(
    '/api/v1/session',
    {
      schema: {
        tags: ['access'],
        summary: 'Sign in with a token; the answer sets a cookie',
        body: z.strictObject({ token: z.string().max(256) }),
        response: { 201: Session, ...problems(400, 413, 415) },
      },
    },
    async (request, reply) => {
      requireSafeLine(request);
      requireOwnOrigin(request, config);
      const token = await verifyToken(store.db, request.body.token.trim(), now());
      if (token === null) {
        await app.countFailedLogin(request, 'session');
        throw unauthenticated(deps);
      }
      const principal = principalOf(token);
      request.principal = principal;
      await app.countToken(request, reply);
      const before = sessionCookie(request);
      const made = await store.transaction(async (tx) => {
        if (before !== undefined) {
          const old = await findSession(tx.db, before, config.access, now());
          if (old?.session != null) await endSession(tx.db, old.session.hash);
        }
        const opened = await openSession(tx.db, { kind: 'token', token: token.id }, config.access, now());
        const entry = { actor: principal.actor, action: 'session.open', detail: { way: 'token' } };
        await audit(tx.db, entry, now());
        return opened;
      });
      const found = await findSession(store.db, made.value, config.access, now());
      setCookie(request, reply, 'session', made.value);
      reply.status(201).header('cache-control', 'no-store');
      return reply.send({ ...view(found ?? principal), demo });
    },
  );

  app.get(
    '/api/v1/session',
    {
      config: { scopes: anyScope },
      schema: {
        tags: ['access'],
        security: secured,
        summary: 'Who calls, and what that allows; 401 names the ways to sign in',
        response: { 200: Session, ...problems() },
      },
    },
    async (request, reply) => {
      reply.header('cache-control', 'no-store');
      return { ...view(request.principal as Principal), demo };
    },
  );

  app.delete(
    '/api/v1/session',
    {
      config: { scopes: anyScope },
      schema: {
        tags: ['access'],
        security: secured,
        summary: 'Sign out',
        response: { 200: SessionEnd, ...problems(413, 415) },
      },
    },
    async (request, reply) => {
      const { session, actor } = request.principal as Principal;
      if (session === null) return { ended: false, logout: null };
      await store.transaction(async (tx) => {
        await endSession(tx.db, session.hash);
        const detail = { way: session.kind };
        await audit(tx.db, { actor, action: 'session.close', detail }, now());
      });
      clearCookie(request, reply, 'session');
      const home = `${config.access.public_url ?? ''}/`;
      const logout = session.kind === 'oidc' ? await issuer?.logoutUrl(home) : null;
      return { ended: true, logout: logout ?? null };
    },
  );
}

function view({ scopes, targets, expiresAt, session }: Principal): Omit<z.output<typeof Session>, 'demo'> {
  return {
    way: session?.kind ?? 'bearer',
    scopes: [...scopes],
    targets: targets === null ? null : [...targets],
    expires_at: timeOrNull(session?.expiresAt ?? expiresAt),
    ends_at: timeOrNull(session?.endsAt ?? expiresAt),
  };
}

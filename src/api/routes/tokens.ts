import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import { audit } from '../../access/audit.ts';
import { createToken, listTokens, revokeToken, type TokenInfo } from '../../access/tokens.ts';
import { rfc3339 } from '../../findings/detail.ts';
import { timeOrNull } from '../../inventory/queries.ts';
import type { Api, ApiDeps } from '../deps.ts';
import { actorOf, visibleTargets } from '../plugins/auth.ts';
import { HttpProblem, invalid } from '../plugins/problems.ts';
import { MadeToken, NewToken, Token, Tokens } from '../schemas/access.ts';
import { problems, secured } from '../schemas/common.ts';
import { noTarget } from '../texts.ts';

const admin = { scopes: ['admin'] } as const;

/** Whoever is limited to targets sees, makes and revokes only tokens within them, and none that outlives his own. */
export function registerTokens(app: Api, deps: ApiDeps): void {
  const { store, now } = deps;
  app.get(
    '/api/v1/tokens',
    {
      config: admin,
      schema: {
        tags: ['access'],
        security: secured,
        summary: 'Access tokens, without their values',
        response: { 200: Tokens, ...problems() },
      },
    },
    async (request) => {
      const tokens = await listTokens(store.db);
      return { tokens: tokens.filter((token) => within(request, token)).map((each) => view(each, now())) };
    },
  );

  app.post(
    '/api/v1/tokens',
    {
      config: admin,
      schema: {
        tags: ['access'],
        security: secured,
        summary: 'Make an access token; its value is in this answer and nowhere else',
        body: NewToken,
        response: { 201: MadeToken, ...problems(400, 413, 415) },
      },
    },
    async (request, reply) => {
      const { name, scopes, expires_at } = request.body;
      const targets = allowedTargets(request, request.body.targets, deps);
      const expiresAt = allowedEnd(request, expires_at, now());
      const made = await store.transaction(async (tx) => {
        const wanted = {
          name,
          scopes,
          ...(targets === null ? {} : { targets }),
          ...(expiresAt === null ? {} : { expiresAt }),
        };
        const created = await createToken(tx.db, wanted, now());
        const { id } = created.info;
        const detail = { name, scopes: created.info.scopes.join(' '), targets: targets?.join(' ') ?? null };
        const entry = { actor: actorOf(request), action: 'token.create', object: id, detail };
        await audit(tx.db, entry, now());
        return created;
      });
      reply.status(201).header('cache-control', 'no-store');
      return reply.send({ token: view(made.info, now()), value: made.value });
    },
  );

  app.delete(
    '/api/v1/tokens/:token',
    {
      config: admin,
      schema: {
        tags: ['access'],
        security: secured,
        summary: 'Revoke an access token, and with it its sessions',
        params: z.strictObject({ token: z.string().max(64) }),
        response: { 200: Token, ...problems(404, 413, 415) },
      },
    },
    async (request) => {
      const { token: id } = request.params;
      const found = (await listTokens(store.db)).find((token) => token.id === id);
      if (found === undefined || !within(request, found)) throw noToken();
      const revoked = await store.transaction(async (tx) => {
        const info = await revokeToken(tx.db, id, now());
        const entry = { actor: actorOf(request), action: 'token.revoke', object: id };
        await audit(tx.db, { ...entry, detail: { name: info.name } }, now());
        return info;
      });
      return view(revoked, now());
    },
  );
}

function view(token: TokenInfo, now: number): z.output<typeof Token> {
  const { id, name, scopes, targets, createdAt, expiresAt, revokedAt, lastUsedAt } = token;
  const expired = expiresAt !== null && expiresAt <= now;
  return {
    id,
    name,
    scopes,
    targets,
    state: revokedAt !== null ? 'revoked' : expired ? 'expired' : 'valid',
    created_at: rfc3339(createdAt),
    expires_at: timeOrNull(expiresAt),
    revoked_at: timeOrNull(revokedAt),
    last_used_on: lastUsedAt === null ? null : rfc3339(lastUsedAt).slice(0, 10),
  };
}

function within(request: FastifyRequest, { targets }: TokenInfo): boolean {
  const visible = visibleTargets(request);
  if (visible === null) return true;
  return targets?.every((target) => visible.includes(target)) ?? false;
}

/** @throws {HttpProblem} 400: a target that does not exist, or not for this caller */
function allowedTargets(
  request: FastifyRequest,
  wanted: readonly string[] | undefined,
  { config }: ApiDeps,
): readonly string[] | null {
  const visible = visibleTargets(request);
  if (wanted === undefined) return visible;
  const known = config.targets.map(({ id }) => id).filter((id) => visible?.includes(id) ?? true);
  const errors = wanted
    .map((target, index) => ({ path: `body.targets.${index}`, message: noTarget(target), target }))
    .filter(({ target }) => !known.includes(target));
  if (errors.length > 0) throw invalid(errors.map(({ path, message }) => ({ path, message })));
  return wanted;
}

/** @throws {HttpProblem} 400 */
function allowedEnd(request: FastifyRequest, wanted: string | undefined, now: number): number | null {
  const own = request.principal?.expiresAt ?? null;
  if (wanted === undefined) return own;
  const end = Date.parse(wanted);
  const path = 'body.expires_at';
  if (!(end > now)) {
    const message = { de: 'Dieser Zeitpunkt ist vorbei.', en: 'This moment is over.' };
    throw invalid([{ path, message }]);
  }
  if (own !== null && end > own) {
    const message = {
      de: `Nicht länger als der eigene Zugriffsschlüssel, also bis ${rfc3339(own)}.`,
      en: `Not longer than your own access token, so until ${rfc3339(own)}.`,
    };
    throw invalid([{ path, message }]);
  }
  return end;
}

function noToken(): HttpProblem {
  return new HttpProblem('not-found', {
    de: 'Diesen Zugriffsschlüssel gibt es nicht.',
    en: 'There is no such access token.',
  });
}

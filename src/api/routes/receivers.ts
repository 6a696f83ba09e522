import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import { readCursor, writeCursor } from '../../findings/cursor.ts';
import { listDeadLetters, listReceivers } from '../../push/queries.ts';
import { retryDeadLetters } from '../../push/retry.ts';
import { checked } from '../cursor.ts';
import type { Api, ApiDeps } from '../deps.ts';
import { linkNext } from '../links.ts';
import { actorOf, visibleTargets } from '../plugins/auth.ts';
import { HttpProblem } from '../plugins/problems.ts';
import { pageQuery, problems, secured } from '../schemas/common.ts';
import { DeadLetters, Receivers, Retried, Retry } from '../schemas/receiver.ts';

const operating = { scopes: ['operate'] } as const;
const params = z.strictObject({ receiver: z.string().max(64) });

/** A receiver takes events of all targets: whoever is limited to some of them does not see how it stands. */
export function registerReceivers(app: Api, deps: ApiDeps): void {
  const { store, config, now } = deps;
  app.get(
    '/api/v1/receivers',
    {
      config: operating,
      schema: {
        tags: ['receivers'],
        security: secured,
        summary: 'To whom events are sent, and how far each is',
        response: { 200: Receivers, ...problems() },
      },
    },
    async (request) => {
      requireAllTargets(request);
      return { receivers: await listReceivers(store, config) };
    },
  );

  app.get(
    '/api/v1/receivers/:receiver/dead-letters',
    {
      config: operating,
      schema: {
        tags: ['receivers'],
        security: secured,
        summary: 'Events that a receiver refused for good, oldest first',
        params,
        querystring: z.strictObject(pageQuery),
        response: { 200: DeadLetters, ...problems(400, 404) },
      },
    },
    async (request, reply) => {
      const id = configured(request, deps);
      const { limit, after } = request.query;
      const from = after === undefined ? 0 : readCursor(checked(after), 'number')[0];
      const { letters, hasMore } = await listDeadLetters(store, id, from, limit);
      const next = hasMore ? writeCursor([letters.at(-1)?.seq ?? from]) : null;
      linkNext(request, reply, next);
      return { dead_letters: letters, next_cursor: next, has_more: hasMore };
    },
  );

  app.post(
    '/api/v1/receivers/:receiver/dead-letters/retry',
    {
      config: operating,
      schema: {
        tags: ['receivers'],
        security: secured,
        summary: 'Send events that were refused once more',
        params,
        body: Retry,
        response: { 202: Retried, ...problems(400, 404, 413, 415) },
      },
    },
    async (request, reply) => {
      const id = configured(request, deps);
      const { seqs } = request.body;
      const retried = await retryDeadLetters(store, id, seqs ?? null, actorOf(request), now());
      return reply.status(202).send({ retried });
    },
  );
}

/** @throws {HttpProblem} 404 */
function configured(
  request: FastifyRequest<{ Params: z.output<typeof params> }>,
  { config }: ApiDeps,
): string {
  requireAllTargets(request);
  const { receiver } = request.params;
  if (!config.push.some(({ id }) => id === receiver))
    throw new HttpProblem('not-found', {
      de: 'Diesen Empfänger gibt es in der Konfiguration nicht.',
      en: 'There is no such receiver in the configuration.',
    });
  return receiver;
}

/** @throws {HttpProblem} 403 */
function requireAllTargets(request: FastifyRequest): void {
  if (visibleTargets(request) === null) return;
  throw new HttpProblem('forbidden', {
    de: 'Empfänger sieht nur, wer alle Ziele sehen darf.',
    en: 'Receivers are seen only by those who may see all targets.',
  });
}

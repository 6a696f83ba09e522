import { z } from 'zod';
import { PushRefused } from '../../../adapters/contract/adapter.ts';
import type { Api, ApiDeps } from '../deps.ts';
import { HttpProblem } from '../plugins/problems.ts';
import { problems } from '../schemas/common.ts';

const largestPush = 512 * 1024;

/**
 * What servers send by themselves. The sender proves itself by the signature over the raw bytes; no token is asked for.
 * Counted like a failed login where the signature does not fit.
 */
export function registerHooks(app: Api, { pushes }: Pick<ApiDeps, 'pushes'>): void {
  if (pushes === undefined) return;
  app.register(async (scope) => {
    const api = scope as unknown as Api;
    api.removeAllContentTypeParsers();
    api.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body));
    api.post(
      '/hooks/bigbluebutton/:target',
      {
        bodyLimit: largestPush,
        schema: {
          tags: ['targets'],
          summary: 'Take an event of bbb-webhooks; only for targets with live',
          params: z.strictObject({ target: z.string().max(64) }),
          response: { 204: z.null(), ...problems(400, 404, 413, 429) },
        },
      },
      async (request, reply) => {
        const { target } = request.params;
        if (!pushes.accepts('bigbluebutton', target)) throw noHook();
        try {
          const body = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
          const taken = await pushes.take('bigbluebutton', target, {
            target: request.raw.url ?? '',
            headers: request.headers,
            body,
          });
          if (!taken) throw new HttpProblem('unavailable', undefined, {}, { 'retry-after': '30' });
        } catch (error) {
          if (!(error instanceof PushRefused)) throw error;
          if (error.status === 413) throw new HttpProblem('too-large');
          await app.countFailedLogin(request, 'hook');
          // The same for a wrong signature and for nothing there: senders outside learn nothing.
          throw error.status === 401 ? noHook() : new HttpProblem('invalid-request');
        }
        return reply.status(204).send(null);
      },
    );
  });
}

function noHook(): HttpProblem {
  return new HttpProblem('not-found', {
    de: 'Hier wird kein solches Ereignis angenommen.',
    en: 'No such event is taken here.',
  });
}

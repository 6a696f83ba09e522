import { hash } from 'node:crypto';
import helmet from '@fastify/helmet';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Api } from '../deps.ts';
import { matches } from '../tags.ts';

/** Nothing may be loaded, framed or guessed; only /docs has a policy of its own. */
export async function registerHeaders(app: Api, options: { tls: boolean }): Promise<void> {
  await app.register(helmet, {
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        defaultSrc: ["'none'"],
        baseUri: ["'none'"],
        formAction: ["'none'"],
        frameAncestors: ["'none'"],
      },
    },
    strictTransportSecurity: options.tls ? { maxAge: 31_536_000, includeSubDomains: false } : false,
    referrerPolicy: { policy: 'no-referrer' },
    xFrameOptions: { action: 'deny' },
  });
  app.addHook('onSend', async (request, reply, payload) => {
    reply.header('x-request-id', request.id);
    if (!reply.hasHeader('cache-control')) reply.header('cache-control', 'private, no-cache');
    reply.header('vary', 'Authorization, Cookie, Accept');
    return typeof payload === 'string' || Buffer.isBuffer(payload)
      ? conditional(request, reply, payload)
      : payload;
  });
}

/** Strong ETag over the body unless the route gave one, for successful reads that may be kept. */
function conditional(request: FastifyRequest, reply: FastifyReply, body: string | Buffer): string | Buffer {
  const reads = request.method === 'GET' || request.method === 'HEAD';
  if (!reads || reply.statusCode !== 200) return body;
  if (String(reply.getHeader('cache-control')).includes('no-store')) return body;
  const given = reply.getHeader('etag');
  const tag = typeof given === 'string' ? given : `"${hash('sha256', body, 'base64url').slice(0, 27)}"`;
  if (given === undefined) reply.header('etag', tag);
  if (!matches(request.headers['if-none-match'], tag)) return body;
  reply.status(304);
  return '';
}

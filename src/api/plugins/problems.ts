import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { hasZodFastifySchemaValidationErrors } from 'fastify-type-provider-zod';

/** Thrown by routes; becomes `application/problem+json` (RFC 9457). */
export class HttpProblem extends Error {
  override readonly name = 'HttpProblem';
  readonly status: number;
  readonly title: string;
  readonly extra: Record<string, unknown>;
  constructor(status: number, title: string, detail: string, extra: Record<string, unknown> = {}) {
    super(detail);
    this.status = status;
    this.title = title;
    this.extra = extra;
  }
}

function send(
  reply: FastifyReply,
  request: FastifyRequest,
  status: number,
  title: string,
  detail: string | undefined,
  extra: Record<string, unknown>,
): FastifyReply {
  return reply
    .status(status)
    .type('application/problem+json')
    .serializer(JSON.stringify)
    .send({
      type: 'about:blank',
      title,
      status,
      ...(detail === undefined ? {} : { detail }),
      instance: request.url.split('?')[0],
      ...extra,
    });
}

/** A fault of ours answers with a constant text; the detail goes to the log alone. */
export function registerProblems(app: FastifyInstance): void {
  app.setNotFoundHandler((request, reply) =>
    send(reply, request, 404, 'Not found', 'No such call; see /docs.', {}),
  );
  app.setErrorHandler((error: Error & { statusCode?: number }, request, reply) => {
    if (error instanceof HttpProblem) {
      return send(reply, request, error.status, error.title, error.message, error.extra);
    }
    if (hasZodFastifySchemaValidationErrors(error)) {
      const errors = error.validation.map((issue) => ({
        path: `${error.validationContext ?? ''}${issue.instancePath.replaceAll('/', '.')}`,
        message: issue.message ?? 'invalid',
      }));
      return send(reply, request, 400, 'Invalid request', 'A parameter does not fit; see errors.', {
        errors,
      });
    }
    const status = error.statusCode ?? 500;
    if (status >= 500) {
      request.log.error({ err: error }, 'request failed');
      return send(reply, request, status, 'Internal error', 'The log of the service has the detail.', {});
    }
    return send(reply, request, status, status === 429 ? 'Too many requests' : 'Refused', error.message, {});
  });
}

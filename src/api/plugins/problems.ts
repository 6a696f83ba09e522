import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { RoomwardenError } from '../../errors.ts';
import { CursorError } from '../../findings/cursor.ts';
import type { Bilingual } from '../../policy/types.ts';
import { storeError } from '../../store/errors.ts';
import { type ProblemKind, problemKinds } from '../texts.ts';

export interface FieldError {
  /** `query.limit`, `params.room`, `body.reason` */
  path: string;
  message: Bilingual;
}

/** Thrown by routes; becomes `application/problem+json` (RFC 9457). */
export class HttpProblem extends Error {
  override readonly name = 'HttpProblem';
  readonly kind: ProblemKind;
  readonly detail: Bilingual;
  readonly extra: Readonly<Record<string, unknown>>;
  readonly headers: Readonly<Record<string, string>>;
  constructor(
    kind: ProblemKind,
    detail: Bilingual = problemKinds[kind].detail,
    extra: Readonly<Record<string, unknown>> = {},
    headers: Readonly<Record<string, string>> = {},
  ) {
    super(detail.en);
    this.kind = kind;
    this.detail = detail;
    this.extra = extra;
    this.headers = headers;
  }
}

export function invalid(errors: readonly FieldError[]): HttpProblem {
  return new HttpProblem('invalid-request', undefined, { errors });
}

export function registerProblems(app: FastifyInstance): void {
  app.setNotFoundHandler(() => {
    throw new HttpProblem('not-found', {
      de: 'Diesen Aufruf gibt es nicht; siehe /docs.',
      en: 'There is no such call; see /docs.',
    });
  });
  app.setErrorHandler<FastifyError>((error, request, reply) => {
    const problem = problemOf(error);
    const { status } = problemKinds[problem.kind];
    // A fault of ours answers with a constant text; the log alone has the detail.
    if (status >= 500) request.log.error({ err: error }, 'request failed');
    return sendProblem(problem, request, reply);
  });
}

export function sendProblem(
  { kind, detail, extra, headers }: HttpProblem,
  request: FastifyRequest,
  reply: FastifyReply,
): FastifyReply {
  const { status, title } = problemKinds[kind];
  return reply
    .status(status)
    .headers({ 'cache-control': 'no-store', ...headers })
    .type('application/problem+json')
    .serializer(JSON.stringify)
    .send({
      type: `urn:roomwarden:problem:${kind}`,
      title,
      status,
      detail: detail.en,
      instance: request.url.split('?')[0],
      texts: detail,
      request: request.id,
      ...extra,
    });
}

/** By status of the errors that Fastify itself throws. */
const byStatus: Readonly<Record<number, ProblemKind>> = {
  400: 'invalid-request',
  404: 'not-found',
  405: 'method-not-allowed',
  409: 'conflict',
  413: 'too-large',
  415: 'unsupported-media-type',
  429: 'too-many-requests',
  503: 'unavailable',
};

export function problemOf(error: FastifyError | HttpProblem | Error): HttpProblem {
  if (error instanceof HttpProblem) return error;
  if (error instanceof CursorError) return cursorProblem(error);
  const known = storeError(error, 'store');
  if (known instanceof RoomwardenError && known.code.startsWith('RW3')) {
    return new HttpProblem('unavailable', undefined, { code: known.code }, { 'retry-after': '30' });
  }
  const status = 'statusCode' in error ? (error.statusCode ?? 500) : 500;
  if (status >= 400 && status < 500) return new HttpProblem(byStatus[status] ?? 'invalid-request');
  return new HttpProblem(status === 503 ? 'unavailable' : 'internal');
}

function cursorProblem(error: CursorError): HttpProblem {
  if (error.kind === 'expired') {
    return new HttpProblem('cursor-expired', undefined, { oldest_cursor: error.oldest });
  }
  return invalid([{ path: 'query.after', message: cursorWords }]);
}

export const cursorWords: Bilingual = {
  de: 'Das ist keine Fortsetzungsmarke dieser Abfrage; ohne after von vorn beginnen.',
  en: 'This is no cursor of this query; begin again without after.',
};

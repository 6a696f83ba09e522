import type { FastifyReply, FastifyRequest } from 'fastify';

/** The same call from another position, as an absolute address. */
export function nextAddress(request: FastifyRequest, after: string): string {
  const origin = `${request.protocol}://${request.host}`;
  const url = new URL(`${URL.canParse(origin) ? origin : 'http://localhost'}${request.url}`);
  url.searchParams.set('after', after);
  return url.href;
}

/** RFC 8288. */
export function linkNext(request: FastifyRequest, reply: FastifyReply, after: string | null): void {
  if (after !== null) reply.header('link', `<${nextAddress(request, after)}>; rel="next"`);
}

import type { FastifyRequest } from 'fastify';
import type { Config } from '../../config/types.ts';
import { HttpProblem } from './problems.ts';

/**
 * What changes something with a session must come from our own page. A header of its own is the first proof: no form
 * can send it, and scripts of other pages would have to ask first, which is never allowed.
 * @throws {HttpProblem} 403
 */
export function requireOwnPage(request: FastifyRequest, config: Config): void {
  if (request.method === 'GET' || request.method === 'HEAD') return;
  requireOwnOrigin(request, config);
  if (String(request.headers['x-requested-with'] ?? '') === '') throw foreign();
}

/** @throws {HttpProblem} 403 where the browser says that another page sent it */
export function requireOwnOrigin(request: FastifyRequest, { access }: Config): void {
  const { origin } = request.headers;
  const site = request.headers['sec-fetch-site'];
  const own = [`${request.protocol}://${request.host}`, access.public_url];
  if (origin !== undefined && !own.includes(origin)) throw foreign();
  if (site !== undefined && site !== 'same-origin' && site !== 'none') throw foreign();
}

function foreign(): HttpProblem {
  return new HttpProblem('forbidden', {
    de: 'Mit einer Anmeldung ändert nur die eigene Seite etwas: Kopf X-Requested-With senden, von derselben Adresse.',
    en: 'With a session only our own page changes anything: send the header X-Requested-With, from the same address.',
  });
}

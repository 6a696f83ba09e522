import { existsSync } from 'node:fs';
import { join } from 'node:path';
import fastifyStatic from '@fastify/static';
import type { FastifyReply } from 'fastify';
import type { Api } from '../deps.ts';
import { page } from '../login-page.ts';

/** Where `src/dashboard/build.ts` puts it. */
const folder = join(import.meta.dirname, '../../../dist/page');

/** Addresses that the page itself reads; all are answered with the same document. */
export const pagePaths = [
  '/',
  '/violations',
  '/violations/:uid',
  '/rooms',
  '/rooms/:target/:room',
  '/targets',
  '/targets/:target',
  '/policies',
  '/policies/:policy',
  '/coverage',
  '/trends',
  '/setup',
  '/waivers',
  '/waivers/:waiver',
  '/attestations',
  '/scans',
  '/scans/:scan',
  '/audit',
  '/tokens',
  '/reports',
] as const;

const policy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self'",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
  "require-trusted-types-for 'script'",
  "trusted-types 'none'",
].join('; ');

const missing = {
  de: 'Die Seite ist nicht gebaut. Im Verzeichnis von Roomwarden: npm run build',
  en: 'The page has not been built. In the folder of Roomwarden: npm run build',
};

/** The dashboard: files of our own and nothing from elsewhere; what it shows comes from the same REST calls. */
export async function registerPage(app: Api): Promise<void> {
  await app.register(
    fastifyStatic as never,
    { root: folder, serve: false, cacheControl: false, preCompressed: true } as never,
  );
  for (const url of pagePaths) {
    app.get(url, { schema: { hide: true } }, (_request, reply) => {
      if (existsSync(join(folder, 'index.html'))) return send(reply, 'index.html');
      return reply.status(503).type('text/html; charset=utf-8').serializer(String).send(page(missing));
    });
  }
  app.get('/assets/:file', { schema: { hide: true } }, (request, reply) => {
    const { file } = request.params as { file: string };
    if (!/^[\w-]+(?:\.[\w-]+)+$/.test(file)) return reply.callNotFound();
    // Their names change with their content.
    if (/^[\w-]+\.[0-9a-zA-Z_-]{8,}\.(?:js|css|svg)$/.test(file)) {
      reply.header('cache-control', 'public, max-age=31536000, immutable');
    }
    return send(reply, `assets/${file}`);
  });
  app.get('/favicon.svg', { schema: { hide: true } }, (_request, reply) => send(reply, 'favicon.svg'));
}

function send(reply: FastifyReply, file: string): FastifyReply {
  return reply.header('content-security-policy', policy).sendFile(file);
}

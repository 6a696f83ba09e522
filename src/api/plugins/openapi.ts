import swagger from '@fastify/swagger';
import swaggerUi from '@fastify/swagger-ui';
import { jsonSchemaTransform, jsonSchemaTransformObject } from 'fastify-type-provider-zod';
import type { Api } from '../deps.ts';

/** Before the routes: it reads them as they are registered. */
export async function registerOpenApi(app: Api, version: string): Promise<void> {
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'Roomwarden',
        version,
        description:
          'Verstöße und offene Fragen der geprüften Konferenzsysteme. ' +
          'Violations and open questions of the audited conference systems.',
        license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
      },
      tags: [
        { name: 'findings', description: 'Violations, unknowns and their history' },
        { name: 'targets', description: 'Audited systems, their rooms and scans' },
        { name: 'policies', description: 'Rules, waivers and attestations' },
        { name: 'access', description: 'Tokens, sessions and the audit log' },
        { name: 'service', description: 'State of the service itself' },
      ],
      components: {
        securitySchemes: {
          token: { type: 'http', scheme: 'bearer' },
          session: { type: 'apiKey', in: 'cookie', name: '__Host-roomwarden' },
        },
      },
    },
    transform: jsonSchemaTransform,
    transformObject: jsonSchemaTransformObject,
  });
  await app.register(swaggerUi, {
    routePrefix: '/docs',
    // No address but our own; scripts and styles only from files.
    staticCSP:
      "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; connect-src 'self'; " +
      "font-src 'self'; img-src 'self' data:; script-src 'self'; style-src 'self'",
    uiConfig: { deepLinking: false, persistAuthorization: false, validatorUrl: null },
  });
}

export function registerOpenApiDocument(app: Api): void {
  app.get('/openapi.json', { schema: { hide: true } }, (_request, reply) =>
    reply.type('application/json').serializer(JSON.stringify).send(app.swagger()),
  );
}

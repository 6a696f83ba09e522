import { z } from 'zod';
import { readAudit } from '../../access/audit-log.ts';
import { rfc3339 } from '../../findings/detail.ts';
import { checked, seal, unseal } from '../cursor.ts';
import { defined } from '../defined.ts';
import type { Api, ApiDeps } from '../deps.ts';
import { linkNext } from '../links.ts';
import { visibleTargets } from '../plugins/auth.ts';
import { AuditLog } from '../schemas/access.ts';
import { pageQuery, problems, secured, When } from '../schemas/common.ts';

const Query = z.strictObject({
  ...pageQuery,
  actor: z.string().max(128).optional(),
  action: z
    .string()
    .regex(/^[a-z]+(\.[a-z]+)?$/)
    .optional()
    .meta({ description: 'Whole, as `token.create`, or the thing alone, as `token`.' }),
  target: z.string().max(256).optional(),
  since: When.optional(),
  until: When.optional().meta({ description: 'Exclusive.' }),
});

export function registerAudit(app: Api, { store }: ApiDeps): void {
  app.get(
    '/api/v1/audit',
    {
      config: { scopes: ['admin'] },
      schema: {
        tags: ['access'],
        security: secured,
        summary: 'Who did what, newest first',
        querystring: Query,
        response: { 200: AuditLog, ...problems(400) },
      },
    },
    async (request, reply) => {
      const { limit, after, since, until, ...rest } = request.query;
      const query = { ...rest, since, until };
      const page = await readAudit(
        store.db,
        defined({
          ...rest,
          visible: visibleTargets(request),
          since: since === undefined ? undefined : Date.parse(since),
          until: until === undefined ? undefined : Date.parse(until),
        }),
        { limit, ...(after === undefined ? {} : { after: checked(unseal(query, after)) }) },
      );
      const next = seal(query, page.next_cursor);
      linkNext(request, reply, next);
      const entries = page.entries.map(({ at, ...entry }) => ({ ...entry, at: rfc3339(at) }));
      return { entries, next_cursor: next, has_more: page.has_more };
    },
  );
}

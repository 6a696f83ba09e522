import { z } from 'zod';
import { type Group, groupFindings, groupings } from '../../findings/grouped.ts';
import type { Catalogue } from '../../policy/catalogue.ts';
import { seal, unseal } from '../cursor.ts';
import type { Api, ApiDeps } from '../deps.ts';
import { linkNext } from '../links.ts';
import { idView, reading } from '../plugins/auth.ts';
import { pageQuery, problems, secured } from '../schemas/common.ts';
import { Groups } from '../schemas/group.ts';
import { filterOf, filters, mostCounted, queryDeps } from './violations.ts';

const Query = z.strictObject({ by: z.enum(groupings), ...filters, ...pageQuery });

export function registerGroups(app: Api, deps: ApiDeps): void {
  const queries = queryDeps(deps);
  app.get(
    '/api/v1/violations/groups',
    {
      config: { scopes: reading },
      schema: {
        tags: ['findings'],
        security: secured,
        summary: 'Violations and unknowns counted by policy, target, room or common cause',
        querystring: Query,
        response: { 200: Groups, ...problems(400) },
      },
    },
    async (request, reply) => {
      const { by, limit, after, ...asked } = request.query;
      const query = { by, ...asked };
      const filter = await filterOf(request, asked, deps);
      const page = {
        limit,
        most: mostCounted + 1,
        ...(after === undefined ? {} : { after: unseal(query, after) }),
      };
      const found = await groupFindings(queries, filter, by, page, idView(request, deps));
      const next = seal(query, found.next_cursor);
      linkNext(request, reply, next);
      const capped = found.rest > mostCounted;
      return {
        groups: found.groups.map((group) => ({ ...group, ...policyOf(group, deps.catalogue) })),
        rest: capped ? mostCounted : found.rest,
        ...(capped ? { rest_capped: true as const } : {}),
        next_cursor: next,
        has_more: found.has_more,
      };
    },
  );
}

function policyOf({ filter: { policy: id } }: Group, { policyById }: Catalogue) {
  if (id === undefined) return {};
  const known = policyById.get(id);
  const title = { de: known?.texts.de.title ?? id, en: known?.texts.en.title ?? id };
  return { policy: { id, title, clauses: [...(known?.clauses ?? [])] } };
}

import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import {
  countFindings,
  type FindingFilter,
  type FindingsPage,
  listFindings,
  listText,
  type QueryDeps,
  readFinding,
} from '../../findings/queries.ts';
import { findingStatuses } from '../../findings/types.ts';
import { seal, unseal } from '../cursor.ts';
import { defined } from '../defined.ts';
import type { Api, ApiDeps } from '../deps.ts';
import { requireKnown, roomFilter } from '../filters.ts';
import { linkNext } from '../links.ts';
import { formats, mediaTypes, negotiate } from '../negotiate.ts';
import { Pages } from '../pages.ts';
import { idView, reading, sees, visibleTargets } from '../plugins/auth.ts';
import { HttpProblem } from '../plugins/problems.ts';
import { pageQuery, problems, Severity, SubjectKind, secured, several, When } from '../schemas/common.ts';
import {
  Ecs,
  Finding,
  FindingWithHistory,
  FlatFinding,
  Ocsf,
  Sarif,
  ViolationsPage,
} from '../schemas/finding.ts';
import { feedView, objectsOf, shapeOf } from '../shapes.ts';
import { streamFindings } from '../stream.ts';

/** What a list of findings is narrowed by. */
export const filters = {
  target: several,
  vendor: several,
  policy: several,
  severity: Severity.optional().meta({ description: 'At least this severe.' }),
  kind: SubjectKind.optional(),
  room: z.string().max(2048).optional().meta({ description: 'Ref of a room; for role operate also its id.' }),
  verdict: z.enum(['violation', 'unknown', 'all']).default('violation'),
  status: z.enum([...findingStatuses, 'all']).default('open'),
  changed_since: When.optional(),
  cause: z.string().max(64).optional().meta({ description: 'Of a group by cause; `none`: without one.' }),
};

const Query = z.strictObject({
  ...filters,
  format: z.enum(formats).optional(),
  total: z.enum(['true', 'false']).default('false').meta({ description: 'Counts up to 10000.' }),
  ...pageQuery,
  limit: pageQuery.limit.removeDefault().optional().meta({
    description: 'Default 200; NDJSON, CSV and SARIF without it hold everything.',
  }),
});

export const mostCounted = 10_000;
const streamedPage = 1_000;

export function registerViolations(app: Api, deps: ApiDeps): void {
  const queries = queryDeps(deps);
  const pages = new Pages(deps);
  app.get(
    '/api/v1/violations',
    {
      config: { scopes: reading, repeats: true },
      schema: {
        tags: ['findings'],
        security: secured,
        summary: 'Violations and unknowns, most severe first',
        querystring: Query,
        response: {
          200: {
            description: 'One page, or in NDJSON, CSV and SARIF without limit everything.',
            content: {
              [mediaTypes.json]: { schema: ViolationsPage },
              [mediaTypes.ndjson]: { schema: z.union([Finding, FlatFinding, Ocsf, Ecs]) },
              [mediaTypes.csv]: { schema: z.string() },
              [mediaTypes.sarif]: { schema: Sarif },
            },
          },
          ...problems(400, 406),
        },
      },
    },
    async (request, reply) => {
      const { format, total, limit, after, ...asked } = request.query;
      const form = negotiate(format, request.headers.accept, ['json', 'ndjson', 'csv', 'sarif']);
      const eventual = form.format === 'ocsf' || form.format === 'ecs';
      const view = eventual ? feedView(deps) : idView(request, deps);
      const start = (): { after?: string } => (after === undefined ? {} : { after: unseal(asked, after) });
      if (form.media === 'json' && form.format === 'native') {
        const question = [asked, limit ?? 200, after ?? null, total, view, visibleTargets(request)];
        return pages.answer(request, reply, question, async () => {
          const filter = await filterOf(request, asked, deps);
          const found = await listText(queries, filter, { ...start(), limit: limit ?? 200 }, view);
          const { has_more, text, holds } = found;
          const next = seal(asked, found.next_cursor);
          const number = total === 'true' ? await counted(queries, filter) : {};
          const rest = JSON.stringify({ next_cursor: next, has_more, ...number }).slice(1);
          const parts = [Buffer.from('{"violations":['), text, Buffer.from(`],${rest}`)];
          return { body: Buffer.concat(parts), next, holds };
        }) as never;
      }
      const filter = await filterOf(request, asked, deps);
      const read = (from: { after?: string }, size: number): Promise<FindingsPage> =>
        listFindings(queries, filter, { ...from, limit: size }, view);
      if (form.media === 'json') {
        const found = await read(start(), limit ?? 200);
        const next = seal(asked, found.next_cursor);
        linkNext(request, reply, next);
        const violations = await objectsOf(form.format, found.findings, deps);
        return {
          violations: violations as z.output<typeof ViolationsPage>['violations'],
          next_cursor: next,
          has_more: found.has_more,
          ...(total === 'true' ? await counted(queries, filter) : {}),
        };
      }
      const first = await read(start(), limit ?? streamedPage);
      if (limit !== undefined) linkNext(request, reply, seal(asked, first.next_cursor));
      const rest =
        limit === undefined ? following(first, (next) => read({ after: next }, streamedPage)) : none();
      return reply
        .type(`${mediaTypes[form.media]}; charset=utf-8`)
        .send(streamFindings(first, rest, shapeOf(form, deps)) as never);
    },
  );

  app.get(
    '/api/v1/violations/:uid',
    {
      config: { scopes: reading },
      schema: {
        tags: ['findings'],
        security: secured,
        summary: 'One finding with evidence and history',
        params: z.strictObject({ uid: z.string().max(64) }),
        response: { 200: FindingWithHistory, ...problems(404) },
      },
    },
    async (request) => {
      const found = await readFinding(queries, request.params.uid, idView(request, deps));
      if (found === null || !sees(request, found.finding.target)) {
        throw new HttpProblem('not-found', {
          de: 'Diesen Befund gibt es nicht.',
          en: 'There is no such finding.',
        });
      }
      return found as z.output<typeof FindingWithHistory>;
    },
  );
}

export function queryDeps({ store, catalogue, now, config }: ApiDeps): QueryDeps {
  const freshness = new Map(config.targets.map((target) => [target.id, target.freshness]));
  return { store, catalogue, now, freshness };
}

type Asked = z.output<z.ZodObject<typeof filters>>;

export async function filterOf(request: FastifyRequest, asked: Asked, deps: ApiDeps): Promise<FindingFilter> {
  await requireKnown(request, asked, deps);
  const { room, changed_since, ...rest } = asked;
  return {
    ...defined(rest),
    visible: visibleTargets(request),
    ...(room === undefined ? {} : { room: await roomFilter(request, room, deps) }),
    ...(changed_since === undefined ? {} : { changedSince: Date.parse(changed_since) }),
  };
}

async function counted(queries: QueryDeps, filter: FindingFilter) {
  const number = await countFindings(queries, filter, mostCounted + 1);
  return number > mostCounted ? { total: mostCounted, total_capped: true as const } : { total: number };
}

async function* following(
  first: FindingsPage,
  read: (after: string) => Promise<FindingsPage>,
): AsyncGenerator<FindingsPage> {
  for (let page = first; page.next_cursor !== null; yield page) page = await read(page.next_cursor);
}

async function* none(): AsyncGenerator<never> {}

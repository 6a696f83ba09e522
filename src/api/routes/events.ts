import { z } from 'zod';
import { exportContext, formatEvent } from '../../export/index.ts';
import { listEvents } from '../../findings/events.ts';
import { checked } from '../cursor.ts';
import { defined } from '../defined.ts';
import type { Api, ApiDeps } from '../deps.ts';
import { linkNext, nextAddress } from '../links.ts';
import { formats, mediaTypes, negotiate } from '../negotiate.ts';
import { visibleTargets } from '../plugins/auth.ts';
import { pageQuery, problems, secured, When } from '../schemas/common.ts';
import { Event, EventsPage, FlatEvent } from '../schemas/finding.ts';

type Shown = z.output<typeof EventsPage>['events'][number];

const Query = z.strictObject({
  after: pageQuery.after,
  limit: z.coerce.number().int().min(1).max(1000).default(500),
  since: When.optional().meta({ description: 'Recorded at or after this time.' }),
  until: When.optional().meta({ description: 'Recorded before this time.' }),
  format: z.enum(formats).optional(),
});

/** Room ids never stand in the feed, whoever asks, unless the configuration makes them plain. */
export function registerEvents(app: Api, deps: ApiDeps): void {
  const view = deps.config.privacy.room_ids === 'plain' ? 'plain' : 'ref';
  const context = exportContext(deps.config, deps);
  app.get(
    '/api/v1/events',
    {
      config: { scopes: ['feed'] },
      schema: {
        tags: ['findings'],
        security: secured,
        summary: 'What changed, oldest first, without gaps',
        querystring: Query,
        response: {
          200: {
            description: 'One page; in NDJSON the position stands in the header X-Next-Cursor.',
            content: {
              [mediaTypes.json]: { schema: EventsPage },
              [mediaTypes.ndjson]: { schema: z.union([Event, FlatEvent]) },
            },
          },
          ...problems(400, 406, 410),
        },
      },
    },
    async (request, reply) => {
      const { after, limit, since, until, format } = request.query;
      const form = negotiate(format, request.headers.accept, ['json', 'ndjson']);
      const query = {
        visible: visibleTargets(request),
        limit,
        ...defined({
          after: after === undefined ? undefined : checked(after),
          since: since === undefined ? undefined : Date.parse(since),
          until: until === undefined ? undefined : Date.parse(until),
        }),
      };
      const { events, next_cursor, has_more } = await listEvents(deps, query, view);
      // The open end of the feed is never kept; a full page with more behind it does not change any more.
      if (!has_more) reply.header('cache-control', 'no-store');
      linkNext(request, reply, has_more ? next_cursor : null);
      reply.header('x-next-cursor', next_cursor);
      const shape = formatEvent(form.format, context);
      const shown = events.map((event) => shape(event) as Shown);
      if (form.media === 'json') {
        return { events: shown, next_cursor, has_more, next: nextAddress(request, next_cursor) };
      }
      const schema = form.format === 'flat' ? FlatEvent : Event;
      const lines = shown.map((event) => `${JSON.stringify(schema.parse(event))}\n`).join('');
      return reply
        .type(`${mediaTypes.ndjson}; charset=utf-8`)
        .serializer((text: unknown) => String(text))
        .send(lines as never);
    },
  );
}

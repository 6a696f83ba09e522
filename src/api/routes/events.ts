import { Readable } from 'node:stream';
import { setImmediate as turn } from 'node:timers/promises';
import { z } from 'zod';
import { exportContext, formatEvent } from '../../export/index.ts';
import {
  type EventsQuery,
  type EventsText,
  type EventView,
  listEvents,
  listEventsText,
  spanOf,
} from '../../findings/events.ts';
import { beginning, placeOf } from '../cursor.ts';
import { defined } from '../defined.ts';
import type { Api, ApiDeps } from '../deps.ts';
import { linkNext, nextAddress } from '../links.ts';
import { formats, mediaTypes, negotiate } from '../negotiate.ts';
import { visibleTargets } from '../plugins/auth.ts';
import { pageQuery, problems, secured, When } from '../schemas/common.ts';
import { Ecs, Event, EventsPage, FlatEvent, Ocsf } from '../schemas/finding.ts';

const Query = z.strictObject({
  after: pageQuery.after.meta({
    description: `next_cursor of the page before, the id of the last event that the reader has, or "${beginning}".`,
  }),
  limit: z.coerce
    .number()
    .int()
    .min(1)
    .max(1000)
    .optional()
    .meta({ description: 'Default 500; NDJSON without it goes on to the end of the feed.' }),
  since: When.optional().meta({ description: 'Recorded at or after this time.' }),
  until: When.optional().meta({ description: 'Recorded before this time.' }),
  format: z.enum(formats).optional(),
});

const lineSchemas = { native: Event, flat: FlatEvent, ocsf: Ocsf, ecs: Ecs };

const page = 500;
const streamed = 1_000;
/** Numbers that one stream covers. */
const longest = 100_000;

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
            description:
              'One page; in NDJSON everything up to the position in the header X-Next-Cursor, which counts once the answer has come whole.',
            content: {
              [mediaTypes.json]: { schema: EventsPage },
              [mediaTypes.ndjson]: { schema: z.union([Event, FlatEvent, Ocsf, Ecs]) },
            },
          },
          ...problems(400, 406, 410),
        },
      },
    },
    async (request, reply) => {
      const { after, limit, since, until, format } = request.query;
      const form = negotiate(format, request.headers.accept, ['json', 'ndjson']);
      const filter = {
        visible: visibleTargets(request),
        ...defined({
          since: since === undefined ? undefined : Date.parse(since),
          until: until === undefined ? undefined : Date.parse(until),
        }),
      };
      const begin = placeOf(after);
      const shape = formatEvent(form.format, context);
      const tell = (cursor: string, hasMore: boolean): void => {
        // The open end of the feed is never kept; a full page with more behind it is asked for again by its ETag only,
        // since an erasure may empty what is in it.
        if (!hasMore) reply.header('cache-control', 'no-store');
        linkNext(request, reply, hasMore ? cursor : null);
        reply.header('x-next-cursor', cursor);
      };
      // Only the native form is text already; the others are made of objects and held against their schema.
      const schema = lineSchemas[form.format];
      const end = form.media === 'json' ? ',' : '\n';
      const read = async (query: EventsQuery): Promise<EventsText> => {
        if (form.format === 'native') return listEventsText(deps, query, view, end);
        const { events, ...rest } = await listEvents(deps, query, view);
        const lineOf = (event: EventView): string => `${JSON.stringify(schema.parse(shape(event)))}${end}`;
        return { ...rest, text: () => Buffer.from(events.map(lineOf).join('')) };
      };
      if (form.media === 'json') {
        const found = await read({ ...filter, ...begin, limit: limit ?? page });
        const { next_cursor, has_more } = found;
        const text = found.text();
        tell(next_cursor, has_more);
        const rest = JSON.stringify({ next_cursor, has_more, next: nextAddress(request, next_cursor) });
        const events = text.subarray(0, Math.max(0, text.length - 1));
        const parts = [Buffer.from('{"events":['), events, Buffer.from(`],${rest.slice(1)}`)];
        return reply.type(`${mediaTypes.json}; charset=utf-8`).send(Buffer.concat(parts) as never);
      }
      const span = limit === undefined ? await spanOf(deps.store, filter, begin.after, longest) : null;
      const query = { ...filter, ...begin, limit: limit ?? streamed, ...(span && { last: span.last }) };
      const first = await read(query);
      const text = first.text();
      tell(span?.cursor ?? first.next_cursor, span?.hasMore ?? first.has_more);
      const texts = span === null ? [text] : textsFrom({ ...first, text: () => text }, query, read);
      return reply
        .type(`${mediaTypes.ndjson}; charset=utf-8`)
        .send(Readable.from(linesOf(texts), { objectMode: false }) as never);
    },
  );
}

/**
 * The next page is asked for before the text of the one before is made, and read while that is taken: a slow reader holds
 * nothing but these two. Only the first one is read before its answer has begun.
 */
async function* textsFrom(
  first: EventsText,
  query: EventsQuery,
  read: (query: EventsQuery) => Promise<EventsText>,
): AsyncGenerator<Buffer> {
  for (let current = first; ; ) {
    const next = current.has_more ? read({ ...query, after: current.next_cursor }) : null;
    // Whoever does not wait for it any more does not hear of its failure either.
    next?.catch(() => {});
    // Then the question is on its way.
    if (next !== null) await turn();
    yield current.text();
    if (next === null) return;
    current = await next;
  }
}

async function* linesOf(texts: Iterable<Buffer> | AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  for await (const text of texts) if (text.length > 0) yield text;
}

import { z } from 'zod';
import { listRooms } from '../../inventory/queries.ts';
import { readRoom } from '../../scan/room.ts';
import { seal, unseal } from '../cursor.ts';
import type { Api, ApiDeps } from '../deps.ts';
import { isRef } from '../filters.ts';
import { Pages } from '../pages.ts';
import { idView, reading } from '../plugins/auth.ts';
import { HttpProblem } from '../plugins/problems.ts';
import { pageQuery, problems, secured } from '../schemas/common.ts';
import { RoomDetail, RoomsPage } from '../schemas/target.ts';
import { configuredTarget, targetParams } from './targets.ts';

const Query = z.strictObject({
  state: z.enum(['present', 'gone', 'ended', 'no_longer_visible', 'all']).default('present'),
  ...pageQuery,
});

export function registerRooms(app: Api, deps: ApiDeps): void {
  const pages = new Pages(deps);
  app.get(
    '/api/v1/targets/:target/rooms',
    {
      config: { scopes: reading, repeats: true },
      schema: {
        tags: ['targets'],
        security: secured,
        summary: 'Rooms of a target, in a fixed order that means nothing',
        params: targetParams,
        querystring: Query,
        response: { 200: RoomsPage, ...problems(400, 404) },
      },
    },
    async (request, reply) => {
      const { id } = configuredTarget(request, request.params.target, deps);
      const { limit, after, state } = request.query;
      const asked = { target: id, state };
      const view = idView(request, deps);
      return pages.answer(request, reply, ['rooms', asked, limit, after ?? null, view], async () => {
        const start = after === undefined ? {} : { after: unseal(asked, after) };
        const found = await listRooms(deps.store, id, { limit, state, ...start }, view);
        const next = seal(asked, found.next_cursor);
        const text = JSON.stringify(RoomsPage.parse({ ...found, next_cursor: next }));
        return { body: Buffer.from(text), next };
      }) as never;
    },
  );

  app.get(
    '/api/v1/targets/:target/rooms/:room',
    {
      config: { scopes: reading },
      schema: {
        tags: ['targets'],
        security: secured,
        summary: 'One room: what is known of it, and every verdict',
        params: targetParams.extend({
          room: z.string().meta({ description: 'Ref; for role operate also the id, percent-encoded.' }),
        }),
        response: { 200: RoomDetail, ...problems(404) },
      },
    },
    async (request) => {
      const target = configuredTarget(request, request.params.target, deps);
      const { room } = request.params;
      const view = idView(request, deps);
      const found = view === 'ref' && !isRef(room) ? null : await readRoom(deps, target, room, view);
      if (found === null || (view === 'ref' && found.room.ref !== room)) {
        throw new HttpProblem('not-found', {
          de: 'Diesen Raum gibt es nicht.',
          en: 'There is no such room.',
        });
      }
      return { target: target.id, vendor: target.vendor, ...found } as z.output<typeof RoomDetail>;
    },
  );
}

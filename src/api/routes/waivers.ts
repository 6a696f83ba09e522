import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import { audit } from '../../access/audit.ts';
import { roomRef } from '../../access/ref.ts';
import type { ConfiguredWaiver } from '../../config/types.ts';
import { rfc3339 } from '../../findings/detail.ts';
import { allWaivers, type GivenWaiver, giveWaiver, revokeWaiver } from '../../findings/given.ts';
import { reviewWaiver } from '../../findings/review.ts';
import { settleWaivers } from '../../findings/settle.ts';
import { timeOrNull } from '../../inventory/queries.ts';
import { aftercareOf } from '../../scan/aftercare.ts';
import { waiversFor } from '../../scan/declared.ts';
import type { StoreTransaction } from '../../store/index.ts';
import type { Api, ApiDeps } from '../deps.ts';
import { requireKnown } from '../filters.ts';
import { linkNext } from '../links.ts';
import { managedView, ofTheFile, pageOf } from '../managed.ts';
import { actorOf, idView, operates, reading, sees } from '../plugins/auth.ts';
import { HttpProblem } from '../plugins/problems.ts';
import { pageQuery, problems, secured, several } from '../schemas/common.ts';
import {
  NewWaiver,
  type Waiver,
  WaiverDetail,
  WaiverReview,
  Waivers,
  waiverStates,
} from '../schemas/waiver.ts';
import { waiverAsked } from '../waiver.ts';

type AnyWaiver = ConfiguredWaiver | GivenWaiver;

const Query = z.strictObject({
  target: several,
  policy: several,
  managed_by: z.enum(['file', 'api']).optional(),
  state: z.enum([...waiverStates, 'all']).default('all'),
  ...pageQuery,
});
const params = z.strictObject({ waiver: z.string().max(256) });
const shared = { tags: ['policies'], security: secured };

export function registerWaivers(app: Api, deps: ApiDeps): void {
  app.get(
    '/api/v1/waivers',
    {
      config: { scopes: reading },
      schema: {
        ...shared,
        summary: 'Dated exceptions, of the configuration and given here; soonest end first',
        querystring: Query,
        response: { 200: Waivers, ...problems(400) },
      },
    },
    async (request, reply) => {
      const { limit, after, ...asked } = request.query;
      await requireKnown(request, asked, deps);
      const all = await waiversSeen(request, deps);
      const counts = { active: 0, over: 0, revoked: 0 };
      for (const waiver of all) counts[stateOf(waiver, deps.now())] += 1;
      const wanted = all.filter(
        (waiver) =>
          (asked.target?.includes(waiver.target) ?? true) &&
          (asked.policy?.includes(waiver.policy) ?? true) &&
          (asked.managed_by === undefined || asked.managed_by === ('origin' in waiver ? 'file' : 'api')) &&
          (asked.state === 'all' || asked.state === stateOf(waiver, deps.now())),
      );
      const found = pageOf(
        wanted.map((waiver) => ({ ...waiver, end: waiver.until })),
        asked,
        { limit, after },
      );
      linkNext(request, reply, found.next_cursor);
      const waivers = [];
      for (const waiver of found.items) waivers.push(await viewOf(request, waiver, deps));
      return { waivers, counts, next_cursor: found.next_cursor, has_more: found.has_more };
    },
  );

  app.get(
    '/api/v1/waivers/:waiver',
    {
      config: { scopes: reading },
      schema: {
        ...shared,
        summary: 'One exception, what it hides, and where it no longer holds and why',
        params,
        response: { 200: WaiverDetail, ...problems(404) },
      },
    },
    async (request) => {
      const waiver = await requireWaiver(request, request.params.waiver, deps);
      const active = stateOf(waiver, deps.now()) !== 'revoked';
      const review = await reviewWaiver(
        deps,
        active ? waiver : { ...waiver, until: 0 },
        deps.now(),
        idView(request, deps),
      );
      return { ...(await viewOf(request, waiver, deps)), review };
    },
  );

  app.post(
    '/api/v1/waivers',
    {
      config: { scopes: ['operate'] },
      schema: {
        ...shared,
        summary: 'Give an exception; it holds at once',
        body: NewWaiver,
        response: { 201: WaiverDetail, ...problems(400, 413, 415) },
      },
    },
    async (request, reply) => {
      const asked = await waiverAsked(request, request.body, deps, true);
      const given = await changed(deps, asked.target, async (tx, now) => {
        const waiver = await giveWaiver(tx.db, asked, actorOf(request), now);
        await audit(tx.db, { ...entryOf('create', waiver, request), detail: detailOf(waiver, deps) }, now);
        return waiver;
      });
      const review = await reviewWaiver(deps, given, deps.now(), idView(request, deps));
      reply.status(201).header('location', `/api/v1/waivers/${given.id}`);
      return { ...(await viewOf(request, given, deps)), review };
    },
  );

  app.post(
    '/api/v1/waivers/preview',
    {
      config: { scopes: ['operate'] },
      schema: {
        ...shared,
        summary: 'What an exception would hide, and where it would not hold; nothing is kept',
        body: NewWaiver,
        response: { 200: WaiverReview, ...problems(400, 413, 415) },
      },
    },
    async (request) => {
      const asked = await waiverAsked(request, request.body, deps, false);
      const review = await reviewWaiver(deps, { ...asked, id: '' }, deps.now(), idView(request, deps));
      return { until: rfc3339(asked.until), ...review };
    },
  );

  app.delete(
    '/api/v1/waivers/:waiver',
    {
      config: { scopes: ['operate'] },
      schema: {
        ...shared,
        summary: 'Revoke an exception: its findings are open again at once, it stays in the list',
        params,
        response: { 200: WaiverDetail, ...problems(404, 409, 413, 415) },
      },
    },
    async (request) => {
      const waiver = await requireWaiver(request, request.params.waiver, deps);
      if ('origin' in waiver) throw ofTheFile(waiver.origin);
      await changed(deps, waiver.target, async (tx, now) => {
        if ((await revokeWaiver(tx.db, waiver.id, actorOf(request), now)) === false) return;
        await audit(tx.db, { ...entryOf('revoke', waiver, request), detail: detailOf(waiver, deps) }, now);
      });
      const revoked = await requireWaiver(request, waiver.id, deps);
      const review = await reviewWaiver(deps, { ...revoked, until: 0 }, deps.now(), idView(request, deps));
      return { ...(await viewOf(request, revoked, deps)), review };
    },
  );
}

/** The act and what it does to the findings, in one transaction that holds the target. */
async function changed<T>(
  deps: ApiDeps,
  target: string,
  act: (tx: StoreTransaction, now: number) => Promise<T>,
): Promise<T> {
  const result = await deps.store.transaction(async (tx) => {
    await tx.lock(`target ${target}`);
    const now = deps.now();
    const done = await act(tx, now);
    await settleWaivers(tx, deps.catalogue, target, await waiversFor(tx.db, deps.config, target), now);
    return done;
  });
  deps.onDeclared?.();
  return result;
}

const entryOf = (verb: 'create' | 'revoke', { id, target }: GivenWaiver, request: FastifyRequest) => ({
  actor: actorOf(request),
  action: `waiver.${verb}`,
  object: id,
  target,
});

function detailOf({ policy, room, tag, finding, until }: GivenWaiver, { key }: Pick<ApiDeps, 'key'>) {
  return {
    policy,
    ...(room === undefined ? {} : { room: roomRef(key, room) }),
    ...(tag === undefined ? {} : { tag }),
    ...(finding === undefined ? {} : { finding }),
    until: rfc3339(until),
  };
}

async function waiversSeen(request: FastifyRequest, { store, config }: ApiDeps): Promise<AnyWaiver[]> {
  const all: AnyWaiver[] = [...config.waivers, ...(await allWaivers(store.db))];
  return all.filter(({ target }) => sees(request, target));
}

/** @throws {HttpProblem} 404, the same for one that is hidden */
async function requireWaiver(request: FastifyRequest, id: string, deps: ApiDeps): Promise<AnyWaiver> {
  const found = (await waiversSeen(request, deps)).find((waiver) => waiver.id === id);
  if (found !== undefined) return found;
  throw new HttpProblem('not-found', {
    de: 'Diese Ausnahme gibt es nicht.',
    en: 'There is no such waiver.',
  });
}

function stateOf(waiver: AnyWaiver, now: number): (typeof waiverStates)[number] {
  if ('revokedAt' in waiver && waiver.revokedAt !== null) return 'revoked';
  return now > waiver.until ? 'over' : 'active';
}

async function viewOf(
  request: FastifyRequest,
  waiver: AnyWaiver,
  deps: ApiDeps,
): Promise<z.output<typeof Waiver>> {
  const { id, policy, target, room, tag, finding, purpose, reason, owner, ticket, approvedBy, until } =
    waiver;
  const { key, store, bind, config, now } = deps;
  const whole = operates(request);
  const ids = idView(request, deps) === 'plain';
  const live = config.targets.find((one) => one.id === target)?.live != null;
  const header = { parameters: config.policies, live };
  const care = await aftercareOf(store.db, bind, header, waiver, now());
  return {
    id,
    policy,
    target,
    room: room === undefined ? null : { ...(ids ? { id: room } : {}), ref: roomRef(key, room) },
    tag: tag ?? null,
    finding: finding ?? null,
    purpose: purpose ?? null,
    reason,
    owner,
    ticket: ticket ?? null,
    ...(whole && approvedBy !== undefined ? { approved_by: approvedBy } : {}),
    until: rfc3339(until),
    state: stateOf(waiver, now()),
    over: now() > until,
    ...(care === null
      ? {}
      : { aftercare: { state: care.state, count: care.count, checked_at: timeOrNull(care.checkedAt) } }),
    ...managedView(waiver, whole),
  };
}

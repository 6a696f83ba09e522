import { z } from 'zod';
import { audit } from '../../access/audit.ts';
import { listScans, readScan, type ScanView } from '../../inventory/queries.ts';
import { seal, unseal } from '../cursor.ts';
import { defined } from '../defined.ts';
import type { Api, ApiDeps } from '../deps.ts';
import { requireKnown } from '../filters.ts';
import { linkNext } from '../links.ts';
import { actorOf, reading, sees, visibleTargets } from '../plugins/auth.ts';
import { HttpProblem } from '../plugins/problems.ts';
import { pageQuery, problems, secured, several } from '../schemas/common.ts';
import { Scan, ScanStarted, type ScanSummary, ScansPage, scanStates } from '../schemas/target.ts';
import { configuredTarget, scanAnswer, targetParams } from './targets.ts';

const Query = z.strictObject({
  target: several,
  state: z
    .union([z.enum(scanStates).transform((one) => [one]), z.array(z.enum(scanStates)).max(6)])
    .optional(),
  ...pageQuery,
});

export function registerScans(app: Api, deps: ApiDeps): void {
  const { scheduler, store, config, now } = deps;
  app.post(
    '/api/v1/targets/:target/scans',
    {
      config: { scopes: ['operate'] },
      schema: {
        tags: ['targets'],
        security: secured,
        summary: 'Start a scan, or learn the id of the one under way',
        params: targetParams,
        body: z.strictObject({}).nullish(),
        response: { 202: ScanStarted, ...problems(400, 404, 413, 415) },
      },
    },
    async (request, reply) => {
      const { id } = configuredTarget(request, request.params.target, deps);
      const { scan, accepted } = await scheduler.request(id);
      const entry = { actor: actorOf(request), action: 'scan.start', object: scan, target: id };
      await audit(store.db, { ...entry, detail: { accepted } }, now());
      const href = `/api/v1/scans/${encodeURIComponent(scan)}`;
      return reply.status(202).header('location', href).send({ scan, target: id, accepted, href });
    },
  );

  app.get(
    '/api/v1/scans',
    {
      config: { scopes: reading },
      schema: {
        tags: ['targets'],
        security: secured,
        summary: 'Scans, newest first, those under way among them',
        querystring: Query,
        response: { 200: ScansPage, ...problems(400) },
      },
    },
    async (request, reply) => {
      const { limit, after, ...asked } = request.query;
      await requireKnown(request, asked, deps);
      const start = after === undefined ? {} : { after: unseal(asked, after) };
      const filter = { ...defined(asked), visible: visibleTargets(request) };
      const found = await listScans(store, filter, { limit, ...start });
      const next = seal(asked, found.next_cursor);
      linkNext(request, reply, next);
      return { ...found, next_cursor: next, scans: found.scans.map((scan) => summary(scan, deps)) };
    },
  );

  app.get(
    '/api/v1/scans/:scan',
    {
      config: { scopes: reading },
      schema: {
        tags: ['targets'],
        security: secured,
        summary: 'Progress and outcome of a scan',
        params: z.strictObject({ scan: z.string().max(64) }),
        response: { 200: Scan, ...problems(404) },
      },
    },
    async (request, reply) => {
      const { scan: id } = request.params;
      const known = await readScan(store, id);
      // Asked for, but its turn has not come: nothing is written yet.
      const waiting = config.targets.find((target) => scheduler.activeScan(target.id) === id);
      const scan = known === null ? waiting && queued(id, waiting.id) : scanAnswer(known, deps);
      if (scan === undefined || !sees(request, scan.target)) {
        throw new HttpProblem('not-found', {
          de: 'Diesen Lauf gibt es nicht.',
          en: 'There is no such scan.',
        });
      }
      if (scan.state === 'queued' || scan.state === 'running') reply.header('retry-after', '2');
      return scan;
    },
  );
}

function summary(scan: ScanView, deps: ApiDeps): z.output<typeof ScanSummary> {
  const { sources, ...rest } = scanAnswer(scan, deps);
  const missing = sources.filter(({ state }) => state !== 'complete');
  return { ...rest, asked: sources.length, not_seen: missing.length };
}

const queued = (id: string, target: string): z.output<typeof Scan> => ({
  id,
  target,
  state: 'queued',
  requested_at: null,
  started_at: null,
  finished_at: null,
  error: null,
  sources: [],
  counts: {},
});

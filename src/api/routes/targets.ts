import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { ConfiguredTarget } from '../../config/types.ts';
import { activeIn, listTargets, type ScanView, type TargetView } from '../../inventory/queries.ts';
import { Overdue } from '../../scan/overdue.ts';
import type { Api, ApiDeps } from '../deps.ts';
import { operates, reading, sees, visibleTargets } from '../plugins/auth.ts';
import { HttpProblem } from '../plugins/problems.ts';
import { problems, secured } from '../schemas/common.ts';
import { type Scan, Target, Targets } from '../schemas/target.ts';
import { noTarget } from '../texts.ts';

export const targetParams = z.strictObject({ target: z.string() });

export function registerTargets(app: Api, deps: ApiDeps): void {
  const { store, config, now } = deps;
  const views = async (request: FastifyRequest): Promise<TargetView[]> =>
    (await listTargets(store, config.targets, visibleTargets(request), now())).filter(
      ({ state }) => state === 'configured',
    );
  const overdue = new Overdue(config.timezone);
  const answers = async (request: FastifyRequest, shown: readonly TargetView[]) => {
    const late = await overdue.read(store, shown, now());
    return shown.map((view) => ({ ...answer(request, view, deps), late: late.get(view.id) ?? null }));
  };
  app.get(
    '/api/v1/targets',
    {
      config: { scopes: reading },
      schema: {
        tags: ['targets'],
        security: secured,
        summary: 'Audited systems, with their last scan and how fresh it is',
        response: { 200: Targets, ...problems() },
      },
    },
    async (request) => ({ targets: await answers(request, await views(request)) }),
  );
  app.get(
    '/api/v1/targets/:target',
    {
      config: { scopes: reading },
      schema: {
        tags: ['targets'],
        security: secured,
        summary: 'One audited system',
        params: targetParams,
        response: { 200: Target, ...problems(404) },
      },
    },
    async (request) => {
      const { id } = configuredTarget(request, request.params.target, deps);
      const shown = (await views(request)).filter((each) => each.id === id);
      const [view] = await answers(request, shown);
      if (view === undefined) throw new HttpProblem('not-found', noTarget(id));
      return view;
    },
  );
}

/** @throws {HttpProblem} 404, the same for a target that is hidden and one that does not exist */
export function configuredTarget(
  request: FastifyRequest,
  id: string,
  { config }: Pick<ApiDeps, 'config'>,
): ConfiguredTarget {
  const target = config.targets.find((each) => each.id === id);
  if (target === undefined || !sees(request, id)) throw new HttpProblem('not-found', noTarget(id));
  return target;
}

function answer(
  request: FastifyRequest,
  view: TargetView,
  deps: ApiDeps,
): Omit<z.output<typeof Target>, 'late'> {
  const { report, last_scan, ...rest } = view;
  const { settings } = configuredTarget(request, view.id, deps);
  const { url } = settings;
  return {
    ...(rest as Pick<
      z.output<typeof Target>,
      'id' | 'vendor' | 'state' | 'schedule' | 'freshness' | 'fresh'
    >),
    sources: named(rest.sources, view.vendor, deps),
    url: typeof url === 'string' ? url : null,
    active_scan: deps.scheduler.activeScan(view.id) ?? activeIn(view),
    last_scan: last_scan === null ? null : scanAnswer(last_scan, deps),
    rooms: (report['rooms'] ?? null) as z.output<typeof Target>['rooms'],
    verdicts: (report['counts'] ?? null) as z.output<typeof Target>['verdicts'],
    score: (report['score'] ?? null) as z.output<typeof Target>['score'],
    owner: ownerOf(settings.owner, operates(request)),
  };
}

/** Contacts are persons: for those who operate. */
function ownerOf(
  owner: ConfiguredTarget['settings']['owner'],
  whole: boolean,
): z.output<typeof Target>['owner'] {
  if (owner == null) return null;
  const { name, contact } = owner;
  if (!whole || contact === undefined) return { name };
  const lines = Object.entries(contact).filter((line): line is [string, string] => line[1] !== undefined);
  return { name, contact: Object.fromEntries(lines) };
}

type AnswerDeps = Pick<ApiDeps, 'progress' | 'adapters' | 'config'>;

export function scanAnswer(scan: ScanView, deps: AnswerDeps): z.output<typeof Scan> {
  const progress = scan.state === 'running' ? deps.progress?.(scan.id) : undefined;
  const vendor = deps.config.targets.find(({ id }) => id === scan.target)?.vendor ?? '';
  const sources = named(scan.sources, vendor, deps);
  return { ...scan, sources, ...(progress == null ? {} : { progress }) };
}

/** With what the adapter says of its sources. */
function named<T extends { source: string }>(
  sources: readonly T[],
  vendor: string,
  { adapters }: Pick<ApiDeps, 'adapters'>,
): (T & { adds?: { de: string; en: string }; calls?: string[] })[] {
  const known = adapters?.get(vendor)?.sources ?? [];
  return sources.map((outcome) => {
    const info = known.find(({ id }) => id === outcome.source);
    return info === undefined ? outcome : { ...outcome, adds: info.adds, calls: info.calls };
  });
}

import { z } from 'zod';
import { rfc3339 } from '../../findings/detail.ts';
import type { EventKind } from '../../findings/types.ts';
import { MatrixReader } from '../../report/matrix/matrix.ts';
import type { Api, ApiDeps } from '../deps.ts';
import { reading, visibleTargets } from '../plugins/auth.ts';
import { problems, secured, When } from '../schemas/common.ts';
import { Changes, Matrix } from '../schemas/matrix.ts';

/** Numbers of the feed that one question looks back over. */
const lookBack = 50_000;
const shown = 100;
const told = ['opened', 'reopened', 'resolved', 'unknown', 'waived', 'waiver_expired', 'closed'] as const;

export function registerMatrix(app: Api, deps: ApiDeps): void {
  const reader = new MatrixReader(deps);
  app.get(
    '/api/v1/matrix',
    {
      config: { scopes: reading },
      schema: {
        tags: ['targets'],
        security: secured,
        summary: 'Policies against targets, and what one step would settle',
        response: { 200: Matrix, ...problems() },
      },
    },
    (request) => reader.read(visibleTargets(request)),
  );
  app.get(
    '/api/v1/changes',
    {
      config: { scopes: reading },
      schema: {
        tags: ['findings'],
        security: secured,
        summary: 'What moved since an instant, counted by policy',
        querystring: z.strictObject({ since: When }),
        response: { 200: Changes, ...problems(400) },
      },
    },
    (request) => changesSince(deps, Date.parse(request.query.since), visibleTargets(request)),
  );
}

async function changesSince(
  { store, catalogue }: ApiDeps,
  since: number,
  visible: readonly string[] | null,
): Promise<z.output<typeof Changes>> {
  const { head } = await store.feed();
  const floor = Math.max(0, head - lookBack);
  let query = store.db
    .selectFrom('events')
    .select(['kind', 'policy', 'severity', 'target'])
    .select((expression) => [
      expression.fn.countAll<number>().as('number'),
      expression.fn.max('severity_rank').as('rank'),
    ])
    .where('seq', '>', floor)
    .where('at', '>=', since)
    .where('kind', 'in', [...told])
    .where('policy', 'is not', null)
    .groupBy(['kind', 'policy', 'severity', 'target']);
  if (visible !== null) query = query.where('target', 'in', visible.length === 0 ? [''] : [...visible]);
  const rows = await query.execute();
  const oldest = await store.db
    .selectFrom('events')
    .select('at')
    .where('seq', '>', floor)
    .orderBy('seq')
    .limit(1)
    .executeTakeFirst();
  const groups = new Map<string, z.output<typeof Changes>['changes'][number]>();
  for (const row of rows) {
    const { kind, policy, severity, target, number } = row;
    if (policy === null) continue;
    const known = catalogue.policyById.get(policy);
    const key = `${kind}\n${policy}\n${severity}`;
    const group = groups.get(key) ?? {
      event: kind as EventKind,
      policy,
      title: { de: known?.texts.de.title ?? policy, en: known?.texts.en.title ?? policy },
      severity: severity as z.output<typeof Changes>['changes'][number]['severity'],
      count: 0,
      targets: [],
    };
    group.count += Number(number);
    if (target !== null && !group.targets.includes(target)) group.targets.push(target);
    groups.set(key, group);
  }
  const order = (kind: string): number => told.indexOf(kind as (typeof told)[number]);
  const changes = [...groups.values()].sort(
    (one, other) => order(one.event) - order(other.event) || other.count - one.count,
  );
  return {
    since: rfc3339(since),
    complete: changes.length <= shown && (floor === 0 || (oldest?.at ?? since) < since),
    changes: changes.slice(0, shown),
  };
}

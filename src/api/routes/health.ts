import { z } from 'zod';
import { migrations } from '../../store/migrations.ts';
import type { Api, ApiDeps } from '../deps.ts';
import { HttpProblem } from '../plugins/problems.ts';
import { problems } from '../schemas/common.ts';

const Alive = z.strictObject({ status: z.literal('ok') }).meta({ id: 'Alive' });
const Checks = z.strictObject({
  store: z.boolean(),
  migrations: z.boolean(),
  policies: z.boolean(),
  configuration: z.boolean().meta({ description: 'False: others work by another; this one takes no jobs.' }),
});
const Instance = z.strictObject({
  roles: z.array(z.string()),
  configuration: z.string().meta({ description: 'Hash of what this instance judges by.' }),
  working: z.string().nullable().meta({ description: 'Hash that is worked by.' }),
});
const Ready = z
  .strictObject({
    status: z.literal('ready'),
    checks: Checks,
    instance: Instance.optional().meta({ description: 'With PostgreSQL.' }),
  })
  .meta({ id: 'Ready' });

export function registerHealth(app: Api, deps: ApiDeps): void {
  app.get(
    '/healthz',
    {
      schema: { tags: ['service'], summary: 'The process answers', response: { 200: Alive } },
    },
    async (_request, reply) => reply.header('cache-control', 'no-store').send({ status: 'ok' }),
  );
  app.get(
    '/readyz',
    {
      schema: {
        tags: ['service'],
        summary: 'Store, its schema and the policies are there',
        response: { 200: Ready, ...problems() },
      },
    },
    async (_request, reply) => {
      const checks = await check(deps);
      const more = instanceOf(deps);
      if (!Object.values(checks).every(Boolean)) {
        throw new HttpProblem('unavailable', undefined, { checks, ...more });
      }
      return reply.header('cache-control', 'no-store').send({ status: 'ready', checks, ...more });
    },
  );
}

function instanceOf({ instance }: ApiDeps): { instance?: z.output<typeof Instance> } {
  if (instance === undefined) return {};
  const { roles, configuration } = instance;
  return { instance: { roles: [...roles], configuration, working: instance.working() } };
}

async function check({ store, catalogue, instance }: ApiDeps): Promise<z.output<typeof Checks>> {
  const policies = catalogue.policies.length > 0;
  const configuration = instance?.accepted() ?? true;
  try {
    const row = await store.db
      .selectFrom('meta')
      .select('value')
      .where('key', '=', 'schema')
      .executeTakeFirst();
    return { store: true, migrations: Number(row?.value) === migrations.length, policies, configuration };
  } catch {
    return { store: false, migrations: false, policies, configuration };
  }
}

import { z } from 'zod';
import type { FailedLogins, LoginWay } from '../../access/failed-logins.ts';
import type { Api, ApiDeps } from '../deps.ts';
import { Counted } from '../metrics/counted.ts';
import { exposed, expositionFor, type Family, mediaTypes, visibleTo } from '../metrics/family.ts';
import { queueFamilies } from '../metrics/queue.ts';
import { Stored } from '../metrics/stored.ts';
import { visibleTargets } from '../plugins/auth.ts';
import { HttpProblem } from '../plugins/problems.ts';
import { problems, secured } from '../schemas/common.ts';

const ways = ['token', 'session', 'oidc', 'hook'] as const satisfies readonly LoginWay[];

/** For Prometheus and whatever reads its form. */
export function registerMetrics(app: Api, deps: ApiDeps): void {
  const { config, now } = deps;
  const counted = deps.counted ?? new Counted(config.targets);
  const stored = new Stored(deps);
  const started = now();
  app.tellers.push(({ method, route, status }) => counted.answering(method, route, status));
  app.addHook('onResponse', async (request, reply) => {
    const route = request.is404 ? 'none' : (request.routeOptions.url ?? 'none');
    counted.answered(request.method, route, reply.statusCode);
  });
  const read = async (): Promise<Family[]> => [
    ...service(deps, started),
    ...(await stored.read()),
    ...(await queueFamilies(deps.queue)),
    ...(await counted.read()),
    failures(app.failedLogins),
  ];
  const text = { schema: z.string() };
  app.get(
    '/metrics',
    {
      config: { scopes: ['read', 'feed'], openHere: config.metrics.open },
      schema: {
        tags: ['service'],
        security: secured,
        summary: 'Metrics for Prometheus; OpenMetrics where Accept names it',
        response: {
          200: {
            description: 'Metrics',
            content: { [mediaTypes.text]: text, [mediaTypes.openmetrics]: text },
          },
          ...problems(406),
        },
      },
    },
    async (request, reply) => {
      const as = expositionFor(request.headers.accept);
      if (as === null) throw notOffered();
      // Without a token: the configuration opened it to this machine.
      const visible = request.principal === null ? null : visibleTargets(request);
      const body = await exposed(visibleTo(await read(), visible), as);
      return reply
        .headers({ 'cache-control': 'no-store' })
        .type(mediaTypes[as])
        .serializer(String)
        .send(body);
    },
  );
}

function service({ version, store, certificate }: ApiDeps, started: number): Family[] {
  const one = (
    name: string,
    help: string,
    value: number | undefined,
    labels: Record<string, string> = {},
    type: Family['type'] = 'gauge',
  ): Family[] => (value === undefined ? [] : [{ name, help, type, samples: [{ labels, value }] }]);
  const { user, system } = process.cpuUsage();
  const ends = certificate?.();
  return [
    ...one('roomwarden_build_info', 'Version of the service.', 1, { version, store: store.dialect }),
    ...one('roomwarden_start_timestamp_seconds', 'Start of this process.', started / 1000),
    ...one('roomwarden_process_resident_memory_bytes', 'Memory of this process.', process.memoryUsage.rss()),
    ...one(
      'roomwarden_process_cpu_seconds_total',
      'Processor time of this process.',
      (user + system) / 1_000_000,
      {},
      'counter',
    ),
    ...one(
      'roomwarden_certificate_expiry_timestamp_seconds',
      'End of the TLS certificate in use.',
      ends === undefined ? undefined : ends / 1000,
    ),
  ];
}

function failures({ totals }: FailedLogins): Family {
  return {
    name: 'roomwarden_failed_logins_total',
    help: 'Refused tokens, sign-ins and signatures.',
    type: 'counter',
    samples: ways.map((way) => ({ labels: { way }, value: totals[way] ?? 0 })),
  };
}

function notOffered(): HttpProblem {
  const list = Object.values(mediaTypes).join(', ');
  return new HttpProblem('not-acceptable', {
    de: `In dieser Form gibt es die Messwerte nicht; es gibt ${list}.`,
    en: `The metrics do not exist in this form; there is ${list}.`,
  });
}

import type { HTTPMethods } from 'fastify';
import type { Scope } from '../../access/tokens.ts';
import type { Api } from '../deps.ts';
import { HttpProblem } from './problems.ts';

const all = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'] as const satisfies HTTPMethods[];

interface Known {
  methods: Set<string>;
  scopes: readonly Scope[] | undefined;
}

/** Notes every route from here on; the function it gives answers all other methods of their paths with 405. */
export function watchMethods(app: Api): () => void {
  const routes = new Map<string, Known>();
  app.addHook('onRoute', ({ url, method, config }) => {
    const known = routes.get(url) ?? { methods: new Set(), scopes: config?.scopes };
    routes.set(url, known);
    for (const name of [method].flat()) known.methods.add(name);
  });
  return () => {
    for (const [url, { methods, scopes }] of [...routes]) {
      const others = all.filter((name) => !methods.has(name));
      const allow = all.filter((name) => methods.has(name)).join(', ');
      if (others.length === 0 || url.includes('*')) continue;
      app.route({
        url,
        method: others,
        schema: { hide: true },
        config: scopes === undefined ? {} : { scopes },
        handler() {
          throw new HttpProblem('method-not-allowed', undefined, {}, { allow });
        },
      });
    }
  };
}

import type { z } from 'zod';
import { attestationsInForce } from '../../inventory/attestations.ts';
import { readCoverage, readSummary } from '../../inventory/summary.ts';
import type { Clause } from '../../policy/catalogue.ts';
import type { Api, ApiDeps } from '../deps.ts';
import { reading, sees, visibleTargets } from '../plugins/auth.ts';
import { problems, secured } from '../schemas/common.ts';
import { Coverage, Summary } from '../schemas/target.ts';

export function registerOverview(app: Api, { store, config, catalogue, now }: ApiDeps): void {
  app.get(
    '/api/v1/summary',
    {
      config: { scopes: reading },
      schema: {
        tags: ['findings'],
        security: secured,
        summary: 'Counts of what is open now',
        response: { 200: Summary, ...problems() },
      },
    },
    async (request) => {
      const summary = await readSummary(store, config.targets, visibleTargets(request), now());
      const states = await attestationsInForce(store, config, now());
      const number = (state: string): number =>
        states.filter((one) => one.state === state && sees(request, one.target)).length;
      return { ...summary, attestations_due: number('due'), attestations_expired: number('expired') };
    },
  );

  const clauses = catalogue.clauses.map(clauseView);
  app.get(
    '/api/v1/coverage',
    {
      config: { scopes: reading },
      schema: {
        tags: ['targets'],
        security: secured,
        summary: 'Which clause is judged on which target, and how',
        response: { 200: Coverage, ...problems() },
      },
    },
    async (request) => {
      const known = await readCoverage(store, visibleTargets(request));
      const byTarget = new Map(known.map((row) => [row.target, row]));
      const targets = config.targets
        .filter(({ id }) => sees(request, id))
        .map(({ id, vendor }) => byTarget.get(id) ?? unscanned(id, vendor));
      return { clauses, targets } as z.output<typeof Coverage>;
    },
  );
}

const unscanned = (target: string, vendor: string) => ({
  target,
  vendor,
  last_scan_at: null,
  score: null,
  coverage: [],
});

function clauseView({ documentTitle, aggregateOf, check: _, ...clause }: Clause) {
  return {
    ...clause,
    document_title: documentTitle,
    ...(aggregateOf === undefined ? {} : { aggregate_of: aggregateOf }),
  };
}

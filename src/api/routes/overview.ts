import type { z } from 'zod';
import { attestationsInForce } from '../../inventory/attestations.ts';
import { listTargets, type TargetView } from '../../inventory/queries.ts';
import { readCoverage, readSummary } from '../../inventory/summary.ts';
import type { Clause } from '../../policy/catalogue.ts';
import { neverSeen } from '../../policy/coverage.ts';
import { checksOf } from '../../report/matrix/checks.ts';
import type { Api, ApiDeps } from '../deps.ts';
import { reading, sees, visibleTargets } from '../plugins/auth.ts';
import { problems, secured } from '../schemas/common.ts';
import { Coverage, Summary } from '../schemas/target.ts';

export function registerOverview(app: Api, { adapters, store, config, catalogue, now }: ApiDeps): void {
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
      const known = await listTargets(store, config.targets, visibleTargets(request), now());
      return {
        ...summary,
        ...checks(known),
        attestations_due: number('due'),
        attestations_expired: number('expired'),
      };
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
        .map(({ id, vendor }) => ({
          ...(byTarget.get(id) ?? unscanned(id, vendor)),
          never: vendor === 'declared' ? [] : neverSeen(catalogue, adapters?.get(vendor)?.facts ?? []),
        }));
      return { clauses, targets } as z.output<typeof Coverage>;
    },
  );
}

/** Verdicts of the last scans as they count now, the same as on the page and in reports. */
function checks(targets: readonly TargetView[]): Record<string, number> {
  const sum = { checks_unseen: 0, checks_stale: 0, checks_met: 0, checks_not_applicable: 0 };
  for (const { state, fresh, report } of targets) {
    if (state !== 'configured') continue;
    const { counts } = report as { counts?: Record<string, number> };
    const { unknown, stale, pass, not_applicable } = checksOf(counts, fresh);
    sum.checks_unseen += unknown;
    sum.checks_stale += stale;
    sum.checks_met += pass;
    sum.checks_not_applicable += not_applicable;
  }
  return sum;
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

import type { Totals } from './types.ts';

export type Checks = Pick<Totals, 'unknown' | 'stale' | 'pass' | 'not_applicable'>;

/**
 * Verdicts of the last scan of one target as they count now: what was met and is too old was not seen. The one place that
 * decides it, for the page, reports, the summary and metrics.
 */
export function checksOf(counts: Readonly<Record<string, number>> | undefined, fresh: boolean): Checks {
  const { pass = 0, unknown = 0, not_applicable = 0 } = counts ?? {};
  return {
    unknown: fresh ? unknown : unknown + pass,
    stale: fresh ? 0 : unknown + pass,
    pass: fresh ? pass : 0,
    not_applicable,
  };
}

import { severityRank } from '../findings/severity.ts';
import type { Report } from '../findings/types.ts';
import type { Severity } from '../policy/types.ts';
import { severities } from '../policy/types.ts';

export interface ExitRules {
  failOn: Severity;
  failOnUnknown: boolean;
}

/**
 * 2: a target was not scanned completely; outranks 1: unwaived violations at or above the threshold; 0 otherwise.
 * (3, wrong usage or configuration, is decided before anything is scanned.)
 */
export function exitCode(report: Pick<Report, 'summary' | 'targets'>, rules: ExitRules): 0 | 1 | 2 {
  if (report.targets.some((target) => target.state !== 'complete')) return 2;
  const threshold = severityRank(rules.failOn);
  const counted = severities.filter((severity) => severityRank(severity) >= threshold);
  if (counted.some((severity) => report.summary.violations[severity] > 0)) return 1;
  return rules.failOnUnknown && report.summary.verdicts.unknown > 0 ? 1 : 0;
}

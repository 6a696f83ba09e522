import type { SourceOutcome } from '../../adapters/contract/subject.ts';
import type { TargetReport } from '../findings/types.ts';

/** The widest population that a list of rooms was asked for. */
export function populationOf(
  listing: ReadonlySet<string>,
  outcomes: readonly SourceOutcome[],
): TargetReport['rooms']['population'] {
  const asked = outcomes.filter((outcome) => listing.has(outcome.source) && outcome.state !== 'skipped');
  const wide = (['all', 'visible', 'running'] as const).find((name) =>
    asked.some((outcome) => outcome.population === name),
  );
  return wide ?? 'none';
}

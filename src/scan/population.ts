import type { SourceOutcome } from '../../adapters/contract/subject.ts';
import type { TargetReport } from '../findings/types.ts';

/** The widest population of which a list of rooms was seen; a list that failed says nothing, not even zero. */
export function populationOf(
  listing: ReadonlySet<string>,
  outcomes: readonly SourceOutcome[],
): TargetReport['rooms']['population'] {
  const seen = outcomes.filter(
    ({ source, state }) => listing.has(source) && (state === 'complete' || state === 'partial'),
  );
  const wide = (['all', 'visible', 'running'] as const).find((name) =>
    seen.some((outcome) => outcome.population === name),
  );
  return wide ?? 'none';
}

import type { TargetState } from './state.ts';
import type { Writer } from './writer.ts';

const shown = 2;

/** What keeps a target from being seen whole, in a few words; null: nothing does. */
export function missingOf(writer: Writer, target: TargetState): string | null {
  if (target.last_scan_at === null) return writer.say('never');
  if (!target.fresh) {
    const day = target.seen_at === null ? '–' : writer.format.day(target.seen_at);
    return writer.say('stale_since', { day });
  }
  if (target.totals.unknown === 0) return null;
  const wanted = [
    ...new Set(
      target.holes.flatMap(({ reasons }) =>
        reasons.flatMap(({ fill }) => (fill === null || fill.kind === 'attestation' ? [] : fill.name)),
      ),
    ),
  ];
  if (wanted.length > 0) {
    const rest = wanted.length - shown;
    return rest > 0 ? `${wanted.slice(0, shown).join(', ')} + ${writer.n(rest)}` : wanted.join(', ');
  }
  // What lies in attestations stands in a table of its own.
  const first = target.holes.find(({ reasons }) => reasons.some(({ fill }) => fill?.kind !== 'attestation'));
  return first === undefined ? writer.say('attestations') : writer.reasons(first);
}

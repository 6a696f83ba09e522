import type { AttestationView, MatrixView, PoliciesView } from '../../views.ts';

export interface Reminder {
  policy: string;
  target: string;
  /** `missing`: nothing was ever attested, or all of it was withdrawn. */
  state: 'missing' | 'expired' | 'due';
  /** The one that is to be renewed. */
  entry: AttestationView | null;
}

const urgency = { expired: 0, missing: 1, due: 2 } as const;

/** Of every policy that asks for an attestation and every system: what is missing, over or soon over. */
export function remindersOf(
  entries: readonly AttestationView[],
  policies: PoliciesView['policies'],
  matrix: MatrixView,
): Reminder[] {
  const held = entries.filter(({ state, outranked }) => state !== 'revoked' && outranked !== true);
  const found: Reminder[] = [];
  for (const { id: target, cells } of matrix.targets) {
    for (const { id: policy, form } of policies) {
      if (form !== 'attestation') continue;
      const own = held.filter((entry) => entry.policy === policy && entry.target === target);
      const entry = longest(own);
      if (entry === null) {
        if (cells[policy]?.status === 'unknown' || cells[policy]?.status === 'stale')
          found.push({ policy, target, state: 'missing', entry });
      } else if (entry.state === 'expired' || entry.state === 'due') {
        found.push({ policy, target, state: entry.state, entry });
      }
    }
  }
  return found.sort((one, other) => urgency[one.state] - urgency[other.state]);
}

/** What was renewed is no longer due. */
function longest(entries: readonly AttestationView[]): AttestationView | null {
  const end = ({ valid_until }: AttestationView): number =>
    valid_until === null ? Number.POSITIVE_INFINITY : Date.parse(valid_until);
  return [...entries].sort((one, other) => end(other) - end(one))[0] ?? null;
}

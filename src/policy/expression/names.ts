import {
  type FactDefinition,
  type FactName,
  factDefinition,
  factNames,
  isFactName,
} from '../../../adapters/contract/vocabulary.ts';

/** Groups that are always written; facts of rooms and deployments stand without one. */
export const writtenGroups = ['recording', 'inventory', 'attestation'] as const;

/** The place of a fact's value in `Values`: its index in the vocabulary. */
const slots = new Map<FactName, number>(factNames.map((name, slot) => [name, slot]));

export function slotOf(name: FactName): number {
  return slots.get(name) as number;
}

export function factAt(slot: number): FactName {
  return factNames[slot] as FactName;
}

export function isLive(name: FactName): boolean {
  return factDefinition(name).live;
}

export function isEvidenceOnly(name: FactName): boolean {
  return (factDefinition(name) as FactDefinition).evidenceOnly === true;
}

/** The nearest of `candidates` within two edits (one for short words), for a message. */
export function nearest(word: string, candidates: Iterable<string>): string | undefined {
  let best: string | undefined;
  let bestDistance = word.length < 6 ? 2 : 3;
  for (const candidate of candidates) {
    const distance = edits(word, candidate, bestDistance);
    if (distance < bestDistance) [best, bestDistance] = [candidate, distance];
  }
  return best;
}

function edits(a: string, b: string, limit: number): number {
  if (Math.abs(a.length - b.length) >= limit) return limit;
  let row = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i += 1) {
    const next = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const change = (row[j - 1] as number) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(change, (row[j] as number) + 1, (next[j - 1] as number) + 1));
    }
    row = next;
  }
  return row[b.length] as number;
}

/** What to say of a name that is no fact. */
export function unknownFact(name: string): string {
  const grouped = writtenGroups.map((g) => `${g}.${name}`).find((n) => isFactName(n));
  if (grouped !== undefined) return `${name} is not a fact; write ${grouped}`;
  const guess = nearest(name, factNames);
  return `${name} is not a fact of the vocabulary${guess === undefined ? '' : `; did you mean ${guess}?`}`;
}

import type { Adapter } from '../../adapters/contract/adapter.ts';
import type { SourceOutcome, SubjectKind } from '../../adapters/contract/subject.ts';
import type { SubjectsTable } from '../store/index.ts';

/** What it means that a subject was not met: proven gone, ended, out of sight, or nothing (the list was not complete). */
export type Absence = 'gone' | 'ended' | 'no_longer_visible' | 'nothing';

export function needsWrite(row: Pick<SubjectsTable, 'state' | 'unseen'>, absence: Absence): boolean {
  if (absence === 'nothing') return row.unseen === 0;
  return row.state === 'present' || absence !== 'no_longer_visible';
}

/** Scans in a row that must miss a subject before it counts as gone. */
const missesUntilGone = 2;

export function absent(
  row: SubjectsTable,
  absence: Absence,
  now: number,
  coveredBefore: number | null,
): SubjectsTable {
  const lastSeen = row.unseen === 1 ? row.last_seen_at : Math.max(row.last_seen_at, coveredBefore ?? 0);
  const next: SubjectsTable = { ...row, unseen: 1, last_seen_at: lastSeen, judged: null };
  if (absence === 'nothing') return next;
  next.missed = row.missed + 1;
  if (absence === 'gone' && next.missed < missesUntilGone) return next;
  return { ...next, state: absence, changed_at: now };
}

/** Sources that tell which subjects of a kind there are. */
export function listingSources(adapter: Pick<Adapter, 'sources'>, kind: SubjectKind): Set<string> {
  return new Set(adapter.sources.filter((info) => info.lists?.includes(kind)).map((info) => info.id));
}

/**
 * Reads absence from the outcomes of the listing sources. An `all` list outranks what an account may see, and that what
 * runs just now. Sources that were not configured say nothing.
 */
export function absenceOf(listing: ReadonlySet<string>, outcomes: readonly SourceOutcome[]): Absence {
  const asked = outcomes.filter((outcome) => listing.has(outcome.source) && outcome.state !== 'skipped');
  const ranks = [
    ['all', 'gone'],
    ['visible', 'no_longer_visible'],
    ['running', 'ended'],
  ] as const;
  for (const [population, absence] of ranks) {
    const lists = asked.filter((outcome) => outcome.population === population);
    if (lists.length === 0) continue;
    return lists.every((outcome) => outcome.state === 'complete') ? absence : 'nothing';
  }
  return 'nothing';
}

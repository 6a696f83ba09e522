import type { LedgerItem } from '../findings/ledger.ts';
import { type KeptFacts, readFacts, type SourceRecord } from '../inventory/facts.ts';
import { scopeOf } from '../policy/scope.ts';
import type { Scope } from '../policy/types.ts';
import type { SubjectsTable } from '../store/index.ts';
import type { BoundPolicies } from './bind.ts';

/** Every verdict that a room had turns unknown: the account no longer sees it, and nothing else is known. */
export function unseenItem(
  row: SubjectsTable,
  kept: KeptFacts,
  scope: Scope,
  bound: BoundPolicies,
  sources: SourceRecord,
): LedgerItem {
  const { kind, id, name } = row;
  const reading = { sources, lastMet: null, now: 0, freshness: Number.POSITIVE_INFINITY };
  const facts = readFacts(kept, reading);
  const reason = { code: 'no_longer_visible' } as const;
  const whole = scopeOf(scope, kind, facts);
  const judgements = bound
    .judge(kind, whole)
    .filter((judgement) => judgement.verdict !== 'not_applicable')
    .map((judgement) => ({
      ...judgement,
      verdict: 'unknown' as const,
      confidence: 'low' as const,
      facts: [],
      holes: [...judgement.facts, ...judgement.holes.map((hole) => hole.fact)].map((fact) => ({
        fact,
        reason,
      })),
      met: [],
    }));
  const aliases = JSON.parse(row.aliases_json) as string[];
  const judged = { kind, id, name, aliases, facts, scope: whole, judgements };
  return { judged, unchanged: false, storedName: name };
}

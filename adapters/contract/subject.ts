import type { Fact, Reason, SourceId } from './fact.ts';
import type { SubjectKind } from './kind.ts';
import type { FactName } from './vocabulary.ts';

export { type SubjectKind, subjectKinds } from './kind.ts';

/** The id of every deployment subject. */
export const deploymentId = '-';

/**
 * What is judged. Made once in an adapter, never changed, dropped after it is recorded.
 * Facts, their evidence and whole `facts` may be shared between subjects: one object says the same of all of them.
 * Facts, their evidence and whole `facts` may be shared between subjects: one object says the same of all of them.
 * `facts` carries exactly the facts that the adapter declares at this kind's level, each known or a hole.
 * Names of a recording's facts carry their group (`recording.age`), as everywhere.
 */
export interface Subject {
  kind: SubjectKind;
  /** Stable identity of design.md 5; `-` for a deployment. Free of U+0000 and lone surrogates. */
  id: string;
  /** Display name; null where it would name a person or there is none. */
  name: string | null;
  facts: Partial<Record<FactName, Fact>>;
  /** Other ids under which the same room is known (never join links). */
  aliases?: string[];
}

/** `all`: absence means gone. `visible`: what this account may see. `running`: exists only while in use. */
export type Population = 'all' | 'visible' | 'running';

export type SourceState = 'complete' | 'partial' | 'failed' | 'skipped';

/** Keys from `from` to before `to`, in the order of their source. */
export interface KeyRange {
  from: string;
  to: string | null;
}

export interface SourceOutcome {
  source: SourceId;
  population: Population;
  state: SourceState;
  /** Present unless `complete`. */
  reason?: Reason;
  /** Rooms or recordings that this source listed; 1 for a source of the deployment. */
  count: number;
  /** Subjects seen and deliberately not stored, by room kind (direct, self, breakout, ...). */
  counted?: Record<string, number>;
  /** Came along or was given, not asked of the server: whether that answers it does not tell. */
  local?: true;
}

export type Item = { subject: Subject } | { source: SourceOutcome };

import type { SubjectKind } from '../../adapters/contract/subject.ts';
import type { Severity } from '../policy/types.ts';
import type { FindingStatus } from './types.ts';

export interface FindingFilter {
  /** What the caller may see; null = all. */
  visible: readonly string[] | null;
  target?: readonly string[];
  vendor?: readonly string[];
  policy?: readonly string[];
  /** At least this severe. */
  severity?: Severity;
  kind?: SubjectKind;
  /** Id or ref. */
  room?: string;
  /** Default `violation`. */
  verdict?: 'violation' | 'unknown' | 'all';
  /** Default `open`. */
  status?: FindingStatus | 'all';
  /** Milliseconds. */
  changedSince?: number;
  /** Key of a common cause, or `none`: those with a cause of their own. */
  cause?: string;
}

import type { Fill } from '../../../adapters/contract/fact.ts';
import type { SubjectKind } from '../../../adapters/contract/subject.ts';
import type { Config } from '../../config/types.ts';
import type { Catalogue } from '../../policy/catalogue.ts';
import type { TargetScore } from '../../policy/coverage.ts';
import type { Bilingual, Severity } from '../../policy/types.ts';
import type { Bind } from '../../scan/bind.ts';
import type { Store } from '../../store/index.ts';

export interface FeedDeps {
  store: Store;
  config: Config;
}

export interface MatrixDeps extends FeedDeps {
  catalogue: Catalogue;
  bind: Bind;
  /** Milliseconds. */
  now(): number;
  /** Left out: nothing scans in this process. */
  scheduler?: { activeScan(target: string): string | null };
}

/** In order of rank: the first that is found anywhere in a cell wins. */
export const cellStatuses = [
  'violation',
  'violation_minor',
  'stale',
  'unknown',
  'waived',
  'pass',
  'not_applicable',
] as const;
export type CellStatus = (typeof cellStatuses)[number];

export interface Cell {
  status: CellStatus;
  /** Rooms or recordings; null: the system itself. */
  count: number | null;
  unseen: number;
  system_unseen: boolean;
}

/** Of one target: violations and waivers from the ledger, the rest as verdicts of the last scan that saw anything. */
export interface Totals {
  violation: number;
  violation_minor: number;
  /** With those that are too old. */
  unknown: number;
  stale: number;
  pass: number;
  waived: number;
  not_applicable: number;
}

export interface MatrixTarget {
  id: string;
  vendor: string;
  product: string | null;
  rooms: number | null;
  fresh: boolean;
  seen_at: string | null;
  last_state: string | null;
  active_scan: string | null;
  score: TargetScore | null;
  totals: Totals;
  /** By policy. */
  cells: Record<string, Cell>;
}

export interface Step {
  status: 'violation' | 'violation_minor' | 'unknown';
  /** Verdicts that this one step settles. */
  settles: number;
  at_least: boolean;
  target: string;
  vendor: string;
  policy: string | null;
  uid: string | null;
  title: Bilingual;
  fill: Fill | null;
}

export interface MatrixPolicy {
  id: string;
  title: Bilingual;
  clauses: string[];
  /** The highest of its levels. */
  severity: Severity;
  kinds: SubjectKind[];
  live: boolean;
}

export interface MatrixView {
  themes: { id: string; title: Bilingual; policies: string[] }[];
  policies: MatrixPolicy[];
  targets: MatrixTarget[];
  steps: Step[];
}

import type { Config } from '../config/types.ts';
import type { IdView } from '../findings/native.ts';
import type { Catalogue } from '../policy/catalogue.ts';
import type { Severity } from '../policy/types.ts';
import type { Bind } from '../scan/bind.ts';
import type { Store } from '../store/index.ts';
import type { Language } from '../texts/index.ts';
import type { CellStatus } from './matrix/types.ts';

export interface ReportDeps {
  store: Store;
  config: Config;
  catalogue: Catalogue;
  bind: Bind;
  /** Milliseconds. */
  now(): number;
  version: string;
}

export const reportKinds = [
  'summary',
  'audit',
  'evidence',
  'tracking',
  'measures',
  'comparison',
  'action-plan',
] as const;
export type ReportKind = (typeof reportKinds)[number];

export const reportFormats = ['html', 'json', 'csv'] as const;
export type ReportFormat = (typeof reportFormats)[number];

/** `organisation`: for the operating organisation itself, with contact data; every other one is for others as well. */
export const audiences = ['any', 'organisation'] as const;
export type Audience = (typeof audiences)[number];

export interface Asked {
  kind: ReportKind;
  language: Language;
  /** What the caller may see; null = all. */
  visible: readonly string[] | null;
  /** Left out: all that are visible. */
  target?: readonly string[];
  clause?: string;
  /** Id of a scan, or an instant in milliseconds. */
  from?: string | number;
  to?: string | number;
  audience: Audience;
  view: IdView;
}

/** A sign with its word. */
export type Mark = CellStatus;

/** Text that comes from elsewhere, such as the name of a room: what turns or hides writing is shown as what it is. */
export interface Foreign {
  name: string;
}
export interface Marked {
  mark: Mark;
  text: string;
}
/** Shares from 0 to 1. */
export interface Spread {
  low: number;
  high: number;
}
export interface Bar {
  violation: number;
  unseen: number;
  met: number;
}
export interface Weighed {
  severity: Severity;
  text: string;
}
export interface Code {
  code: string;
}
export interface Share {
  share: number;
}
export type Cell =
  | string
  | number
  | null
  | Foreign
  | Marked
  | Spread
  | Bar
  | Weighed
  | Code
  | Share
  | readonly Cell[];

export interface Column {
  id: string;
  title: string;
  align: 'start' | 'end';
  /** Names the row. */
  head?: true;
  strong?: true;
}

export type Row = Readonly<Record<string, Cell>>;

export interface Table {
  type: 'table';
  id: string;
  title: string;
  columns: readonly Column[];
  rows: readonly Row[];
  total?: Row;
  /** Said where there is no row. */
  empty?: string;
  notes?: readonly string[];
}

export interface Statement {
  mark: Mark;
  strong: string;
  rest: string;
}

export interface Station {
  layer: string;
  path: string;
  value: string;
  decides: boolean;
}

/** One finding with what it rests on. */
export interface Exhibit {
  uid: string;
  mark: Mark;
  severity: Weighed;
  title: string;
  subject: Cell;
  /** Verdict in one word. */
  verdict: string;
  message: string;
  facts: readonly Row[];
  chain: readonly Station[];
  remediation: string | null;
  notes: readonly string[];
}

export type Block =
  | { type: 'statements'; items: readonly Statement[] }
  | { type: 'section'; title: string; text?: readonly string[] }
  | { type: 'text'; text: string; quiet?: true }
  | { type: 'facts'; items: readonly { term: string; text: Cell }[] }
  | { type: 'steps'; title: string; items: readonly { strong: string; rest: string }[]; empty: string }
  | { type: 'exhibits'; columns: readonly Column[]; items: readonly Exhibit[]; notes?: readonly string[] }
  | { type: 'pair'; left: readonly Block[]; right: readonly Block[] }
  | { type: 'signature'; lines: readonly string[] }
  | Table;

/** What a report rests on; the same for every report of one state and one scope. */
export interface Standing {
  /** Since when all of it holds, RFC 3339; null: nothing was ever scanned. */
  as_of: string | null;
  /** SHA-256 over what is known of the scope, hex. */
  hash: string;
  targets: string[];
  /** Verdicts that could not be given, with those that are too old. */
  unseen: number;
  ruleset: { hash: string; policies: { id: string; version: number }[] };
}

/** A report in one language, before it is written down. */
export interface Document {
  schema: 'roomwarden.document/1';
  kind: ReportKind;
  language: Language;
  title: string;
  /** Whom and what it is about. */
  scope: string;
  audience: Audience;
  state: Standing;
  blocks: readonly Block[];
}

// One type for the rows of each table, so longer than other files.
import type { SubjectKind } from '../../adapters/contract/subject.ts';

/**
 * One portable schema: text, integer, real. Times are milliseconds UTC, flags 0 or 1, columns ending in `_json` hold
 * text that SQL never looks into. What is filtered or sorted has a column of its own.
 */
export interface Database {
  meta: MetaTable;
  targets: TargetsTable;
  subjects: SubjectsTable;
  books: BooksTable;
  splits: SplitsTable;
  slice_lines: SliceLinesTable;
  findings: FindingsTable;
  events: EventsTable;
  scans: ScansTable;
  tokens: TokensTable;
  waivers: WaiversTable;
  attestations: AttestationsTable;
  aftercare: AftercareTable;
  receivers: ReceiversTable;
  dead_letters: DeadLettersTable;
  sessions: SessionsTable;
  audit_log: AuditLogTable;
  notes: NotesTable;
  instances: InstancesTable;
  trends: TrendsTable;
}

/**
 * `schema` (number of the newest migration), `instance` (key for pseudonyms, hex), `key_used` (its fingerprint);
 * `configuration` (hash of the one that is worked by); of the feed: `epoch`, `epochs`, `feed_floor`, `feed_head`; to notice a restore: `witness`, `backup`, `place`.
 */
export interface MetaTable {
  key: string;
  value: string;
}

export interface TargetsTable {
  id: string;
  vendor: string;
  /** `removed`: no longer in the configuration; its findings are archived. */
  state: 'configured' | 'removed';
  first_seen_at: number;
  removed_at: number | null;
  /** Newest scan that reached its end and was recorded. */
  last_scan: string | null;
  last_scan_at: number | null;
  /** The scan whose findings went into the `baseline` event. */
  baseline_scan: string | null;
  /** Subject kind to the end of the last scan that looked at subjects of this kind. */
  covered_json: string;
  /** Source to its newest outcome and the time of its last answer. */
  sources_json: string;
  /** Verdict counts, score and coverage of the last scan. */
  report_json: string | null;
  /** Versions and parameters of the policies as last judged, to tell why a finding moved. */
  policies_json: string;
}

/** `gone`: absence proven; `ended`: a meeting that does not run; both come back under the same key. */
export type SubjectState = 'present' | 'gone' | 'ended' | 'no_longer_visible';

export interface SubjectsTable {
  target: string;
  kind: SubjectKind;
  id: string;
  /** HMAC of the id. */
  ref: string;
  name: string | null;
  state: SubjectState;
  first_seen_at: number;
  /** 1: the last scan that covered its kind did not meet it. */
  unseen: number;
  /** Holds while `unseen` is 1; otherwise it was seen when its kind was last covered (`targets.covered_json`). */
  last_seen_at: number;
  /** Complete scans in a row that did not find it. */
  missed: number;
  changed_at: number;
  aliases_json: string;
  tags_json: string;
  /** The book of the target that `facts_json` names entries of; null: it names none. */
  book: number | null;
  facts_json: string;
  /** Over name, aliases and facts without times of observation. */
  facts_hash: string;
  /** What a scan last brought its findings in line with; null where something else wrote any of them since. */
  judged: string | null;
}

/** What facts of many subjects of a target have in common; entries are added, never changed. */
export interface BooksTable {
  target: string;
  book: number;
  number: number;
  text: string;
}

export interface FindingsTable {
  uid: string;
  target: string;
  vendor: string;
  kind: SubjectKind;
  /** Empty for an aggregated unknown. */
  subject_id: string;
  subject_ref: string;
  subject_name: string | null;
  policy: string;
  policy_version: number;
  severity: string;
  severity_rank: number;
  verdict: string;
  status: string;
  confidence: string;
  /** 0: a violation that the last scan could not confirm. */
  confirmed: number;
  /** Aggregated unknowns: the set of deciding holes. */
  reason_key: string | null;
  affected: number | null;
  cause: string;
  opened_at: number;
  /** Stays when it is opened again. */
  first_opened_at: number;
  changed_at: number;
  resolved_at: number | null;
  /** Hash of the one thing that settles it and perhaps others: a setting above rooms, or what fills its only hole. */
  cause_key: string | null;
  /** Over verdict, severity and the values read: tells `changed`. */
  facts_key: string;
  /** Tags of the room, for waivers by tag. */
  tags_json: string;
  waiver_json: string | null;
  /** Waiver id to severity rank and policy version at its first use. */
  waived_json: string;
  detail_json: string;
}

export interface EventsTable {
  seq: number;
  at: number;
  kind: string;
  target: string | null;
  scan: string | null;
  uid: string | null;
  policy: string | null;
  subject_kind: string | null;
  cause: string | null;
  policy_version: number | null;
  severity: string | null;
  severity_rank: number | null;
  verdict: string | null;
  status: string | null;
  snapshot_json: string;
}

export type ScanState = 'queued' | 'running' | 'complete' | 'partial' | 'failed' | 'interrupted';

export interface ScansTable {
  id: string;
  target: string;
  vendor: string;
  state: ScanState;
  /** 1: the ledger holds its effects. */
  recorded: number;
  requested_at: number;
  started_at: number | null;
  finished_at: number | null;
  error_json: string | null;
  sources_json: string;
  counts_json: string;
  progress_json: string;
  policy_hash: string | null;
  /** Of the attempt that may write, of scans from the shared queue; null: it was run without one. */
  fence: number | null;
}

/** Processes that serve from this store. */
export interface InstancesTable {
  id: string;
  /** Hash of what it judges by. */
  configuration: string;
  /** 1: it takes jobs. */
  works: number;
  /** By the clock of the database. */
  seen_at: number;
}

export interface TokensTable {
  id: string;
  name: string;
  /** SHA-256 of the token, hex. */
  hash: string;
  /** Space-separated. */
  scopes: string;
  /** Space-separated target ids; null = all. */
  targets: string | null;
  created_at: number;
  expires_at: number | null;
  revoked_at: number | null;
  last_used_at: number | null;
}

/** Given over REST; those of the configuration file are never stored. */
export interface WaiversTable {
  id: string;
  policy: string;
  target: string;
  /** At most one of `room`, `tag`, `finding`; none = the whole target. */
  room: string | null;
  tag: string | null;
  /** Uid. */
  finding: string | null;
  /** Of an exception for recordings: what they are for; afterwards they must be gone. */
  purpose: string | null;
  reason: string;
  owner: string;
  ticket: string | null;
  approved_by: string | null;
  until: number;
  created_at: number;
  /** Token or account that gave it, as in the audit log. */
  created_by: string;
  revoked_at: number | null;
  revoked_by: string | null;
}

/** Given over REST; those of the configuration file are never stored. */
export interface AttestationsTable {
  id: string;
  policy: string;
  target: string;
  fields_json: string;
  attested_at: number;
  valid_until: number;
  created_at: number;
  created_by: string;
  revoked_at: number | null;
  revoked_by: string | null;
}

/** What became of the recordings after an exception for a purpose was over; written by scans. */
export interface AftercareTable {
  /** Id of a waiver, given over REST or in the file. */
  waiver: string;
  state: 'gone' | 'remaining' | 'unknown';
  count: number | null;
  checked_at: number | null;
  at: number;
}

export interface ReceiversTable {
  id: string;
  /** Of the feed that `position` belongs to. */
  epoch: string;
  /** Number of the last event that it took, that its filter leaves out or that was set aside. */
  position: number;
  /** Failed ones in a row since `position` last moved. */
  attempts: number;
  /** Of them those that refused the event after `position` itself. */
  refusals: number;
  /** Nothing is sent before; digests: when the next one is due. */
  next_attempt_at: number | null;
  delivered_at: number | null;
  failed_at: number | null;
  error_json: string | null;
  /** Events that retention took before they could be sent. */
  gap_json: string | null;
}

export interface DeadLettersTable {
  receiver: string;
  seq: number;
  at: number;
  error_json: string;
  /** 1: to be sent once more. */
  retry: number;
}

export interface SessionsTable {
  /** SHA-256 of the cookie's value, hex. */
  hash: string;
  data_json: string;
  created_at: number;
  expires_at: number;
}

export interface AuditLogTable {
  /** Sorts by time. */
  id: string;
  at: number;
  /** `token:<id>`, `session:<pseudonym>`, `cli` or `system`. */
  actor: string;
  /** `waiver.create`, `token.revoke`, ... */
  action: string;
  object: string | null;
  target: string | null;
  detail_json: string;
}

/** What a push said of one meeting of a room; given back to the adapter at every scan until the meeting is over. */
export interface NotesTable {
  target: string;
  /** A hash: which of the room's meetings. */
  session: string;
  room: string;
  at: number;
  content_json: string;
}

/** Verdicts of one target on one day, as the last scan of that day left them; no subject is named. */
export interface TrendsTable {
  /** Empty: all policies. */
  policy: string;
  target: string;
  /** YYYY-MM-DD in the configured time zone. */
  day: string;
  /** End of the scan that saw it. */
  seen_at: number;
  pass: number;
  /** Without those under a waiver. */
  violation: number;
  waived: number;
  unknown: number;
  /** Score of the whole target; null for one policy, and where there is none. */
  low: number | null;
  high: number | null;
  seen: number | null;
}

/** Of one attempt at a scan whose rooms several instances collect; gone when the attempt is over. */
export interface SplitsTable {
  scan: string;
  fence: number;
  target: string;
  at: number;
  /** Where the slices begin and end, and what of the rest of the scan they need; serialised by V8, deflated. */
  plan: Uint8Array;
}

/** Rooms that one instance collected for another, until that one has read them. */
export interface SliceLinesTable {
  scan: string;
  fence: number;
  slice: number;
  chunk: number;
  at: number;
  /** Lines of a spool, deflated. */
  lines: Uint8Array;
}

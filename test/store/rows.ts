import type { EventsTable, SubjectsTable } from '../../src/store/index.ts';

/** A sign of life of one target: the least that the feed holds. */
export const event = (seq: number): EventsTable => ({
  seq,
  at: 1_790_000_000_000,
  kind: 'heartbeat',
  target: 't',
  scan: null,
  uid: null,
  policy: null,
  subject_kind: null,
  cause: null,
  policy_version: null,
  severity: null,
  severity_rank: null,
  verdict: null,
  status: null,
  snapshot_json: '{}',
});

export const subject = (id: string, name: string | null = null): SubjectsTable => ({
  target: 't',
  kind: 'room',
  id,
  ref: `r${id}`,
  name,
  state: 'present',
  first_seen_at: 1_790_000_000_000,
  unseen: 0,
  last_seen_at: 1_790_000_000_000,
  missed: 0,
  changed_at: 1_790_000_000_000,
  aliases_json: '[]',
  tags_json: '[]',
  book: null,
  facts_json: '{}',
  facts_hash: '',
  judged: null,
});

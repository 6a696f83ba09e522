import type { EventsTable } from '../store/index.ts';

const nothing = '{"erased":true}';

/** Number, time, kind, target and scan stay: readers of the feed see no gap. */
export const emptied = {
  uid: null,
  policy: null,
  subject_kind: null,
  cause: null,
  policy_version: null,
  severity: null,
  severity_rank: null,
  verdict: null,
  status: null,
  snapshot_json: nothing,
} as const satisfies Partial<EventsTable>;

export const isErased = (row: Pick<EventsTable, 'snapshot_json'>): boolean => row.snapshot_json === nothing;

import type { EventsTable, SubjectsTable } from '../../src/store/index.ts';
import { sample } from '../findings/rows.ts';

const at = 1_790_000_000_000;

/** A sign of life of one target: the least that the feed holds. */
export const event = (seq: number): EventsTable => ({ ...sample.events, seq, at });

export const subject = (id: string, name: string | null = null): SubjectsTable => ({
  ...sample.subjects,
  id,
  ref: `r${id}`,
  name,
  first_seen_at: at,
  last_seen_at: at,
  changed_at: at,
  facts_hash: '',
});

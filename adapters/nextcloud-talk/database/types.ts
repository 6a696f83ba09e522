import { type Ms, notConfigured, type Reason } from '../../contract/fact.ts';
import type { Seen, Sight } from '../../contract/seen.ts';
import type { Participation } from '../participants.ts';

export interface Job {
  name: string;
  /** 0 = never. */
  lastRun: Ms;
}

/** What the database tells of the whole server, asked before any room. */
export interface DatabaseSummary {
  rights: Seen<{ write: boolean; secrets: boolean }>;
  /** Rooms whose messages are meant to expire. */
  expiring: Seen<number>;
  foreignHosts: Seen<string[]>;
  guestModerators: Seen<number>;
  /** Messages that should have been deleted more than an hour ago. */
  overdue: Seen<number>;
  jobs: Seen<Job[]>;
  /** Conversations with recordings. */
  recordings: Seen<number>;
}

/** Oldest message, null where there is none, and messages that should have been deleted more than an hour ago. */
export interface ChatTimes {
  oldest: Ms | null;
  overdue: number;
}

export interface SharedFiles {
  count: number;
  oldest: Ms | null;
  /** Of these, recordings. */
  recordings: number;
  /** Entries of a kind that is not known: they may be files or not. */
  unread: number;
}

export interface RecordingFiles {
  count: number;
  oldest: Ms;
  newest: Ms;
}

export interface Breakouts {
  count: number;
  recording: boolean;
  people: Participation | null;
}

/** What the database tells of one room besides its settings. */
export interface Held {
  oldestMessage: Seen<ChatTimes['oldest']>;
  overdue: Seen<ChatTimes['overdue']>;
  files: Seen<SharedFiles>;
  /** Null where none was found, which proves nothing: files can be moved. */
  recordings: Seen<RecordingFiles | null>;
  breakouts: Seen<Breakouts>;
}

function unseen(source: string, why: Reason, at: Ms): Extract<Seen<never>, { reason: Reason }> {
  const sight: Sight = { source, locator: 'SQL Nextcloud', at };
  return { ...sight, path: '', reason: why, absent: false };
}

const noDatabase = notConfigured('database');

export function noSummary(at: Ms, why: Reason = noDatabase): DatabaseSummary {
  return {
    rights: unseen('QC', why, at),
    expiring: unseen('Q1', why, at),
    foreignHosts: unseen('Q1', why, at),
    guestModerators: unseen('Q2', why, at),
    overdue: unseen('Q3', why, at),
    jobs: unseen('Q5', why, at),
    recordings: unseen('Q6', why, at),
  };
}

export function nothingHeld(at: Ms, why: Reason = noDatabase): Held {
  return {
    oldestMessage: unseen('Q3', why, at),
    overdue: unseen('Q3', why, at),
    files: unseen('Q4', why, at),
    recordings: unseen('Q6', why, at),
    breakouts: unseen('Q1', why, at),
  };
}

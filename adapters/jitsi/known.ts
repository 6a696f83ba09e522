import type { Reason } from '../contract/fact.ts';

/** What was read, or why it was not. */
export type Read<T> = { state: 'known'; value: T } | Unread;
export type Unread = { state: 'unknown'; reason: Reason };

export function unknownRead(reason: Reason): Unread {
  return { state: 'unknown', reason };
}

export function knownRead<T>(value: T): { state: 'known'; value: T } {
  return { state: 'known', value };
}

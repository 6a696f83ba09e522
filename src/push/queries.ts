import type { Config } from '../config/types.ts';
import { rfc3339 } from '../findings/detail.ts';
import { type DeadLettersTable, type EventsTable, eventId, type Store } from '../store/index.ts';
import type { Bilingual } from '../texts/index.ts';
import { type Failure, type FailureCode, failureTexts } from './failure.ts';
import type { Gap } from './state.ts';

export interface FailureView {
  code: FailureCode;
  status?: number;
  detail?: string;
  message: Bilingual;
}

export interface ReceiverView {
  id: string;
  kind: string;
  format: string | null;
  /** `waiting`: nothing was sent yet, and nothing failed. */
  state: 'ok' | 'failing' | 'waiting';
  /** Number of the last event that is done with. */
  position: number;
  /** Numbers of the feed behind it, also those that its filter leaves out. */
  behind: number;
  attempts: number;
  next_attempt_at: string | null;
  delivered_at: string | null;
  failed_at: string | null;
  error: FailureView | null;
  /** Events that were deleted before they could be sent. */
  gap: { from: number; to: number; at: string } | null;
  dead_letters: number;
}

export interface DeadLetterView {
  seq: number;
  id: string;
  at: string;
  /** Null where the event itself is gone. */
  event: string | null;
  target: string | null;
  policy: string | null;
  uid: string | null;
  error: FailureView;
  /** Somebody asked to send it once more. */
  retry: boolean;
}

/** Those of the configuration, in its order. */
export async function listReceivers(store: Store, { push }: Pick<Config, 'push'>): Promise<ReceiverView[]> {
  if (push.length === 0) return [];
  const ids = push.map(({ id }) => id);
  const rows = await store.db.selectFrom('receivers').selectAll().where('id', 'in', ids).execute();
  const letters = await store.db
    .selectFrom('dead_letters')
    .select(['receiver', (expression) => expression.fn.countAll<number>().as('count')])
    .groupBy('receiver')
    .execute();
  const { head } = await store.feed();
  return push.flatMap((receiver) => {
    const row = rows.find(({ id }) => id === receiver.id);
    if (row === undefined) return [];
    const gap = row.gap_json === null ? null : (JSON.parse(row.gap_json) as Gap);
    return {
      id: row.id,
      kind: receiver.kind,
      format: 'format' in receiver ? receiver.format : null,
      state: row.attempts > 0 ? 'failing' : row.delivered_at === null ? 'waiting' : 'ok',
      position: row.position,
      behind: Math.max(head - row.position, 0),
      attempts: row.attempts,
      next_attempt_at: timeOf(row.next_attempt_at),
      delivered_at: timeOf(row.delivered_at),
      failed_at: timeOf(row.failed_at),
      error: row.error_json === null ? null : failureView(row.error_json),
      gap: gap === null ? null : { ...gap, at: rfc3339(gap.at) },
      dead_letters: Number(letters.find(({ receiver: of }) => of === row.id)?.count ?? 0),
    };
  });
}

/** Oldest first. */
export async function listDeadLetters(
  store: Store,
  receiver: string,
  after: number,
  limit: number,
): Promise<{ letters: DeadLetterView[]; hasMore: boolean }> {
  const rows = await store.db
    .selectFrom('dead_letters')
    .leftJoin('events', 'events.seq', 'dead_letters.seq')
    .where('dead_letters.receiver', '=', receiver)
    .where('dead_letters.seq', '>', after)
    .orderBy('dead_letters.seq')
    .limit(limit + 1)
    .select(['dead_letters.seq', 'dead_letters.at', 'dead_letters.error_json', 'dead_letters.retry'])
    .select(['events.kind', 'events.target', 'events.policy', 'events.uid'])
    .execute();
  const { epochs } = await store.feed();
  const letters = rows.slice(0, limit).map((row) => letterView(row, eventId(epochs, row.seq)));
  return { letters, hasMore: rows.length > limit };
}

type Row = Pick<DeadLettersTable, 'seq' | 'at' | 'error_json' | 'retry'> & {
  [Name in 'kind' | 'target' | 'policy' | 'uid']: EventsTable[Name] | null;
};

function letterView(row: Row, id: string): DeadLetterView {
  return {
    seq: row.seq,
    id,
    at: rfc3339(row.at),
    event: row.kind,
    target: row.target,
    policy: row.policy,
    uid: row.uid,
    error: failureView(row.error_json),
    retry: row.retry === 1,
  };
}

const timeOf = (ms: number | null): string | null => (ms === null ? null : rfc3339(ms));

function failureView(json: string): FailureView {
  const failure = JSON.parse(json) as Failure;
  return { ...failure, message: failureTexts[failure.code] };
}

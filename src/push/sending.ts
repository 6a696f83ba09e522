import type { ReceiversTable } from '../store/index.ts';
import { backoff } from './backoff.ts';
import { DeliveryError, type Failure } from './failure.ts';
import type { ReceiverState } from './state.ts';
import type { PushDeps } from './types.ts';

/** What both ways of sending do with a receiver: one event after the other, or a digest. */
export interface Sender {
  readonly id: string;
  /** Makes the receiver known. */
  prepare(): Promise<void>;
  /**
   * Does what is due. Called by one process at a time.
   * @param signal aborted when the process ends or another one may send
   * @param held whether this process is still the one that sends
   * @returns milliseconds until there may be something again; 0 = at once
   */
  turn(signal: AbortSignal, held: () => Promise<boolean>): Promise<number>;
  close(): void;
}

/** Between two looks at the feed. */
export const pollMs = 1_000;

/** No longer than one look at the feed: what was set aside may be asked for again at any time. */
export const waitFor = (due: number, now: number): number => Math.min(Math.max(due - now, 1), pollMs);

/** Notes the failure and when the next try is due; logs a code, never what the receiver said. */
export async function postpone(
  { now, random, log }: PushDeps,
  state: ReceiverState,
  row: ReceiversTable,
  error: DeliveryError,
): Promise<number> {
  const wait = backoff(row.attempts + 1, error.retryAfter, random());
  const at = now();
  await state.fail(row, error.failure, error.refused, at, at + wait);
  log.warn(
    { receiver: state.id, ...error.failure, attempts: row.attempts + 1, wait_ms: wait },
    'a receiver does not take events; it is tried again',
  );
  return waitFor(at + wait, at);
}

export function asDelivery(error: unknown): DeliveryError {
  if (error instanceof DeliveryError) return error;
  const detail = error instanceof Error ? error.name : typeof error;
  // An event that cannot be put into its form must not hold up the others for ever.
  return new DeliveryError({ code: 'internal', detail, refused: true });
}

/** A receiver that was last seen before a restore, or behind what retention took, goes on where it honestly can. */
export async function straighten(
  { store, log, now }: PushDeps,
  state: ReceiverState,
  row: ReceiversTable,
): Promise<boolean> {
  const feed = await store.feed();
  if (row.epoch !== feed.epoch) {
    await state.adopt(row.position, feed);
    log.warn(
      { receiver: state.id, position: Math.min(row.position, feed.head) },
      'the store was set back: a receiver goes on where the store says, and may be told events again',
    );
    return true;
  }
  if (row.position >= feed.floor) return false;
  const { from, to } = await state.skipGap(row.position, feed, now());
  log.error(
    { receiver: state.id, from, to },
    'retention deleted events before a receiver took them: it goes on behind the gap',
  );
  return true;
}

export const readFailure = (json: string | null): Failure | null =>
  json === null ? null : (JSON.parse(json) as Failure);

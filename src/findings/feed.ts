import type { SubjectKind } from '../../adapters/contract/subject.ts';
import type { EventsTable, FindingsTable, StoreTransaction } from '../store/index.ts';
import type { Cause, EventKind } from './types.ts';

const flushAt = 2_000;

/** Events of one transaction. The feed is held from the first flush to the commit: sequences are seen in order. */
export class FeedWriter {
  readonly #tx: StoreTransaction;
  readonly #scan: string | null;
  #next: number | null = null;
  #pending: Omit<EventsTable, 'seq'>[] = [];
  /** By kind, also those that a baseline swallowed. */
  readonly counts: Partial<Record<EventKind, number>> = {};

  constructor(tx: StoreTransaction, scan: string | null) {
    this.#tx = tx;
    this.#scan = scan;
  }

  finding(kind: EventKind, row: FindingsTable, cause: Cause, at: number): void {
    this.#add({
      at,
      kind,
      target: row.target,
      scan: this.#scan,
      uid: row.uid,
      policy: row.policy,
      subject_kind: row.kind,
      cause,
      policy_version: row.policy_version,
      severity: row.severity,
      severity_rank: row.severity_rank,
      verdict: row.verdict,
      status: row.status,
      snapshot_json: JSON.stringify(row),
    });
  }

  /** `baseline` and `heartbeat`: no finding, but numbers. */
  numbers(kind: 'baseline' | 'heartbeat', target: string, numbers: object, at: number): void {
    this.#add({
      at,
      kind,
      target,
      scan: this.#scan,
      uid: null,
      policy: null,
      subject_kind: null,
      cause: null,
      policy_version: null,
      severity: null,
      severity_rank: null,
      verdict: null,
      status: null,
      snapshot_json: JSON.stringify(numbers),
    });
  }

  #add(event: Omit<EventsTable, 'seq'>): void {
    const kind = event.kind as EventKind;
    this.counts[kind] = (this.counts[kind] ?? 0) + 1;
    this.#pending.push(event);
  }

  /** To be called now and then: writes what waits once there is much of it. */
  async relieve(): Promise<void> {
    if (this.#pending.length >= flushAt) await this.flush();
  }

  async flush(): Promise<void> {
    if (this.#pending.length === 0) return;
    this.#next ??= await this.#tx.appendLock();
    const rows = this.#pending.map((event, index) => ({ seq: (this.#next as number) + index, ...event }));
    this.#next += rows.length;
    this.#pending = [];
    await this.#tx.bulkUpsert('events', rows);
  }
}

/** Kinds of subjects whose first findings go into one event with counts. */
export type BaselineKinds = ReadonlySet<SubjectKind>;

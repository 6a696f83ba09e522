import type { SubjectKind } from '../../adapters/contract/subject.ts';
import type { Catalogue } from '../policy/catalogue.ts';
import type { Judgement, Scope } from '../policy/types.ts';
import type { FindingsTable, StoreTransaction } from '../store/index.ts';
import { type Aggregate, Aggregates, type SourceStates, unknownSide } from './aggregate.ts';
import { causeKey } from './causes.ts';
import { detailOf } from './detail.ts';
import { FeedWriter } from './feed.ts';
import { type Judged, roomsOf } from './judged.ts';
import { forceOf, type RowSubject, rowOf, standingOf, subjectOf } from './row.ts';
import { applyStep, differs } from './steps.ts';
import { type Observation, transitions } from './transitions.ts';
import type { Cause } from './types.ts';
import { aggregateId, findingUid } from './uid.ts';
import type { HoldableWaiver } from './waivers.ts';
import { rule, toldOf } from './waiving.ts';

export interface LedgerInput {
  tx: StoreTransaction;
  catalogue: Catalogue;
  target: string;
  vendor: string;
  scan: string | null;
  now: number;
  states: SourceStates;
  waivers: readonly HoldableWaiver[];
  /** Kinds whose findings are told as one `baseline` event instead of one by one. */
  baseline: ReadonlySet<SubjectKind>;
  /** Why a finding of this policy moves; `unchanged` where the subject's own facts are as they were. */
  causeOf(judgement: Judgement | null, policy: string, unchanged: boolean): Cause;
  refOf(id: string): string;
  nameOf(name: string | null): string | null;
  /** Policies that are looked at; findings of others stay as they are. Left out: all. */
  only?: ReadonlySet<string>;
  /** Each verdict of the items that are counted, with whether a waiver holds. */
  onVerdict?(kind: SubjectKind, judgement: Judgement, waived: boolean): void;
}

export interface LedgerItem {
  judged: Judged;
  /** The subject's facts are those of the scan before. */
  unchanged: boolean;
  /** As it stands in the inventory already: a pseudonym is not made of a pseudonym. */
  storedName?: string | null;
  /** Findings of rules that were not judged this time stay as they are. */
  partial?: true;
  /** `onVerdict` hears of it. */
  counted?: true;
}

/** Findings of one scan; inside the scan's transaction. Nothing is written for what did not move. */
export class LedgerPass {
  readonly #input: LedgerInput;
  readonly #aggregates = new Aggregates();
  readonly #counts: Record<string, number> = {};
  readonly feed: FeedWriter;
  #writes: FindingsTable[] = [];

  constructor(input: LedgerInput) {
    this.#input = input;
    this.feed = new FeedWriter(input.tx, input.scan);
  }

  /** Opened by a baseline: counts by verdict and severity. */
  get baselineCounts(): Readonly<Record<string, number>> {
    return this.#counts;
  }

  /** Subjects of one kind. */
  async take(kind: SubjectKind, batch: readonly LedgerItem[]): Promise<void> {
    const rows = await this.#rowsOf(
      kind,
      batch.map(({ judged }) => judged.id),
    );
    const { target, vendor, refOf, nameOf, only, onVerdict } = this.#input;
    for (const { judged, unchanged, storedName, partial, counted } of batch) {
      const shown = storedName === undefined ? nameOf : () => storedName;
      const subject = subjectOf(target, vendor, judged, refOf, shown);
      const open = new Map(rows.get(judged.id)?.map((row) => [row.policy, row]));
      for (const judgement of judged.judgements) {
        if (only?.has(judgement.policy) === false) continue;
        const row = open.get(judgement.policy);
        open.delete(judgement.policy);
        const waived = await this.#judge(subject, judged, judgement, row, unchanged);
        if (counted === true) onVerdict?.(kind, judgement, waived);
      }
      if (partial === true) continue;
      // No longer judged here: the policy is gone, or its level or live switch.
      for (const row of open.values()) await this.#move(row, 'out', 'policy');
    }
    await this.#write();
  }

  /** An unknown of subjects that could not be listed. */
  takeUnlisted(kind: SubjectKind, judgement: Judgement, scope: Scope, affected: number): void {
    this.#aggregates.add(kind, judgement, scope, affected);
  }

  /** Gone, ended or out of scope: whatever is open is closed. */
  async out(kind: SubjectKind, ids: readonly string[]): Promise<void> {
    const rows = await this.#rowsOf(kind, ids);
    for (const row of [...rows.values()].flat()) await this.#move(row, 'out', 'scope');
    await this.#write();
  }

  /** The target is out of scope: everything that is open is closed, aggregates too. */
  async closeAll(): Promise<void> {
    const { tx, target } = this.#input;
    const rows = await tx.db
      .selectFrom('findings')
      .selectAll()
      .where('target', '=', target)
      .where('status', 'in', ['open', 'waived'])
      .execute();
    for (const row of rows) await this.#move(row, 'out', 'scope');
    await this.#write();
    await this.feed.flush();
  }

  /** Aggregates, then the feed. A kind that the scan did not look at keeps its aggregates. */
  async finish(covered: ReadonlySet<SubjectKind>): Promise<void> {
    const { tx, target, only } = this.#input;
    let query = tx.db
      .selectFrom('findings')
      .selectAll()
      .where('target', '=', target)
      .where('reason_key', 'is not', null);
    if (only !== undefined) query = query.where('policy', 'in', [...only]);
    const open = new Map((await query.execute()).map((row) => [row.uid, row]));
    for (const aggregate of this.#aggregates.all()) await this.#settle(aggregate, open);
    for (const row of open.values()) {
      if (covered.has(row.kind)) await this.#move(row, 'clear', this.#input.causeOf(null, row.policy, false));
    }
    await this.#write();
    await this.feed.flush();
  }

  async #settle(aggregate: Aggregate, open: Map<string, FindingsTable>): Promise<void> {
    const { target, vendor, causeOf } = this.#input;
    const { kind, judgement, key, affected } = aggregate;
    const uid = findingUid(target, kind, aggregateId(key), judgement.policy);
    const row = open.get(uid);
    open.delete(uid);
    const subject: RowSubject = { target, vendor, kind, id: '', ref: '', name: null, tags: [] };
    const next = {
      ...this.#fresh(uid, subject, judgement, aggregate, row, 'unknown'),
      reason_key: key,
      affected,
    };
    const unchanged = row?.affected === affected;
    const cause = row?.status === 'closed' ? 'scope' : causeOf(judgement, judgement.policy, false);
    await this.#step(next, row, 'unknown', cause, [], unchanged);
  }

  async #judge(
    subject: RowSubject,
    judged: Judged,
    judgement: Judgement,
    row: FindingsTable | undefined,
    unchanged: boolean,
  ): Promise<boolean> {
    const observation = this.#observe(judged, judgement);
    if (observation === 'aggregated' || observation === 'superseded') {
      this.#aggregates.add(judged.kind, judgement, judged.scope, 1);
    }
    if (row === undefined && transitions.none[observation] === null) return false;
    // What was closed was out of scope; that it is back is what moves it.
    const cause =
      row?.status === 'closed' ? 'scope' : this.#input.causeOf(judgement, judgement.policy, unchanged);
    const uid = findingUid(subject.target, subject.kind, subject.id, judgement.policy);
    const next =
      observation === 'violation' || observation === 'unknown'
        ? this.#fresh(uid, subject, judgement, judged, row, observation)
        : (row as FindingsTable);
    const moved = await this.#step(next, row, observation, cause, roomsOf(judged), true);
    return moved.status === 'waived';
  }

  #observe(judged: Judged, judgement: Judgement): Observation {
    if (judgement.verdict === 'violation') return 'violation';
    if (judgement.verdict !== 'unknown') return 'clear';
    const side = unknownSide(judged.kind, judgement, judged.scope, this.#input.states);
    return side === 'own' ? 'unknown' : side;
  }

  #fresh(
    uid: string,
    subject: RowSubject,
    judgement: Judgement,
    judged: Pick<Judged, 'scope'>,
    row: FindingsTable | undefined,
    observation: Observation,
  ): FindingsTable {
    const next = rowOf(uid, subject, judgement, judged, row, this.#input.now);
    const stands = row !== undefined && transitions[standingOf(row)][observation] === 'same';
    // Most rows are as they were: what a finding rests on is written out only for those that are not.
    if (stands && !differs(next, row)) {
      next.detail_json = row.detail_json;
      next.cause_key = row.cause_key;
      return next;
    }
    const detail = detailOf(judgement, judged.scope);
    next.detail_json = JSON.stringify(detail);
    next.cause_key = causeKey(next, detail);
    return next;
  }

  async #move(row: FindingsTable, observation: Observation, cause: Cause): Promise<void> {
    await this.#step(row, row, observation, cause, [], true);
  }

  /** One look at one finding: table, then waivers, then what has to be written and told. */
  async #step(
    next: FindingsTable,
    row: FindingsTable | undefined,
    observation: Observation,
    cause: Cause,
    rooms: readonly string[],
    same: boolean,
  ): Promise<FindingsTable> {
    const { now, waivers, catalogue, baseline } = this.#input;
    const step = transitions[standingOf(row)][observation];
    const moved = applyStep(step, next, row, cause, now);
    const changed = step === 'same' && row !== undefined && differs(moved, row);
    if (changed && moved.verdict === 'violation') Object.assign(moved, { cause, changed_at: now });
    const force = forceOf(catalogue.policyById.get(moved.policy));
    const waived = rule(moved, row, { force, waivers, rooms, now });
    const touched =
      (step !== null && step !== 'same') ||
      changed ||
      waived !== null ||
      !same ||
      row?.waiver_json !== moved.waiver_json ||
      row?.waived_json !== moved.waived_json;
    if (!touched) return moved;
    this.#writes.push(moved);
    if (baseline.has(moved.kind) && row === undefined) {
      this.#count(moved);
      return moved;
    }
    if (step !== null && step !== 'same') await this.feed.finding(step.event, moved, cause, now);
    else if (changed && row?.facts_key !== moved.facts_key && moved.verdict === 'violation') {
      await this.feed.finding('changed', moved, cause, now);
    }
    if (waived !== null) await this.feed.finding(waived, toldOf(waived, moved, row), 'waiver', now);
    return moved;
  }

  #count(row: FindingsTable): void {
    const keys = row.verdict === 'unknown' ? ['unknown'] : ['violation', `violation_${row.severity}`];
    if (row.status === 'waived') keys.push('waived');
    for (const key of keys) this.#counts[key] = (this.#counts[key] ?? 0) + 1;
  }

  async #rowsOf(kind: SubjectKind, ids: readonly string[]): Promise<Map<string, FindingsTable[]>> {
    const { tx, target, only } = this.#input;
    const found = new Map<string, FindingsTable[]>();
    for (let from = 0; from < ids.length; from += 1_000) {
      let query = tx.db
        .selectFrom('findings')
        .selectAll()
        .where('target', '=', target)
        .where('kind', '=', kind)
        .where('subject_id', 'in', ids.slice(from, from + 1_000));
      if (only !== undefined) query = query.where('policy', 'in', [...only]);
      for (const row of await query.execute()) {
        const list = found.get(row.subject_id);
        if (list === undefined) found.set(row.subject_id, [row]);
        else list.push(row);
      }
    }
    return found;
  }

  async #write(): Promise<void> {
    const rows = this.#writes;
    this.#writes = [];
    await this.#input.tx.bulkUpsert('findings', rows);
  }
}

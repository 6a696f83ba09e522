import type { SubjectKind } from '../../adapters/contract/subject.ts';
import type { Judgement, Scope } from '../policy/types.ts';
import type { FindingsTable } from '../store/index.ts';
import { type Aggregate, Aggregates, unknownSide } from './aggregate.ts';
import { readsOther } from './detail.ts';
import { FeedWriter } from './feed.ts';
import { type Judged, roomsOf, tagsOf } from './judged.ts';
import type { LedgerInput, LedgerItem } from './ledgerInput.ts';
import { findingsOf, forgetLooks, waivedPolicies } from './ledgerRows.ts';
import { forceOf, type RowSubject, rowOf, standingOf, subjectOf } from './row.ts';
import { type Look, LookKeys } from './settled.ts';
import { applyStep, differs } from './steps.ts';
import { Tellings } from './told.ts';
import { type Observation, transitions } from './transitions.ts';
import type { Cause } from './types.ts';
import { aggregateId, findingUid } from './uid.ts';
import { rule, toldOf } from './waiving.ts';

export type { LedgerInput, LedgerItem } from './ledgerInput.ts';

/** Findings of one scan; inside the scan's transaction. Nothing is written for what did not move. */
export class LedgerPass {
  readonly #input: LedgerInput;
  readonly #aggregates = new Aggregates();
  readonly #counts: Record<string, number> = {};
  readonly feed: FeedWriter;
  readonly #looks = new LookKeys();
  readonly #tellings = new Tellings();
  #writes: FindingsTable[] = [];
  /** Subjects of which findings were written without a look at all of them, by kind. */
  readonly #loose = new Map<SubjectKind, Set<string>>();
  #looking = false;
  #waived: ReadonlySet<string> | null = null;

  constructor(input: LedgerInput) {
    this.#input = input;
    this.feed = new FeedWriter(input.tx, input.scan);
  }

  /** Opened by a baseline: counts by verdict and severity. */
  get baselineCounts(): Readonly<Record<string, number>> {
    return this.#counts;
  }

  /** To be kept with the subject, and given back with it at the next scan. */
  look(judged: Judged): Look {
    const { judgements, scope } = judged;
    const observations = judgements.map((judgement) => this.#observe(judged, judgement));
    const shown = { name: this.#input.nameOf(judged.name), tags: tagsOf(judged.facts) };
    return { key: this.#looks.keyOf(shown, judgements, observations, scope), observations };
  }

  /** Subjects of one kind. */
  async take(kind: SubjectKind, all: readonly LedgerItem[]): Promise<void> {
    const batch = await this.#unsettled(all);
    if (batch.length === 0) return;
    const { fresh } = this.#input;
    const known = batch.filter(({ isNew }) => fresh !== true || isNew !== true);
    const rows = await findingsOf(
      this.#input,
      kind,
      known.map(({ judged }) => judged.id),
    );
    const { target, vendor, refOf, nameOf, only, onVerdict } = this.#input;
    for (const { judged, unchanged, storedName, partial, counted, look } of batch) {
      this.#looking = look !== undefined;
      const shown = storedName === undefined ? nameOf : () => storedName;
      const subject = subjectOf(target, vendor, judged, refOf, shown);
      const open = new Map(rows.get(judged.id)?.map((row) => [row.policy, row]));
      for (const [place, judgement] of judged.judgements.entries()) {
        if (only?.has(judgement.policy) === false) continue;
        const row = open.get(judgement.policy);
        if (row !== undefined) open.delete(judgement.policy);
        const observation = look?.observations[place] ?? this.#observe(judged, judgement);
        const waived = this.#judge(subject, judged, judgement, observation, row, unchanged);
        if (counted === true) onVerdict?.(kind, judgement, waived);
      }
      // No longer judged here: the policy is gone, or its level or live switch.
      if (partial !== true) for (const row of open.values()) this.#move(row, 'out', 'policy');
    }
    this.#looking = false;
    await this.#write();
  }

  async #unsettled(items: readonly LedgerItem[]): Promise<readonly LedgerItem[]> {
    if (items.every(({ settled }) => settled !== true)) return items;
    this.#waived ??= await waivedPolicies(this.#input);
    const waived = this.#waived;
    return items.filter((item) => !this.#isSettled(item, waived));
  }

  /** Its findings are as they are to be. What is told of many subjects together hears of it all the same. */
  #isSettled({ judged, settled, look, counted }: LedgerItem, waived: ReadonlySet<string>): boolean {
    if (settled !== true || look === undefined) return false;
    const { kind, judgements, scope } = judged;
    for (let at = 0; at < judgements.length; at += 1) {
      const open = look.observations[at] !== 'clear';
      if (open && waived.has((judgements[at] as Judgement).policy)) return false;
    }
    for (let at = 0; at < judgements.length; at += 1) {
      const judgement = judgements[at] as Judgement;
      const observation = look.observations[at];
      if (observation === 'aggregated' || observation === 'superseded') {
        this.#aggregates.add(kind, judgement, scope, 1);
      }
      if (counted === true) this.#input.onVerdict?.(kind, judgement, false);
    }
    return true;
  }

  /** An unknown of subjects that could not be listed. */
  takeUnlisted(kind: SubjectKind, judgement: Judgement, scope: Scope, affected: number): void {
    this.#aggregates.add(kind, judgement, scope, affected);
  }

  /** Gone, ended or out of scope: whatever is open is closed. */
  async out(kind: SubjectKind, ids: readonly string[]): Promise<void> {
    const rows = await findingsOf(this.#input, kind, ids);
    for (const row of [...rows.values()].flat()) this.#move(row, 'out', 'scope');
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
    for (const row of rows) this.#move(row, 'out', 'scope');
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
    for (const aggregate of this.#aggregates.all()) this.#settle(aggregate, open);
    for (const row of open.values()) {
      if (covered.has(row.kind)) this.#move(row, 'clear', this.#input.causeOf(null, row.policy, false));
    }
    await this.#write();
    await this.feed.flush();
  }

  #settle(aggregate: Aggregate, open: Map<string, FindingsTable>): void {
    const { target, vendor, causeOf } = this.#input;
    const { kind, judgement, key, affected } = aggregate;
    const uid = findingUid(target, kind, aggregateId(key), judgement.policy);
    const row = open.get(uid);
    open.delete(uid);
    const subject: RowSubject = { target, vendor, kind, id: '', ref: '', name: null, tagsJson: '[]' };
    const next = {
      ...this.#fresh(uid, subject, judgement, aggregate, row, 'unknown'),
      reason_key: key,
      affected,
    };
    const unchanged = row?.affected === affected;
    const cause = row?.status === 'closed' ? 'scope' : causeOf(judgement, judgement.policy, false);
    this.#step(next, row, 'unknown', cause, [], unchanged);
  }

  /** @returns whether a waiver holds */
  #judge(
    subject: RowSubject,
    judged: Judged,
    judgement: Judgement,
    observation: Observation,
    row: FindingsTable | undefined,
    unchanged: boolean,
  ): boolean {
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
    const moved = this.#step(next, row, observation, cause, roomsOf(judged), true);
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
    const { detail_json, cause_key } = this.#tellings.of(subject.kind, judgement, judged.scope);
    next.detail_json = detail_json;
    next.cause_key = cause_key;
    return next;
  }

  #move(row: FindingsTable, observation: Observation, cause: Cause): void {
    this.#step(row, row, observation, cause, [], true);
  }

  /** One look at one finding: table, then waivers, then what has to be written and told. */
  #step(
    next: FindingsTable,
    row: FindingsTable | undefined,
    observation: Observation,
    cause: Cause,
    rooms: readonly string[],
    same: boolean,
  ): FindingsTable {
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
    if (!this.#looking) this.#loosen(moved);
    if (baseline.has(moved.kind) && row === undefined) {
      this.#count(moved);
      return moved;
    }
    if (step !== null && step !== 'same') this.feed.finding(step.event, moved, cause, now);
    else if (
      changed &&
      row !== undefined &&
      readsOther(row.facts_key, moved.facts_key) &&
      moved.verdict === 'violation'
    ) {
      this.feed.finding('changed', moved, cause, now);
    }
    if (waived !== null) this.feed.finding(waived, toldOf(waived, moved, row), 'waiver', now);
    return moved;
  }

  #loosen({ kind, subject_id: id }: FindingsTable): void {
    if (id === '') return;
    const ids = this.#loose.get(kind) ?? new Set();
    this.#loose.set(kind, ids.add(id));
  }

  #count(row: FindingsTable): void {
    const keys = row.verdict === 'unknown' ? ['unknown'] : ['violation', `violation_${row.severity}`];
    if (row.status === 'waived') keys.push('waived');
    for (const key of keys) this.#counts[key] = (this.#counts[key] ?? 0) + 1;
  }

  async #write(): Promise<void> {
    const rows = this.#writes;
    this.#writes = [];
    await this.#input.tx.bulkUpsert('findings', rows);
    await this.feed.relieve();
    for (const [kind, ids] of this.#loose) await forgetLooks(this.#input, kind, [...ids]);
    this.#loose.clear();
  }
}

import type { SourceState, SubjectKind } from '../../adapters/contract/subject.ts';
import { tagsOf } from '../findings/judged.ts';
import type { FactMap } from '../policy/types.ts';
import type { StoreTransaction, SubjectState, SubjectsTable } from '../store/index.ts';
import { type Absence, absent, needsWrite } from './absence.ts';
import { BookWriter, type Written } from './books.ts';
import {
  type KeptFacts,
  lostTo,
  mergeFacts,
  type SourceRecord,
  withoutLive,
  withSteadyAges,
} from './facts.ts';
import { IdSet } from './id-set.ts';
import { FactReader, storedColumns } from './kept.ts';
import { FactPrints } from './prints.ts';

export interface Delivered {
  kind: SubjectKind;
  id: string;
  name: string | null;
  aliases: readonly string[];
  facts: FactMap;
  /** What its findings are brought in line with; left out where they are not all looked at. */
  judged?: string;
}

/** What the inventory says of a subject that a scan delivered. */
export interface Taken {
  isNew: boolean;
  /** Whether its facts differ from those of the scan before, or some could not be read. */
  changed: boolean;
  /** Its findings were brought in line with the same already. */
  settled: boolean;
}

export interface Missing {
  row: SubjectsTable;
  /** `no_longer_visible`: stays, verdicts become unknown. */
  becomes: Exclude<SubjectState, 'present'>;
}

export interface InventoryInput {
  tx: StoreTransaction;
  target: string;
  now: number;
  states: ReadonlyMap<string, SourceState>;
  sourcesBefore: SourceRecord;
  /** End of the last scan that covered this kind. */
  coveredBefore: (kind: SubjectKind) => number | null;
  /** The target had no subjects before. */
  fresh?: boolean;
  /** Rooms whose absence says nothing: the list is older than what is known of them. */
  spared?: ReadonlySet<string>;
  refOf(id: string): string;
  nameOf(name: string | null): string | null;
}

const pageSize = 500;

/** What tells whether anything has to be written. */
const standing = [
  'id',
  'state',
  'unseen',
  'missed',
  'first_seen_at',
  'changed_at',
  'facts_hash',
  'judged',
] as const;

/** A subject as it was delivered beside what is kept of it. */
interface News {
  subject: Delivered;
  old: Pick<SubjectsTable, (typeof standing)[number]> | undefined;
  facts: KeptFacts;
  hash: string;
  lost: boolean;
  /** The facts are those that are kept, but their hash was made by an earlier version. */
  renew: boolean;
}

const isNews = ({ old, hash }: News): boolean =>
  old?.facts_hash !== hash || old.state !== 'present' || old.unseen === 1 || old.missed > 0;

/** Subjects and last facts of one scan; inside the scan's transaction. */
export class InventoryPass {
  readonly #input: InventoryInput;
  readonly #met = new Map<SubjectKind, IdSet>();
  readonly #prints = new FactPrints();
  readonly #books: BookWriter;
  readonly #reader: FactReader;
  /** Whether any source failed, wholly or in part. */
  readonly #losing: boolean;

  constructor(input: InventoryInput) {
    this.#input = input;
    this.#books = new BookWriter(input.tx, input.target, input.now);
    this.#reader = new FactReader(input.tx.db);
    this.#losing = [...input.states.values()].some((state) => state === 'failed' || state === 'partial');
  }

  met(kind: SubjectKind): number {
    return this.#met.get(kind)?.size ?? 0;
  }

  /** One kind at a time; in the order of the batch. */
  async take(kind: SubjectKind, batch: readonly Delivered[]): Promise<Taken[]> {
    const { tx, fresh } = this.#input;
    const ids = batch.map((subject) => subject.id);
    const met = this.#met.get(kind) ?? new IdSet();
    this.#met.set(kind, met);
    const known = ids.filter((id) => !met.add(id) || fresh !== true);
    const before = new Map((await this.#standingOf(kind, known)).map((row) => [row.id, row]));
    const news = batch.map((subject): News => {
      const facts = withoutLive(subject.facts);
      const lost = this.#isLost(subject.facts);
      const hash = this.#hashOf(subject, facts);
      return { subject, old: before.get(subject.id), facts, lost, hash, renew: false };
    });
    await this.#reconcile(kind, news);
    const written = news.filter(isNews);
    const texts = await this.#books.write(
      written.map(({ subject: { id, name, aliases }, facts }) => {
        return { names: name === null ? [id, ...aliases] : [id, name, ...aliases], facts };
      }),
    );
    await tx.bulkUpsert(
      'subjects',
      written.map((one, index) => this.#row(one, texts[index] as Written)),
    );
    await this.#renew(news.filter((one) => !isNews(one)));
    return news.map(({ subject, old, hash, lost }) => ({
      isNew: old === undefined,
      changed: old?.facts_hash !== hash || lost,
      settled: old !== undefined && subject.judged !== undefined && subject.judged === old.judged,
    }));
  }

  #standingOf(kind: SubjectKind, ids: readonly string[]) {
    if (ids.length === 0) return [];
    return this.#input.tx.db
      .selectFrom('subjects')
      .select(standing)
      .where('target', '=', this.#input.target)
      .where('kind', '=', kind)
      .where('id', 'in', ids)
      .execute();
  }

  #hashOf({ name, aliases }: Pick<Delivered, 'name' | 'aliases'>, facts: KeptFacts): string {
    return this.#prints.hash(name, aliases, facts);
  }

  #isLost(facts: KeptFacts): boolean {
    const { states } = this.#input;
    return this.#losing && Object.values(facts).some((fact) => lostTo(fact, states) !== null);
  }

  /** What tells whether anything is to be done the next time, of subjects that are as they were. */
  async #renew(news: readonly News[]): Promise<void> {
    const { tx, target } = this.#input;
    const rows = news
      .filter(
        ({ subject: { judged }, old, renew }) => renew || (judged !== undefined && judged !== old?.judged),
      )
      .map(({ subject: { kind, id, judged }, hash }) => {
        return { target, kind, id, facts_hash: hash, judged: judged ?? null };
      });
    await tx.bulkUpdate('subjects', ['facts_hash', 'judged'], rows);
  }

  /** Holds what differs against what is kept: only for these the kept facts are read at all. */
  async #reconcile(kind: SubjectKind, news: readonly News[]): Promise<void> {
    const differing = news.filter(
      ({ old, hash, lost }) => old !== undefined && (lost || old.facts_hash !== hash),
    );
    if (differing.length === 0) return;
    const { tx, target, states, sourcesBefore, nameOf } = this.#input;
    const rows = await tx.db
      .selectFrom('subjects')
      .select(['name', 'aliases_json', ...storedColumns])
      .where('target', '=', target)
      .where('kind', '=', kind)
      .where(
        'id',
        'in',
        differing.map(({ subject }) => subject.id),
      )
      .execute();
    const keptFacts = await this.#reader.read(rows);
    const rowById = new Map(rows.map((row, index) => [row.id, { row, kept: keptFacts[index] ?? {} }]));
    for (const one of differing) {
      const { row, kept } = rowById.get(one.subject.id) ?? { kept: {} };
      // Live facts that were lost have nothing kept that could stand in for them.
      if (this.#isLost(one.facts)) {
        one.facts = mergeFacts(
          kept,
          one.facts,
          states,
          (source) => sourcesBefore[source]?.answered_at ?? null,
        );
        one.hash = this.#hashOf(one.subject, one.facts);
      }
      if (one.old?.facts_hash === one.hash) continue;
      one.facts = withSteadyAges(one.facts, kept);
      one.hash = this.#hashOf(one.subject, one.facts);
      if (row === undefined || one.old === undefined || one.old.facts_hash === one.hash) continue;
      const { name } = one.subject;
      const before = {
        name: row.name === nameOf(name) ? name : row.name,
        aliases: JSON.parse(row.aliases_json),
      };
      one.renew = this.#hashOf(before, kept) === one.hash;
      if (one.renew) one.old = { ...one.old, facts_hash: one.hash };
    }
  }

  #row({ subject, old, hash }: News, { book, facts_json }: Written): SubjectsTable {
    const { target, now, refOf, nameOf } = this.#input;
    return {
      target,
      kind: subject.kind,
      id: subject.id,
      ref: refOf(subject.id),
      name: nameOf(subject.name),
      state: 'present',
      first_seen_at: old?.first_seen_at ?? now,
      unseen: 0,
      last_seen_at: now,
      missed: 0,
      changed_at: old?.facts_hash === hash ? old.changed_at : now,
      aliases_json: JSON.stringify(subject.aliases),
      tags_json: JSON.stringify(tagsOf(subject.facts)),
      book,
      facts_json,
      facts_hash: hash,
      judged: subject.judged ?? null,
    };
  }

  /**
   * Subjects of a covered kind that this scan did not meet. Only a complete list tells anything about absence.
   * @returns those whose state changed; all of them are written
   */
  async missing(kind: SubjectKind, absence: Absence): Promise<Missing[]> {
    const { tx, target, now, coveredBefore } = this.#input;
    const result: Missing[] = [];
    for await (const touched of this.#touched(kind, absence)) {
      const rows = await tx.db
        .selectFrom('subjects')
        .selectAll()
        .where('target', '=', target)
        .where('kind', '=', kind)
        .where('id', 'in', touched)
        .execute();
      const writes = rows.map((row) => absent(row, absence, now, coveredBefore(kind)));
      await tx.bulkUpsert('subjects', writes);
      for (const [index, row] of writes.entries()) {
        const becomes = row.state;
        if (becomes !== 'present' && becomes !== rows[index]?.state) result.push({ row, becomes });
      }
    }
    return result;
  }

  /** Ids of those that are to be written, a page in memory at a time. */
  async *#touched(kind: SubjectKind, absence: Absence): AsyncGenerator<string[]> {
    const { tx, target } = this.#input;
    const met = this.#met.get(kind);
    const spared = kind === 'room' ? this.#input.spared : undefined;
    let after = '';
    for (;;) {
      const known = await tx.db
        .selectFrom('subjects')
        .select(['id', 'state', 'unseen', 'missed'])
        .where('target', '=', target)
        .where('kind', '=', kind)
        .where('id', '>', after)
        .where('state', 'in', ['present', 'no_longer_visible'])
        .orderBy('id')
        .limit(pageSize)
        .execute();
      const ids = known
        .filter(
          (row) => met?.has(row.id) !== true && spared?.has(row.id) !== true && needsWrite(row, absence),
        )
        .map((row) => row.id);
      if (ids.length > 0) yield ids;
      const last = known.at(-1);
      if (last === undefined || known.length < pageSize) return;
      after = last.id;
      // SQLite answers at once: requests get their turn between two pages.
      await new Promise((resolve) => setImmediate(resolve));
    }
  }
}

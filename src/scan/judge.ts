import type { SubjectKind } from '../../adapters/contract/subject.ts';
import type { Judged } from '../findings/judged.ts';
import { scopeOf } from '../policy/scope.ts';
import { batchSize } from '../policy/states.ts';
import type { FactMap, Judgement, Scope } from '../policy/types.ts';
import type { Bind, BoundPolicies } from './bind.ts';
import type { ScanEnd, ScanHeader, ScanRecord, SubjectRecord } from './records.ts';

export type JudgedRecord =
  | { type: 'start'; header: ScanHeader }
  | { type: 'subject'; judged: Judged }
  | {
      type: 'end';
      header: ScanHeader;
      end: ScanEnd;
      scope: Scope;
      unlisted: Unlisted[];
      bound: BoundPolicies;
    };

/** Rooms or recordings of which none was seen, though their list was not read to the end. */
export interface Unlisted {
  kind: SubjectKind;
  judgement: Judgement;
}

/** Subjects of a kind that are judged together, and wait for each other. */
const atOnce = batchSize;

/** Judges every subject once its deployment is known; what comes before it waits. */
export async function* judgeRecords(
  records: AsyncIterable<ScanRecord> | Iterable<ScanRecord>,
  bind: Bind,
): AsyncGenerator<JudgedRecord> {
  let scan: ScanUnderJudgement | null = null;
  for await (const record of records) {
    if (record.schema === 'roomwarden.scan/1') {
      scan = new ScanUnderJudgement(record, bind(record));
      yield { type: 'start', header: record };
    } else if (scan === null) {
      throw new Error('a record before the first line of its scan');
    } else if (record.schema === 'roomwarden.subject/1') {
      for (const judged of scan.take(record)) yield { type: 'subject', judged };
    } else {
      for (const judged of scan.release()) yield { type: 'subject', judged };
      yield { type: 'end', header: scan.header, end: record, scope: scan.scope(), ...scan.rest(record) };
      scan = null;
    }
  }
}

class ScanUnderJudgement {
  readonly header: ScanHeader;
  readonly #bound: BoundPolicies;
  #deployment: FactMap | null = null;
  #waiting: SubjectRecord[] = [];
  readonly #seen = new Set<SubjectKind>();

  constructor(header: ScanHeader, bound: BoundPolicies) {
    this.header = header;
    this.#bound = bound;
  }

  *take(record: SubjectRecord): Generator<Judged> {
    if (record.kind === 'deployment') {
      if (this.#deployment !== null) yield* this.release();
      this.#deployment = record.facts;
      yield* this.#judge(record.kind, [record]);
      yield* this.release();
      return;
    }
    const isDue = this.#waiting.length >= atOnce || this.#waiting[0]?.kind !== record.kind;
    if (isDue && this.#deployment !== null) yield* this.release();
    this.#waiting.push(record);
  }

  *release(): Generator<Judged> {
    const waiting = this.#waiting;
    this.#waiting = [];
    for (let from = 0; from < waiting.length; ) {
      const { kind } = waiting[from] as SubjectRecord;
      let to = from + 1;
      while (to < from + atOnce && waiting[to]?.kind === kind) to += 1;
      yield* this.#judge(kind, waiting.slice(from, to));
      from = to;
    }
  }

  rest(end: ScanEnd): { unlisted: Unlisted[]; bound: BoundPolicies } {
    const kinds = (['room', 'recording'] as const).filter((kind) => !this.#seen.has(kind));
    const looked = this.#deployment === null ? [] : kinds;
    const unlisted = looked.flatMap((kind) =>
      this.#bound.unlisted(kind, end.sources).map((judgement) => ({ kind, judgement })),
    );
    return { unlisted, bound: this.#bound };
  }

  scope(): Scope {
    const { inventory, attestations } = this.header;
    return { deployment: this.#deployment ?? {}, inventory, attestations };
  }

  *#judge(kind: SubjectKind, records: readonly SubjectRecord[]): Generator<Judged> {
    this.#seen.add(kind);
    const whole = this.scope();
    const all = records.map(({ facts }) => facts);
    const judgements = this.#bound.judgeAll(kind, whole, all);
    for (const [at, { id, name, aliases = [], facts }] of records.entries()) {
      const scope = scopeOf(whole, kind, facts);
      yield { kind, id, name, aliases, facts, scope, judgements: judgements[at] as readonly Judgement[] };
    }
  }
}

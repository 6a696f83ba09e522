import type { SubjectKind } from '../../adapters/contract/subject.ts';
import type { Judged } from '../findings/judged.ts';
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
      this.#deployment = record.facts;
      yield this.#judge(record);
      yield* this.release();
    } else if (this.#deployment === null) this.#waiting.push(record);
    else yield this.#judge(record);
  }

  *release(): Generator<Judged> {
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const record of waiting) yield this.#judge(record);
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

  #judge({ kind, id, name, aliases = [], facts }: SubjectRecord): Judged {
    this.#seen.add(kind);
    const scope = scopeOf(this.scope(), kind, facts);
    return { kind, id, name, aliases, facts, scope, judgements: this.#bound.judge(kind, scope) };
  }
}

export function scopeOf(scope: Scope, kind: SubjectKind, facts: FactMap): Scope {
  switch (kind) {
    case 'deployment':
      return { ...scope, deployment: facts };
    case 'room':
      return { ...scope, room: facts };
    case 'recording':
      return { ...scope, recording: facts };
  }
}

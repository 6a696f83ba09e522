import type { SubjectKind } from '../../adapters/contract/subject.ts';
import type { FactName } from '../../adapters/contract/vocabulary.ts';
import type { CompiledEntry } from './compiled.ts';
import { judgeAnew } from './explain.ts';
import { slotOf } from './expression/names.ts';
import type { Ask } from './expression/node.ts';
import { Lists } from './lists.ts';
import { type Reader, readerOf } from './readers.ts';
import { factOf, groupOfFact, scopeOf } from './scope.ts';
import { batchSize, States } from './states.ts';
import { Table } from './table.ts';
import type { FactMap, Judgement, Scope, Verdict } from './types.ts';

const groups = ['deployment', 'room', 'recording', 'inventory', 'attestations'] as const;

/** All rules of one kind of subject. */
export class Batch {
  readonly #kind: SubjectKind;
  /** Of the facts of each subject, and what reads them. */
  readonly #own: readonly States[];
  readonly #readers: readonly Reader[];
  readonly #tables: readonly Table[];
  readonly #lists = new Lists();
  /** What subjects share, and as it was when it was looked at. */
  readonly #groups: readonly (keyof Scope)[];
  #standing: readonly unknown[] | null = null;

  constructor(kind: SubjectKind, entries: readonly CompiledEntry[]) {
    this.#kind = kind;
    this.#groups = groups.filter((group) => group !== kind);
    const all = new Map<FactName, States>();
    const asks = entries.flatMap(asksOf);
    for (const name of new Set(entries.flatMap((entry) => entry.reads))) {
      const slot = slotOf(name);
      const own = asks.filter(({ slots }) => slots.includes(slot));
      all.set(name, new States(name, own));
    }
    const isOwn = ({ name }: States): boolean => groupOfFact(name) === kind;
    this.#own = [...all.values()].filter(isOwn);
    this.#readers = this.#own.map(({ name }) => readerOf(name));
    this.#tables = entries.map((entry) => {
      const states = entry.reads.map((name) => all.get(name) as States);
      return new Table(
        entry,
        states.filter((each) => !isOwn(each)),
        states.filter(isOwn),
      );
    });
  }

  /** Subjects with the same facts get the same list. */
  judgements(scope: Scope, subjects: readonly FactMap[]): (readonly Judgement[])[] {
    this.#share(scope);
    const open: FactMap[] = [];
    const made: Judgement[][] = [];
    const lists = subjects.map((facts) => {
      const known = this.#lists.find(facts);
      if (known !== undefined) return known;
      const list: Judgement[] = [];
      open.push(facts);
      made.push(list);
      return list;
    });
    for (let from = 0; from < open.length; from += batchSize) {
      const count = Math.min(batchSize, open.length - from);
      this.#judge(scope, open, from, count);
      for (const table of this.#tables) table.addTo(made, from, count);
    }
    for (let at = 0; at < open.length; at += 1) {
      this.#lists.keep(open[at] as FactMap, made[at] as Judgement[]);
    }
    return lists;
  }

  verdicts(
    scope: Scope,
    subjects: readonly FactMap[],
    take: (verdicts: readonly Verdict[], count: number) => void,
  ): void {
    this.#share(scope);
    const verdicts: Verdict[] = [];
    const rules = this.#tables.length;
    for (let from = 0; from < subjects.length; from += batchSize) {
      const count = Math.min(batchSize, subjects.length - from);
      this.#judge(scope, subjects, from, count);
      for (let rule = 0; rule < rules; rule += 1) {
        (this.#tables[rule] as Table).addVerdictsTo(verdicts, rule, rules, count);
      }
      take(verdicts, count);
    }
  }

  #judge(scope: Scope, subjects: readonly FactMap[], from: number, count: number): void {
    for (let at = 0; at < this.#own.length; at += 1) {
      const states = this.#own[at] as States;
      (this.#readers[at] as Reader)(subjects, from, count, states.facts);
      states.read(count);
    }
    for (const table of this.#tables) {
      if (!table.look(count)) continue;
      for (let at = 0; at < count; at += 1) {
        if (table.has(at) || table.lookAgain(at)) continue;
        table.keep(at, judgeAnew(table.entry, scopeOf(scope, this.#kind, subjects[from + at] as FactMap)));
      }
    }
  }

  /** Facts never change once they are made: what all subjects of a scan share is looked at once. */
  #share(scope: Scope): void {
    if (this.#groups.every((group, at) => scope[group] === this.#standing?.[at])) return;
    for (const table of this.#tables) {
      const policy = table.entry.policy.id;
      table.share(table.shared.map((states) => states.of(factOf(scope, states.name, policy))));
    }
    this.#standing = this.#groups.map((group) => scope[group]);
    this.#lists.clear();
  }
}

function asksOf({ applies, rule, severityIf }: CompiledEntry): Ask[] {
  return [applies, rule, ...severityIf.map(({ when }) => when)].flatMap((node) => node?.asks ?? []);
}

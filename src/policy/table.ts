import type { CompiledEntry } from './compiled.ts';
import { batchSize, type States, unnumbered } from './states.ts';
import type { Judgement, Verdict } from './types.ts';

/** Bounds of what one rule remembers. */
const mostJudgements = 2_048;
const mostNodes = 65_536;
/** After so many judgements a rule that seldom meets the same facts again is no longer looked up. */
const trial = 2_000;

const nothing = { verdict: 'unknown' } as Judgement;

/**
 * What one rule said before, by the states of the facts that it reads: a tree whose levels are these facts, in which
 * every state leads on, at the last level to a judgement. It grows as subjects are judged; 0 leads nowhere.
 */
export class Table {
  readonly entry: CompiledEntry;
  /** Facts that all subjects of a batch share, then their own: the levels of the tree. */
  readonly shared: readonly States[];
  readonly own: readonly States[];
  readonly #levels: readonly States[];
  readonly #columns: readonly Uint8Array[];
  readonly #sharedStates: Uint8Array;
  #nodes = new Uint16Array(256);
  #used = 0;
  #first = 0;
  #widths: Int32Array;
  /** From the second on. */
  #judgements: Judgement[] = [];
  #verdicts: Verdict[] = [];
  /** Their places by all that they say: different facts often lead to the same. */
  readonly #places = new Map<string, number>();
  readonly #found = new Uint16Array(batchSize);
  /** Of subjects whose judgement is not remembered. */
  readonly #apart: (Judgement | undefined)[] = new Array(batchSize).fill(undefined);
  #isOff = false;
  #isFull = false;
  #met = 0;
  #missed = 0;

  constructor(entry: CompiledEntry, shared: readonly States[], own: readonly States[]) {
    this.entry = entry;
    this.shared = shared;
    this.own = own;
    this.#levels = [...shared, ...own];
    this.#columns = own.map(({ column }) => column);
    this.#sharedStates = new Uint8Array(shared.length);
    this.#widths = new Int32Array(this.#levels.length);
    this.#clear();
  }

  /** `states` of `shared`, in their order. */
  share(states: readonly number[]): void {
    this.#sharedStates.set(states);
  }

  /** Looks all subjects up by their columns; tells whether one has no judgement yet. */
  look(count: number): boolean {
    if (this.#isOff) return true;
    if (this.#isFull || this.#hasGrown()) this.#clear();
    const found = this.#found;
    const root = this.#root();
    for (let at = 0; at < count; at += 1) found[at] = root;
    walk(this.#nodes, this.#columns, found, count);
    const missed = zeros(found, count);
    this.#met += count - missed;
    this.#missed += missed;
    if (this.#missed > trial && this.#met < this.#missed) {
      this.#isOff = true;
      found.fill(0);
      return true;
    }
    return missed > 0;
  }

  has(at: number): boolean {
    return this.#found[at] !== 0;
  }

  /** Puts what is known of this rule into `lists`, from subject to subject. */
  addTo(lists: readonly Judgement[][], from: number, count: number): void {
    const [found, judgements, apart] = [this.#found, this.#judgements, this.#apart];
    for (let at = 0; at < count; at += 1) {
      const number = found[at] as number;
      (lists[from + at] as Judgement[]).push((number === 0 ? apart[at] : judgements[number]) as Judgement);
    }
  }

  /** The same of verdicts, `step` places from subject to subject. */
  addVerdictsTo(verdicts: Verdict[], first: number, step: number, count: number): void {
    const [found, known, apart] = [this.#found, this.#verdicts, this.#apart];
    for (let at = 0; at < count; at += 1) {
      const number = found[at] as number;
      verdicts[first + at * step] =
        number === 0 ? (apart[at] as Judgement).verdict : (known[number] as Verdict);
    }
  }

  /** Whether another subject of the batch has got one in the meantime. */
  lookAgain(at: number): boolean {
    if (this.#isOff) return false;
    let node = this.#root();
    for (const column of this.#columns) node = this.#nodes[node + (column[at] as number)] as number;
    this.#found[at] = node;
    return node !== 0;
  }

  /** The judgement of a subject that had none. */
  keep(at: number, judgement: Judgement): void {
    this.#apart[at] = judgement;
    if (this.#isOff) return;
    const states = [...this.#sharedStates, ...this.own.map(({ column }) => column[at] as number)];
    if (states.length === 0 || states.includes(unnumbered)) return;
    const place = this.#place(states);
    if (place < 0) {
      this.#isFull = true;
      return;
    }
    const number = this.#numberOf(judgement);
    this.#nodes[place] = number;
    this.#found[at] = number;
  }

  #numberOf(judgement: Judgement): number {
    const key = JSON.stringify(judgement);
    const known = this.#places.get(key);
    if (known !== undefined) return known;
    const number = this.#judgements.length;
    this.#places.set(key, number);
    this.#judgements.push(frozen(judgement));
    this.#verdicts.push(judgement.verdict);
    if (number >= mostJudgements) this.#isFull = true;
    return number;
  }

  #hasGrown(): boolean {
    for (let level = 0; level < this.#levels.length; level += 1) {
      if (this.#widths[level] !== this.#levels[level]?.width) return true;
    }
    return false;
  }

  #root(): number {
    let node = this.#widths.length === 0 ? 0 : this.#first;
    for (const state of this.#sharedStates) node = this.#nodes[node + state] as number;
    return node;
  }

  /** Nothing is remembered any more. Below `#first` lies what leads nowhere. */
  #clear(): void {
    this.#widths = Int32Array.from(this.#levels, ({ width }) => width);
    this.#nodes.fill(0);
    this.#used = Math.max(0, ...this.#widths);
    this.#first = this.#used;
    if (this.#widths.length > 0) this.#take(this.#widths[0] as number);
    this.#judgements = [nothing];
    this.#verdicts = [nothing.verdict];
    this.#places.clear();
    this.#isFull = false;
  }
  /** Where the judgement of these states belongs; negative where there is no room left. */
  #place(states: readonly number[]): number {
    let node = this.#first;
    for (let level = 0; level < states.length - 1; level += 1) {
      const place = node + (states[level] as number);
      node = this.#nodes[place] as number;
      if (node !== 0) continue;
      node = this.#take(this.#widths[level + 1] as number);
      if (node < 0) return -1;
      this.#nodes[place] = node;
    }
    return node + (states[states.length - 1] as number);
  }

  #take(width: number): number {
    const node = this.#used;
    if (node + width > mostNodes) return -1;
    this.#used += width;
    if (this.#used > this.#nodes.length) {
      const before = this.#nodes;
      let length = before.length;
      while (length < this.#used) length *= 2;
      this.#nodes = new Uint16Array(length);
      this.#nodes.set(before);
    }
    return node;
  }
}

/** From nodes to those behind them, two levels at once: half of the time goes into finding out where the arrays lie. */
function walk(nodes: Uint16Array, columns: readonly Uint8Array[], found: Uint16Array, count: number): void {
  let level = 0;
  for (; level + 1 < columns.length; level += 2) {
    stepTwice(nodes, columns[level] as Uint8Array, columns[level + 1] as Uint8Array, found, count);
  }
  if (level < columns.length) step(nodes, columns[level] as Uint8Array, found, count);
}

function step(nodes: Uint16Array, column: Uint8Array, found: Uint16Array, count: number): void {
  for (let at = 0; at < count; at += 1) {
    found[at] = nodes[(found[at] as number) + (column[at] as number)] as number;
  }
}

function stepTwice(
  nodes: Uint16Array,
  column: Uint8Array,
  next: Uint8Array,
  found: Uint16Array,
  count: number,
): void {
  for (let at = 0; at < count; at += 1) {
    const node = nodes[(found[at] as number) + (column[at] as number)] as number;
    found[at] = nodes[node + (next[at] as number)] as number;
  }
}

function zeros(found: Uint16Array, count: number): number {
  let sum = 0;
  for (let at = 0; at < count; at += 1) sum += +(found[at] === 0);
  return sum;
}

/** One object for many subjects: nobody may write to it. */
function frozen(judgement: Judgement): Judgement {
  Object.freeze(judgement.facts);
  Object.freeze(judgement.holes);
  Object.freeze(judgement.met);
  return Object.freeze(judgement);
}

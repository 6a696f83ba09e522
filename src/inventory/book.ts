import type { Evidence, FactValue } from '../../adapters/contract/fact.ts';
import { factDefinition, isFactName } from '../../adapters/contract/vocabulary.ts';
import type { KeptFact, KeptFacts } from './facts.ts';

/**
 * How facts are stored beside a book, which holds what many subjects of a target have in common: a fact without times
 * (`observed_at` counts its slots) and, where the value is the subject's own, with null in its place; and a shape, the
 * names of a subject's facts, each with the places of its slots among the subject's times. A subject's own text is
 * `[shape, times, fact, ...]`: shape and facts as numbers of the book or as themselves, `[number, value]` for a value of
 * its own, times as differences to the first.
 */
export type StoredText = [shape: number | Shape, times: number[], ...facts: Cell[]];
export type Shape = [name: string, ...slots: number[]][];
export type Cell = number | [number: number, value: FactValue] | KeptFact;

/** A source and when it was asked: facts of one subject and source mostly share it. */
export interface Slot {
  source: string;
  at: number;
}

export interface Leaf {
  evidence: readonly Evidence[];
  /** Value and evidence, in this order, and nothing else. */
  isPlain: boolean;
  /** As it may stand in a book. */
  text: string;
  slots: readonly Slot[];
  /** The subject's own value as JSON; null where the value stands in the text, or there is none. */
  own: string | null;
}

/** @returns null for a fact that looks other than adapters make them: it is stored as it is */
export function leafOf(name: string, fact: KeptFact): Leaf | null {
  const isKnown = 'value' in fact;
  if (isKnown && (fact.value === undefined || fact.value === null)) return null;
  const slots: Slot[] = [];
  const evidence: Evidence[] = [];
  for (const line of fact.evidence) {
    const { source, observed_at: at } = line;
    if (!Number.isSafeInteger(at)) return null;
    let slot = slots.findIndex((other) => other.at === at && other.source === source);
    if (slot < 0) slot = slots.push({ source, at }) - 1;
    // In its place: the order of the keys is part of what is hashed.
    evidence.push({ ...line, observed_at: slot });
  }
  const isOwn = isKnown && !isCommon(name, fact.value);
  const text = JSON.stringify(isOwn ? { ...fact, value: null, evidence } : { ...fact, evidence });
  const own = isOwn ? JSON.stringify(fact.value) : null;
  return { text, slots, own, evidence: fact.evidence, isPlain: isPlain(fact) };
}

/**
 * The leaf of a fact of which nothing but the value differs from another of its name: without making its text.
 * @returns null where that cannot be told
 */
export function ownBeside(name: string, fact: KeptFact, other: Leaf): Leaf | null {
  if (other.own === null || !('value' in fact) || fact.value == null || isCommon(name, fact.value))
    return null;
  if (!other.isPlain || !isPlain(fact) || !isSameEvidence(fact.evidence, other.evidence)) return null;
  return { ...other, own: JSON.stringify(fact.value) };
}

function isPlain(fact: KeptFact): boolean {
  let place = 0;
  for (const key in fact) {
    if (key !== (place === 0 ? 'value' : 'evidence') || place > 1) return false;
    place += 1;
  }
  return place === 2;
}

/** In the same order as well. */
function isSameEvidence(one: readonly Evidence[], other: readonly Evidence[]): boolean {
  return (
    one.length === other.length && one.every((line, place) => isSameLine(line, other[place] as Evidence))
  );
}

function isSameLine(one: Evidence, other: Evidence): boolean {
  if (one === other) return true;
  const [keys, others] = [Object.keys(one), Object.keys(other)] as (keyof Evidence)[][];
  if (keys === undefined || others === undefined || keys.length !== others.length) return false;
  return keys.every((key, place) => {
    const [own, its] = [one[key], other[key]];
    if (key !== others[place]) return false;
    return own === its || (typeof own === 'object' && JSON.stringify(own) === JSON.stringify(its));
  });
}

/** Values of which there are few. Texts are never among them: an id may be one. */
export function isCommon(name: string, value: FactValue): boolean {
  if (typeof value === 'boolean') return true;
  if (typeof value === 'string') return isFactName(name) && factDefinition(name).type === 'enum';
  if (typeof value === 'number' || 'value' in value) return false;
  return 'items' in value ? value.items.length === 0 : true;
}

/** One thing that stands in a book, and what was made of it. */
export class BookEntry {
  readonly content: unknown;
  readonly #dated = new Map<number | string, KeptFact>();

  constructor(text: string) {
    this.content = JSON.parse(text);
  }

  /** The same object for the same times. */
  fact(times: readonly number[]): KeptFact {
    const key = times.length === 1 ? (times[0] as number) : times.join();
    const before = this.#dated.get(key);
    if (before !== undefined) return before;
    if (this.#dated.size >= mostDated) this.#dated.clear();
    const template = this.content as KeptFact;
    const evidence = template.evidence.map((line) => {
      return { ...line, observed_at: times[line.observed_at] as number };
    });
    const fact = { ...template, evidence };
    this.#dated.set(key, fact);
    return fact;
  }
}

const mostDated = 64;

/** Numbers of the book that a subject's text names. */
export function* numbersIn([shape, , ...cells]: StoredText): Generator<number> {
  if (typeof shape === 'number') yield shape;
  for (const cell of cells) {
    if (typeof cell === 'number') yield cell;
    else if (Array.isArray(cell)) yield cell[0];
  }
}

/** @param wanted names; left out: all */
export function unfold(
  stored: StoredText,
  entryOf: (number: number) => BookEntry,
  wanted?: ReadonlySet<string>,
): KeptFacts {
  const [named, differences] = stored;
  const shape = typeof named === 'number' ? (entryOf(named).content as Shape) : named;
  const first = differences[0] ?? 0;
  const facts: Record<string, KeptFact> = {};
  for (let place = 0; place < shape.length; place += 1) {
    const [name, ...slots] = shape[place] as Shape[number];
    if (wanted !== undefined && !wanted.has(name)) continue;
    const cell = stored[place + 2] as Cell;
    if (typeof cell === 'object' && !Array.isArray(cell)) {
      facts[name] = cell;
      continue;
    }
    const times = slots.map((slot) => (slot === 0 ? first : first + (differences[slot] as number)));
    if (typeof cell === 'number') facts[name] = entryOf(cell).fact(times);
    else facts[name] = { ...entryOf(cell[0]).fact(times), value: cell[1] } as KeptFact;
  }
  return facts;
}

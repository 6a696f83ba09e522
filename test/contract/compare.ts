import { isDeepStrictEqual } from 'node:util';
import { type Fact, isKnown } from '../../adapters/contract/fact.ts';
import { garbage } from './mutations.ts';
import { type Scan, subjectKey } from './scan.ts';

/** Decided or `unknown`, by policy and subject. */
export type Verdicts = ReadonlyMap<string, string>;

export interface ChangedFact {
  key: string;
  name: string;
  was: Fact | undefined;
  now: Fact;
}

/** A damaged answer may cost knowledge; it must not give any. */
export function factChanges(before: Scan, after: Scan): string[] {
  return changedFacts(before, after).map(
    ({ key, name, was, now }) => `${key}: ${name} was ${shown(was)}, became ${shown(now)}`,
  );
}

export function changedFacts(before: Scan, after: Scan): ChangedFact[] {
  const changes: ChangedFact[] = [];
  for (const [key, subject] of after.subjects) {
    const original = before.subjects.get(key);
    if (original === undefined) continue;
    for (const [name, fact] of Object.entries(subject.facts)) {
      const was = original.facts[name as keyof typeof original.facts];
      if (!isKnown(fact) || holdsNoMore(was, fact)) continue;
      changes.push({ key, name, was, now: fact });
    }
  }
  return changes;
}

function shown(fact: Fact | undefined): string {
  if (fact === undefined) return 'absent';
  return isKnown(fact) ? JSON.stringify(fact.value) : `unknown (${fact.unavailable.code})`;
}

/** True where the later value says nothing that the earlier one did not. */
function holdsNoMore(was: Fact | undefined, now: { value: unknown }): boolean {
  if (!isKnown(was)) return false;
  if (isDeepStrictEqual(was.value, now.value)) return true;
  const [old, value] = [was.value, now.value];
  if (isList(old) && isList(value)) {
    return !value.complete && value.items.every((item) => old.items.includes(item));
  }
  const bound = bounded(value);
  const [exact] = [quantityOf(old), secondsOf(old)].filter((one) => one !== undefined);
  if (bound === undefined || exact === undefined) return false;
  const known = bounded(old);
  if (known !== undefined && known.bound !== bound.bound) return false;
  return bound.bound === 'at_least' ? exact >= bound.value : exact <= bound.value;
}

function quantityOf(value: unknown): number | undefined {
  return typeof value === 'number' ? value : bounded(value)?.value;
}

/** Unlimited is longer than any number of seconds. */
function secondsOf(value: unknown): number | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  if ('unlimited' in value) return Number.POSITIVE_INFINITY;
  return 'seconds' in value && typeof value.seconds === 'number' ? value.seconds : undefined;
}

function isList(value: unknown): value is { items: string[]; complete: boolean } {
  return typeof value === 'object' && value !== null && 'items' in value && 'complete' in value;
}

/** A number or a retention of which only one side is known. */
function bounded(value: unknown): { value: number; bound: string } | undefined {
  if (typeof value !== 'object' || value === null || !('bound' in value)) return undefined;
  const number = 'value' in value ? value.value : 'seconds' in value ? value.seconds : undefined;
  return typeof number === 'number' ? { value: number, bound: String(value.bound) } : undefined;
}

export function verdictChanges(before: Verdicts, after: Verdicts): string[] {
  const problems: string[] = [];
  for (const [key, verdict] of after) {
    const was = before.get(key);
    if (was !== undefined && verdict !== 'unknown' && verdict !== was) {
      problems.push(`${key}: was ${was}, became ${verdict}`);
    }
  }
  return problems;
}

/**
 * A subject may vanish only with its own entry (`removed` names it, no second one goes with it) or when a source says
 * that it is not complete.
 * A new subject is one that nobody sent, unless its id is the planted garbage.
 */
export function subjectChanges(before: Scan, after: Scan, removed: string): string[] {
  const problems: string[] = [];
  const admitted = [...after.outcomes.values()].some(
    ({ source, state }) => state !== 'complete' && before.outcomes.get(source)?.state === 'complete',
  );
  const gone = [...before.subjects].filter(([key]) => !after.subjects.has(key) && !admitted);
  for (const [key, subject] of gone) {
    const alone = gone.filter(([, other]) => other.kind === subject.kind).length === 1;
    const names = [subject.id, subject.name ?? subject.id, ...(subject.aliases ?? [])];
    if (!alone || !names.some((name) => removed.includes(name))) {
      problems.push(`${key} vanished, and every source says it is complete`);
    }
  }
  for (const subject of after.subjects.values()) {
    const key = subjectKey(subject);
    if (!before.subjects.has(key) && !subject.id.toLowerCase().includes(garbage)) {
      problems.push(`${key} appeared`);
    }
  }
  return problems;
}

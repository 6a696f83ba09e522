import type { z } from 'zod';
import {
  type Evidence,
  type Fact,
  type FactValue,
  hole,
  known,
  type Layer,
  type Ms,
  type Reason,
  reason,
  type SourceId,
} from './fact.ts';

/** Where and when something was looked at. */
export interface Sight {
  source: SourceId;
  /** Method and path; never a query or the id of a room, because both may be a join address. */
  locator: string;
  at: Ms;
  /** Of what came by itself: from when it is. */
  contentTime?: Ms;
}

/** One call's decoded data, or why there is none. */
export type Answer = Sight & ({ data: unknown } | { reason: Reason });

/** One field of an answer, checked by itself, so that a wrong one costs only what rests on it. */
export type Seen<T> = Sight & { path: string } & ({ value: T } | { reason: Reason; absent: boolean });

export function has<S extends Seen<unknown>>(seen: S): seen is Extract<S, { value: unknown }> {
  return 'value' in seen;
}

export function valueIn<T>(seen: Seen<T>): T | undefined {
  return has(seen) ? seen.value : undefined;
}

/** `base` names where `data` stands in the answer; `path` goes down from there. */
export function field<T>(answer: Answer, base: string, path: string, schema: z.ZodType<T>): Seen<T> {
  const { source, locator, at } = answer;
  const full = base === '' || path === '' ? `${base}${path}` : `${base}.${path}`;
  if ('reason' in answer) return { source, locator, at, path: full, reason: answer.reason, absent: false };
  let found: unknown = answer.data;
  for (const key of path === '' ? [] : path.split('.')) {
    if (typeof found !== 'object' || found === null || !Object.hasOwn(found, key)) {
      const why = reason('invalid_answer', `${full} is missing`);
      return { source, locator, at, path: full, reason: why, absent: true };
    }
    found = (found as Record<string, unknown>)[key];
  }
  const parsed = schema.safeParse(found);
  if (parsed.success) return { source, locator, at, path: full, value: parsed.data };
  const why = reason('invalid_answer', `${full} is not as documented`);
  return { source, locator, at, path: full, reason: why, absent: false };
}

export interface Manner {
  provenance?: Evidence['provenance'];
  force?: Evidence['force'];
  chain?: Layer[];
  path?: string;
}

const plainly: Manner = {};

export function evidenceOf(seen: Sight & { path?: string }, manner: Manner = plainly): Evidence {
  const { source, locator, at, contentTime } = seen;
  const { provenance = 'direct', force = 'enforced', chain } = manner;
  const path = manner.path ?? seen.path ?? '';
  // Written out: this is made some forty times for each room.
  const evidence: Evidence =
    contentTime === undefined
      ? { source, locator, path, observed_at: at, provenance, force }
      : { source, locator, path, observed_at: at, content_time: contentTime, provenance, force };
  if (chain !== undefined) evidence.chain = chain;
  return evidence;
}

export function isReason(value: FactValue | Reason): value is Reason {
  return typeof value === 'object' && 'code' in value;
}

/** A fact that rests on one field: its value, or the reason of the field or of `make`. */
export function factOf<T>(
  seen: Seen<T>,
  make: (value: T) => FactValue | Reason,
  manner: Manner = plainly,
): Fact {
  if (!has(seen)) return hole(seen.reason, evidenceOf(seen));
  const made = make(seen.value);
  return isReason(made) ? hole(made, evidenceOf(seen)) : known(made, evidenceOf(seen, manner));
}

/** What was seen of a fact's value, for facts that are made from other facts. */
export function factValue<T>(fact: Fact<T>): T | undefined {
  return 'value' in fact ? fact.value : undefined;
}

import type { Evidence, Fact } from '../../adapters/contract/fact.ts';

/** Bounds of what is remembered: of one value under one name, and altogether. */
const mostAlike = 8;
const mostFacts = 8_192;

/**
 * Facts that say the same of the same moment as one object. Most rooms of a scan say the same, so whatever follows has
 * to look at each of them only once.
 */
export class AlikeFacts {
  readonly #known = new Map<string, Map<unknown, Fact[]>>();
  /** What became of an object that came before, and under which name. */
  readonly #met = new Map<unknown, { name: string; kept: Fact }>();
  #count = 0;

  /** One that was kept under this name and says the same. */
  find(name: string, fact: unknown): Fact | undefined {
    const met = this.#met.get(fact);
    if (met?.name === name) return met.kept;
    const kept = this.#compare(name, fact);
    if (kept !== undefined) this.#remember(name, fact, kept);
    return kept;
  }

  #compare(name: string, fact: unknown): Fact | undefined {
    const alike = this.#known.get(name)?.get(bucketOf(fact));
    if (alike === undefined) return undefined;
    for (let at = 0; at < alike.length; at += 1) {
      const other = alike[at] as Fact;
      if (isSameFact(other, fact)) return other;
    }
    return undefined;
  }

  keep(name: string, fact: Fact): void {
    this.#remember(name, fact, fact);
    const buckets = this.#known.get(name) ?? new Map<unknown, Fact[]>();
    this.#known.set(name, buckets);
    const bucket = bucketOf(fact);
    const alike = buckets.get(bucket);
    if (alike === undefined) {
      buckets.set(bucket, [fact]);
      return;
    }
    // The newest is the likeliest: it was seen at the time of the next one.
    alike.unshift(fact);
    if (alike.length > mostAlike) alike.pop();
  }

  #remember(name: string, fact: unknown, kept: Fact): void {
    if (this.#count >= mostFacts) {
      this.#known.clear();
      this.#met.clear();
      this.#count = 0;
    }
    this.#count += 1;
    this.#met.set(fact, { name, kept });
  }
}

function bucketOf(fact: unknown): unknown {
  if (typeof fact !== 'object' || fact === null) return undefined;
  const { value, unavailable } = fact as { value?: unknown; unavailable?: { code?: unknown } | null };
  return typeof value === 'object' ? 'object' : (value ?? unavailable?.code);
}

const factKeys = 2;
const evidenceKeys = 6;

/** The fields that nearly all facts have are compared by name: a walk over the keys takes three times as long. */
function isSameFact(one: Fact, other: unknown): boolean {
  if (one === other) return true;
  const said = other as { value?: unknown; unavailable?: unknown; evidence?: unknown };
  const own = one as typeof said;
  if (keysOf(one) !== factKeys || keysOf(said) !== factKeys) return isSame(one, other);
  if (!isSameOrBothLeftOut(own.value, said.value)) return false;
  if (!isSameOrBothLeftOut(own.unavailable, said.unavailable)) return false;
  const [list, evidence] = [one.evidence, said.evidence];
  if (list === evidence) return true;
  if (!Array.isArray(evidence) || list.length !== evidence.length) return false;
  for (let at = 0; at < list.length; at += 1) {
    if (!isSameEvidence(list[at] as Evidence, evidence[at])) return false;
  }
  return true;
}

function isSameEvidence(one: Evidence, other: unknown): boolean {
  if (one === other) return true;
  if (typeof other !== 'object' || other === null) return false;
  const said = other as Evidence;
  const keys = keysOf(one);
  const plain = keys === evidenceKeys || (keys === evidenceKeys + 1 && one.chain !== undefined);
  if (!plain || keysOf(said) !== keys) return isSame(one, other);
  return (
    one.observed_at === said.observed_at &&
    one.path === said.path &&
    one.source === said.source &&
    one.locator === said.locator &&
    one.force === said.force &&
    one.provenance === said.provenance &&
    isSameOrBothLeftOut(one.chain, said.chain)
  );
}

const isSameOrBothLeftOut = (one: unknown, other: unknown): boolean =>
  one === undefined ? other === undefined : isSame(one, other);

function keysOf(fields: object): number {
  let count = 0;
  for (const _ in fields) count += 1;
  return count;
}

function isSame(one: unknown, other: unknown): boolean {
  if (one === other) return one !== undefined;
  if (typeof one !== 'object' || typeof other !== 'object' || one === null || other === null) return false;
  if (Array.isArray(one) || Array.isArray(other)) return isSameList(one, other);
  const [fields, others] = [one as Record<string, unknown>, other as Record<string, unknown>];
  let more = 0;
  for (const key in fields) {
    if (!isSame(fields[key], others[key])) return false;
    more += 1;
  }
  // Whatever a date or a map holds are no fields: two of them may differ in everything.
  if (more === 0) return false;
  for (const _ in others) more -= 1;
  return more === 0;
}

function isSameList(one: unknown, other: unknown): boolean {
  if (!Array.isArray(one) || !Array.isArray(other) || one.length !== other.length) return false;
  for (let at = 0; at < one.length; at += 1) if (!isSame(one[at], other[at])) return false;
  return true;
}

import type { Fact } from '../../adapters/contract/fact.ts';

/** Bounds of what is remembered: of one value under one name, and altogether. */
const mostAlike = 8;
const mostFacts = 8_192;

/**
 * Facts that say the same of the same moment as one object. Most rooms of a scan say the same, so whatever follows has
 * to look at each of them only once.
 */
export class AlikeFacts {
  readonly #known = new Map<string, Map<unknown, Fact[]>>();
  #count = 0;

  /** One that was kept under this name and says the same. */
  find(name: string, fact: unknown): Fact | undefined {
    const alike = this.#known.get(name)?.get(bucketOf(fact));
    if (alike === undefined) return undefined;
    for (let at = 0; at < alike.length; at += 1) {
      const other = alike[at] as Fact;
      if (isSame(other, fact)) return other;
    }
    return undefined;
  }

  keep(name: string, fact: Fact): void {
    if (this.#count >= mostFacts) {
      this.#known.clear();
      this.#count = 0;
    }
    this.#count += 1;
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
}

function bucketOf(fact: unknown): unknown {
  if (typeof fact !== 'object' || fact === null) return undefined;
  const { value, unavailable } = fact as { value?: unknown; unavailable?: { code?: unknown } | null };
  return typeof value === 'object' ? 'object' : (value ?? unavailable?.code);
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
  for (const _ in others) more -= 1;
  return more === 0;
}

function isSameList(one: unknown, other: unknown): boolean {
  if (!Array.isArray(one) || !Array.isArray(other) || one.length !== other.length) return false;
  for (let at = 0; at < one.length; at += 1) if (!isSame(one[at], other[at])) return false;
  return true;
}

import type { z } from 'zod';
import { type Answer, field, type Seen } from './seen.ts';

/** Different values of one key that are remembered. */
const mostValues = 64;
const absent = Symbol('absent');

/**
 * Keys of the elements of a list, each read as `field` does. What elements of one answer say alike is looked at once, and
 * is one object.
 */
export class AlikeFields {
  readonly #base: string;
  readonly #keys = new Map<string, Map<unknown, Seen<unknown>>>();
  #answer: Pick<Answer, 'source' | 'locator' | 'at'> | null = null;

  /** @param base where an element stands in the answer */
  constructor(base: string) {
    this.#base = base;
  }

  /** @param key without dots; always with the same schema */
  of<T>(element: Answer, key: string, schema: z.ZodType<T>): Seen<T> {
    const value = plainValue(element, key);
    if (value === undefined) return field(element, this.#base, key, schema);
    this.#begin(element);
    let values = this.#keys.get(key);
    if (values === undefined) {
      values = new Map();
      this.#keys.set(key, values);
    }
    const known = values.get(value);
    if (known !== undefined) return known as Seen<T>;
    const seen = field(element, this.#base, key, schema);
    if (values.size >= mostValues) values.clear();
    values.set(value, seen);
    return seen;
  }

  #begin({ source, locator, at }: Answer): void {
    const before = this.#answer;
    if (before?.at === at && before.locator === locator && before.source === source) return;
    this.#answer = { source, locator, at };
    this.#keys.clear();
  }
}

/** Undefined: what is not plain is looked at each time. */
function plainValue(element: Answer, key: string): unknown {
  if (!('data' in element)) return undefined;
  const { data } = element;
  if (typeof data !== 'object' || data === null || !Object.hasOwn(data, key)) return absent;
  const value = (data as Record<string, unknown>)[key];
  return typeof value === 'object' && value !== null ? undefined : value;
}

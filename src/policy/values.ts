import type { Bound, Quantity } from '../../adapters/contract/fact.ts';
import { isDuration, parseDuration } from '../config/duration.ts';

/** Seconds of `7d`, `24h`, `90m`, `30s`; undefined for anything else. */
export function readDuration(text: string): number | undefined {
  return isDuration(text) ? parseDuration(text) : undefined;
}

export interface Interval {
  low: number;
  high: number;
}

/** What a source that gives only one side leaves open. */
export function intervalOf(quantity: Quantity): Interval {
  if (typeof quantity === 'number') return { low: quantity, high: quantity };
  return boundedInterval(quantity.value, quantity.bound);
}

export function boundedInterval(value: number, bound: Bound | undefined): Interval {
  if (bound === 'at_least') return { low: value, high: Number.POSITIVE_INFINITY };
  if (bound === 'at_most') return { low: Number.NEGATIVE_INFINITY, high: value };
  return { low: value, high: value };
}

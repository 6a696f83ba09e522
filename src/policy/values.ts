import type { Bound, Quantity } from '../../adapters/contract/fact.ts';

const unitSeconds: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600, d: 86_400, w: 604_800 };

/** `7d`, `24h`, `90m`, `30s`, `2w`, `1d12h` in seconds; undefined for anything else. */
export function parseDuration(text: string): number | undefined {
  if (!/^(\d+[smhdw])+$/.test(text)) return undefined;
  let seconds = 0;
  for (const part of text.matchAll(/(\d+)([smhdw])/g)) {
    seconds += Number(part[1]) * (unitSeconds[part[2] as string] as number);
  }
  return Number.isSafeInteger(seconds) ? seconds : undefined;
}

/** The largest unit that divides evenly, as a policy file would write it. */
export function durationText(seconds: number): string {
  for (const unit of ['d', 'h', 'm']) {
    const size = unitSeconds[unit] as number;
    if (seconds !== 0 && seconds % size === 0) return `${seconds / size}${unit}`;
  }
  return seconds === 0 ? '0d' : `${seconds}s`;
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

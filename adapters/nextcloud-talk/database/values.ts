import { z } from 'zod';

const digits = /^-?\d{1,15}$/;

/** Drivers give large whole numbers as texts or as `bigint`. Undefined: it is none. */
export function wholeOf(value: unknown): number | undefined {
  if (typeof value === 'number') return Number.isSafeInteger(value) ? value : undefined;
  if (typeof value === 'string') return digits.test(value) ? Number(value) : undefined;
  return typeof value === 'bigint' ? Number(value) : undefined;
}

export function naturalOf(value: unknown): number | undefined {
  const whole = wholeOf(value);
  return whole !== undefined && whole >= 0 ? whole : undefined;
}

export const Whole = z.unknown().transform((value, check): number => {
  const whole = wholeOf(value);
  if (whole !== undefined) return whole;
  check.addIssue({ code: 'custom', message: 'no whole number' });
  return z.NEVER;
});
export const Natural = Whole.refine((number) => number >= 0);
/** A view may compute a truth value, or keep the number of the table. */
export const Flag = z.union([z.boolean(), z.literal([0, 1, '0', '1']).transform((one) => Number(one) === 1)]);
/** Empty texts and absent ones mean the same in these columns. */
export const Text = z
  .string()
  .nullable()
  .transform((text) => text ?? '');
/** Unix seconds; null where the time is not set. */
export const Instant = Natural.nullable();
export const InstantOrZero = Natural.nullable().transform((seconds) => seconds ?? 0);

/** One of the numbers that a column may hold. */
export const oneOf = <const T extends readonly number[]>(allowed: T): z.ZodType<T[number]> =>
  Whole.refine((number) => allowed.includes(number)) as z.ZodType<T[number]>;

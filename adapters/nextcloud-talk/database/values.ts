import { z } from 'zod';

/** Drivers give large whole numbers as texts or as `bigint`. */
export const Whole = z.union([
  z.int(),
  z
    .string()
    .regex(/^-?\d{1,15}$/)
    .transform(Number),
  z.bigint().transform(Number),
]);
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

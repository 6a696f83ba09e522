import { z } from 'zod';
import type { CommonTarget } from '../contract/target.ts';

const address = z
  .url()
  .refine((text) => /^https?:\/\/[^/?#@]+\/?$/i.test(text), 'https://host, without a path, login or query');

/** A room's name as in its address, `tenant/room` where the deployment has tenants. */
const room = z
  .string()
  .refine((text) => /[^/\s]\s*$/.test(text) && text.length <= 1023, 'the name of a room, or tenant/name')
  .refine((text) => !/^[a-z]+:\/\//i.test(text), 'the name of a room, not its whole address');

export const configuration = z.strictObject({
  url: address,
  rooms: z.array(room).optional(),
});
export type JitsiConfig = z.infer<typeof configuration>;
export type JitsiSettings = CommonTarget & JitsiConfig;

/** Origin without a trailing slash. */
export function originOf(settings: JitsiConfig): string {
  return new URL(settings.url).origin;
}

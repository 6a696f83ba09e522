import { z } from 'zod';
import { type MountedFile, MountedFiles } from '../contract/files.ts';
import { type CommonTarget, SecretRef } from '../contract/target.ts';

const address = z
  .url()
  .refine((text) => /^https?:\/\/[^/?#@]+\/?$/i.test(text), 'https://host, without a path, login or query');

/** A service of the server itself, possibly below a path of a proxy. */
const service = z
  .url()
  .refine(
    (text) => /^https?:\/\/[^?#@]+$/i.test(text),
    'https://host[:port][/path], without a login or query',
  );

/** A room's name as in its address, `tenant/room` where the deployment has tenants. */
const room = z
  .string()
  .refine((text) => /[^/\s]\s*$/.test(text) && text.length <= 1023, 'the name of a room, or tenant/name')
  .refine((text) => !/^[a-z]+:\/\//i.test(text), 'the name of a room, not its whole address');

const account = z.strictObject({
  jid: z
    .string()
    .max(1023)
    .regex(/^[^@/\s"&'<>:]+@[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?$/i, 'name@domain, without a resource'),
  password: SecretRef,
});

const files = z.union([z.string().min(1), MountedFiles]);

export const configuration = z.strictObject({
  url: address,
  rooms: z.array(room).optional(),
  /** Prosody's own HTTP port, for room-census and room-size. */
  prosody_http: service.optional(),
  /** `url` where room-info has a host of its own; else `prosody_http`, else `/_api` of the page. */
  room_info: z.strictObject({ url: service.optional(), token: SecretRef }).optional(),
  jicofo: service.optional(),
  jvb: service.optional(),
  /** An account that the room service lists among its `admins`. */
  account: account.optional(),
  env_file: files.optional(),
  prosody_config: files.optional(),
  jicofo_config: files.optional(),
});
export type JitsiConfig = z.infer<typeof configuration>;
export type JitsiSettings = CommonTarget & JitsiConfig;

/** Origin without a trailing slash. */
export function originOf(settings: JitsiConfig): string {
  return new URL(settings.url).origin;
}

/** A path alone speaks for the host of the page. */
export function filesOf(
  settings: JitsiConfig,
  key: 'env_file' | 'prosody_config' | 'jicofo_config',
): MountedFile[] {
  const given = settings[key];
  if (given === undefined) return [];
  return typeof given === 'string' ? [{ host: new URL(settings.url).hostname, path: given }] : given;
}

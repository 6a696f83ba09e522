import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { AdapterContext, Target } from '../contract/adapter.ts';
import { MountedFiles } from '../contract/files.ts';
import type { BoundedHttp } from '../contract/http.ts';
import { SecretRef } from '../contract/target.ts';
import type { Client } from './api.ts';
import { allowedApiCalls, checksumAlgorithms, createCalls } from './calls.ts';
import { GreenlightDatabase } from './database.ts';
import { allowedGreenlightCalls } from './greenlight.ts';
import { statements } from './statements.ts';

const WebAddress = z.url({ protocol: /^https?$/, error: 'an address that begins with https://' });

/** Keys of a target of this vendor besides the common ones. */
export const configuration = z.strictObject({
  /** As `bbb-conf --secret` prints it: ends in /bigbluebutton. */
  url: WebAddress,
  secret: SecretRef,
  /** Scalelite knows no sha384. */
  checksum_algorithm: z.enum(checksumAlgorithms).optional(),
  /** `database`: its address with the password of a role that may only read, postgres://... */
  greenlight: z
    .strictObject({ url: WebAddress.optional(), database: SecretRef.optional() })
    .refine(({ url, database }) => url !== undefined || database !== undefined, 'url, database or both')
    .optional(),
  /** Files of the server, mounted here; of every node where there are several. */
  properties: MountedFiles.optional(),
  html5_settings: MountedFiles.optional(),
  cron: MountedFiles.optional(),
  turn: MountedFiles.optional(),
  balancer_env: MountedFiles.optional(),
  webhooks: MountedFiles.optional(),
  /** The address of `/hooks/...` as registered at the server, letter by letter, where a proxy in between changes it. */
  callback_url: z
    .string()
    .regex(/^https?:\/\/[^\s/?#]+(?:[/?][^\s#]*)?$/, 'an address that begins with https://')
    .optional(),
  /** `checksum`: calls with an outdated and with a wrong signature, at most one of them refused in a scan. */
  probes: z.array(z.enum(['checksum'])).optional(),
});
export type BigBlueButtonConfiguration = z.infer<typeof configuration>;
export type BigBlueButtonTarget = Target<BigBlueButtonConfiguration>;

/** SHA-256 of the secrets that stand in the project's repositories, its documentation and its public test server. */
const publicSecrets = new Set([
  'f85c8c2934b5a89cea99f26c887ecef1216d900e8652bba4ac9a7982d68ec96a',
  '10fda988dbe282908c5778414b50eb1cdda9a575ab11c6123346e14e66a68149',
  '7095429a567cab46b9fafff33ef2ac666c38e0f5c8ba278ea5c930ed7d3a06ab',
  '5899575803417e3356a133c51efff8314c0d3d7a52f37472f90b1dce5288525b',
]);

export interface Connection {
  client: Client;
  greenlight: BoundedHttp | null;
  database: GreenlightDatabase | null;
  secret: { length: number; publicValue: boolean };
  close(): void;
}

/** @throws {SecretMissing} */
export async function connect(target: BigBlueButtonTarget, context: AdapterContext): Promise<Connection> {
  const { settings } = target;
  const secret = await context.secret(settings.secret);
  const common = {
    ...(settings.tls === undefined ? {} : { ca: settings.tls.ca }),
    ...(settings.proxy === undefined ? {} : { proxy: settings.proxy }),
    ...(settings.insecure_http === undefined ? {} : { insecureHttp: settings.insecure_http }),
  };
  const http = context.http({
    ...common,
    base: settings.url.replace(/\/+$/, '').replace(/\/api$/, ''),
    allow: allowedApiCalls,
    secrets: [secret],
    timeoutMs: 60_000,
    maxBytes: 64 * 1024 * 1024,
  });
  const greenlight =
    settings.greenlight?.url === undefined
      ? null
      : context.http({
          ...common,
          base: settings.greenlight.url.replace(/\/+$/, ''),
          allow: allowedGreenlightCalls,
          rate: 25,
          maxBytes: 1024 * 1024,
        });
  const database = await openDatabase(target, context);
  return {
    client: {
      http,
      calls: createCalls(secret, settings.checksum_algorithm ?? 'sha256'),
      login: { accepted: false, refused: null },
      now: context.now,
    },
    greenlight,
    database,
    secret: {
      length: [...secret].length,
      publicValue: publicSecrets.has(createHash('sha256').update(secret).digest('hex')),
    },
    close() {
      http.close();
      greenlight?.close();
    },
  };
}

/** @param view as the database itself was asked by another process of this scan */
export async function openDatabase(
  { settings }: BigBlueButtonTarget,
  context: AdapterContext,
  view: boolean | null = null,
): Promise<GreenlightDatabase | null> {
  const ref = settings.greenlight?.database;
  if (ref === undefined) return null;
  const sql = context.sql({
    url: await context.secret(ref),
    statements,
    label: 'Greenlight',
    ...(settings.tls === undefined ? {} : { ca: settings.tls.ca }),
  });
  return new GreenlightDatabase(sql, context, view);
}

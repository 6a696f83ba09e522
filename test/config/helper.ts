import { z } from 'zod';
import { SecretRef } from '../../adapters/contract/target.ts';
import { ConfigError, formatIssue } from '../../src/config/issues.ts';
import { type LoadedConfig, type LoadOptions, parseConfig } from '../../src/config/load.ts';
import type { Vendors } from '../../src/config/targets.ts';

export const now = Date.parse('2026-06-15T10:00:00Z');

/** Schemas of the shape that the vendors' own have, so that these tests do not move with them. */
export const vendors: Vendors = new Map([
  [
    'bigbluebutton',
    {
      configuration: z.strictObject({
        url: z.url(),
        secret: SecretRef,
        greenlight: z.strictObject({ url: z.url(), database: SecretRef.optional() }).optional(),
        properties: z.array(z.strictObject({ host: z.string(), path: z.string() })).optional(),
      }),
    },
  ],
  [
    'jitsi',
    {
      configuration: z
        .strictObject({ url: z.url(), rooms: z.array(z.string()).optional() })
        .refine((value) => !value.rooms?.includes('*'), { path: ['rooms'], message: 'no patterns' }),
    },
  ],
  [
    'nextcloud-talk',
    {
      configuration: z.strictObject({
        url: z.url(),
        user: z.string().optional(),
        password: SecretRef.optional(),
        database: SecretRef.optional(),
      }),
    },
  ],
  [
    'rocketchat',
    {
      configuration: z.strictObject({
        url: z.url(),
        user_id: SecretRef.optional(),
        token: SecretRef.optional(),
        conference_target: z.string().optional(),
      }),
    },
  ],
  ['declared', { configuration: z.strictObject({ product: z.string() }) }],
]);

export function parse(text: string, options: LoadOptions = {}): LoadedConfig {
  return parseConfig(text, '/etc/roomwarden/roomwarden.yaml', vendors, { now, ...options });
}

/** What is wrong, as `line:column: path: message`; empty = accepted. */
export function faults(text: string, language: 'de' | 'en' = 'en', options: LoadOptions = {}): string[] {
  try {
    parse(text, options);
    return [];
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return error.issues.map((issue) =>
      formatIssue(issue, language).replace('/etc/roomwarden/roomwarden.yaml:', ''),
    );
  }
}

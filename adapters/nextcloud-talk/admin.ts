import { z } from 'zod';
import { reason } from '../contract/fact.ts';
import { type Answer, field, has, type Seen } from '../contract/seen.ts';

/** The only settings that are ever asked for: others of the same apps hold keys and passwords. */
export const configKeys = {
  transcription: 'spreed/call_recording_transcription',
  summary: 'spreed/call_recording_summary',
  publicShares: 'spreed/conversations_files_public_shares',
  recordingServers: 'spreed/recording_servers',
  stunServers: 'spreed/stun_servers',
  recordingConsent: 'spreed/recording_consent',
  privacyUrl: 'theming/privacyUrl',
} as const;
export type ConfigKey = keyof typeof configKeys;
export const configKeyNames = Object.keys(configKeys) as ConfigKey[];

/** What the server answers for a setting that nobody made. */
export const unset = '__unset__';
/** Used by every client as long as no other is set. */
export const defaultStun = 'stun.nextcloud.com:443';

export interface AppConfig {
  /** Null where nobody set it. */
  transcription: Seen<boolean | null>;
  summary: Seen<boolean | null>;
  publicShares: Seen<boolean | null>;
  /** Addresses; the shared secret beside them is dropped. */
  recordingServers: Seen<string[]>;
  stunServers: Seen<string[]>;
  recordingConsent: Seen<number | null>;
  privacyUrl: Seen<string | null>;
}

const Switch = z
  .union([z.boolean(), z.literal(['yes', 'no', '1', '0', 'true', 'false', unset])])
  .transform((value) => (value === unset ? null : [true, 'yes', '1', 'true'].includes(value)));
const Consent = z
  .literal(['0', '1', '2', unset])
  .transform((value) => (value === unset ? null : Number(value)));
const Url = z.string().transform((value) => (value === unset ? null : value));
const Recorders = z.object({ servers: z.array(z.object({ server: z.string() })) });
const Hosts = z.array(z.string());

export function readAppConfig(answers: Readonly<Record<ConfigKey, Answer>>): AppConfig {
  const at = <T>(key: ConfigKey, schema: z.ZodType<T>): Seen<T> => {
    const seen = field(answers[key], 'ocs.data', 'data', schema);
    return { ...seen, path: configKeys[key] };
  };
  return {
    transcription: at('transcription', Switch),
    summary: at('summary', Switch),
    publicShares: at('publicShares', Switch),
    recordingServers: decoded(at('recordingServers', z.string()), Recorders, [], ({ servers }) =>
      servers.map(({ server }) => server),
    ),
    stunServers: decoded(at('stunServers', z.string()), Hosts, [defaultStun], (hosts) =>
      hosts.length === 0 ? [defaultStun] : hosts,
    ),
    recordingConsent: at('recordingConsent', Consent),
    privacyUrl: at('privacyUrl', Url),
  };
}

/** A setting that is JSON in a text. */
function decoded<T, R>(seen: Seen<string>, schema: z.ZodType<T>, empty: R, make: (value: T) => R): Seen<R> {
  if (!has(seen)) return seen;
  if (seen.value === unset || seen.value === '') return { ...seen, value: empty };
  const { value: text, ...sight } = seen;
  const wrong = reason('invalid_answer', `${seen.path} is not as documented`);
  try {
    const parsed = schema.safeParse(JSON.parse(text));
    return parsed.success
      ? { ...sight, value: make(parsed.data) }
      : { ...sight, reason: wrong, absent: false };
  } catch {
    return { ...sight, reason: wrong, absent: false };
  }
}

export function readApps(answer: Answer): Seen<string[]> {
  return field(answer, 'ocs.data', 'apps', z.array(z.string()));
}

export interface ServerInfo {
  version: Seen<string>;
  updateAvailable: Seen<boolean>;
  updateVersion: Seen<string>;
}

export function readServerInfo(answer: Answer): ServerInfo {
  const system = <T>(path: string, schema: z.ZodType<T>): Seen<T> =>
    field(answer, 'ocs.data', `nextcloud.system.${path}`, schema);
  const version = z.string().regex(/^\d{1,4}(\.\d{1,6}){1,4}$/);
  return {
    version: system('version', version),
    updateAvailable: system('update.available', z.boolean()),
    updateVersion: system('update.available_version', version),
  };
}

/** Apps that send what visitors do to a counting service. */
export const trackerApps: readonly string[] = [
  'piwik',
  'matomo',
  'googleanalytics',
  'google_analytics',
  'plausible',
  'umami',
];

const publicTokens = new Set([
  'token',
  'secret',
  'changeme',
  'changeit',
  'serverinfo',
  'nc-token',
  'mytoken',
]);

export interface TokenStrength {
  length: number;
  publicValue: boolean;
}

/** The value itself stays with the client. */
export function tokenStrength(token: string): TokenStrength {
  return { length: [...token].length, publicValue: publicTokens.has(token.toLowerCase()) };
}

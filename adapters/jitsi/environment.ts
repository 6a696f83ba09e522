import { parseEnvironment } from '../contract/properties.ts';

/** What a deployment's environment file says; secrets are measured here and dropped. */
export interface Environment {
  /** null = the value is put together from other variables. */
  values: Map<string, string | null>;
  tokenSecret: MeasuredSecret | 'unset' | 'undecidable';
  /** Length of the shortest password of a service account; null = none is set. */
  shortestServicePassword: number | 'undecidable' | null;
}

export interface MeasuredSecret {
  /** Code points. */
  length: number;
  /** Stands in a public template or manual. */
  isPublic: boolean;
}

/** Secrets that templates, manuals and examples show. */
const publicSecrets: ReadonlySet<string> = new Set([
  'my_jitsi_app_secret',
  'my_app_secret',
  'example_app_secret',
  'application_secret',
  'your_app_secret',
  'app_secret',
  'changeme',
  'change_me',
  'secret',
  'topsecret',
  'password',
  'placeholder',
]);

/** Only these are kept; everything else of the file is forgotten. */
const kept: ReadonlySet<string> = new Set([
  'ENABLE_AUTH',
  'ENABLE_GUESTS',
  'AUTH_TYPE',
  'PROSODY_AUTH_TYPE',
  'JICOFO_ENABLE_AUTH',
  'JWT_ALLOW_EMPTY',
  'JWT_ASAP_KEYSERVER',
  'ENABLE_LOBBY',
  'ENABLE_RECORDING',
  'ENABLE_LIVESTREAMING',
  'ENABLE_TRANSCRIPTIONS',
  'XMPP_MUC_MODULES',
  'XMPP_MODULES',
  'JVB_STUN_SERVERS',
  'ENABLE_JAAS_COMPONENTS',
  'JAAS_APP_ID',
  'JIGASI_SIP_URI',
  'JIGASI_SIP_SERVER',
  'DIALIN_NUMBERS_URL',
  'CONFCODE_URL',
  'JITSI_IMAGE_VERSION',
]);

/** Services sign in on the same page as people. */
const servicePassword =
  /^(?:JICOFO_AUTH|JVB_AUTH|JIBRI_XMPP|JIBRI_RECORDER|JIGASI_XMPP|JIGASI_TRANSCRIBER)_PASSWORD$/;

/** Values that are no secret but say that something is set. */
const presenceOnly: ReadonlySet<string> = new Set(['JAAS_APP_ID', 'JIGASI_SIP_URI']);

/** @throws {SyntaxError} where nothing in the text is a variable: that is another file */
export function readEnvironment(text: string): Environment {
  const all = parseEnvironment(text);
  if (all.size === 0) throw new SyntaxError('no variable');
  const values = new Map<string, string | null>();
  let shortest: Environment['shortestServicePassword'] = null;
  for (const [key, value] of all) {
    if (kept.has(key)) values.set(key, value !== null && presenceOnly.has(key) && value !== '' ? '1' : value);
    if (!servicePassword.test(key) || value === '') continue;
    if (value === null) shortest = 'undecidable';
    else if (shortest !== 'undecidable')
      shortest = Math.min(shortest ?? Number.POSITIVE_INFINITY, [...value].length);
  }
  return { values, tokenSecret: measured(all.get('JWT_APP_SECRET')), shortestServicePassword: shortest };
}

function measured(value: string | null | undefined): Environment['tokenSecret'] {
  if (value === undefined || value === '') return 'unset';
  return value === null ? 'undecidable' : measuredSecret(value);
}

export function measuredSecret(text: string): MeasuredSecret {
  return { length: [...text].length, isPublic: publicSecrets.has(text.trim().toLowerCase()) };
}

/**
 * As the images read it: 0, f, false are no, 1, t, true are yes in their usual spellings, and any other text that is
 * not empty is yes, `no` and `off` too.
 */
export function lenientBoolean(text: string): boolean | null {
  if (text === '') return null;
  return !['0', 'f', 'F', 'false', 'False', 'FALSE'].includes(text);
}

/** What the images take where a variable is not set. */
export const templateDefaults: Readonly<Record<string, boolean>> = {
  ENABLE_AUTH: false,
  ENABLE_GUESTS: false,
  JWT_ALLOW_EMPTY: false,
  ENABLE_LOBBY: true,
  ENABLE_RECORDING: false,
  ENABLE_LIVESTREAMING: false,
  ENABLE_TRANSCRIPTIONS: false,
  ENABLE_JAAS_COMPONENTS: false,
};

/** The bridge's own STUN server where none is named. */
export const defaultBridgeStun = 'meet-jit-si-turnrelay.jitsi.net:443';

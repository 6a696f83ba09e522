import { parse as parseYaml } from 'yaml';
import { type Ms, type Reason, reason } from '../contract/fact.ts';
import { type FileRead, type HostPart, type MountedFile, readFiles } from '../contract/files.ts';
import { hostOf } from '../contract/hosts.ts';
import { parseEnvironment, parseProperties } from '../contract/properties.ts';

/** Values by key, of one host. */
export type Values = ReadonlyMap<string, string | null>;

export interface WebhookConfiguration {
  hosts: string[];
  /** Activity statements to a learning record store: its host, or null where it is not told; undefined = off. */
  statements: string | null | undefined;
}

/** What is configured as mounted files; null = the key is not given. */
export interface ServerFiles {
  properties: HostPart<Values>[] | null;
  client: HostPart<object>[] | null;
  cron: HostPart<Values>[] | null;
  relays: HostPart<string[]>[] | null;
  balancer: HostPart<Values>[] | null;
  webhooks: HostPart<WebhookConfiguration>[] | null;
}

export const noFiles: ServerFiles = {
  properties: null,
  client: null,
  cron: null,
  relays: null,
  balancer: null,
  webhooks: null,
};

export const fileKeys = {
  properties: 'properties',
  client: 'html5_settings',
  cron: 'cron',
  relays: 'turn',
  balancer: 'balancer_env',
  webhooks: 'webhooks',
} as const satisfies Record<keyof ServerFiles, string>;

export type FileSettings = {
  [Key in (typeof fileKeys)[keyof typeof fileKeys]]?: readonly MountedFile[] | undefined;
};

export async function readServerFiles(settings: FileSettings, now: () => Ms): Promise<ServerFiles> {
  const read = async <T>(
    key: keyof FileSettings,
    parse: (texts: string[]) => T,
  ): Promise<HostPart<T>[] | null> => {
    const files = settings[key];
    return files === undefined ? null : byHost(await readFiles(files, now), parse);
  };
  return {
    properties: await read('properties', readProperties),
    client: await read('html5_settings', readClient),
    cron: await read('cron', ([text = '']) =>
      pick(parseEnvironment(text), /^(history|unrecorded_days|published_days)$/),
    ),
    relays: await read('turn', readRelays),
    balancer: await read('balancer_env', readBalancer),
    webhooks: await read('webhooks', readWebhooks),
  };
}

class WrongFile extends Error {}

/** The packaged file of a host lies below the one that the administrator wrote, in whichever order they are listed. */
const packaged: readonly string[] = [
  'bigbluebutton.properties',
  'settings.yml',
  'default.yml',
  'default.example.yml',
];

function byHost<T>(files: readonly FileRead[], parse: (texts: string[]) => T): HostPart<T>[] {
  const hosts = new Map<string, FileRead[]>();
  for (const file of files) hosts.set(file.host, [...(hosts.get(file.host) ?? []), file]);
  return [...hosts].map(([host, own]) => {
    const ordered = own.toSorted(
      (a, b) => Number(packaged.includes(b.name)) - Number(packaged.includes(a.name)),
    );
    const last = ordered.at(-1) as FileRead;
    const failed = ordered.find((file) => 'reason' in file);
    if (failed !== undefined && 'reason' in failed)
      return { host, file: failed, content: { reason: failed.reason } };
    const texts = ordered.map((file) => ('text' in file ? file.text : ''));
    return { host, file: withoutText(last), content: contentOf(() => parse(texts)) };
  });
}

/** Files hold secrets: only what was picked out of them is kept. */
function withoutText(file: FileRead): FileRead {
  return 'text' in file ? { ...file, text: '' } : file;
}

function contentOf<T>(parse: () => T): { value: T } | { reason: Reason } {
  try {
    return { value: parse() };
  } catch (error) {
    if (error instanceof WrongFile) return { reason: reason('invalid_answer', error.message) };
    // Messages of a parser quote the file.
    if (error instanceof Error && /YAML/.test(error.name))
      return { reason: reason('invalid_answer', 'no YAML') };
    throw error;
  }
}

const propertyKeys =
  /^(default(GuestPolicy|KeepEvents|DialAccessNumber|NumDigitsForTelVoice|WelcomeMessage)|authenticatedGuest|disableRecordingDefault|autoStartRecording|allowStartStopRecording|notifyRecordingIsOn|disabledFeatures|learningDashboard(Enabled|CleanupDelayInMinutes)|muteOnStart|allowModsToUnmuteUsers|requireUserConsentBeforeUnmuting|userInactivityInspectTimerInMinutes|supportedChecksumAlgorithms|pluginManifests|presentationConversionCache(Enabled|S3\w*(Endpoint|Url|URL)\w*))$/;

const ownKeys = /^(securitySalt|bigbluebutton\.)/;

function readProperties(texts: string[]): Values {
  const files = texts.map(parseProperties);
  if (files.some((file) => ![...file.keys()].some((key) => ownKeys.test(key) || propertyKeys.test(key))))
    throw new WrongFile('no setting of bbb-web in one of the files');
  const all = new Map(files.flatMap((file) => [...file]));
  // Both stand in every installation; without them it is another file, or a piece of one.
  if (!all.has('securitySalt') && !all.has('bigbluebutton.web.serverURL'))
    throw new WrongFile('neither securitySalt nor bigbluebutton.web.serverURL is in the file');
  return pick(all, propertyKeys);
}

function readBalancer([text = '']: string[]): Values {
  return pick(
    parseEnvironment(text),
    /^(DEFAULT_CREATE_PARAMS|OVERRIDE_CREATE_PARAMS|VOICE_BRIDGE_LEN|GET_MEETINGS_API_DISABLED|RECORDING_DISABLED|(B3LB_)?RECORDS?_HOLD_TIME)$/,
  );
}

function pick<T>(values: ReadonlyMap<string, T>, keys: RegExp): Map<string, T> {
  return new Map([...values].filter(([key]) => keys.test(key)));
}

function yaml(text: string): Record<string, unknown> {
  // Without references to other places there is nothing that could grow.
  const value: unknown = parseYaml(text, { maxAliasCount: 0 });
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new WrongFile('no settings in the file');
  return value as Record<string, unknown>;
}

/** The administrator's settings over the packaged ones; only what is asked for later is kept. */
function readClient(texts: string[]): object {
  const trees = texts.map(yaml);
  if (!trees.some((tree) => 'public' in tree || 'private' in tree))
    throw new WrongFile('neither public nor private is in the file');
  const values: Record<string, unknown> = {};
  for (const path of clientPaths) {
    for (const tree of trees) {
      const value = at(tree, path.split('.'));
      if (value !== undefined && value !== null)
        values[path] = /[Uu]rl$/.test(path) ? hostOf(String(value)) : value;
    }
  }
  return values;
}

export const clientPaths = [
  'public.app.dynamicGuestPolicy',
  'public.app.audioCaptions.enabled',
  'public.app.audioCaptions.provider',
  'public.kurento.enableScreensharing',
  'public.kurento.autoShareWebcam',
  'public.virtualBackgrounds.enabled',
  'public.externalVideoPlayer.enabled',
  'public.clientLog.external.enabled',
  'public.clientLog.external.url',
] as const;
export type ClientPath = (typeof clientPaths)[number];

function at(tree: unknown, path: readonly string[]): unknown {
  return path.reduce<unknown>(
    (node, key) =>
      typeof node === 'object' && node !== null ? (node as Record<string, unknown>)[key] : undefined,
    tree,
  );
}

/** Hosts of STUN and TURN; examples stand in comments. */
function readRelays([text = '']: string[]): string[] {
  if (!/<\/beans>\s*(?:<!--[\s\S]*?-->\s*)*$/.test(text)) throw new WrongFile('no whole list of relays');
  const live = text.replace(/<!--[\s\S]*?-->/g, '');
  const hosts = [...live.matchAll(/["'>]\s*((?:stun|turn)s?:[^"'<\s?]+)/g)].map((match) =>
    hostOf(match[1] ?? ''),
  );
  return [...new Set(hosts.filter((host) => host !== undefined))].sort();
}

/** Receivers that the configuration fixes, wherever this version puts the key. */
function readWebhooks(texts: string[]): WebhookConfiguration {
  const hosts = new Set<string>();
  let statements: WebhookConfiguration['statements'];
  const trees = texts.map(yaml);
  if (!trees.some((tree) => ['hooks', 'modules', 'redis', 'bbb', 'server'].some((key) => key in tree)))
    throw new WrongFile('no configuration of the webhooks');
  const visit = (node: unknown, depth: number): void => {
    if (typeof node !== 'object' || node === null || depth > 12) return;
    for (const [key, value] of Object.entries(node)) {
      if (key === 'permanentURLs' && Array.isArray(value)) for (const entry of value) addHost(hosts, entry);
      else if (/xapi/i.test(key)) statements = statementsOf(value, statements);
      else visit(value, depth + 1);
    }
  };
  for (const tree of trees) visit(tree, 0);
  return { hosts: [...hosts].sort(), statements };
}

function addHost(hosts: Set<string>, entry: unknown): void {
  const url = typeof entry === 'string' ? entry : at(entry, ['url']);
  const host = typeof url === 'string' && /^https?:\/\//i.test(url) ? hostOf(url) : undefined;
  if (host === undefined) throw new WrongFile('the address of a receiver cannot be read');
  hosts.add(host);
}

function statementsOf(
  module: unknown,
  before: WebhookConfiguration['statements'],
): WebhookConfiguration['statements'] {
  const enabled = at(module, ['enabled']);
  if (enabled === false) return undefined;
  if (enabled !== true && before === undefined) return undefined;
  const endpoint = at(module, ['config', 'lrs', 'lrs_endpoint']);
  return (typeof endpoint === 'string' ? hostOf(endpoint) : undefined) ?? before ?? null;
}

import { notConfigured, type Reason, reason } from '../../contract/fact.ts';
import { agreed, type HostPart } from '../../contract/files.ts';
import { type Environment, lenientBoolean, type MeasuredSecret, templateDefaults } from '../environment.ts';
import {
  modulesOf,
  type ProsodyConfig,
  type ProsodyHost,
  roomServices,
  settingOf,
  signInHosts,
} from '../prosody-config.ts';
import { readReleases, releaseNamed } from '../releases.ts';
import type { Seen } from '../seen.ts';
import { type Bit, configSetting, line, noBit, type Setting, versionHole } from './base.ts';

type FileKey = 'E' | 'PC' | 'JC';
const keys = { E: 'env_file', PC: 'prosody_config', JC: 'jicofo_config' } as const;

type Answer<T> = { value: T } | { reason: Reason } | 'absent';

/** One setting of the files of one source: known only if every listed host says the same. */
function fileSetting<S, T>(
  source: FileKey,
  parts: readonly HostPart<S>[],
  path: string,
  read: (content: S) => Answer<T>,
): Setting<T> | { state: 'not_given'; reason: Reason } {
  if (parts.length === 0) return { state: 'not_given', reason: notConfigured(keys[source]) };
  const found = agreed(source, parts, path, read);
  const [at] = found.evidence;
  if (at === undefined) return { state: 'not_given', reason: notConfigured(keys[source]) };
  if ('reason' in found) return { state: 'hole', reason: found.reason, evidence: at };
  if (found.value === 'absent') return { state: 'absent', evidence: at };
  if ('reason' in found.value) return { state: 'hole', reason: found.value.reason, evidence: at };
  return { state: 'known', value: found.value.value, evidence: at };
}

type FileSetting<T> = ReturnType<typeof fileSetting<never, T>>;

export function bitOf(
  setting: FileSetting<boolean>,
  absent?: (setting: { evidence: Setting<never>['evidence'] }) => Bit,
): Bit {
  switch (setting.state) {
    case 'known':
      return { value: setting.value, evidence: [setting.evidence] };
    case 'absent':
      return absent?.(setting) ?? noBit(reason('undecidable', 'the file does not say'), setting.evidence);
    case 'hole':
      return noBit(setting.reason, setting.evidence);
    case 'not_given':
      return noBit(setting.reason);
  }
}

/** Text of a variable; empty counts as unset. */
export function envText(seen: Seen, key: string): FileSetting<string> {
  return fileSetting('E', seen.environment, key, (env: Environment): Answer<string> => {
    const text = env.values.get(key);
    if (text === null)
      return { reason: reason('undecidable', `${key} is put together from other variables`) };
    return text === undefined || text === '' ? 'absent' : { value: text };
  });
}

/** As the images read it, with their own default where it is unset and the release is known. */
export function envBit(seen: Seen, key: string): Bit {
  const text = envText(seen, key);
  const setting: FileSetting<boolean> =
    text.state === 'known' ? { ...text, value: lenientBoolean(text.value) ?? true } : text;
  return bitOf(setting, ({ evidence }) => {
    const fallback = templateDefaults[key];
    if (fallback === undefined) return { value: false, evidence: [evidence] };
    return releaseKnown(seen)
      ? { value: fallback, evidence: [{ ...evidence, provenance: 'documented_default' }] }
      : noBit(versionHole(`${key} is unset and the release is not known`), evidence);
  });
}

/** Whether a variable is set at all; unset is unset, whatever the release. */
export function envGiven(seen: Seen, key: string): Bit {
  const text = envText(seen, key);
  return bitOf(text.state === 'known' ? { ...text, value: true } : text, ({ evidence }) => ({
    value: false,
    evidence: [evidence],
  }));
}

/** The images' defaults are those of a release: the tag or the page must name one. */
export function releaseKnown(seen: Seen): boolean {
  const tag = envText(seen, 'JITSI_IMAGE_VERSION');
  if (tag.state === 'known') return releaseNamed(tag.value, readReleases) !== null;
  const place = line(seen);
  return place !== null && place !== 'hidden' && place.state === 'known';
}

/** Something measured in the environment file. */
export function envMeasure<T>(
  seen: Seen,
  path: string,
  read: (env: Environment) => Answer<T>,
): FileSetting<T> {
  return fileSetting('E', seen.environment, path, read);
}

export function prosodySetting<T>(
  seen: Seen,
  path: string,
  read: (config: ProsodyConfig) => Answer<T>,
): FileSetting<T> {
  return fileSetting('PC', seen.prosody, path, read);
}

export function focusSetting(seen: Seen, path: string): FileSetting<unknown> {
  return fileSetting('JC', seen.focus, path, (file): Answer<unknown> => {
    const found = file.get(path);
    if (found.state === 'open') return { reason: reason('undecidable', found.why) };
    return found.state === 'absent' ? 'absent' : { value: found.value };
  });
}

const openReason = (what: string): { reason: Reason } => ({ reason: reason('undecidable', what) });

/** The hosts on which people sign in; the page's own domain where it is among them. */
function mainHosts(seen: Seen, config: ProsodyConfig): ProsodyHost[] {
  return named(seen, 'hosts.domain', signInHosts(config));
}

function services(seen: Seen, config: ProsodyConfig): ProsodyHost[] {
  return named(seen, 'hosts.muc', roomServices(config));
}

function named(seen: Seen, key: string, hosts: ProsodyHost[]): ProsodyHost[] {
  const setting = configSetting(seen, key, 'enforced');
  const own = hosts.filter((host) => setting.state === 'known' && host.name === setting.value);
  return own.length > 0 ? own : hosts;
}

/** Where the room service keeps what it knows. */
export function roomStorage(seen: Seen): FileSetting<boolean> {
  return prosodySetting(seen, 'Component muc: storage', (config): Answer<boolean> => {
    const kinds = services(seen, config).map((host) => storageOf(config, host));
    if (kinds.length === 0) return openReason('the file has no room service');
    if (kinds.includes('stored')) return { value: true };
    if (kinds.includes('open'))
      return openReason('the storage of the room service would only be known by running the file');
    return kinds.includes('absent')
      ? openReason('the file does not name the storage of the room service')
      : { value: false };
  });
}

function storageOf(config: ProsodyConfig, host: ProsodyHost): 'memory' | 'stored' | 'open' | 'absent' {
  const modules = modulesOf(config, host);
  const setting = settingOf(config, host, 'storage');
  if (modules === null || setting.state === 'open') return 'open';
  if (setting.state === 'absent') return 'absent';
  const kinds = Array.isArray(setting.value) ? setting.value : [setting.value];
  if (kinds.some((kind) => kind !== 'memory')) return 'stored';
  return modules.some((module) => /^muc_mam/.test(module)) ? 'open' : 'memory';
}

/** Whether any of these modules runs on the room service or the main host. */
export function hasModule(seen: Seen, ...names: readonly string[]): Bit {
  return bitOf(
    prosodySetting(seen, 'modules_enabled', (config): Answer<boolean> => {
      const hosts = [...mainHosts(seen, config), ...services(seen, config)];
      const lists = hosts.map((host) => modulesOf(config, host));
      if (lists.some((list) => list?.some((module) => names.includes(module)))) return { value: true };
      if (hosts.length === 0 || lists.includes(null))
        return openReason('the modules would only be known by running the file');
      return config.includes && config.general.get('modules_enabled') === undefined
        ? openReason('the modules of every host stand in another file')
        : { value: false };
    }),
  );
}

/** How people sign in on the main host. */
export function authenticationKind(seen: Seen): FileSetting<string> {
  return mainSetting(seen, 'authentication');
}

export function mainSetting(seen: Seen, name: string): FileSetting<string> {
  return prosodySetting(seen, `VirtualHost: ${name}`, (config): Answer<string> => {
    const found = mainHosts(seen, config).map((host) => settingOf(config, host, name));
    const values = new Set(
      found.map((setting) => (setting.state === 'known' ? String(setting.value) : setting.state)),
    );
    const [only] = found;
    if (only === undefined || values.size !== 1) return openReason(`${name} of the main host is not clear`);
    if (only.state === 'open') return openReason(`${name} would only be known by running the file`);
    return only.state === 'absent' ? 'absent' : { value: String(only.value) };
  });
}

/** The secret for tokens, measured; never its text. */
export function tokenSecret(seen: Seen, source: 'E' | 'PC'): FileSetting<MeasuredSecret> {
  const read = ({ tokenSecret: secret }: Environment | ProsodyConfig): Answer<MeasuredSecret> => {
    if (secret === 'undecidable') return openReason('the secret is put together elsewhere');
    return secret === 'unset' ? 'absent' : { value: secret };
  };
  return source === 'E'
    ? fileSetting('E', seen.environment, 'JWT_APP_SECRET', read)
    : fileSetting('PC', seen.prosody, 'app_secret', read);
}

import {
  type Evidence,
  type Fact,
  type FactValue,
  hole,
  known,
  type Layer,
  reason,
} from '../contract/fact.ts';
import { type Agreed, agreed } from '../contract/files.ts';
import { answered, type ProofOptions } from './answer.ts';
import { knownLine } from './releases.ts';
import { notGiven } from './rows.ts';
import { behindBalancer, type Seen } from './seen.ts';
import type { ClientPath, Values } from './server-files.ts';

/** One effective setting of the server, or why it is not known; the first evidence decides. */
export type Setting<T> = Agreed<T>;

type Line = '2.7' | '3.0';
const both = (value: string): Record<Line, string> => ({ '2.7': value, '3.0': value });

/** Values that the vendor documents for a key that is absent. */
const documented: Readonly<Record<string, Partial<Record<Line, string>>>> = {
  defaultGuestPolicy: both('ALWAYS_ACCEPT'),
  authenticatedGuest: both('true'),
  disableRecordingDefault: both('false'),
  autoStartRecording: both('false'),
  allowStartStopRecording: both('true'),
  notifyRecordingIsOn: both('false'),
  defaultKeepEvents: both('false'),
  muteOnStart: { '2.7': 'false', '3.0': 'true' },
  disabledFeatures: both(''),
  learningDashboardEnabled: { '2.7': 'true' },
  learningDashboardCleanupDelayInMinutes: both('2'),
  allowModsToUnmuteUsers: both('false'),
  userInactivityInspectTimerInMinutes: both('0'),
  defaultDialAccessNumber: both('613-555-1234'),
  defaultNumDigitsForTelVoice: both('5'),
  supportedChecksumAlgorithms: both('sha1,sha256,sha384,sha512'),
  pluginManifests: both(''),
};
const documentedClient: Readonly<Record<string, string>> = {
  'public.app.dynamicGuestPolicy': 'true',
  'public.app.audioCaptions.enabled': 'false',
  'public.app.audioCaptions.provider': 'webspeech',
  'public.kurento.enableScreensharing': 'true',
  'public.kurento.autoShareWebcam': 'false',
  'public.virtualBackgrounds.enabled': 'true',
  'public.externalVideoPlayer.enabled': 'true',
  'public.clientLog.external.enabled': 'false',
};

/** Line of the running version; null where it is hidden and not declared, or not known. */
export function serverLine(seen: Pick<Seen, 'root' | 'settings'>): '2.7' | '3.0' | '4.0' | null {
  const shown = answered(seen.root) ? seen.root.value.version : undefined;
  const version = typeof shown === 'string' ? shown : seen.settings.version;
  return version === undefined ? null : knownLine(version);
}

/** A key of bbb-web.properties over the packaged file. */
export function property(seen: Seen, key: string): Setting<string> {
  const parts = seen.files.properties;
  if (parts === null) return { reason: notGiven('FP'), evidence: [] };
  const found = agreed('FP', parts, key, (values: Values) => values.get(key) ?? null);
  if ('reason' in found) return found;
  const line = serverLine(seen);
  const value = line === '4.0' || line === null ? undefined : documented[key]?.[line];
  return decided(found.value, found.evidence, key, value, line);
}

/** A key of the client's settings. */
export function clientSetting(seen: Seen, path: ClientPath): Setting<string> {
  const parts = seen.files.client;
  if (parts === null) return { reason: notGiven('FY'), evidence: [] };
  const found = agreed('FY', parts, path, (values) => {
    const value = (values as Record<string, unknown>)[path];
    return value === undefined || value === null ? null : String(value);
  });
  if ('reason' in found) return found;
  const line = serverLine(seen);
  return decided(
    found.value,
    found.evidence,
    path,
    line === '3.0' ? documentedClient[path] : undefined,
    line,
  );
}

function decided(
  text: string | null,
  evidence: Evidence[],
  key: string,
  fallback: string | undefined,
  line: string | null,
): Setting<string> {
  const value = text ?? fallback;
  if (value === undefined) {
    const detail =
      line === null
        ? 'not set; what holds then depends on the version'
        : `not set; its default in ${line} is not known`;
    return { reason: reason('version_unknown', detail, { kind: 'config', name: 'version' }), evidence };
  }
  const provenance = text === null ? ('documented_default' as const) : ('direct' as const);
  return {
    value,
    evidence: withLayer(
      evidence,
      { layer: 'server', path: key, value: shown(key, value), decides: true },
      provenance,
    ),
  };
}

/** Numbers of telephones and texts for people stay out of the evidence. */
function shown(key: string, value: string): string {
  if (/Number$|WelcomeMessage/.test(key)) return value === '' ? '' : 'set';
  return /Manifests|Url$|url$/.test(key) ? (value === '' ? '' : 'set') : value.slice(0, 200);
}

function withLayer(evidence: Evidence[], layer: Layer, provenance: Evidence['provenance']): Evidence[] {
  return evidence.map((entry) => ({ ...entry, provenance, force: 'default' as const, chain: [layer] }));
}

/** What a new meeting gets: the balancer's override, else its default, else the server's. Front ends may send their own. */
export function createParameter(seen: Seen, parameter: string, key = parameter): Setting<string> {
  for (const list of ['OVERRIDE_CREATE_PARAMS', 'DEFAULT_CREATE_PARAMS'] as const) {
    const found = balancerParameter(seen, list, parameter);
    if ('reason' in found) return found;
    if (found.value !== null) return { value: found.value, evidence: found.evidence };
  }
  return property(seen, key);
}

/** A parameter that the balancer puts into every create call; null = none. */
export function balancerParameter(
  seen: Seen,
  list: 'OVERRIDE_CREATE_PARAMS' | 'DEFAULT_CREATE_PARAMS',
  parameter: string,
): Setting<string | null> {
  const found = balancerValue(seen, list);
  if ('reason' in found) return found;
  if (found.value === null) return found;
  const pair = found.value.split(',').map((entry) => entry.trim().split('='));
  const value =
    pair
      .find(([name]) => name === parameter)
      ?.slice(1)
      .join('=') ?? null;
  const force = list === 'OVERRIDE_CREATE_PARAMS' ? ('enforced' as const) : ('default' as const);
  const chain: Layer[] = [{ layer: 'balancer', path: `${list} ${parameter}`, value, decides: true }];
  return { value, evidence: found.evidence.map((entry) => ({ ...entry, force, chain })) };
}

/** A variable of the balancer; null = not set, or there is no balancer. */
export function balancerValue(seen: Pick<Seen, 'files' | 'root'>, key: string): Setting<string | null> {
  const parts = seen.files.balancer;
  if (parts === null) {
    if (!behindBalancer(seen.root)) return { value: null, evidence: [] };
    return {
      reason: notGiven('FB', 'the balancer may set another value in every create call'),
      evidence: [],
    };
  }
  const undecided = parts.some(({ content }) => 'value' in content && content.value.get(key) === null);
  const found = agreed('FB', parts, key, (values: Values) => values.get(key) ?? null);
  if (!undecided || 'reason' in found) return found;
  return {
    reason: reason('undecidable', `${key} is put together from other variables`),
    evidence: found.evidence,
  };
}

export function read<T>(setting: Setting<string>, value: (text: string) => T | undefined): Setting<T> {
  if ('reason' in setting) return setting;
  const found = value(setting.value);
  if (found !== undefined) return { value: found, evidence: setting.evidence };
  return { reason: reason('invalid_answer', 'a value that is not known'), evidence: setting.evidence };
}

export function flag(setting: Setting<string>): Setting<boolean> {
  return read(setting, (text) => {
    const word = text.trim().toLowerCase();
    return word === 'true' ? true : word === 'false' ? false : undefined;
  });
}

export function integer(setting: Setting<string>): Setting<number> {
  return read(setting, (text) => (/^\s*\d{1,9}\s*$/.test(text) ? Number(text) : undefined));
}

export function names(setting: Setting<string>): Setting<string[]> {
  return read(setting, (text) =>
    text
      .split(',')
      .map((entry) => entry.trim())
      .filter((entry) => entry !== ''),
  );
}

/** Names of guest policies that are known. */
export function policyName(setting: Setting<string>): Setting<string> {
  return read(setting, (text) =>
    /^(ALWAYS_ACCEPT|ALWAYS_ACCEPT_AUTH|ALWAYS_DENY|ASK_MODERATOR)$/.test(text.trim())
      ? text.trim()
      : undefined,
  );
}

export function factOf<T, V extends FactValue>(
  setting: Setting<T>,
  value: (found: T) => V,
  options: Pick<ProofOptions, 'force'> = {},
): Fact<V> {
  const evidence = setting.evidence.map((entry) => ({ ...entry, ...options }));
  return 'reason' in setting ? hole(setting.reason, evidence) : known(value(setting.value), evidence);
}

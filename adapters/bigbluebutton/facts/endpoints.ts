import { thirdCountryList } from '../../contract/countries.ts';
import {
  type Evidence,
  type Fact,
  hole,
  known,
  type ListValue,
  type Reason,
  reason,
} from '../../contract/fact.ts';
import { agreed } from '../../contract/files.ts';
import { hostOf, isOwnHost } from '../../contract/hosts.ts';
import { type Answer, answered, proof } from '../answer.ts';
import { notGiven } from '../rows.ts';
import type { AllSeen } from '../seen.ts';
import { clientSetting, createParameter, flag, names, property, type Setting } from '../settings.ts';

interface Hosts {
  hosts: string[];
  evidence: Evidence[];
  /** Why this source does not show all of its hosts; null where it does. */
  failed: Reason | null;
}

/** Where server and clients connect to. A list is complete only if every file of every node was read. */
export function endpointFacts(seen: AllSeen) {
  const hooks = hostsOf(seen.hooks, '/response/hooks/hook/callbackURL', (list) =>
    list.flatMap(({ host }) => host ?? []),
  );
  const statistics = hostsOf(
    seen.meetings,
    '/response/meetings/meeting/metadata/analytics-callback-url',
    ({ meetings }) => meetings.flatMap(({ statisticsHost }) => statisticsHost ?? []),
  );
  const metadata = hostsOf(seen.meetings, '/response/meetings/meeting/metadata', ({ meetings }) =>
    meetings.flatMap(({ hosts }) => hosts),
  );
  const log = clientLog(seen);
  const plugins = pluginHosts(seen);
  const webhooks = webhookHosts(seen);
  const analytics = foreign(seen, [hooks, statistics, log, plugins, webhooks]);
  const files = [relays(seen), log, captions(seen), videos(seen), plugins, cache(seen)];
  const all = foreign(seen, [metadata, playbackHosts(seen), hooks, ...files, storage(seen)]);
  return {
    ...analyticsFacts(analytics),
    external_endpoints: known(listOf(all), all.evidence),
    external_endpoints_third_country: known(
      all.failed === null
        ? thirdCountryList(all.hosts, true, seen.settings.endpoints)
        : thirdCountryList(all.hosts, false, seen.settings.endpoints, all.failed),
      all.evidence,
    ),
  } satisfies Record<string, Fact>;
}

/** That nothing reports elsewhere is known only if everything that could was read. */
function analyticsFacts(seen: Hosts) {
  const { hosts, evidence, failed } = seen;
  const enabled: Fact =
    hosts.length > 0
      ? known(true, evidence)
      : failed === null
        ? known(false, evidence)
        : hole(failed, evidence);
  return {
    third_party_analytics_enabled: enabled,
    third_party_analytics_hosts: known(listOf(seen), evidence),
  };
}

function listOf({ hosts, failed }: Hosts): ListValue {
  return failed === null
    ? { items: hosts, complete: true }
    : { items: hosts, complete: false, missing: failed };
}

function hostsOf<T>(answer: Answer<T>, path: string, read: (value: T) => string[]): Hosts {
  if (answered(answer))
    return { hosts: read(answer.value), evidence: [proof(answer.call, path)], failed: null };
  const evidence = answer.call === null ? [] : [proof(answer.call, path)];
  return { hosts: [], evidence, failed: answer.reason };
}

function settingHosts<T>(setting: Setting<T>, read: (value: T) => string[] | Reason): Hosts {
  const { evidence } = setting;
  if ('reason' in setting) return { hosts: [], evidence, failed: setting.reason };
  const hosts = read(setting.value);
  return Array.isArray(hosts) ? { hosts, evidence, failed: null } : { hosts: [], evidence, failed: hosts };
}

function playbackHosts({ recordings }: AllSeen): Hosts {
  const path = '/response/recordings/recording/playback/format/url';
  return {
    hosts: [...recordings.hosts],
    evidence: recordings.call === null ? [] : [proof(recordings.call, path)],
    failed: recordings.gap,
  };
}

/** Without the list of relays the rest is not whole either: it is asked for first. */
function relays(seen: AllSeen): Hosts {
  const { relays: parts } = seen.files;
  if (parts === null)
    return {
      hosts: [],
      evidence: [],
      failed: notGiven('FT', 'the files that name the other hosts are not given'),
    };
  return settingHosts(
    agreed('FT', parts, 'stun and turn servers', (hosts) => hosts),
    (hosts) => hosts,
  );
}

function clientLog(seen: AllSeen): Hosts {
  const on = flag(clientSetting(seen, 'public.clientLog.external.enabled'));
  if ('reason' in on || !on.value) return settingHosts(on, () => []);
  return settingHosts(clientSetting(seen, 'public.clientLog.external.url'), (host) => [host]);
}

/** The browser's own speech recognition belongs to whoever made the browser. */
function captions(seen: AllSeen): Hosts {
  const on = flag(clientSetting(seen, 'public.app.audioCaptions.enabled'));
  if ('reason' in on || !on.value) return settingHosts(on, () => []);
  return settingHosts(clientSetting(seen, 'public.app.audioCaptions.provider'), (provider) => {
    if (provider === 'vosk') return [];
    if (provider === 'gladia') return ['api.gladia.io'];
    return reason('not_observable', "speech goes to a service of the browser's maker");
  });
}

/** A moderator may show videos of these services, and of any other. */
function videos(seen: AllSeen): Hosts {
  const features = names(createParameter(seen, 'disabledFeatures'));
  if ('value' in features && features.value.includes('externalVideos'))
    return { hosts: [], evidence: features.evidence, failed: null };
  const on = flag(clientSetting(seen, 'public.externalVideoPlayer.enabled'));
  if ('reason' in on || !on.value) return settingHosts(on, () => []);
  return {
    hosts: ['vimeo.com', 'www.youtube.com'],
    evidence: on.evidence,
    failed: reason('not_observable', 'a moderator may show a video of any other host'),
  };
}

function pluginHosts(seen: AllSeen): Hosts {
  return settingHosts(property(seen, 'pluginManifests'), (text) => {
    if (text.trim() === '') return [];
    const found = [...text.matchAll(/https?:\/\/[^\s"'\\,\]}]+/g)].map((match) => hostOf(match[0]));
    const hosts = found.filter((host) => host !== undefined);
    return hosts.length > 0 ? hosts : reason('invalid_answer', 'pluginManifests names no address');
  });
}

/** Converted presentations may lie in a storage service. */
function cache(seen: AllSeen): Hosts {
  const { properties } = seen.files;
  if (properties === null) return { hosts: [], evidence: [], failed: notGiven('FP') };
  const setting = agreed('FP', properties, 'presentationConversionCacheEnabled', (values) => {
    const places = [...values].filter(([key]) => /^presentationConversionCacheS3/.test(key));
    return {
      on: values.get('presentationConversionCacheEnabled') ?? 'false',
      places: places.map(([, value]) => hostOf(value ?? '') ?? '').sort(),
    };
  });
  return settingHosts(setting, ({ on, places }) => {
    if (on.trim() === 'false') return [];
    const hosts = places.filter((host) => host !== '');
    return hosts.length > 0
      ? hosts
      : reason('not_observable', 'the storage of the presentation cache is not named');
  });
}

function webhookHosts(seen: AllSeen): Hosts {
  const { webhooks } = seen.files;
  if (webhooks === null) return { hosts: [], evidence: [], failed: notGiven('FW') };
  const setting = agreed('FW', webhooks, 'permanentURLs, xapi', ({ hosts, statements }) => ({
    hosts,
    statements: statements === undefined ? 'off' : statements,
  }));
  return settingHosts(setting, ({ hosts, statements }) => {
    if (statements === null)
      return reason('not_observable', 'the receiver of activity statements is not named');
    return statements === 'off' ? hosts : [...hosts, statements];
  });
}

/** Where Greenlight keeps its files; not every name of a storage service tells the host. */
function storage({ database }: AllSeen): Hosts {
  if (database === null) return { hosts: [], evidence: [], failed: null };
  const path = 'active_storage_blobs.service_name';
  if (!answered(database)) return hostsOf(database, path, () => []);
  const { storage: services } = database.value;
  const evidence = [proof(database.call, path)];
  if (!services.ok) return { hosts: [], evidence, failed: services.reason };
  const elsewhere = services.value.filter((name) => !['local', 'mirror', 'test'].includes(name));
  const hosts = elsewhere.includes('google') ? ['storage.googleapis.com'] : [];
  if (elsewhere.every((name) => name === 'google')) return { hosts, evidence, failed: null };
  return {
    hosts,
    evidence,
    failed: reason('not_observable', 'the storage service of Greenlight is not named'),
  };
}

/** Hosts outside the organisation; a source that failed comes first, and one that was tried before one not given. */
function foreign({ settings }: AllSeen, groups: readonly Hosts[]): Hosts {
  const { greenlight } = settings;
  const url = greenlight?.url === undefined ? [settings.url] : [settings.url, greenlight.url];
  const own = { url, own_hosts: settings.own_hosts };
  const hosts = new Set(groups.flatMap((group) => group.hosts).filter((host) => !isOwnHost(host, own)));
  const open = groups.filter((group) => group.failed !== null);
  const tried = open.find((group) => group.evidence.length > 0);
  const notYet = open.find((group) => group.failed?.code === 'not_configured')?.failed?.fill;
  const failed = (tried ?? open[0])?.failed ?? null;
  const fill = failed?.fill ?? notYet;
  const ordered = groups.toSorted((a, b) => Number(b.failed !== null) - Number(a.failed !== null));
  return {
    hosts: [...hosts].sort(),
    evidence: ordered.flatMap(({ evidence }) => evidence),
    failed: failed === null || fill === undefined ? failed : { ...failed, fill },
  };
}

import type { FactSource } from '../../contract/adapter.ts';
import { thirdCountryList } from '../../contract/countries.ts';
import { type Evidence, type Fact, hole, known, notConfigured, type Reason } from '../../contract/fact.ts';
import { isOwnHost } from '../../contract/hosts.ts';
import { isSupported, latestRelease, listAge, releaseList, releaseNamed } from '../releases.ts';
import type { JitsiSettings } from '../schema.ts';
import type { Seen } from '../seen.ts';
import {
  allOf,
  type Bit,
  configBit,
  configGiven,
  configSetting,
  evidence,
  type Facts,
  later,
  line,
  not,
  rows,
  versionHole,
} from './base.ts';
import { hostsAt } from './tracking.ts';

export const platformRows: FactSource[] = [
  later('platform_version', 'K3', 'value', 'jicofo'),
  later('platform_version', 'V1', 'value', 'jvb'),
  ...rows('platform_version', ['W', 'value'], ['C', 'value']),
  later('platform_version', 'E', 'value', 'env_file'),
  ...rows('platform_branch_supported', ['W', 'both'], ['C', 'both']),
  ...rows('component_versions', ['W', 'value'], ['X4', 'value'], ['C', 'value']),
  ...rows('latest_patch_version', ['L', 'value']),
  ...rows('version_list_age', ['L', 'value']),
  ...rows('external_endpoints', ['C', 'value']),
  later('external_endpoints', 'E', 'value', 'env_file'),
  ...rows('external_endpoints_third_country', ['C', 'value']),
  later('external_endpoints_third_country', 'E', 'value', 'env_file'),
];

export function platformFacts(seen: Seen, settings: JitsiSettings): Facts {
  const endpoints = endpointsOf(seen, settings);
  const list = evidence(seen, 'L', releaseList.dated);
  return {
    ...versionFacts(seen),
    component_versions: components(seen),
    latest_patch_version: known(latestRelease, list),
    version_list_age: known(listAge(seen.at), list),
    ...endpoints,
  };
}

/** The release, from the page's number or what config.js says of it. */
function versionFacts(seen: Seen): Facts {
  const at = evidence(seen, 'W', 'script ?v=');
  if (seen.page.state === 'unknown') {
    const missing = hole(seen.page.reason, at);
    return { platform_version: missing, platform_branch_supported: missing };
  }
  const place = line(seen);
  if (place !== null && place !== 'hidden') {
    if (place.state === 'known') {
      const version =
        place.release === null
          ? hole(versionHole(`web ${place.web} is no release of the list`), at)
          : known(place.release, at);
      return {
        platform_version: version,
        platform_branch_supported: known(place.supported, { ...at, provenance: 'derived' }),
      };
    }
    if (place.state === 'older') {
      const version = hole(versionHole(`web ${place.web} is older than the list`), at);
      return {
        platform_version: version,
        platform_branch_supported: known(false, { ...at, provenance: 'derived' }),
      };
    }
    const newer = hole(versionHole(`web ${place.web} is newer than the list`), at);
    return { platform_version: newer, platform_branch_supported: newer };
  }
  return declaredVersion(seen, at);
}

function declaredVersion(seen: Seen, at: Evidence): Facts {
  const setting = configSetting(seen, 'deploymentInfo.releaseNumber', 'enforced');
  const named = setting.state === 'known' ? releaseNamed(String(setting.value)) : null;
  if (named !== null)
    return {
      platform_version: known(named, setting.evidence),
      platform_branch_supported: known(isSupported(named), { ...setting.evidence, provenance: 'derived' }),
    };
  const missing = hole(versionHole('the page shows no number that can be mapped'), at);
  return { platform_version: missing, platform_branch_supported: missing };
}

function components(seen: Seen): Fact {
  const items: string[] = [];
  const from: Evidence[] = [];
  const missing: Reason[] = [];
  if (seen.page.state === 'unknown') missing.push(seen.page.reason);
  else if (seen.page.value.state === 'hidden') missing.push(versionHole('the page shows no number'));
  else {
    items.push(`web=${seen.page.value.state === 'number' ? seen.page.value.web : seen.page.value.text}`);
    from.push(evidence(seen, 'W', 'script ?v='));
  }
  if (seen.software.state === 'known') {
    items.push(seen.software.value);
    from.push(evidence(seen, 'X4', 'name, version'));
  } else missing.push(seen.software.reason);
  const why = missing[0] ?? notConfigured('jicofo');
  if (items.length === 0) return hole(why, evidence(seen, 'W', 'script ?v='));
  return known({ items: items.sort(), complete: false, missing: why }, from);
}

/** Keys that hold addresses which clients or the server talk to. Links that somebody has to follow are none. */
const addressKeys = [
  'analytics.matomoEndpoint',
  'analytics.scriptURLs',
  'analytics.rtcstatsEndpoint',
  'etherpad_base',
  'whiteboard.collabServerBaseUrl',
  'whiteboard.storageBackendUrl',
  'fileSharing.apiUrl',
  'dialInNumbersUrl',
  'dialInConfCodeUrl',
  'dialOutAuthUrl',
  'dialOutCodesUrl',
  'dialOutRegionUrl',
  'inviteServiceUrl',
  'peopleSearchUrl',
  'dynamicBrandingUrl',
  'brandingDataUrl',
  'tokenAuthUrl',
  'websocket',
  'bosh',
];

interface Endpoints {
  hosts: Set<string>;
  missing: Reason | null;
}

function endpointsOf(seen: Seen, settings: JitsiSettings): Facts {
  const at = evidence(seen, 'C', 'addresses');
  if (seen.config.state === 'unknown') {
    const missing = hole(seen.config.reason, at);
    return { external_endpoints: missing, external_endpoints_third_country: missing };
  }
  const found: Endpoints = { hosts: new Set(), missing: null };
  const take = (entries: ReturnType<typeof hostsAt>): void => {
    for (const entry of entries) {
      if ('host' in entry) found.hosts.add(entry.host);
      else found.missing ??= entry.reason;
    }
  };
  for (const key of addressKeys) take(hostsAt(seen, key));
  takeStun(seen, found);
  if (avatars(seen).value !== false) take(hostsAt(seen, 'gravatar.baseUrl'));
  for (const [host, bit] of impliedHosts(seen)) {
    if (bit.value === true) found.hosts.add(host);
    if (bit.value === null) found.missing ??= bit.reason;
  }
  if (seen.services.state === 'known') for (const host of seen.services.value) found.hosts.add(host);
  else found.missing ??= seen.services.reason;
  const own = { url: settings.url, own_hosts: settings.own_hosts };
  const items = [...found.hosts].filter((host) => !isOwnHost(host, own)).sort();
  const missing =
    found.missing ?? notConfigured('env_file', 'what the bridge contacts stands in the environment file');
  return {
    external_endpoints: known({ items, complete: false, missing }, at),
    external_endpoints_third_country: known(
      thirdCountryList(items, false, settings.endpoints ?? {}, missing),
      {
        ...at,
        provenance: 'derived',
      },
    ),
  };
}

/** `p2p.stunServers` is a list of objects with `urls`; partly known lists stay open. */
function takeStun(seen: Seen, found: Endpoints): void {
  if (seen.config.state === 'unknown') return;
  const list = seen.config.value.list('p2p.stunServers');
  if (list.state === 'absent') return;
  if (list.state === 'unknown') {
    found.missing ??= { code: 'undecidable', detail: `p2p.stunServers: ${list.why}` };
    return;
  }
  for (const item of list.items) {
    const urls =
      item.state === 'known' && typeof item.value === 'object' && 'urls' in item.value
        ? item.value.urls
        : null;
    for (const url of Array.isArray(urls) ? urls : [urls]) {
      const host = typeof url === 'string' ? /^(?:stuns?|turns?):([^?]+)/i.exec(url)?.[1] : undefined;
      if (host === undefined) found.missing ??= { code: 'undecidable', detail: 'p2p.stunServers' };
      else found.hosts.add(host.replace(/:\d+$/, '').toLowerCase());
    }
  }
  if (!list.complete) found.missing ??= { code: 'undecidable', detail: 'p2p.stunServers' };
}

const thirdParties = (seen: Seen): Bit =>
  not(configBit(seen, 'disableThirdPartyRequests', 'overridable', false));

const avatars = (seen: Seen): Bit =>
  allOf(not(configBit(seen, 'gravatar.disabled', 'overridable', false)), thirdParties(seen));

/** Services that a key switches on without naming an address. */
function impliedHosts(seen: Seen): [string, Bit][] {
  const base = configGiven(seen, 'gravatar.baseUrl');
  return [
    ['api.amplitude.com', configGiven(seen, 'analytics.amplitudeAPPKey')],
    ['www.gravatar.com', allOf(not(base), avatars(seen))],
    ['api.giphy.com', allOf(configBit(seen, 'giphy.enabled', 'overridable', false), thirdParties(seen))],
    ['www.dropbox.com', configGiven(seen, 'dropbox.appKey')],
    ['apis.google.com', configGiven(seen, 'googleApiApplicationClientID')],
    ['login.microsoftonline.com', configGiven(seen, 'microsoftApiApplicationClientID')],
    ['testrtc.com', configBit(seen, 'analytics.watchRTCEnabled', 'overridable', false)],
  ];
}

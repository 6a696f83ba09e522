import type { FactSource } from '../../contract/adapter.ts';
import { thirdCountryList } from '../../contract/countries.ts';
import { hole, known, notConfigured, type Reason } from '../../contract/fact.ts';
import { hostOf, isOwnHost } from '../../contract/hosts.ts';
import { defaultBridgeStun } from '../environment.ts';
import type { JitsiSettings } from '../schema.ts';
import type { Seen } from '../seen.ts';
import {
  allOf,
  type Bit,
  configBit,
  configGiven,
  evidence,
  type Facts,
  keyed,
  not,
  rows,
  versionHole,
} from './base.ts';
import { envBit, envGiven, envText, releaseKnown } from './files.ts';
import { hostsAt } from './tracking.ts';
import { versionFacts, versionRows } from './versions.ts';

export const platformRows: FactSource[] = [
  ...versionRows,
  ...rows('external_endpoints', ['C', 'value']),
  keyed('external_endpoints', 'E', 'value', 'env_file'),
  ...rows('external_endpoints_third_country', ['C', 'value']),
  keyed('external_endpoints_third_country', 'E', 'value', 'env_file'),
];

export function platformFacts(seen: Seen, settings: JitsiSettings): Facts {
  return { ...versionFacts(seen), ...endpointsOf(seen, settings) };
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
  takeServer(seen, found);
  const own = { url: settings.url, own_hosts: settings.own_hosts };
  const items = [...found.hosts].filter((host) => !isOwnHost(host, own)).sort();
  const { missing } = found;
  const byCountry = thirdCountryList(items, missing === null, settings.endpoints ?? {}, missing ?? undefined);
  return {
    external_endpoints: known(
      missing === null ? { items, complete: true } : { items, complete: false, missing },
      at,
    ),
    external_endpoints_third_country: known(byCountry, {
      ...at,
      provenance: 'derived',
    }),
  };
}

/** What the server itself contacts stands in the environment file only. */
function takeServer(seen: Seen, found: Endpoints): void {
  const bridge = envText(seen, 'JVB_STUN_SERVERS');
  if (bridge.state === 'not_given') {
    found.missing ??= notConfigured('env_file', 'what the bridge contacts stands in the environment file');
    return;
  }
  if (bridge.state === 'hole') found.missing ??= bridge.reason;
  else if (bridge.state === 'known') addHosts(found, bridge.value);
  else if (releaseKnown(seen)) addHosts(found, defaultBridgeStun);
  else found.missing ??= versionHole('JVB_STUN_SERVERS is unset and the release is not known');
  for (const key of ['JIGASI_SIP_SERVER', 'JWT_ASAP_KEYSERVER']) {
    const text = envText(seen, key);
    if (text.state === 'known') addHosts(found, text.value);
    if (text.state === 'hole') found.missing ??= text.reason;
  }
  const hosted: [string, Bit][] = [
    ['conference-mapper.jitsi.net', envBit(seen, 'ENABLE_JAAS_COMPONENTS')],
    ['8x8.vc', envGiven(seen, 'JAAS_APP_ID')],
  ];
  for (const [host, bit] of hosted) {
    if (bit.value === true) found.hosts.add(host);
    if (bit.value === null) found.missing ??= bit.reason;
  }
}

function addHosts(found: Endpoints, list: string): void {
  for (const text of list.split(',').map((part) => part.trim())) {
    if (text === '') continue;
    const host = hostOf(text);
    if (host === undefined)
      found.missing ??= { code: 'undecidable', detail: 'an address in the environment file' };
    else found.hosts.add(host);
  }
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

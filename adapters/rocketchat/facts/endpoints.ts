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
import { hostOf, isOwnHost } from '../../contract/hosts.ts';
import { configurationEvidence } from '../../contract/room.ts';
import { evidenceOf, has, type Seen } from '../../contract/seen.ts';
import { isProvider } from './calls.ts';
import { type FlagId, isTrue, setting, settingOrNone } from './logic.ts';
import type { Facts, Observation } from './observation.ts';

/** Other parties that server or clients talk to, and the privacy notice. */
export function endpointFacts(observation: Observation): Facts {
  return { ...externalEndpoints(observation), ...noticeFacts(observation) };
}

interface Place {
  hosts: string[];
  evidence: Evidence[];
}

/** The vendor's statistics are always on and hidden, so that the list is never complete. */
const neverAll: Reason = reason(
  'not_observable',
  'statistics to the vendor are hidden, their switch is not shown',
);

function externalEndpoints(observation: Observation): Facts {
  const { settings, published, anonymous } = observation;
  const found = places(observation);
  const items = new Set<string>();
  const evidence: Evidence[] = [];
  for (const place of found) {
    const foreign = place.hosts
      .map(hostOf)
      .filter((host) => host !== undefined && host !== '' && !isOwnHost(host, settings));
    for (const host of foreign) if (host !== undefined) items.add(host);
    if (foreign.length > 0) evidence.push(...place.evidence);
  }
  const site = published.get('Site_Url');
  const looked = [site, anonymous.version].find((seen) => has(seen));
  if (looked === undefined && items.size === 0) {
    const why = hole(has(site) ? neverAll : site.reason, evidenceOf(site));
    return { external_endpoints: why, external_endpoints_third_country: why };
  }
  const used =
    evidence.length > 0
      ? [...new Map(evidence.map((one) => [`${one.source} ${one.path}`, one])).values()]
      : [evidenceOf(looked ?? site)];
  const list: ListValue = { items: [...items].sort(), complete: false, missing: neverAll };
  const abroad = thirdCountryList(list.items, false, settings.endpoints, neverAll);
  return {
    external_endpoints: known(list, used),
    external_endpoints_third_country: known(
      abroad,
      used.map((one) => ({ ...one, provenance: 'derived' as const })),
    ),
  };
}

function places(observation: Observation): Place[] {
  const { published, privileged, anonymous, signedIn, appSettings, calls } = observation;
  const when = (id: FlagId, ...hosts: string[]): Place[] => {
    const bit = setting(observation, id);
    return isTrue(bit) ? [{ hosts, evidence: bit.evidence }] : [];
  };
  const at = (seen: Seen<string> | Seen<string[]>): Place[] =>
    has(seen)
      ? [{ hosts: Array.isArray(seen.value) ? seen.value : [seen.value], evidence: [evidenceOf(seen)] }]
      : [];
  const on = (id: FlagId, ...more: Place[][]): Place[] =>
    isTrue(settingOrNone(observation, id)) ? more.flat() : [];
  const gateway = privileged.get('Push_enable_gateway');
  const storage = published.get('FileUpload_Storage_Type');
  const bugsnag = privileged.get('Bugsnag_api_key');
  const tags = published.get('GoogleTagManager_id');
  const federation = privileged.get('Federation_Service_Enabled');
  const registered = [anonymous.cloudWorkspaceId, signedIn.cloudWorkspaceId].find(
    (id) => has(id) && id.value,
  );
  const stores: Readonly<Record<string, string>> = {
    AmazonS3: 'amazonaws.com',
    GoogleCloudStorage: 'googleapis.com',
  };
  const store = has(storage) && Object.hasOwn(stores, storage.value) ? stores[storage.value] : undefined;
  return [
    ...on('WebRTC_Enabled', at(published.get('WebRTC_Servers'))),
    ...on('PiwikAnalytics_enabled', at(published.get('PiwikAnalytics_url'))),
    ...when('GoogleAnalytics_enabled', 'google-analytics.com'),
    ...(has(tags) && tags.value ? [{ hosts: ['googletagmanager.com'], evidence: [evidenceOf(tags)] }] : []),
    ...(has(bugsnag) && bugsnag.value ? [{ hosts: ['bugsnag.com'], evidence: [evidenceOf(bugsnag)] }] : []),
    ...(has(gateway) && gateway.value ? on('Push_enable', at(privileged.get('Push_gateway'))) : []),
    ...translation(observation),
    ...when('MapView_Enabled', 'maps.googleapis.com'),
    ...when('SlackBridge_Enabled', 'slack.com'),
    ...(store === undefined ? [] : [{ hosts: [store], evidence: [evidenceOf(storage)] }]),
    ...(has(federation) && federation.value ? at(privileged.get('Federation_Service_Allow_List')) : []),
    ...(isProvider(observation, 'pexip') ? at(published.get('Pexip_Integration_Base_Url')) : []),
    ...(isProvider(observation, 'jitsi') ? at(appSettings.jitsiHost) : []),
    ...(isProvider(observation, 'bigbluebutton') ? at(appSettings.bbbHost) : []),
    ...callHosts(observation),
    ...(isProvider(observation, 'googlemeet')
      ? [{ hosts: ['meet.google.com'], evidence: calls.evidence }]
      : []),
    ...(registered === undefined
      ? []
      : [{ hosts: ['cloud.rocket.chat'], evidence: [evidenceOf(registered)] }]),
  ];
}

/** Where calls took place, whatever is set up; only where live facts are wanted. */
function callHosts({ roomCalls }: Observation): Place[] {
  return [...roomCalls.values()].flatMap((call) => {
    const address = 'newest' in call ? call.newest?.address : undefined;
    return address !== undefined && has(address)
      ? [{ hosts: [address.value.host], evidence: [evidenceOf(address)] }]
      : [];
  });
}

function translation(observation: Observation): Place[] {
  const provider = observation.published.get('AutoTranslate_ServiceProvider');
  if (!isTrue(setting(observation, 'AutoTranslate_Enabled')) || !has(provider)) return [];
  const hosts: Readonly<Record<string, string>> = {
    'google-translate': 'translation.googleapis.com',
    'microsoft-translate': 'api.cognitive.microsofttranslator.com',
    'deepl-translate': 'api.deepl.com',
  };
  const host = Object.hasOwn(hosts, provider.value) ? hosts[provider.value] : undefined;
  return host === undefined ? [] : [{ hosts: [host], evidence: [evidenceOf(provider)] }];
}

/** A text of the organisation's own; the vendor's placeholder is none. */
function noticeFacts(observation: Observation): Facts {
  const terms = observation.published.get('Layout_Login_Terms');
  return {
    privacy_notice_present: noticePresent(observation),
    privacy_notice_shown_before_join: shown(terms),
    welcome_notice_contains_classified_warning: has(terms)
      ? known(terms.value.marked, evidenceOf(terms, { provenance: 'derived' }))
      : hole(terms.reason, evidenceOf(terms)),
  };
}

function noticePresent({ published, settings, now }: Observation): Fact {
  const notice = published.get('Layout_Privacy_Policy');
  if (!has(notice)) {
    if (notice.absent && settings.privacy_notice !== undefined) {
      return known(true, configurationEvidence('privacy_notice', now));
    }
    return hole(notice.reason, evidenceOf(notice));
  }
  const { state, link } = notice.value;
  const site = published.get('Site_Url');
  const address = link ?? (has(site) ? `https://${site.value}/privacy-policy` : null);
  const chain = [
    { layer: 'site' as const, path: notice.path, value: state === 'own' ? address : state, decides: true },
  ];
  return known(state === 'own', evidenceOf(notice, { provenance: 'derived', chain }));
}

function shown(terms: Seen<{ state: string; privacyLink: boolean }>): Fact {
  const at = evidenceOf(terms, { provenance: 'derived' });
  if (!has(terms)) return hole(terms.reason, at);
  if (terms.value.state === 'empty') return known(false, at);
  if (terms.value.privacyLink) return known(true, at);
  return hole(reason('undecidable', 'the terms at login have no address that is known to be the notice'), at);
}

import { thirdCountryList } from '../../contract/countries.ts';
import {
  type Evidence,
  type Fact,
  hole,
  known,
  type ListValue,
  notPermitted,
  type Reason,
  reason,
} from '../../contract/fact.ts';
import { hostOf, isOwnHost } from '../../contract/hosts.ts';
import { evidenceOf, factOf, has, type Seen, valueIn } from '../../contract/seen.ts';
import { contradictions } from './contradictions.ts';
import type { Facts, Observation } from './observation.ts';
import { configured } from './platform.ts';
import { surveyJob } from './tracking.ts';

/** Other parties, the privacy notice, and settings that contradict each other. */
export function endpointFacts(observation: Observation): Facts {
  return {
    ...externalEndpoints(observation),
    privacy_notice_present: privacyNotice(observation),
    contradictions: contradictions(observation),
  };
}

interface Place {
  seen: Seen<unknown>;
  hosts: string[];
}

const unknownCountry = reason('undecidable', 'the country of a host is not known');
const pushHost = 'push-notifications.nextcloud.com';
const surveyHost = 'surveyserver.nextcloud.com';

function places(observation: Observation): Place[] {
  const { login, signaling, anonymous, account, rooms, config, apps, database } = observation;
  const named = (seen: Seen<string[]>): Place => ({ seen, hosts: has(seen) ? seen.value : [] });
  const one = (seen: Seen<string>): Place => ({ seen, hosts: has(seen) ? [seen.value] : [] });
  return [
    named(login.connect),
    named(login.script),
    named(login.others),
    named(signaling.stun),
    named(signaling.turn),
    one(signaling.server),
    one(anonymous.externalCallService),
    one(account.externalCallService),
    ...rooms
      .filter(({ kind }) => 'counted' in kind && kind.counted === 'foreign')
      .map(({ room }) => one(room.remoteServer)),
    named(config.recordingServers),
    named(config.stunServers),
    { seen: apps, hosts: appHosts(observation) },
    named(database.foreignHosts),
  ];
}

/** Hosts that an enabled app speaks to by itself; the survey only after somebody agreed to it. */
function appHosts({ apps, database: { jobs } }: Observation): string[] {
  if (!has(apps)) return [];
  const noSurvey = has(jobs) && !jobs.value.some(({ name }) => name === surveyJob);
  return [
    ...(apps.value.includes('notifications') ? [pushHost] : []),
    ...(apps.value.includes('survey_client') && !noSurvey ? [surveyHost] : []),
  ];
}

/** Everything that may name a host has to be read before the list is whole. */
function unread({ login, signaling, account, config, apps, database }: Observation): Reason | null {
  if (!has(login.connect)) return login.connect.reason;
  for (const seen of [config.recordingServers, config.stunServers, apps]) {
    if (!has(seen)) {
      const { code } = seen.reason;
      return code === 'not_permitted'
        ? notPermitted('server admin', 'recording servers, push and apps were not read')
        : seen.reason;
    }
  }
  for (const seen of [signaling.stun, signaling.turn, signaling.server]) if (!has(seen)) return seen.reason;
  if (has(account.matterbridge) && account.matterbridge.value) {
    return reason('not_observable', 'where bridged chats (Matterbridge) lie is not shown');
  }
  if (valueIn(account.federation) === false || has(database.foreignHosts)) return null;
  return database.foreignHosts.reason;
}

/** Complete only with the administrator's settings, the list of apps and the rooms of other servers. */
function externalEndpoints(observation: Observation): Facts {
  const { settings, login, signaling } = observation;
  const seen = places(observation).filter((place) => has(place.seen));
  const evidence: Evidence[] = [];
  const items = new Set<string>();
  for (const place of seen) {
    const foreign = place.hosts
      .map(hostOf)
      .filter((host) => host !== undefined && !isOwnHost(host, settings));
    for (const host of foreign) if (host !== undefined) items.add(host);
    if (foreign.length > 0) evidence.push(evidenceOf(place.seen));
  }
  const missing = unread(observation);
  if (!has(login.connect) && !has(signaling.stun) && items.size === 0) {
    const why = login.connect.reason;
    const at = evidenceOf(login.connect);
    return { external_endpoints: hole(why, at), external_endpoints_third_country: hole(why, at) };
  }
  const used =
    evidence.length > 0
      ? dedupe(evidence)
      : [evidenceOf(has(login.connect) ? login.connect : signaling.stun)];
  const hosts = [...items].sort();
  const list: ListValue =
    missing === null ? { items: hosts, complete: true } : { items: hosts, complete: false, missing };
  const abroad = thirdCountryList(hosts, missing === null, settings.endpoints, missing ?? unknownCountry);
  return {
    external_endpoints: known(list, used),
    external_endpoints_third_country: known(
      abroad,
      used.map((one) => ({ ...one, provenance: 'derived' as const })),
    ),
  };
}

function dedupe(evidence: Evidence[]): Evidence[] {
  return [...new Map(evidence.map((one) => [`${one.source} ${one.path}`, one])).values()];
}

/** What a source shows decides; the configured address counts only where none shows anything. */
function privacyNotice({ login, anonymous, config, settings, now }: Observation): Fact {
  const set = config.privacyUrl;
  const configuredUrl: Seen<string> = has(set) ? { ...set, value: set.value ?? '' } : set;
  const shown = [login.privacyUrl, anonymous.privacyUrl, configuredUrl].filter(has);
  const named = shown.find(({ value }) => value !== '');
  const decides = named ?? shown[0];
  if (decides !== undefined) {
    const chain = shown.map((seen) => ({
      layer: 'site' as const,
      path: seen.path,
      value: seen.value,
      decides: seen === decides,
    }));
    return known(decides.value !== '', evidenceOf(decides, { chain }));
  }
  if (settings.privacy_notice !== undefined) return configured('privacy_notice', true, now);
  const page = login.privacyUrl;
  if (has(page) || !page.absent) return factOf(page, (url) => url !== '');
  const fill = { kind: 'config', name: 'privacy_notice' } as const;
  return hole(reason('not_supported_by_version', 'no source shows the address', fill), evidenceOf(page));
}

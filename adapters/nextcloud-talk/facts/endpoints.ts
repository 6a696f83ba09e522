import { thirdCountryList } from '../../contract/countries.ts';
import {
  type Evidence,
  type Fact,
  hole,
  known,
  type ListValue,
  notConfigured,
  notPermitted,
  type Reason,
  reason,
} from '../../contract/fact.ts';
import { hostOf, isOwnHost } from '../../contract/hosts.ts';
import { evidenceOf, factOf, factValue, has, type Seen, valueIn } from '../seen.ts';
import { type Facts, feature, type Observation } from './observation.ts';
import { configured } from './platform.ts';

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

function places({ login, signaling, anonymous, account, rooms }: Observation): Place[] {
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
  ];
}

/** Never complete: the administrator's settings and the list of apps are not read. */
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
  const missing: Reason = notPermitted('server admin', 'recording servers, push and apps were not read');
  if (!has(login.connect) && !has(signaling.stun) && items.size === 0) {
    const why = has(login.connect) ? missing : login.connect.reason;
    const at = evidenceOf(login.connect);
    return { external_endpoints: hole(why, at), external_endpoints_third_country: hole(why, at) };
  }
  const used =
    evidence.length > 0
      ? dedupe(evidence)
      : [evidenceOf(has(login.connect) ? login.connect : signaling.stun)];
  const list: ListValue = { items: [...items].sort(), complete: false, missing };
  const abroad = thirdCountryList(list.items, false, settings.endpoints, missing);
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
function privacyNotice({ login, anonymous, settings, now }: Observation): Fact {
  const shown = [login.privacyUrl, anonymous.privacyUrl].filter(has);
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

function contradictions(observation: Observation): Fact {
  const { rooms, list, signaling, login, settings } = observation;
  const items: string[] = [];
  const evidence: Evidence[] = [];
  const expiry = feature('message-expiration', observation);
  const expiring = rooms.find(
    ({ room }) => room.view === 'member' && (valueIn(room.messageExpiration) ?? 0) > 0,
  );
  if (factValue(expiry) === false && expiring !== undefined) {
    items.push('expiry_without_cron');
    evidence.push(...expiry.evidence, evidenceOf(expiring.room.messageExpiration));
  }
  const server = has(signaling.server) && signaling.server.value !== '' ? signaling.server : undefined;
  const hosts = server === undefined ? valueIn(login.signaling) : [server.value];
  const foreign = hosts?.some((host) => !isOwnHost(host, settings)) ?? false;
  if (settings.hosting?.model === 'on_premises' && foreign) {
    items.push('on_premises_but_foreign_signaling');
    evidence.push(evidenceOf(server ?? login.signaling));
  }
  const missing = notConfigured('database', 'overdue messages and the last run of jobs were not read');
  const nothing = !has(list) && !('value' in expiry) && hosts === undefined;
  if (nothing) return hole(has(list) ? missing : list.reason, evidenceOf(list));
  const used = evidence.length > 0 ? evidence : [...expiry.evidence, evidenceOf(list)];
  return known({ items, complete: false, missing }, used);
}

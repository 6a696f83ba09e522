import { type Evidence, type Fact, hole, known, reason } from '../../contract/fact.ts';
import { hostOf, isOwnHost } from '../../contract/hosts.ts';
import { evidenceOf, factOf, has } from '../../contract/seen.ts';
import { unlessNoCalls } from './calls.ts';
import {
  type Bit,
  bitOf,
  both,
  derived,
  evidenceIn,
  isFalse,
  isTrue,
  not,
  notObservable,
  productFact,
  setting,
  settingOrNone,
} from './logic.ts';
import type { Facts, Observation } from './observation.ts';

/** Presence, read receipts, what is kept of calls, trackers. */
export function trackingFacts(observation: Observation): Facts {
  const { now, privileged, published } = observation;
  const presence = not(bitOf(privileged.get('Troubleshoot_Disable_Presence_Broadcast'), (off) => off));
  const receipts = both(
    settingOrNone(observation, 'Message_Read_Receipt_Enabled'),
    settingOrNone(observation, 'Message_Read_Receipt_Store_Users'),
  );
  const kept = callsAreKept(observation);
  return {
    presence_status_supported: productFact('presence_status_supported', true, now),
    presence_status_feature_enabled: withHint(presence, observation),
    presence_status_visibility: derived(withHint(presence, observation), (on) => (on ? 'everyone' : 'none')),
    presence_auto_away_enabled: factOf(
      published.get('Accounts_Default_User_Preferences_enableAutoAway'),
      (on) => on,
      { force: 'overridable' },
    ),
    attention_tracking_supported: isTrue(receipts) ? receipts : unlessNoCalls(observation, true),
    attention_tracking_enabled: attention(receipts, observation),
    activity_statistics_supported: kept,
    activity_statistics_enabled: kept,
    activity_statistics_switchable: productFact('activity_statistics_switchable', false, now),
    activity_statistics_retention: hole(notObservable('no deletion of call records is known')),
    ...trackers(observation),
  };
}

/** The server sets this switch itself once many are connected: it proves no intent, so it is only shown. */
function withHint(presence: Bit, { published }: Observation): Bit {
  const hint = published.get('Presence_broadcast_disabled');
  return has(hint) ? { ...presence, evidence: [...presence.evidence, evidenceOf(hint)] } : presence;
}

/** Who read what and when; attention inside a call is the provider's matter. */
function attention(receipts: Bit, observation: Observation): Bit {
  return isFalse(receipts) ? unlessNoCalls(observation, false) : receipts;
}

/** Every call's record keeps persons with the time of joining, and nothing switches that off. */
function callsAreKept({ calls, dashboard }: Observation): Bit {
  if (calls.state === 'unknown') return hole(calls.reason, calls.evidence);
  if (calls.state === 'provider') {
    return known(
      true,
      calls.evidence.map((one) => ({ ...one, provenance: 'derived' as const })),
    );
  }
  return bitOf(dashboard, (licensed) => licensed);
}

const fixedNames = { google: 'google-analytics.com', tags: 'googletagmanager.com', bugsnag: 'bugsnag.com' };

interface Tracker {
  host: string;
  bit: Bit;
}

function trackers(observation: Observation): Facts {
  const { published, privileged, settings } = observation;
  const piwik = published.get('PiwikAnalytics_url');
  const foreign = bitOf(piwik, (host) => host === '' || !isOwnHost(host, settings));
  const piwikOn = setting(observation, 'PiwikAnalytics_enabled');
  const piwikHost = has(piwik) && piwik.value !== '' ? piwik.value : 'matomo';
  const all: Tracker[] = [
    { host: hostOf(piwikHost) ?? piwikHost, bit: both(piwikOn, foreign) },
    { host: fixedNames.google, bit: setting(observation, 'GoogleAnalytics_enabled') },
    { host: fixedNames.tags, bit: bitOf(published.get('GoogleTagManager_id'), (set) => set) },
    { host: fixedNames.bugsnag, bit: bitOf(privileged.get('Bugsnag_api_key'), (set) => set) },
  ];
  const survey = bitOf(privileged.get('NPS_survey_enabled'), (on) =>
    on ? reason('undecidable', 'survey results go to the vendor once the server is registered there') : false,
  );
  const bits = [...all.map(({ bit }) => bit), survey];
  const open = bits.find((bit) => 'unavailable' in bit);
  const items = all.filter(({ bit }) => isTrue(bit)).map(({ host }) => host);
  const evidence = decisive(all, bits);
  const missing = open === undefined || !('unavailable' in open) ? null : open;
  if (items.length === 0 && missing !== null) {
    const nothing = hole(missing.unavailable, missing.evidence);
    return { third_party_analytics_enabled: nothing, third_party_analytics_hosts: nothing };
  }
  const list: Fact =
    missing === null
      ? known({ items, complete: true }, evidence)
      : known({ items, complete: false, missing: missing.unavailable }, evidence);
  return {
    third_party_analytics_enabled: known(items.length > 0, evidence),
    third_party_analytics_hosts: list,
  };
}

/** What was found; where nothing was, the privileged settings come first: without them nothing is proven. */
function decisive(all: readonly Tracker[], bits: readonly Bit[]): Evidence[] {
  const found = all.filter(({ bit }) => isTrue(bit)).flatMap(({ bit }) => bit.evidence);
  if (found.length > 0) return found;
  const evidence = evidenceIn(bits);
  return [
    ...evidence.filter(({ source }) => source === 'V'),
    ...evidence.filter(({ source }) => source !== 'V'),
  ];
}

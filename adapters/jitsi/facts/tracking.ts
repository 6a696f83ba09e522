import type { FactSource } from '../../contract/adapter.ts';
import { type Fact, hole, known, type ListValue, reason } from '../../contract/fact.ts';
import { hostOf, isOwnHost } from '../../contract/hosts.ts';
import type { JitsiSettings } from '../schema.ts';
import type { Seen } from '../seen.ts';
import {
  anyOf,
  type Bit,
  bitFact,
  component,
  configBit,
  configGiven,
  configSetting,
  derived,
  evidence,
  type Facts,
  keyed,
  knownBit,
  noBit,
  nobodyGetsIn,
  not,
  notObservable,
  productFact,
  productRows,
  rows,
} from './base.ts';
import { bitOf, roomStorage } from './files.ts';
import { fieldBit, noneKnows } from './witness.ts';

export const trackingRows: FactSource[] = [
  ...productRows('presence_status_supported', true),
  ...productRows('presence_status_feature_enabled', true),
  ...productRows('presence_status_visibility', true),
  ...productRows('presence_auto_away_enabled', true),
  ...productRows('attention_tracking_supported', true),
  ...rows('attention_tracking_enabled', ['C', 'both']),
  ...productRows('activity_statistics_supported', false),
  ...productRows('activity_statistics_switchable', false),
  ...rows('activity_statistics_enabled', ['X2', 'false'], ['C', 'both']),
  keyed('activity_statistics_retention', 'X8', 'value', 'account'),
  keyed('activity_statistics_retention', 'PC', 'value', 'prosody_config'),
  ...rows('third_party_analytics_enabled', ['C', 'both']),
  ...rows('third_party_analytics_hosts', ['C', 'value']),
];

export function trackingFacts(seen: Seen, settings: JitsiSettings): Facts {
  const analytics = thirdParties(seen, settings);
  return {
    presence_status_supported: productFact(seen, false, true),
    presence_status_feature_enabled: productFact(seen, false, true),
    presence_status_visibility: productFact(seen, 'none', true),
    presence_auto_away_enabled: productFact(seen, false, true),
    attention_tracking_supported: attentionSupported(seen),
    attention_tracking_enabled: bitFact(attention(seen)),
    activity_statistics_supported: productFact(seen, true, false),
    activity_statistics_switchable: productFact(seen, true, false),
    activity_statistics_enabled: bitFact(activity(seen)),
    activity_statistics_retention: statisticsKept(seen, analytics.reports),
    third_party_analytics_enabled: bitFact(analytics.reports),
    third_party_analytics_hosts: analytics.hosts,
  };
}

/** Counted in the room and gone with it, unless they are sent on or rooms are stored. */
function statisticsKept(seen: Seen, reports: Bit): Fact {
  if (reports.value === true) return hole(notObservable('who gets the reports decides'), reports.evidence);
  const forms = seen.rooms.rooms.map(({ form }) =>
    fieldBit(seen, 'X8', 'muc#roomconfig_persistentroom', form, ({ persistent }) => persistent),
  );
  const open = forms.find((bit) => bit.value === null);
  const rooms = anyOf(...forms);
  const byRooms =
    forms.length > 0
      ? (open ?? rooms)
      : noBit(
          seen.account.state === 'unknown'
            ? seen.account.reason
            : { code: 'not_running', detail: 'no room ran' },
        );
  const storage = bitOf(roomStorage(seen));
  const stored = [byRooms, storage].find((bit) => bit.value === true);
  if (stored !== undefined) return hole(notObservable('how long stored rooms keep them'), stored.evidence);
  const gone = [byRooms, storage].find((bit) => bit.value === false);
  if (gone === undefined) return bitFact(noneKnows([byRooms, storage]));
  if (reports.value === null) return bitFact(reports);
  return known({ seconds: 0 }, derived(gone.evidence.slice(0, 1)));
}

function attentionSupported(seen: Seen): Fact {
  if (seen.config.state === 'unknown') return hole(seen.config.reason, evidence(seen, 'C', 'faceLandmarks'));
  return productFact(seen, true, true);
}

export function attention(seen: Seen): Bit {
  const keys = ['enableFaceExpressionsDetection', 'enableDisplayFaceExpressions', 'enableRTCStats'];
  return anyOf(...keys.map((key) => configBit(seen, `faceLandmarks.${key}`, 'overridable', false)));
}

/** The server counts even where the page hides it, so a server without the component decides. */
export function activity(seen: Seen): Bit {
  const counted = component(seen, 'speakerstats', 'speakerstats');
  if (counted.value === false) return counted;
  const shown = not(configBit(seen, 'speakerStats.disabled', 'overridable', false));
  if (shown.value === true && counted.value === null && !nobodyGetsIn(seen)) return counted;
  return shown;
}

interface Reporter {
  host: string;
  active: Bit;
}

/** Who gets reports, besides the organisation's own hosts. */
function thirdParties(seen: Seen, settings: JitsiSettings): { reports: Bit; hosts: Fact } {
  const at = evidence(seen, 'C', 'analytics');
  if (seen.config.state === 'unknown') {
    const missing = seen.config.reason;
    return { reports: noBit(missing, at), hosts: hole(missing, at) };
  }
  const found = [...scriptReporters(seen), ...statisticsReporters(seen)];
  const own = { url: settings.url, own_hosts: settings.own_hosts };
  const foreign = found.filter((entry): entry is Reporter => 'host' in entry && !isOwnHost(entry.host, own));
  const holes = found.filter((entry): entry is Extract<Bit, { value: null }> => !('host' in entry));
  const branding = anyOf(configGiven(seen, 'dynamicBrandingUrl'), configGiven(seen, 'brandingDataUrl'));
  return { reports: reporting(foreign, holes, branding, at), hosts: hostList(foreign, holes, branding, at) };
}

function reporting(
  foreign: readonly Reporter[],
  holes: readonly Extract<Bit, { value: null }>[],
  branding: Bit,
  at: ReturnType<typeof evidence>,
): Bit {
  const reports = anyOf(...foreign.map((reporter) => reporter.active));
  if (reports.value === true) return reports;
  const [missing] = holes;
  if (missing !== undefined) return missing;
  if (reports.value === null) return reports;
  if (branding.value === null) return branding;
  if (branding.value)
    return noBit(notObservable('settings from another address may change it'), ...branding.evidence);
  return foreign.length === 0 ? knownBit(false, at) : reports;
}

function hostList(
  foreign: readonly Reporter[],
  holes: readonly Extract<Bit, { value: null }>[],
  branding: Bit,
  at: ReturnType<typeof evidence>,
): Fact {
  const hosts = foreign.filter((reporter) => reporter.active.value === true).map((reporter) => reporter.host);
  const items = [...new Set(hosts)].sort();
  const undecided = foreign.find((reporter) => reporter.active.value === null)?.active;
  const missing =
    holes[0]?.reason ??
    (undecided?.value === null ? undecided.reason : undefined) ??
    (branding.value === null ? branding.reason : undefined) ??
    (branding.value === true ? notObservable('settings from another address may add some') : undefined);
  const list: ListValue =
    missing === undefined ? { items, complete: true } : { items, complete: false, missing };
  return known(list, at);
}

type Found = Reporter | Extract<Bit, { value: null }>;

/** Amplitude, Matomo and scripts of one's own stop with either switch; both switches can be changed by a participant. */
function scriptReporters(seen: Seen): Found[] {
  const active = not(
    anyOf(
      configBit(seen, 'disableThirdPartyRequests', 'overridable', false),
      configBit(seen, 'analytics.disabled', 'overridable', false),
    ),
  );
  const found: Found[] = [];
  const amplitude = configGiven(seen, 'analytics.amplitudeAPPKey');
  if (amplitude.value === null) found.push(amplitude);
  else if (amplitude.value) found.push({ host: 'api.amplitude.com', active });
  const site = configGiven(seen, 'analytics.matomoSiteID');
  for (const entry of hostsAt(seen, 'analytics.matomoEndpoint')) {
    if (!('host' in entry)) found.push(entry);
    else if (site.value === null) found.push(site);
    else if (site.value) found.push({ host: entry.host, active });
  }
  for (const entry of hostsAt(seen, 'analytics.scriptURLs'))
    found.push('host' in entry ? { host: entry.host, active } : entry);
  return found;
}

/** These two do not ask `disableThirdPartyRequests`. */
function statisticsReporters(seen: Seen): Found[] {
  const found: Found[] = [];
  const statistics = configBit(seen, 'analytics.rtcstatsEnabled', 'overridable', false);
  for (const entry of hostsAt(seen, 'analytics.rtcstatsEndpoint'))
    found.push('host' in entry ? { host: entry.host, active: statistics } : entry);
  const parameters = configGiven(seen, 'watchRTCConfigParams');
  if (parameters.value === null) found.push(parameters);
  else if (parameters.value)
    found.push({
      host: 'testrtc.com',
      active: configBit(seen, 'analytics.watchRTCEnabled', 'overridable', false),
    });
  return found;
}

export type Located = { host: string } | Extract<Bit, { value: null }>;

/** Hosts of one address or a list of them; an entry without a host stands for itself as a hole. */
export function hostsAt(seen: Seen, key: string): Located[] {
  const setting = configSetting(seen, key, 'enforced');
  if (setting.state === 'absent') return [];
  if (setting.state === 'hole')
    return [{ value: null, reason: setting.reason, evidence: [setting.evidence] }];
  const values = Array.isArray(setting.value) ? setting.value : [setting.value];
  return values.flatMap((value): Located[] => {
    if (!value) return [];
    const text =
      typeof value === 'string' && /^(?:[a-z][a-z0-9+.-]*:)?\/\/|^(?:stuns?|turns?):/i.test(value)
        ? value
        : null;
    // An address without a host is the deployment's own.
    if (
      typeof value === 'string' &&
      text === null &&
      /^[\w./?=&%-]*$/.test(value) &&
      !/^[\w-]+(\.[\w-]+)+(:\d+)?(\/|$)/.test(value)
    )
      return [];
    const host = typeof value === 'string' ? hostOf(text ?? value) : undefined;
    if (host !== undefined) return [{ host }];
    return [
      { value: null, reason: reason('invalid_answer', `${key} is no address`), evidence: [setting.evidence] },
    ];
  });
}

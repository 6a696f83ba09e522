import { type Fact, hole, known, reason } from '../../contract/fact.ts';
import { isOwnHost } from '../../contract/hosts.ts';
import { evidenceOf, factOf, factValue, has, type Seen } from '../../contract/seen.ts';
import { compareVersions } from '../../contract/version.ts';
import { trackerApps } from '../admin.ts';
import type { Capabilities } from '../schema.ts';
import {
  type Facts,
  feature,
  type Observation,
  productFact,
  versionFact,
  type Witness,
} from './observation.ts';

/** Presence, attention, attendance lists, trackers. */
export function trackingFacts(observation: Observation): Facts {
  const { account, presenceApp, now } = observation;
  const presence = listedApp(
    appFact(account.userStatus, account.userStatusEnabled, account, presenceApp),
    'user_status',
    observation,
  );
  const statistics = feature('download-call-participants', observation);
  const trackers = foreignTrackers(observation);
  return {
    presence_status_supported: productFact('presence_status_supported', true, now),
    presence_status_feature_enabled: presence,
    presence_status_visibility: derived(presence, (on) => (on ? 'everyone' : 'none')),
    presence_auto_away_enabled: derived(presence, (on) => on),
    attention_tracking_supported: versionFact('attention_tracking_supported', observation),
    attention_tracking_enabled: hole(reason('not_observable', 'Talk has no such function to switch')),
    activity_statistics_enabled: derived(statistics, (listed) =>
      listed ? true : reason('not_supported_by_version', 'attendance lists came with Talk 20.1'),
    ),
    activity_statistics_supported: factOf(
      observation.anonymous.version,
      (talk) =>
        (compareVersions(talk, '20.1') ?? -1) >= 0
          ? true
          : reason('not_supported_by_version', 'attendance lists came with Talk 20.1'),
      { provenance: 'documented_default' },
    ),
    activity_statistics_switchable: versionFact('activity_statistics_switchable', observation),
    activity_statistics_retention: hole(reason('not_observable', 'the list lives in the chat')),
    third_party_analytics_enabled: trackers.enabled,
    third_party_analytics_hosts: trackers.hosts,
  };
}

export function derived<T extends boolean | string | number>(
  fact: Fact,
  make: (value: T) => ReturnType<Parameters<typeof factOf<T>>[1]>,
): Fact {
  if (!('value' in fact)) return fact;
  const value = make(fact.value as T);
  const evidence = fact.evidence.map((one) => ({ ...one, provenance: 'derived' as const }));
  return typeof value === 'object' && 'code' in value ? hole(value, evidence) : known(value, evidence);
}

/** An app whose block is missing counts as off only when a call of its own is unknown to the server too. */
export function appFact(
  block: Seen<unknown>,
  value: Seen<boolean> | null,
  { core }: Capabilities,
  witness: Witness | null,
): Fact {
  if (has(block)) return value === null ? factOf(block, () => true) : factOf(value, (on) => on);
  if (!block.absent || !has(core) || witness === null) return hole(block.reason, evidenceOf(block));
  const evidence = [evidenceOf(block, { provenance: 'derived' }), evidenceOf(witness)];
  if ('reason' in witness) return hole(witness.reason, evidence);
  if (witness.state === 'off') return known(false, evidence);
  return hole(reason('conflicting', `${block.path} is missing although the app answers`), evidence);
}

/** Services that count visitors; a name speaks for everything below it. */
export const trackerHosts = [
  'google-analytics.com',
  'googletagmanager.com',
  'analytics.google.com',
  'doubleclick.net',
  'matomo.cloud',
  'piwik.pro',
  'etracker.com',
  'etracker.de',
  'ioam.de',
  'hotjar.com',
  'mouseflow.com',
  'clarity.ms',
  'segment.io',
  'segment.com',
  'amplitude.com',
  'mixpanel.com',
  'plausible.io',
  'fathom.com',
  'usefathom.com',
  'newrelic.com',
  'nr-data.net',
  'facebook.net',
  'connect.facebook.com',
  'yandex.ru',
  'surveyserver.nextcloud.com',
];

function isTracker(host: string): boolean {
  if (trackerHosts.some((tracker) => host === tracker || host.endsWith(`.${tracker}`))) return true;
  return /^(matomo|piwik|analytics)\./.test(host);
}

/** Where the capabilities do not tell, the list of enabled apps does. */
export function listedApp(first: Fact, app: string, { apps }: Observation): Fact {
  if ('value' in first || first.unavailable.code === 'conflicting' || !has(apps)) return first;
  return factOf(apps, (names) => names.includes(app), { provenance: 'derived' });
}

/** Sends statistics of the server to the vendor once an administrator agreed to it. */
export const surveyJob = 'MonthlyReport';

/** The login page can show a tracker, never that there is none; the list of apps can. */
function foreignTrackers(observation: Observation): { enabled: Fact; hosts: Fact } {
  const { login, settings, apps } = observation;
  const pages = [login.script, login.connect].filter(has);
  const found = [...new Set(pages.flatMap(({ value }) => value))]
    .filter((host) => isTracker(host) && !isOwnHost(host, settings))
    .sort();
  const app = has(apps) ? apps.value.find((name) => trackerApps.includes(name)) : undefined;
  const survey = surveyed(observation);
  const none = app === undefined && factValue(survey) === false;
  const missing =
    'value' in survey ? reason('not_observable', 'hosts of the apps are not shown') : survey.unavailable;
  const items = factValue(survey) === true ? [...found, surveyHost].sort() : found;
  const evidence =
    found.length > 0 ? [evidenceOf(login.script)] : [evidenceOf(apps, { provenance: 'derived' })];
  if (items.length > 0 || app !== undefined) {
    const hosts =
      items.length === 0
        ? hole(missing, evidence)
        : known({ items, complete: false, missing }, found.length > 0 ? evidence : survey.evidence);
    const from = found.length > 0 || app !== undefined ? evidence : survey.evidence;
    return { enabled: known(true, from), hosts };
  }
  if (none) {
    return {
      enabled: known(false, survey.evidence),
      hosts: known({ items: [], complete: true }, survey.evidence),
    };
  }
  return { enabled: survey, hosts: survey };
}

const surveyHost = 'surveyserver.nextcloud.com';

/** Whether the vendor's survey app reports: enabled by default, but silent until its job stands in the list. */
function surveyed({ apps, login, database: { jobs } }: Observation): Fact<boolean> {
  if (!has(apps)) {
    const page = has(login.script) || has(login.connect);
    const why =
      page || has(login.script) ? apps.reason : { ...apps.reason, detail: login.script.reason.detail ?? '' };
    return hole(why, evidenceOf(login.script));
  }
  const listed = evidenceOf(apps, { provenance: 'derived' });
  if (!apps.value.includes('survey_client')) return known(false, listed);
  if (!has(jobs)) {
    return hole(jobs.reason, jobs.reason.code === 'not_configured' ? listed : [evidenceOf(jobs), listed]);
  }
  const reports = jobs.value.some(({ name }) => name === surveyJob);
  return known(reports, [evidenceOf(jobs, { provenance: 'derived' }), listed]);
}

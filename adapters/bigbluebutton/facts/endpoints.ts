import { thirdCountryList } from '../../contract/countries.ts';
import { type Evidence, type Fact, hole, known, type ListValue, type Reason } from '../../contract/fact.ts';
import { isOwnHost } from '../../contract/hosts.ts';
import { type Answer, answered, proof } from '../answer.ts';
import { notGiven } from '../rows.ts';
import type { Seen } from '../seen.ts';

interface Hosts {
  hosts: string[];
  evidence: Evidence[];
  /** Why one of the sources that show hosts gave nothing. */
  failed: Reason | null;
}

/** Lists stay open: the files that name the remaining hosts are not among the sources yet. */
export function endpointFacts(seen: Seen) {
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
  const analytics = foreign(seen, [hooks, statistics]);
  const all = foreign(seen, [metadata, playbackHosts(seen), hooks]);
  const missing = missingOf(all, notGiven('FT', 'the files that name the other hosts are not given'));
  return {
    ...analyticsFacts(analytics),
    external_endpoints: known(openList(all.hosts, missing), all.evidence),
    external_endpoints_third_country: known(
      thirdCountryList(all.hosts, false, seen.settings.endpoints, missing),
      all.evidence,
    ),
  } satisfies Record<string, Fact>;
}

/** Hooks and callbacks show that something reports elsewhere, never that nothing does. */
function analyticsFacts(seen: Hosts) {
  const { hosts, evidence } = seen;
  const missing = missingOf(seen, notGiven('FY', 'hosts that the client settings name are not seen'));
  const enabled: Fact = hosts.length > 0 ? known(true, evidence) : hole(missing, evidence);
  return {
    third_party_analytics_enabled: enabled,
    third_party_analytics_hosts: known(openList(hosts, missing), evidence),
  };
}

/** Why a source failed comes first; what could be given instead is named beside it. */
function missingOf({ failed }: Hosts, notYet: Reason): Reason {
  if (failed === null) return notYet;
  const fill = failed.fill ?? notYet.fill;
  return { ...failed, ...(fill === undefined ? {} : { fill }) };
}

function hostsOf<T>(answer: Answer<T>, path: string, read: (value: T) => string[]): Hosts {
  if (answered(answer))
    return { hosts: read(answer.value), evidence: [proof(answer.call, path)], failed: null };
  const evidence = answer.call === null ? [] : [proof(answer.call, path)];
  return { hosts: [], evidence, failed: answer.reason };
}

function playbackHosts({ recordings }: Seen): Hosts {
  const path = '/response/recordings/recording/playback/format/url';
  return {
    hosts: [...recordings.hosts],
    evidence: recordings.call === null ? [] : [proof(recordings.call, path)],
    failed: recordings.gap,
  };
}

/** Hosts outside the organisation; a source that failed comes first in the evidence. */
function foreign({ settings }: Seen, groups: readonly Hosts[]): Hosts {
  const url = settings.greenlight === undefined ? [settings.url] : [settings.url, settings.greenlight.url];
  const own = { url, own_hosts: settings.own_hosts };
  const hosts = new Set(groups.flatMap((group) => group.hosts).filter((host) => !isOwnHost(host, own)));
  const ordered = groups.toSorted((a, b) => Number(b.failed !== null) - Number(a.failed !== null));
  return {
    hosts: [...hosts].sort(),
    evidence: ordered.flatMap(({ evidence }) => evidence),
    failed: ordered[0]?.failed ?? null,
  };
}

function openList(items: string[], missing: Reason): ListValue {
  return { items, complete: false, missing };
}

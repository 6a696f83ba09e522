import { type ListValue, type Reason, reason } from './fact.ts';
import { hostOf } from './hosts.ts';

/** European Economic Area, ISO 3166-1. */
export const eea: readonly string[] = [
  ...[
    'AT',
    'BE',
    'BG',
    'CY',
    'CZ',
    'DE',
    'DK',
    'EE',
    'ES',
    'FI',
    'FR',
    'GR',
    'HR',
    'HU',
    'IE',
    'IT',
    'LT',
    'LU',
  ],
  ...['LV', 'MT', 'NL', 'PL', 'PT', 'RO', 'SE', 'SI', 'SK'],
  ...['IS', 'LI', 'NO'],
];

/** Country in which the company behind a domain sits; a name speaks for everything below it. */
export const knownHosts = {
  dated: '2026-11-21',
  countries: {
    US: [
      '8x8.com 8x8.vc jitsi.net jitsi.org jit.si callstats.io',
      'amplitude.com gravatar.com wp.com wordpress.com automattic.com giphy.com bugsnag.com sentry.io segment.com',
      'google.com googleapis.com gstatic.com google-analytics.com googletagmanager.com googleusercontent.com',
      'doubleclick.net youtube.com youtube-nocookie.com youtu.be ytimg.com firebaseio.com',
      'dropbox.com dropboxapi.com github.com github.io githubusercontent.com githubassets.com gitlab.com',
      'rocket.chat microsoft.com microsoftonline.com office.com office365.com live.com outlook.com windows.net azure.com',
      'amazonaws.com cloudfront.net cloudflare.com apple.com icloud.com facebook.com fbcdn.net',
      'vimeo.com twilio.com zoom.us zoom.com webex.com cisco.com unpkg.com stunprotocol.org docker.com npmjs.org',
      'letsencrypt.org hcaptcha.com loom.com slack.com openai.com',
    ],
    CA: ['bigbluebutton.org blindsidenetworks.com metered.ca'],
    GB: ['matrix.org element.io'],
    NZ: ['matomo.cloud'],
    DE: [
      'nextcloud.com t-online.de telekom.de sipgate.net sipgate.de 1und1.de ionos.de ionos.com hetzner.com',
      'hetzner.de alfaview.com senfcall.de univention.de',
    ],
    FR: ['matomo.org ovh.net ovh.com scaleway.com'],
    NO: ['pexip.com vivaldi.net'],
  },
} as const satisfies { dated: string; countries: Record<string, readonly string[]> };

const countryOfDomain: ReadonlyMap<string, string> = new Map(
  Object.entries(knownHosts.countries).flatMap(([country, lines]) =>
    lines.flatMap((line) => line.split(' ').map((domain): [string, string] => [domain, country])),
  ),
);

/** Country of a host; `own` is `endpoints` of the configuration and outranks the map. No DNS, no guessing. */
export function countryOf(
  host: string,
  own: Readonly<Record<string, { country: string }>> = {},
): string | undefined {
  const name = hostOf(host);
  if (name === undefined) return undefined;
  const configured = new Map(Object.entries(own).map(([key, { country }]) => [hostOf(key) ?? key, country]));
  for (const map of [configured, countryOfDomain]) {
    for (let at: string | undefined = name; at !== undefined; at = parentOf(at)) {
      const country = map.get(at);
      if (country !== undefined) return country;
    }
  }
  return undefined;
}

function parentOf(name: string): string | undefined {
  const dot = name.indexOf('.');
  return dot < 0 ? undefined : name.slice(dot + 1);
}

/**
 * `external_endpoints_third_country`: those of the hosts that are known to lie outside the EEA.
 * `complete` says whether `hosts` is; `missing` why not. One host without a country leaves the list open.
 */
export function thirdCountryList(
  hosts: readonly string[],
  complete: boolean,
  own: Readonly<Record<string, { country: string }>> = {},
  missing: Reason = reason('incomplete', 'not every endpoint could be seen'),
): ListValue {
  const items = new Set<string>();
  let unclassified = 0;
  for (const host of hosts) {
    const country = countryOf(host, own);
    if (country === undefined) unclassified += 1;
    else if (!eea.includes(country)) items.add(hostOf(host) ?? host);
  }
  const sorted = [...items].sort();
  if (!complete) return { items: sorted, complete: false, missing };
  if (unclassified === 0) return { items: sorted, complete: true };
  const detail = `country of ${unclassified} of ${hosts.length} hosts is not known`;
  const fill = { kind: 'config', name: 'endpoints' } as const;
  return { items: sorted, complete: false, missing: reason('incomplete', detail, fill) };
}

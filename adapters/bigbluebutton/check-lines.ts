import type { SourceCheck } from '../contract/adapter.ts';
import type { Text } from '../contract/check.ts';
import type { Reason } from '../contract/fact.ts';
import { notGiven } from './rows.ts';
import { fileKeys, type ServerFiles } from './server-files.ts';
import { sources } from './sources.ts';
import { grants } from './statements.ts';

export function addsOf(id: string): Text {
  return sources.find((source) => source.id === id)?.adds ?? { de: id, en: id };
}

export function ok(source: string, extra?: Text): SourceCheck {
  const adds = addsOf(source);
  const message = { de: `antwortet: ${adds.de}`, en: `answers: ${adds.en}` };
  if (extra === undefined) return { source, state: 'ok', message };
  return {
    source,
    state: 'ok',
    message: { de: `${message.de}; ${extra.de}`, en: `${message.en}; ${extra.en}` },
  };
}

export function partial(source: string, reason: Reason, message: Text, remedy: Text): SourceCheck {
  return { source, state: 'partial', reason, message, remedy };
}

export function failed(source: string, reason: Reason): SourceCheck {
  const adds = addsOf(source);
  const why = reason.detail ?? reason.code;
  const remedy = remedyOf(source, reason);
  return {
    source,
    state: 'failed',
    reason,
    message: { de: `${why}; es fehlt: ${adds.de}`, en: `${why}; missing: ${adds.en}` },
    ...(remedy === undefined ? {} : { remedy }),
  };
}

export function absent(source: string): SourceCheck {
  const adds = addsOf(source);
  const reason = notGiven(source);
  const name = reason.fill?.name ?? source;
  return {
    source,
    state: 'not_configured',
    reason,
    message: { de: `nicht angegeben; es fehlt: ${adds.de}`, en: `not given; missing: ${adds.en}` },
    remedy: howToGive[source] ?? {
      de: `Schlüssel ${name} am Ziel angeben`,
      en: `give the key ${name} at the target`,
    },
  };
}

export function remedyOf(source: string, { code, fill }: Reason): Text | undefined {
  if (fill?.kind === 'permission' && source.startsWith('A'))
    return { de: `am Verteiler setzen: ${fill.name}`, en: `set on the balancer: ${fill.name}` };
  if (code === 'not_permitted' && source.startsWith('A'))
    return {
      de: 'secret und checksum_algorithm mit der Ausgabe von `bbb-conf --secret` und supportedChecksumAlgorithms vergleichen; Scalelite kennt kein sha384',
      en: 'compare secret and checksum_algorithm with the output of `bbb-conf --secret` and supportedChecksumAlgorithms; Scalelite knows no sha384',
    };
  if (code === 'not_supported_by_version' && source === 'A3')
    return {
      de: 'die Webhooks der einzelnen Knoten als eigene Ziele prüfen',
      en: 'check the webhooks of the nodes as targets of their own',
    };
  if (/^G[0-3]$/.test(source))
    return {
      de: 'greenlight.url muss die Adresse sein, unter der Greenlight 3 ohne Anmeldung antwortet',
      en: 'greenlight.url has to be the address at which Greenlight 3 answers without a login',
    };
  if (code === 'throttled')
    return {
      de: 'die Adresse des Prüfrechners von der Begrenzung des Webservers ausnehmen (nginx: limit_req) oder seltener prüfen',
      en: 'take the auditing machine out of the limit of the web server (nginx: limit_req), or scan less often',
    };
  if (code === 'not_permitted')
    return {
      de: 'ein Proxy vor dem Server weist ab: dem Prüfrechner GET unter /bigbluebutton/api erlauben',
      en: 'a proxy in front of the server refuses: allow the auditing machine to GET below /bigbluebutton/api',
    };
  if (code === 'unreachable' || code === 'invalid_answer')
    return {
      de: 'url muss auf /bigbluebutton enden, wie `bbb-conf --secret` sie ausgibt',
      en: 'url has to end in /bigbluebutton, as `bbb-conf --secret` prints it',
    };
  return undefined;
}

const mounted = (key: keyof ServerFiles, path: string, packaged?: string): Text => ({
  de: `${fileKeys[key]}: [ { host: NAME, path: DATEI } ] am Ziel, nur lesend eingehängt: ${path} jedes Knotens${packaged === undefined ? '' : `, dazu ${packaged}, damit auch Voreinstellungen gelten`}`,
  en: `${fileKeys[key]}: [ { host: NAME, path: FILE } ] at the target, mounted read-only: ${path} of every node${packaged === undefined ? '' : `, and ${packaged}, so that its defaults count too`}`,
});

/** The key, and what has to be done elsewhere for it. */
export const howToGive: Readonly<Record<string, Text>> = {
  A4: {
    de: 'probes: [checksum] am Ziel: ein Aufruf mit SHA-1 und, wenn der gelingt, einer mit falscher Prüfsumme; höchstens einer davon schlägt fehl und steht im Protokoll des Servers',
    en: 'probes: [checksum] at the target: one call with SHA-1 and, if that succeeds, one with a wrong checksum; at most one of them fails and shows in the log of the server',
  },
  GS: {
    de: `greenlight.database: { file: DATEI } mit postgres://roomwarden:PASSWORT@HOST/DATENBANK; zuvor als Eigentümer: CREATE ROLE roomwarden LOGIN PASSWORD '...'; ${grants('roomwarden', false).join(' ')}`,
    en: `greenlight.database: { file: FILE } with postgres://roomwarden:PASSWORD@HOST/DATABASE; before that as the owner: CREATE ROLE roomwarden LOGIN PASSWORD '...'; ${grants('roomwarden', false).join(' ')}`,
  },
  FP: mounted(
    'properties',
    '/etc/bigbluebutton/bbb-web.properties',
    '/usr/share/bbb-web/WEB-INF/classes/bigbluebutton.properties',
  ),
  FY: mounted(
    'client',
    '/etc/bigbluebutton/bbb-html5.yml',
    '/usr/share/bigbluebutton/html5-client/private/config/settings.yml',
  ),
  FC: mounted('cron', '/etc/cron.daily/bigbluebutton'),
  FT: mounted('relays', 'turn-stun-servers.xml'),
  FB: {
    de: 'balancer_env: [ { host: NAME, path: DATEI } ] am Ziel: die .env von Scalelite oder b3lb',
    en: 'balancer_env: [ { host: NAME, path: FILE } ] at the target: the .env of Scalelite or b3lb',
  },
  FW: mounted('webhooks', '/etc/bigbluebutton/bbb-webhooks/production.yml', 'default.yml'),
  EV: {
    de: 'live: { purpose: ZWECK } am Ziel und in bbb-webhooks unter permanentURLs: { url: https://ROOMWARDEN/hooks/bigbluebutton/ZIEL, getRaw: true }',
    en: 'live: { purpose: PURPOSE } at the target, and in bbb-webhooks below permanentURLs: { url: https://ROOMWARDEN/hooks/bigbluebutton/TARGET, getRaw: true }',
  },
  EM: {
    de: 'live: { purpose: ZWECK } am Ziel und in bbb-webhooks unter permanentURLs: { url: https://ROOMWARDEN/hooks/bigbluebutton/ZIEL, getRaw: false }',
    en: 'live: { purpose: PURPOSE } at the target, and in bbb-webhooks below permanentURLs: { url: https://ROOMWARDEN/hooks/bigbluebutton/TARGET, getRaw: false }',
  },
};
